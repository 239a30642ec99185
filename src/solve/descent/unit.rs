//! Objectives in a larger unit, where their slopes are too large to be multiplied with each other:
//! those of sum((A*x - b) .^ 100) at residuals of 100.

use super::found::Found;
use super::packing::Packing;
use crate::atoms::construct::scale;
use crate::expr::{Evaluator, ExprId};
use crate::problem::Problem;

/// Slopes beyond this have products that leave the range of numbers.
const STEEPEST: f64 = 1e100;

pub fn is_too_steep(gradient: &[f64]) -> bool {
    gradient.iter().any(|slope| slope.abs() > STEEPEST)
}

/// A value that fell by this factor asks for a smaller unit.
const FALLEN: f64 = 1e-3;
const MOST_ROUNDS: usize = 40;

/// Solves the problem with its objective divided by its value at a point, then by that at the answer,
/// until it is of size one there; `None` where the first value is not finite, or not large.
pub fn solve_in_larger_unit(
    problem: &Problem,
    first: &[f64],
    mut solve: impl FnMut(&Problem) -> Result<Found, String>,
) -> Option<Result<Found, String>> {
    let root = problem.objective.expression?;
    let packing = Packing::new(problem);
    let mut scaled = problem.clone();
    let mut unit = unit_of(value_at(problem, root, &packing, &first[..packing.size])?)?;
    for _ in 0..MOST_ROUNDS {
        scaled.objective.expression = Some(scale(&mut scaled.graph, 1.0 / unit, root));
        let found = match solve(&scaled) {
            Ok(found) => found.in_user_unit(unit),
            Err(reason) => return Some(Err(reason)),
        };
        let value = value_at(problem, root, &packing, &found.x[..packing.size]);
        let smaller = value.and_then(unit_of).filter(|&u| u < FALLEN * unit);
        let Some(smaller) = smaller else {
            return Some(Ok(found));
        };
        unit = smaller;
        let values = packing.unpack(&found.x[..packing.size], scaled.variables.len());
        for (variable, value) in scaled.variables.iter_mut().zip(values) {
            variable.start = Some(value);
        }
    }
    None
}

/// The power of two next to a large value.
fn unit_of(value: f64) -> Option<f64> {
    let exponent = value.abs().log2().floor();
    let is_large = exponent.is_finite() && exponent > 1.0;
    is_large.then(|| exponent.exp2())
}

fn value_at(problem: &Problem, root: ExprId, packing: &Packing, x: &[f64]) -> Option<f64> {
    let variables = packing.unpack(x, problem.variables.len());
    let values = Evaluator::new(&problem.graph, &[root]).evaluate(&variables);
    values.first()?.as_scalar()
}
