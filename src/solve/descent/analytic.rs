//! The direct solution: a convex quadratic under linear equalities, by its KKT system.
//!
//! f(x) = x'Hx/2 + g'x + c and A x + b = 0 are read off the user's expressions: H by symbolic
//! Hessian-vector products, which hold no variable when f is quadratic, A by values at unit points
//! of residuals whose slopes hold no variable.

use super::found::{Ending, Found};
use super::oracle::{Oracle, Smooth, TwiceSmooth};
use super::packing::Packing;
use super::{is_maximised, smooth};
use crate::atoms::{Along, construct};
use crate::differentiate::{gradient, inner_products, underivable};
use crate::expr::{Evaluator, ExprId, Graph, NodeKind, VariableId};
use crate::matrix::Matrix;
use crate::problem::{Problem, Relation};
use nalgebra::{DMatrix, DVector};

/// Larger systems are left to the iterative methods.
const LARGEST: usize = 400;
/// Relative residual of the KKT system that counts as solved.
const SOLVED: f64 = 1e-9;

/// The solution, when the problem is a quadratic under linear equalities and has one.
pub fn solve(problem: &Problem) -> Option<Found> {
    let equalities = problem
        .constraints
        .iter()
        .all(|c| c.relation == Relation::Equal);
    let packing = Packing::new(problem);
    if !equalities || packing.size > LARGEST || !smooth::applies(problem) {
        return None;
    }
    let mut graph = problem.graph.clone();
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let mut root = problem.objective.expression?;
    if is_maximised(problem) {
        root = construct::negate(&mut graph, root);
    }
    if !is_quadratic(&mut graph, root, &nodes) {
        return None;
    }
    let residuals = affine_residuals(problem, &mut graph, &nodes)?;
    let mut oracle = Oracle::with_second(&mut graph, root, &nodes, &packing);
    let system = System::read(&mut oracle, &graph, &residuals, &packing, nodes.len());
    let (x, multipliers) = system.solve()?;
    Some(Found {
        x,
        ending: Ending::Solved,
        method: "analytic".to_owned(),
        iterations: 1,
        evaluations: oracle.evaluations,
        duals: Some(split(problem, &multipliers)),
        notes: Vec::new(),
    })
}

/// Whether the slopes of the slopes hold no variable of the problem.
pub(super) fn is_quadratic(graph: &mut Graph, root: ExprId, nodes: &[ExprId]) -> bool {
    if underivable(graph, root, nodes).is_some() {
        return false;
    }
    let slopes = gradient(graph, root, nodes);
    let count = nodes.len();
    let mut directions = Vec::with_capacity(count);
    for (k, node) in nodes.iter().enumerate() {
        let shape = graph.shape(*node);
        let id = VariableId((count + k) as u32);
        directions.push(graph.variable(id, shape, Default::default()));
    }
    let slope = inner_products(graph, &slopes, &directions);
    if underivable(graph, slope, nodes).is_some() {
        return false;
    }
    let products = gradient(graph, slope, nodes);
    is_free_of(graph, &products, count)
}

/// Whether none of the first `count` variables stands below.
fn is_free_of(graph: &Graph, roots: &[ExprId], count: usize) -> bool {
    let held = |id: &ExprId| match graph.kind(*id) {
        NodeKind::Variable(variable) => variable.index() < count,
        NodeKind::Constant(_) | NodeKind::Apply(_) => false,
    };
    !graph.reachable(roots).iter().any(held)
}

