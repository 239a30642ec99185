//! Objective and violations of a point, on the user's problem.

use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::{Problem, Relation};
use crate::solve::Solution;
use std::sync::Arc;

/// Evaluates points of one problem.
#[derive(Debug)]
pub struct Judge<'p> {
    problem: &'p Problem,
    evaluator: Evaluator<'p>,
}

/// What a point is worth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// In the user's sense; `None` for `find`. Infinite outside the domain.
    pub objective: Option<f64>,
    /// The worst violation of any constraint, relative to max(1, largest entry of its sides).
    pub violation: f64,
    /// Whose it is, by position; `None` when nothing is violated.
    pub worst: Option<usize>,
    /// |λ'(left - right)| over all constraints, relative to max(1, |objective|): the gap of the
    /// answer where its multipliers are stationary. `None` without multipliers.
    pub complementarity: Option<f64>,
    /// How far the objective is from the answer's own proved bound, relative to max(1, |objective|);
    /// without such a bound the complementarity.
    pub gap: Option<f64>,
}

impl<'p> Judge<'p> {
    pub fn new(problem: &'p Problem) -> Self {
        Judge {
            problem,
            evaluator: Evaluator::new(&problem.graph, &problem.roots()),
        }
    }

    /// `None` when the solution has no point.
    pub fn judge(&self, solution: &Solution) -> Option<Judgement> {
        if solution.variables.len() != self.problem.variables.len() {
            return None;
        }
        let mut judgement = self.point(&solution.variables);
        // Without constraints nothing is left to compare.
        if let Some(duals) = solution.duals.as_ref().filter(|d| !d.is_empty()) {
            let slack = self.complementarity(&solution.variables, duals);
            let scale = judgement.objective.map_or(1.0, |f| f.abs().max(1.0));
            judgement.complementarity = Some(slack.abs() / scale);
        }
        judgement.gap = match (judgement.objective, solution.bound) {
            (Some(f), Some(bound)) => Some((f - bound).abs() / f.abs().max(1.0)),
            _ => judgement.complementarity,
        };
        Some(judgement)
    }

    /// Objective and violations at a point.
    pub fn point(&self, variables: &[Arc<Matrix>]) -> Judgement {
        let values = self.evaluator.evaluate(variables);
        let (objective, sides) = self.split(&values);
        let mut judgement = Judgement {
            objective: objective.and_then(|v| v.as_scalar()),
            ..Judgement::default()
        };
        for (k, constraint) in self.problem.constraints.iter().enumerate() {
            let (left, right) = (&sides[2 * k], &sides[2 * k + 1]);
            let violation = violation(constraint.relation, left, right);
            if violation > judgement.violation || violation.is_nan() {
                judgement.violation = if violation.is_nan() {
                    f64::INFINITY
                } else {
                    violation
                };
                judgement.worst = Some(k);
            }
        }
        judgement
    }

    fn split<'v>(&self, values: &'v [Arc<Matrix>]) -> (Option<&'v Matrix>, &'v [Arc<Matrix>]) {
        match (self.problem.objective.expression, values) {
            (Some(_), [objective, sides @ ..]) => (Some(objective), sides),
            _ => (None, values),
        }
    }

    fn complementarity(&self, variables: &[Arc<Matrix>], duals: &[Arc<Matrix>]) -> f64 {
        let values = self.evaluator.evaluate(variables);
        let (_, sides) = self.split(&values);
        duals
            .iter()
            .enumerate()
            .map(|(k, dual)| match sides.get(2 * k..2 * k + 2) {
                Some([left, right]) => inner(dual, left, right),
                _ => 0.0,
            })
            .sum()
    }

    /// Values of other expressions of the problem at a point.
    pub fn values(&self, expressions: &[ExprId], variables: &[Arc<Matrix>]) -> Vec<Arc<Matrix>> {
        Evaluator::new(&self.problem.graph, expressions).evaluate(variables)
    }
}

/// The worst entry of a constraint, relative to max(1, largest entry of its sides).
fn violation(relation: Relation, left: &Matrix, right: &Matrix) -> f64 {
    match relation {
        Relation::Equal => worst_entry(left, right, f64::abs),
        Relation::LessEqual => worst_entry(left, right, |excess| excess.max(0.0)),
        Relation::Precedes => {
            let difference = right.to_dense().as_ref() - left.to_dense().as_ref();
            let symmetric = (&difference + difference.transpose()) * 0.5;
            let scale = symmetric.amax().max(1.0);
            let least = symmetric
                .symmetric_eigenvalues()
                .iter()
                .copied()
                .fold(f64::INFINITY, f64::min);
            (-least).max(0.0) / scale
        }
    }
}

/// `excess` of left - right at its worst entry; infinite bounds bind nothing.
fn worst_entry(left: &Matrix, right: &Matrix, excess: impl Fn(f64) -> f64) -> f64 {
    let (left, right) = (left.entries(), right.entries());
    let count = left.len().max(right.len());
    let at = |side: &[f64], k: usize| if side.len() == 1 { side[0] } else { side[k] };
    (0..count)
        .map(|k| {
            let (a, b) = (at(&left, k), at(&right, k));
            if a == f64::NEG_INFINITY && !b.is_nan() || b == f64::INFINITY && !a.is_nan() {
                return 0.0;
            }
            excess(a - b) / 1f64.max(a.abs()).max(b.abs())
        })
        .fold(
            0.0,
            |worst: f64, v| if v.is_nan() { f64::NAN } else { worst.max(v) },
        )
}

/// λ'(left - right), scalars broadcast; rows with infinite sides count nothing.
fn inner(dual: &Matrix, left: &Matrix, right: &Matrix) -> f64 {
    let (dual, left, right) = (dual.entries(), left.entries(), right.entries());
    let at = |side: &[f64], k: usize| if side.len() == 1 { side[0] } else { side[k] };
    (0..dual.len())
        .map(|k| dual[k] * (at(&left, k) - at(&right, k)))
        .filter(|product| product.is_finite())
        .sum()
}
