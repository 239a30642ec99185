//! The direct solution: a convex quadratic under linear equalities, by its KKT system.
//!
//! f(x) = x'Hx/2 + g'x + c and A x + b = 0 are read off the user's expressions as affine forms: H and
//! g of the gradient of f, A and b of the sides' differences. The solution is refined by the
//! gradient of f itself, which keeps the digits that H = 2A'A of a least squares problem loses.

mod dense;
mod kkt;
mod sparse;

use super::affine::{AffineForm, AffineForms, AffineMap};
use super::found::{Ending, Found};
use super::oracle::Oracle;
use super::packing::Packing;
use super::quadratic::gradient_form;
use super::{is_maximised, smooth};
use crate::atoms::construct;
use crate::differentiate::{gradient_or_unknown, inner_products};
use crate::expr::{ExprId, Graph, NodeKind, VariableId};
use crate::problem::{Problem, Relation};
use kkt::{Answer, Kkt};

/// The solution, when the problem is a quadratic under linear equalities and has one.
pub fn solve(problem: &Problem) -> Option<Found> {
    let relations = problem.constraints.iter().map(|c| c.relation);
    if relations.into_iter().any(|r| r != Relation::Equal) || !smooth::applies(problem) {
        return None;
    }
    let packing = Packing::new(problem);
    let mut graph = problem.graph.clone();
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let mut root = problem.objective.expression?;
    if is_maximised(problem) {
        root = construct::negate(&mut graph, root);
    }
    let slopes = gradient_or_unknown(&mut graph, root, &nodes).ok()?;
    let slope = gradient_form(&graph, &slopes, &packing)?;
    let rows = equations(problem, &mut graph, &packing)?;
    let oracle = Oracle::with_slopes(&graph, root, &slopes, &packing);
    let rows = AffineMap::new(&rows, packing.size);
    let mut system = Kkt::new(oracle, slope, rows);
    let (x, ending, duals) = match system.solve()? {
        Answer::Solution(x, multipliers) => {
            let duals = split(problem, &multipliers);
            (x, Ending::Solved, Some(duals))
        }
        Answer::Falls(direction) => (vec![0.0; packing.size], Ending::Unbounded(direction), None),
    };
    Some(Found {
        x,
        ending,
        method: "analytic".to_owned(),
        iterations: 1,
        evaluations: system.oracle.evaluations,
        duals,
        bound: None,
        dual_value: None,
        notes: Vec::new(),
        is_certain: false,
    })
}

/// left - right of all constraints; `None` when one has no affine form.
fn equations(problem: &Problem, graph: &mut Graph, packing: &Packing) -> Option<AffineForm> {
    let constraints = problem.constraints.iter();
    let residuals: Vec<ExprId> = constraints
        .map(|constraint| {
            let shape = problem.constraint_shape(constraint);
            let difference = construct::subtract(graph, constraint.left, constraint.right);
            construct::fill(graph, difference, shape)
        })
        .collect();
    let mut forms = AffineForms::default();
    forms.learn(graph, &residuals, packing);
    let mut rows = AffineForm::default();
    for residual in residuals {
        rows.append(forms.get(residual)?.as_ref());
    }
    Some(rows)
}

/// Whether the slopes of the slopes hold no variable of the problem.
pub(super) fn is_quadratic(graph: &mut Graph, root: ExprId, nodes: &[ExprId]) -> bool {
    let Ok(slopes) = gradient_or_unknown(graph, root, nodes) else {
        return false;
    };
    let count = nodes.len();
    let mut directions = Vec::with_capacity(count);
    for (k, node) in nodes.iter().enumerate() {
        let shape = graph.shape(*node);
        let id = VariableId((count + k) as u32);
        directions.push(graph.variable(id, shape, Default::default()));
    }
    let slope = inner_products(graph, &slopes, &directions);
    gradient_or_unknown(graph, slope, nodes)
        .is_ok_and(|products| is_free_of(graph, &products, count))
}

/// Whether none of the first `count` variables stands below.
fn is_free_of(graph: &Graph, roots: &[ExprId], count: usize) -> bool {
    let held = |id: &ExprId| match graph.kind(*id) {
        NodeKind::Variable(variable) => variable.index() < count,
        NodeKind::Constant(_) | NodeKind::Apply(_) => false,
    };
    !graph.reachable(roots).iter().any(held)
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
