//! Objective and violations of a point, on the user's problem.

use super::agreement::AGREE;
use super::points::{definite, factor, flat, mapped};
use crate::convexity::ConvexProblem;
use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::{Problem, slackness};
use crate::solve::Solution;
use std::sync::Arc;

/// Evaluates points of one problem.
#[derive(Debug)]
pub struct Judge<'p> {
    problem: &'p Problem,
    evaluator: Evaluator<'p>,
    equal: Option<EqualForms<'p>>,
}

/// The forms that were proved convex, where they equal the user's everywhere: log(sum(exp(x))) leaves
/// the range of numbers at x = 1000, log_sum_exp(x) does not.
#[derive(Debug)]
struct EqualForms<'p> {
    evaluator: Evaluator<'p>,
    /// The position of each of the user's roots among those of the evaluator.
    places: Vec<Option<usize>>,
}

impl<'p> EqualForms<'p> {
    /// `None` where nothing was rewritten.
    fn of(convex: &'p ConvexProblem<'_>) -> Option<Self> {
        let written = convex.problem().roots();
        let (mut roots, mut places) = (Vec::new(), Vec::new());
        for (written, equal) in written.into_iter().zip(convex.equal_roots()) {
            let other = equal.filter(|&root| root != written);
            places.push(other.map(|_| roots.len()));
            roots.extend(other);
        }
        (!roots.is_empty()).then(|| EqualForms {
            evaluator: Evaluator::new(convex.graph(), &roots),
            places,
        })
    }

    /// Puts their values in the place of those that are not finite.
    fn mend(&self, values: &mut [Arc<Matrix>], variables: &[Arc<Matrix>]) {
        let lost = |value: &Matrix| value.stored().iter().any(|v| !v.is_finite());
        let pairs = values.iter().zip(&self.places);
        if !pairs
            .clone()
            .any(|(value, place)| place.is_some() && lost(value))
        {
            return;
        }
        let equal = self.evaluator.evaluate(variables);
        for (value, place) in values.iter_mut().zip(&self.places) {
            if let Some(place) = place {
                value.clone_from(&equal[*place]);
            }
        }
    }
}

/// Objective and sides of the constraints at one point.
#[derive(Debug)]
pub(super) struct Values {
    all: Vec<Arc<Matrix>>,
    /// Whether the first value is the objective's.
    has_objective: bool,
}

impl Values {
    pub(super) fn objective(&self) -> Option<f64> {
        let first = self.all.first().filter(|_| self.has_objective)?;
        first.as_scalar()
    }

    /// Left and right of the constraint at position `k`.
    pub(super) fn sides(&self, k: usize) -> (&Matrix, &Matrix) {
        let first = usize::from(self.has_objective) + 2 * k;
        (&self.all[first], &self.all[first + 1])
    }
}

/// What a point is worth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// In the user's sense; `None` for `find`. Infinite outside the domain by more than the accuracy
    /// asked for.
    pub objective: Option<f64>,
    /// The worst violation of any constraint, or of the domain of a function, relative to
    /// max(1, largest entry of its sides).
    pub violation: f64,
    /// Whose it is, by position; `None` when no constraint is violated by more than a domain.
    pub worst: Option<usize>,
    /// |λ'(left - right)| over all constraints, relative to max(1, |objective|): 0 at an optimum with
    /// its multipliers. `None` without multipliers.
    pub complementarity: Option<f64>,
    /// How far the objective is from the answer's own proved bound, relative to max(1, |objective|);
    /// `None` without such a bound.
    pub gap: Option<f64>,
    /// How far the objective is from the value that the path's multipliers have, relative to
    /// max(u, |objective|) for the unit u below; `None` without such a value.
    pub dual_gap: Option<f64>,
    /// A better point is known.
    pub is_beaten: bool,
    /// The size of the objective at points of size one and around the answer, at most 1; 0 where that
    /// is not known.
    pub unit: f64,
}

impl Judgement {
    /// Why the point is no answer: a number that is not finite, a violation or a complementarity
    /// above `most`.
    pub fn flaw(&self, most: f64) -> Option<String> {
        if self.objective.is_some_and(|value| !value.is_finite()) {
            return Some("the objective is not finite at the point found".to_owned());
        }
        if self.violation > most {
            let violation = self.violation;
            return Some(format!(
                "the point found violates constraints by {violation:.1e}"
            ));
        }
        let open = |slack: &f64| slack.is_nan() || *slack > most;
        if let Some(slack) = self.complementarity.filter(open) {
            return Some(format!(
                "the products of multipliers and slacks, which vanish at an optimum, are {slack:.1e} of \
                 the objective at the point found"
            ));
        }
        let gap = self.dual_gap.filter(open)?;
        Some(format!(
            "the objective at the point found is {gap:.1e} of its size from what the multipliers have it"
        ))
    }
}

impl<'p> Judge<'p> {
    pub fn new(problem: &'p Problem) -> Self {
        Judge {
            problem,
            evaluator: Evaluator::new(&problem.graph, &problem.roots()),
            equal: None,
        }
    }

    /// With the proved forms of `convex` for values that leave the range of numbers.
    pub fn with_equal_forms(problem: &'p Problem, convex: &'p ConvexProblem<'_>) -> Self {
        Judge {
            equal: EqualForms::of(convex),
            ..Judge::new(problem)
        }
    }

