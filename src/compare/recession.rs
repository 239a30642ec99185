//! Proofs that the objective has no bound: directions that improve it and that no constraint stops.

use super::certificate::largest;
use super::judge::{Judge, Values};
use crate::matrix::Matrix;
use crate::problem::{Constraint, Goal, Problem, Relation};
use crate::solve::Certificate;
use std::sync::Arc;

/// The lengths along a direction at which the problem is looked at.
const NEAR: f64 = 1e4;
const FAR: f64 = 1e8;

/// Growth of a residual along a direction of length one that counts as rounding.
const NO_SLOPE: f64 = 1e-6;

/// Entries of a direction below this share of the largest may be what the way to it left over.
const LEFT_OVER: f64 = 1e-6;

/// How fast the objective improves along a direction, or along its large entries alone, in which no constraint is violated further;
/// `None` when the direction proves nothing.
pub fn improvement(problem: &Problem, judge: &Judge<'_>, certificate: &Certificate) -> Option<f64> {
    let direction = &certificate.direction;
    if direction.len() != problem.variables.len() {
        return None;
    }
    let large = LEFT_OVER * largest(direction);
    improvement_along(problem, judge, direction).or_else(|| {
        let keep = |e: f64| if e.abs() > large { e } else { 0.0 };
        improvement_along(problem, judge, &mapped(direction, keep))
    })
}

fn improvement_along(
    problem: &Problem,
    judge: &Judge<'_>,
    direction: &[Arc<Matrix>],
) -> Option<f64> {
    let scale = largest(direction);
    if scale == 0.0 {
        return None;
    }
    let along = |t: f64| mapped(direction, |e| t / scale * e);
    let [near, far] = [NEAR, FAR].map(|t| judge.evaluate(&along(t)));
    let rise = (far.objective()? - near.objective()?) / (FAR - NEAR);
    let improvement = match problem.objective.goal {
        Goal::Maximize => rise,
        Goal::Minimize | Goal::Find => -rise,
    };
    let mut constraints = problem.constraints.iter().enumerate();
    let free = constraints.all(|(k, constraint)| is_free(constraint, k, &near, &far));
    (improvement.is_finite() && improvement > 0.0 && free).then_some(improvement)
}

/// Whether the constraint does not come closer between the two points.
fn is_free(constraint: &Constraint, k: usize, near: &Values, far: &Values) -> bool {
    let (here, there) = (near.sides(k), far.sides(k));
    if constraint.relation == Relation::Precedes {
        let violations = [here, there].map(|(l, r)| Relation::Precedes.violation(l, r));
        return violations[1] <= violations[0].max(NO_SLOPE);
    }
    let size = here.0.shape().size().max(here.1.shape().size());
    (0..size).all(|e| {
        let bounds_nothing =
            entry(here.0, e) == f64::NEG_INFINITY || entry(here.1, e) == f64::INFINITY;
        match (constraint.relation, slope(here, there, e)) {
            (Relation::LessEqual, _) if bounds_nothing => true,
            (Relation::Equal, Some(slope)) => slope.abs() <= NO_SLOPE,
            (_, Some(slope)) => slope <= NO_SLOPE,
            (_, None) => false,
        }
    })
}

/// The growth of left - right at entry e between the two points, for each unit of length; `None`
/// where rounding would hide it.
fn slope(here: (&Matrix, &Matrix), there: (&Matrix, &Matrix), e: usize) -> Option<f64> {
    let residual = |sides: (&Matrix, &Matrix)| entry(sides.0, e) - entry(sides.1, e);
    let slope = (residual(there) - residual(here)) / (FAR - NEAR);
    let sides = [here.0, here.1, there.0, there.1];
    let size = sides
        .iter()
        .fold(0.0, |most: f64, side| most.max(entry(side, e).abs()));
    let rounding = f64::EPSILON * size / (FAR - NEAR);
    (slope.is_finite() && rounding <= NO_SLOPE).then_some(slope)
}

/// Entry e down the columns, a scalar standing for all.
fn entry(side: &Matrix, e: usize) -> f64 {
    match side.as_scalar() {
        Some(number) => number,
        None => side.get(e % side.shape().rows, e / side.shape().rows),
    }
}

/// The direction with a function of each entry.
fn mapped(direction: &[Arc<Matrix>], f: impl Fn(f64) -> f64) -> Vec<Arc<Matrix>> {
    let image = |d: &Arc<Matrix>| {
        let entries = d.entries().iter().map(|&e| f(e)).collect();
        Arc::new(Matrix::from_columns(d.shape(), entries))
    };
    direction.iter().map(image).collect()
}
