//! Whether an answer, solved by the test of its method, also is one for the user's constraints and objective: rows whose
//! terms differ by as much as 1e9 may miss theirs by all of a small one, and where slopes are as large, gaps may be.

use super::apex;
use super::found::{Ending, Found};
use super::packing::Packing;
use super::polish::polish;
use super::violation::Violation;
use crate::expr::Evaluator;
use crate::matrix::Matrix;
use crate::problem::Problem;
use std::sync::Arc;

/// How far an answer may miss constraints.
const MISSED: f64 = 1e-6;
/// How far the objective may be from what the multipliers have it, relative to max(1, its size).
const OPEN: f64 = 1e-5;
/// Differences of that that say nothing.
const ROUNDING: f64 = 1e-9;

/// Whether the point is solved, and is so on the user's problem, if need be moved onto bounds and linear rows, or off
/// the apex of quotients.
pub fn stands(problem: &Problem, found: &mut Found) -> bool {
    if found.ending != Ending::Solved {
        return false;
    }
    let packing = Packing::new(problem);
    let test = Test::new(problem, &packing, found.dual_value);
    let mut x = found.x[..packing.size].to_vec();
    if !test.holds(&x) {
        polish(problem, &packing, &mut x);
    }
    if !test.holds(&x) {
        return false;
    }
    match test.off_apex(problem, &x) {
        Some(raised) => {
            found.x[..packing.size].copy_from_slice(&raised);
            true
        }
        None => test.is_closed(&x) && test.is_slack(&x, found.duals.as_deref()),
    }
}

/// Whether the objective is far from what the multipliers of an answer have it.
pub fn is_open(problem: &Problem, variables: &[Arc<Matrix>], dual: Option<f64>) -> bool {
    gap_at(problem, variables, user_value(problem, dual)).is_some_and(|gap| gap > OPEN)
}

/// The answer off the apex of quotients, as `proved` has them, where that brings its objective to the value that its
/// multipliers have.
pub fn off_apex(
    problem: &Problem,
    proved: &Problem,
    variables: &[Arc<Matrix>],
    dual: Option<f64>,
) -> Option<Vec<Arc<Matrix>>> {
    let packing = Packing::new(problem);
    let x = packing.pack(variables);
    let raised = Test::new(problem, &packing, user_value(problem, dual)).off_apex(proved, &x)?;
    Some(packing.unpack(&raised, variables.len()))
}

struct Test<'p> {
    problem: &'p Problem,
    packing: &'p Packing,
    violation: Violation<'p>,
    /// The objective, which is minimised, as the multipliers have it.
    dual: Option<f64>,
}

impl<'p> Test<'p> {
    fn new(problem: &'p Problem, packing: &'p Packing, dual: Option<f64>) -> Self {
        Test {
            problem,
            packing,
            violation: Violation::of(problem),
            dual,
        }
    }

    fn holds(&self, x: &[f64]) -> bool {
        self.violation.worst(self.packing, x).0 <= MISSED
    }

    fn is_closed(&self, x: &[f64]) -> bool {
        self.gap(x).is_none_or(|gap| gap <= OPEN)
    }

    fn gap(&self, x: &[f64]) -> Option<f64> {
        gap(self.problem, self.packing, x, self.dual)
    }

    /// Whether multipliers and slacks have no products.
    fn is_slack(&self, x: &[f64], duals: Option<&[Vec<f64>]>) -> bool {
        let Some(duals) = duals else {
            return true;
        };
        let slackness = self.violation.slackness(self.packing, x, duals);
        let point = self.packing.unpack(x, self.problem.variables.len());
        let value = value(self.problem, &point).unwrap_or(0.0);
        slackness.abs() <= OPEN * value.abs().max(1.0)
    }

    /// `None` where the objective is closed, or does not become so.
    fn off_apex(&self, stated: &Problem, x: &[f64]) -> Option<Vec<f64>> {
        if self.is_closed(x) {
            return None;
        }
        let raised = apex::raised(stated, self.packing, x);
        let gap = |x: &Vec<f64>| self.gap(x).unwrap_or(0.0);
        raised
            .filter(|x| self.holds(x) && self.is_closed(x))
            .min_by(|a, b| gap(a).total_cmp(&gap(b)))
    }
}

/// Whether another point brings the objective nearer to what the multipliers have.
pub fn is_nearer(problem: &Problem, found: &Found, other: &[f64]) -> bool {
    let packing = Packing::new(problem);
    let gap = |x: &[f64]| gap(problem, &packing, x, found.dual_value);
    match (gap(&found.x), gap(other)) {
        (Some(own), Some(gap)) => gap < own - ROUNDING,
        _ => false,
    }
}

/// A value of the user's objective as one of what is minimised.
fn user_value(problem: &Problem, value: Option<f64>) -> Option<f64> {
    value.map(|value| problem.objective.goal.sign() * value)
}

/// How far the objective is from what the multipliers have it, relative to max(1, its size), infinite where it has no
/// value; `None` where one of them is not known.
fn gap(problem: &Problem, packing: &Packing, x: &[f64], dual: Option<f64>) -> Option<f64> {
    gap_at(problem, &packing.unpack(x, problem.variables.len()), dual)
}

fn gap_at(problem: &Problem, point: &[Arc<Matrix>], dual: Option<f64>) -> Option<f64> {
    let dual = dual?;
    let value = problem.objective.goal.sign() * value(problem, point)?;
    let gap = (value - dual).abs() / value.abs().max(1.0);
    Some(if value.is_finite() {
        gap
    } else {
        f64::INFINITY
    })
}

/// The objective, arguments that lie a little outside a domain moved onto it.
fn value(problem: &Problem, point: &[Arc<Matrix>]) -> Option<f64> {
    let expression = problem.objective.expression?;
    let evaluator = Evaluator::new(&problem.graph, &[expression]);
    let near = evaluator.evaluate_near(point, MISSED);
    near.values.first()?.as_scalar()
}
