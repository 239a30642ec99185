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
    let is_closed = |x: &[f64]| is_closed(problem, &packing, x, found.dual_value);
    let mut x = found.x[..packing.size].to_vec();
    if !holds(&x) {
        polish(problem, &packing, &mut x);
    }
    if !holds(&x) {
        return false;
    }
    if is_closed(&x) {
        return true;
    }
    let raised = apex::raised(problem, &packing, &x).find(|x| holds(x) && is_closed(x));
    let is_raised = raised.is_some();
    if let Some(raised) = raised {
        found.x[..packing.size].copy_from_slice(&raised);
    }
    is_raised
}

/// Whether the objective has the value that the multipliers have, where both are known.
fn is_closed(problem: &Problem, packing: &Packing, x: &[f64], dual: Option<f64>) -> bool {
    let (Some(expression), Some(dual)) = (problem.objective.expression, dual) else {
        return true;
    };
    let point = packing.unpack(x, problem.variables.len());
    let values = Evaluator::new(&problem.graph, &[expression]).evaluate(&point);
    let value = values.first().and_then(|value| value.as_scalar());
    // The point may lie outside a domain by rounding.
    let Some(value) = value.filter(|value| value.is_finite()) else {
        return true;
    };
    let value = if is_maximised(problem) { -value } else { value };
    (value - dual).abs() <= OPEN * value.abs().max(1.0)
}
