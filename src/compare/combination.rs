//! What a proof says that no point satisfies the constraints: multipliers that contradict.

use crate::atoms::{Along, construct};
use crate::expr::{Evaluator, ExprId, Graph};
use crate::matrix::Matrix;
use crate::problem::Problem;
use std::sync::Arc;

/// A share of the excess that no point falls below.
const REFUTED: f64 = 0.5;

/// A combination of the constraints that no point near can satisfy.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// Position and multiplier of each constraint that takes part, largest first.
    pub parts: Vec<(usize, f64)>,
    /// The multipliers of these, in the same order, entry by entry.
    pub multipliers: Vec<Arc<Matrix>>,
    /// The combination requires 0 >= this, with the largest multiplier 1.
    pub excess: f64,
    /// No point closer than this satisfies the constraints; infinite when none does at all.
    pub radius: f64,
}

impl Contradiction {
    /// Whether the combination is far below its excess at a point, which a least value cannot be.
    pub fn is_refuted_by(&self, problem: &Problem, point: &[Arc<Matrix>]) -> bool {
        if point.len() != problem.variables.len() {
            return false;
        }
        let mut graph = problem.graph.clone();
        let weights = self.parts.iter().map(|(k, _)| *k).zip(&self.multipliers);
        let Some(total) = combination(problem, &mut graph, weights) else {
            return false;
        };
        let values = Evaluator::new(&graph, &[total]).evaluate(point);
        let value = values.first().and_then(|value| value.as_scalar());
        value.is_some_and(|value| value < REFUTED * self.excess)
    }
}

/// Of the largest multiplier, a difference that is rounding.
const SAME: f64 = 1e-7;

/// Constraints with their largest multiplier, largest first.
pub(super) fn parts(multipliers: &[Arc<Matrix>]) -> Vec<(usize, f64)> {
    let mut parts: Vec<(usize, f64)> = multipliers
        .iter()
        .enumerate()
        .map(|(k, m)| (k, m.stored().iter().copied().fold(0.0, farther)))
        .filter(|(_, m)| *m != 0.0)
        .collect();
    // Those that differ by rounding alone stay in the order of the text.
    let largest = parts.iter().fold(0.0f64, |most, p| most.max(p.1.abs()));
    let size = |part: &(usize, f64)| (part.1.abs() / (SAME * largest)).round();
    parts.sort_by(|a, b| size(b).total_cmp(&size(a)));
    parts
}

fn farther(a: f64, b: f64) -> f64 {
    if b.abs() > a.abs() { b } else { a }
}

/// Σ λ'(left - right) over multipliers with the positions of their constraints.
pub(super) fn combination<'m>(
    problem: &Problem,
    graph: &mut Graph,
    multipliers: impl IntoIterator<Item = (usize, &'m Arc<Matrix>)>,
) -> Option<ExprId> {
    let mut terms = Vec::new();
    for (position, multiplier) in multipliers {
        let constraint = problem.constraints.get(position)?;
        if multiplier.stored().iter().all(|&e| e == 0.0) {
            continue;
        }
        if multiplier.shape() != problem.constraint_shape(constraint) {
            return None;
        }
        let weight = graph.constant(multiplier.clone(), None, constraint.span);
        let residual = construct::subtract(graph, constraint.left, constraint.right);
        let product = construct::element_times(graph, weight, residual);
        terms.push(construct::sum_along(graph, product, Along::All));
    }
    (!terms.is_empty()).then(|| construct::sum(graph, &terms))
}