    /// `None` when the solution has no point.
    pub fn judge(&self, solution: &Solution) -> Option<Judgement> {
        if solution.variables.len() != self.problem.variables.len() {
            return None;
        }
        let (values, distance) = self.evaluate_near(&solution.variables);
        let mut judgement = self.judgement(&values, distance);
        judgement.unit = self.unit(&solution.variables, judgement.objective);
        // Without constraints nothing is left to compare.
        if let Some(duals) = solution.duals.as_ref().filter(|d| !d.is_empty()) {
            let slack = complementarity(&values, duals);
            let scale = judgement
                .objective
                .map_or(1.0, |f| scale(f, judgement.unit));
            judgement.complementarity = Some(slack.abs() / scale);
        }
        judgement.dual_gap = match (judgement.objective, solution.dual_value) {
            (Some(f), Some(value)) => Some((f - value).abs() / scale(f, judgement.unit)),
            _ => None,
        };
        judgement.gap = match (judgement.objective, solution.bound) {
            (Some(f), Some(bound)) => Some((f - bound).abs() / f.abs().max(1.0)),
            _ => None,
        };
        Some(judgement)
    }

    /// How large the objective is at the origin and at points of size one, or how much it changes where
    /// the answer moves by as much.
    fn unit(&self, variables: &[Arc<Matrix>], objective: Option<f64>) -> f64 {
        let Some(objective) = objective.filter(|f| f.is_finite() && f.abs() < 1.0) else {
            return 1.0;
        };
        let roots: Vec<ExprId> = self.problem.objective.expression.into_iter().collect();
        let evaluator = Evaluator::new(&self.problem.graph, &roots);
        let value = |point: Vec<Arc<Matrix>>| evaluator.evaluate(&point).first()?.as_scalar();
        let size = |f: Option<f64>| f.filter(|f| f.is_finite()).map_or(0.0, f64::abs);
        let mut unit = objective.abs();
        let ones: Vec<f64> = flat(&definite(variables)).collect();
        let steps: [&dyn Fn(usize) -> f64; 4] =
            [&|_| 0.0, &|k| factor(k, 0), &|k| factor(k, 0).abs(), &|k| {
                ones[k]
            }];
        for step in steps {
            unit = unit.max(size(value(mapped(variables, |k, _| step(k)))));
            let there = value(mapped(variables, |k, x| x + step(k)));
            unit = unit.max(size(there.map(|f| f - objective)));
        }
        unit.min(1.0)
    }

    /// Objective and violations at a point.
    pub fn point(&self, variables: &[Arc<Matrix>]) -> Judgement {
        let (values, distance) = self.evaluate_near(variables);
        self.judgement(&values, distance)
    }

    /// Values at a point that may lie outside the domain of a function by the accuracy asked for,
    /// and how far it does.
    fn evaluate_near(&self, variables: &[Arc<Matrix>]) -> (Values, f64) {
        let near = self.evaluator.evaluate_near(variables, AGREE);
        (self.values_of(near.values, variables), near.distance)
    }

    fn values_of(&self, mut all: Vec<Arc<Matrix>>, variables: &[Arc<Matrix>]) -> Values {
        if let Some(equal) = &self.equal {
            equal.mend(&mut all, variables);
        }
        Values {
            all,
            has_objective: self.problem.objective.expression.is_some(),
        }
    }

    pub(super) fn evaluate(&self, variables: &[Arc<Matrix>]) -> Values {
        self.values_of(self.evaluator.evaluate(variables), variables)
    }

    fn judgement(&self, values: &Values, distance: f64) -> Judgement {
        let mut judgement = Judgement {
            objective: values.objective(),
            violation: distance,
            ..Judgement::default()
        };
        for (k, constraint) in self.problem.constraints.iter().enumerate() {
            let (left, right) = values.sides(k);
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

    /// Values of other expressions of the problem at a point.
    pub fn values(&self, expressions: &[ExprId], variables: &[Arc<Matrix>]) -> Vec<Arc<Matrix>> {
        Evaluator::new(&self.problem.graph, expressions).evaluate(variables)
    }
}

/// max(u, |f|); a constant 0 has no unit.
fn scale(objective: f64, unit: f64) -> f64 {
    let scale = objective.abs().max(unit);
    if scale > 0.0 { scale } else { 1.0 }
}

/// Σ λ'(left - right).
fn complementarity(values: &Values, duals: &[Arc<Matrix>]) -> f64 {
    let of_one = |(k, dual): (usize, &Arc<Matrix>)| {
        let (left, right) = values.sides(k);
        slackness(&dual.entries(), left, right)
    };
    duals.iter().enumerate().map(of_one).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_finite_numbers_and_small_residuals() {
        let good = Judgement {
            objective: Some(2.0),
            violation: 1e-7,
            worst: Some(0),
            complementarity: Some(1e-8),
            gap: Some(1e-8),
            dual_gap: Some(1e-8),
            is_beaten: false,
            unit: 1.0,
        };
        assert_eq!(good.flaw(1e-4), None);
        let found = |judgement: Judgement| judgement.flaw(1e-4).unwrap_or_default();
        for objective in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let objective = Some(objective);
            let told = found(Judgement {
                objective,
                ..good.clone()
            });
            assert_eq!(told, "the objective is not finite at the point found");
        }
        for violation in [2e-3, f64::INFINITY] {
            let told = found(Judgement {
                violation,
                ..good.clone()
            });
            assert!(
                told.starts_with("the point found violates constraints by "),
                "{told}"
            );
        }
        for gap in [2e-3, f64::INFINITY, f64::NAN] {
            let complementarity = Some(gap);
            let told = found(Judgement {
                complementarity,
                ..good.clone()
            });
            assert!(
                told.starts_with("the products of multipliers and slacks"),
                "{told}"
            );
            let dual_gap = Some(gap);
            let told = found(Judgement {
                dual_gap,
                ..good.clone()
            });
            assert!(
                told.ends_with("from what the multipliers have it"),
                "{told}"
            );
        }
    }
}
