//! Objective and violations of a point, on the user's problem.

use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::Problem;
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
        if let Some(duals) = &solution.duals {
            let slack = self.complementarity(&solution.variables, duals);
            let scale = judgement.objective.map_or(1.0, |f| f.abs().max(1.0));
            judgement.complementarity = Some(slack.abs() / scale);
        }
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
            let violation = constraint.relation.violation(left, right);
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

/// λ'(left - right), scalars broadcast; rows with infinite sides count nothing.
fn inner(dual: &Matrix, left: &Matrix, right: &Matrix) -> f64 {
    let (dual, left, right) = (dual.entries(), left.entries(), right.entries());
    let at = |side: &[f64], k: usize| if side.len() == 1 { side[0] } else { side[k] };
    (0..dual.len())
        .map(|k| dual[k] * (at(&left, k) - at(&right, k)))
        .filter(|product| product.is_finite())
        .sum()
}
