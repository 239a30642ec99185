//! The problem with the equations that were exposed, and without what they say.

use super::exposed::{Exposed, Kind};
use super::room::is_widened;
use crate::atoms::construct;
use crate::expr::{ExprId, Graph};
use crate::matrix::Matrix;
use crate::problem::{Constraint, ConstraintName, Origin, Problem, Relation};
use crate::shape::Shape;
use crate::solve::descent::packing::{Packed, Packing};
use crate::solve::slack::wider;
use faer::Mat;

/// Room, as a share of their size, for constraints that the equations hold at their bounds.
const ROUNDING: f64 = 1e-9;

pub fn written(problem: &Problem, packing: &Packing, exposed: &Exposed) -> Problem {
    let mut written = problem.clone();
    let constraints = std::mem::take(&mut written.constraints).into_iter();
    for ((constraint, kind), &unit) in constraints.zip(&exposed.kinds).zip(&exposed.units) {
        written
            .constraints
            .extend(left(&mut written.graph, constraint, kind, unit));
    }
    for variable in &mut written.variables {
        (variable.psd, variable.nsd) = (false, false);
    }
    let equations = equations(&mut written, packing, exposed);
    written.constraints.push(equations);
    written
}

/// What is left of a constraint.
fn left(graph: &mut Graph, constraint: Constraint, kind: &Kind, unit: f64) -> Option<Constraint> {
    match kind {
        Kind::Open => Some(constraint),
        Kind::Tight if !is_widened(&constraint) => Some(constraint),
        Kind::Tight => {
            let step = graph.number(ROUNDING * unit);
            let shape = constraint.shape(graph);
            let right = wider(graph, constraint.right, shape, constraint.relation, step);
            Some(Constraint {
                right,
                ..constraint
            })
        }
        Kind::Face(basis) if basis.ncols() == 0 => None,
        Kind::Face(basis) => {
            let right = congruent(graph, constraint.right, basis);
            let left = congruent(graph, constraint.left, basis);
            Some(Constraint {
                left,
                right,
                ..constraint
            })
        }
    }
}

/// V'XV.
fn congruent(graph: &mut Graph, x: ExprId, basis: &Mat<f64>) -> ExprId {
    let right = constant(graph, basis);
    let left = construct::transpose(graph, right);
    let half = construct::times(graph, left, x);
    construct::times(graph, half, right)
}

fn constant(graph: &mut Graph, values: &Mat<f64>) -> ExprId {
    let shape = Shape::new(values.nrows(), values.ncols());
    let entries = values.col_iter().flat_map(|column| column.iter().copied());
    let matrix = Matrix::from_columns(shape, entries.collect());
    graph.constant(matrix, None, Default::default())
}

/// Σ R_v vec(v) == sides over the variables v.
fn equations(problem: &mut Problem, packing: &Packing, exposed: &Exposed) -> Constraint {
    let mut terms = Vec::with_capacity(problem.variables.len());
    for (variable, &packed) in problem.variables.iter().zip(&packing.variables) {
        let coefficients = coefficients(packed, &exposed.equations);
        let graph = &mut problem.graph;
        let coefficients = constant(graph, &coefficients);
        let column = construct::reshape(graph, variable.node, Shape::new(variable.shape.size(), 1));
        terms.push(construct::times(graph, coefficients, column));
    }
    let sides = Mat::from_fn(exposed.sides.len(), 1, |k, _| exposed.sides[k]);
    Constraint {
        name: ConstraintName::plain("no room"),
        origin: Origin::Line,
        left: construct::sum(&mut problem.graph, &terms),
        relation: Relation::Equal,
        right: constant(&mut problem.graph, &sides),
        flipped: false,
        span: Default::default(),
    }
}

/// Of the variable's entries; those of its free entries are at hand, as rows.
fn coefficients(packed: Packed, equations: &Mat<f64>) -> Mat<f64> {
    let mut coefficients = Mat::<f64>::zeros(equations.ncols(), packed.shape.size());
    let mut is_taken = vec![false; packed.len()];
    for position in 0..packed.shape.size() {
        let Some(free) = packed.free_entry(position) else {
            continue;
        };
        if !std::mem::replace(&mut is_taken[free], true) {
            for k in 0..equations.ncols() {
                coefficients[(k, position)] = equations[(packed.start + free, k)];
            }
        }
    }
    coefficients
}