/// left - right of each constraint; `None` when one is not affine.
fn affine_residuals(problem: &Problem, graph: &mut Graph, nodes: &[ExprId]) -> Option<Vec<ExprId>> {
    let mut residuals = Vec::with_capacity(problem.constraints.len());
    for constraint in &problem.constraints {
        let shape = problem.constraint_shape(constraint);
        let difference = construct::subtract(graph, constraint.left, constraint.right);
        let residual = construct::fill(graph, difference, shape);
        // Weights that no structure of the residual cancels.
        let weights = (0..shape.size())
            .map(|k| 1.0 + (k as f64 * 0.7).sin() / 3.0)
            .collect();
        let weights = graph.constant(Matrix::from_columns(shape, weights), None, constraint.span);
        let product = construct::element_times(graph, weights, residual);
        let total = construct::sum_along(graph, product, Along::All);
        if underivable(graph, total, nodes).is_some() {
            return None;
        }
        let slopes = gradient(graph, total, nodes);
        if !is_free_of(graph, &slopes, nodes.len()) {
            return None;
        }
        residuals.push(residual);
    }
    Some(residuals)
}

/// [H A'; A 0] (x, λ) = -(g, b).
struct System {
    matrix: DMatrix<f64>,
    right: DVector<f64>,
    unknowns: usize,
}

impl System {
    fn read(
        oracle: &mut Oracle,
        graph: &Graph,
        residuals: &[ExprId],
        packing: &Packing,
        variables: usize,
    ) -> System {
        let n = packing.size;
        let evaluator = Evaluator::new(graph, residuals);
        let stacked = |x: &[f64]| -> Vec<f64> {
            let values = evaluator.evaluate(&packing.unpack(x, variables));
            values
                .iter()
                .flat_map(|v| v.entries().into_owned())
                .collect()
        };
        let mut point = vec![0.0; n];
        let offset = stacked(&point);
        let m = offset.len();
        let mut slope = vec![0.0; n];
        oracle.evaluate(&point, &mut slope);
        let mut matrix = DMatrix::zeros(n + m, n + m);
        let mut image = vec![0.0; n];
        for j in 0..n {
            point[j] = 1.0;
            oracle.hessian_times(&point, &mut image);
            for (i, entry) in image.iter().enumerate() {
                matrix[(i, j)] = *entry;
            }
            if m > 0 {
                for (i, (value, zero)) in stacked(&point).iter().zip(&offset).enumerate() {
                    matrix[(n + i, j)] = value - zero;
                    matrix[(j, n + i)] = value - zero;
                }
            }
            point[j] = 0.0;
        }
        let right = slope.iter().chain(&offset).map(|v| -v);
        System {
            right: DVector::from_iterator(n + m, right),
            matrix,
            unknowns: n,
        }
    }

    /// By LU with two steps of refinement; a singular but consistent system by its least-norm
    /// solution. `None` when it has none, as for an objective without a bound.
    fn solve(&self) -> Option<(Vec<f64>, Vec<f64>)> {
        let scale = self.right.norm().max(1e-300);
        let error = |x: &DVector<f64>| (&self.matrix * x - &self.right).norm() / scale;
        let direct = self.matrix.clone().lu();
        let refined = direct.solve(&self.right).map(|mut x| {
            for _ in 0..2 {
                let rest = &self.right - &self.matrix * &x;
                if let Some(step) = direct.solve(&rest) {
                    x += step;
                }
            }
            x
        });
        let accurate = |x: &DVector<f64>| error(x) <= SOLVED;
        let x = refined.filter(accurate).or_else(|| {
            let svd = self.matrix.clone().svd(true, true);
            let cut = 1e-12 * svd.singular_values.max();
            svd.solve(&self.right, cut).ok().filter(accurate)
        })?;
        let entries: Vec<f64> = x.iter().copied().collect();
        let (x, multipliers) = entries.split_at(self.unknowns);
        Some((x.to_vec(), multipliers.to_vec()))
    }
}

/// Multipliers by constraint.
fn split(problem: &Problem, multipliers: &[f64]) -> Vec<Vec<f64>> {
    let mut rest = multipliers;
    let mut parts = Vec::with_capacity(problem.constraints.len());
    for constraint in &problem.constraints {
        let size = problem.constraint_shape(constraint).size();
        let (own, others) = rest.split_at(size.min(rest.len()));
        parts.push(own.to_vec());
        rest = others;
    }
    parts
}
