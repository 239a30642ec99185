//! Violations that are small, but not beside numbers that are smaller still: readings in nanometres, written in metres.

use super::judge::Judgement;
use super::points::largest;
use crate::expr::{ExprId, Graph, NodeKind};
use crate::matrix::Matrix;
use crate::problem::Problem;
use std::sync::Arc;

/// Numbers of a constraint, and unknowns in it, that are counted as small.
const SMALL: f64 = 1e-4;
/// The share of them that a constraint may be missed by.
const MISSED: f64 = 1e-2;

/// What is wrong with a point whose worst violation is much beside the numbers and the unknowns of its constraint.
pub fn missed_beside_small_numbers(
    problem: &Problem,
    judgement: &Judgement,
    point: &[Arc<Matrix>],
) -> Option<String> {
    let constraint = &problem.constraints[judgement.worst?];
    let roots = [constraint.left, constraint.right];
    let unknowns = problem.graph.reachable(&roots).into_iter();
    let unknowns = unknowns.filter_map(|id| match problem.graph.kind(id) {
        NodeKind::Variable(variable) => point.get(variable.index()).cloned(),
        NodeKind::Constant(_) | NodeKind::Apply(_) => None,
    });
    // The data, which may be large, are read only beside small unknowns.
    let unknown = largest(&unknowns.collect::<Vec<_>>());
    if unknown >= SMALL {
        return None;
    }
    let numbers = largest_number(&problem.graph, &roots);
    let size = numbers.max(unknown);
    let violation = judgement.violation;
    let is_missed = numbers > 0.0 && size < SMALL && violation > MISSED * size;
    is_missed.then(|| {
        format!(
            "the point found violates `{}` by {violation:.1e}, which is much beside its numbers, none above {size:.1e}: \
             write them in smaller units",
            constraint.name
        )
    })
}

/// Of the finite numbers below these expressions.
pub(super) fn largest_number(graph: &Graph, roots: &[ExprId]) -> f64 {
    let nodes = graph.reachable(roots).into_iter();
    nodes.map(|id| own_number(graph, id)).fold(0.0, f64::max)
}

/// The largest finite entry of a constant, 0 of any other node.
pub(super) fn own_number(graph: &Graph, id: ExprId) -> f64 {
    match graph.kind(id) {
        NodeKind::Constant(constant) => {
            let finite = constant.value.stored().iter().filter(|v| v.is_finite());
            finite.fold(0.0, |most: f64, v| most.max(v.abs()))
        }
        NodeKind::Variable(_) | NodeKind::Apply(_) => 0.0,
    }
}
