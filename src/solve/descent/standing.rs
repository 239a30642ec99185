//! Whether an answer, solved by the test of its method, also is one for the user's constraints and objective: rows whose
//! terms differ by as much as 1e9 may miss theirs by all of a small one, and where slopes are as large, gaps may be.

use super::found::{Ending, Found};
use super::packing::Packing;
use super::polish::polish;
use super::violation::Violation;
use super::{apex, is_maximised};
use crate::expr::Evaluator;
use crate::problem::Problem;

/// How far an answer may miss constraints.
const MISSED: f64 = 1e-6;
/// How far the objective may be from what the multipliers have it, relative to max(1, its size).
const OPEN: f64 = 1e-5;

/// Whether the point is solved, and is so on the user's problem, if need be moved onto bounds and linear rows, or off
/// the apex of quotients.
pub fn stands(problem: &Problem, found: &mut Found) -> bool {
    if found.ending != Ending::Solved {
        return false;
    }
    let packing = Packing::new(problem);
    let violation = Violation::of(problem);
    let holds = |x: &[f64]| violation.worst(&packing, x).0 <= MISSED;
    let gap = |x: &[f64]| gap(problem, &packing, x, found.dual_value);
    let mut x = found.x[..packing.size].to_vec();
    if !holds(&x) {
        polish(problem, &packing, &mut x);
    }
    if !holds(&x) {
        return false;
    }
    let own = gap(&x);
    if own.is_none_or(|gap| gap <= OPEN) {
        return true;
    }
    let is_closed = |x: &Vec<f64>| holds(x) && gap(x).is_some_and(|gap| gap <= OPEN);
    let Some(raised) = apex::raised(problem, &packing, &x).find(is_closed) else {
        // The point may lie outside a domain by rounding.
        return own == Some(f64::INFINITY);
    };
    found.x[..packing.size].copy_from_slice(&raised);
    true
}

/// How far the objective is from what the multipliers have it, relative to max(1, its size), infinite where it has no
/// value; `None` where one of them is not known.
fn gap(problem: &Problem, packing: &Packing, x: &[f64], dual: Option<f64>) -> Option<f64> {
    let (value, dual) = (value(problem, packing, x)?, dual?);
    let value = if is_maximised(problem) { -value } else { value };
    let gap = (value - dual).abs() / value.abs().max(1.0);
    Some(if value.is_finite() {
        gap
    } else {
        f64::INFINITY
    })
}

/// Whether there is no objective, or one with a finite value.
pub fn has_value(problem: &Problem, packing: &Packing, x: &[f64]) -> bool {
    value(problem, packing, x).is_none_or(f64::is_finite)
}

fn value(problem: &Problem, packing: &Packing, x: &[f64]) -> Option<f64> {
    let expression = problem.objective.expression?;
    let point = packing.unpack(x, problem.variables.len());
    let values = Evaluator::new(&problem.graph, &[expression]).evaluate(&point);
    values.first()?.as_scalar()
}
