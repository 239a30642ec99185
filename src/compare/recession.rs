//! Proofs that the objective has no bound: directions that improve it and that no constraint stops.

use super::agreement::AGREE;
use super::homogeneous::{along_equations, along_level};
use super::judge::{Judge, Values};
use super::points::{factor, flat, largest, mapped};
use crate::matrix::{Eigen, Matrix, symmetric_part};
use crate::problem::{Constraint, Goal, Problem, Relation};
use crate::solve::Certificate;
use crate::solve::descent::polished;
use std::sync::Arc;

/// The lengths along a direction at which the objective is looked at; numbers beyond count as
/// infinite.
const LENGTHS: [f64; 4] = [1e3, 1e6, 1e9, 1e12];
/// Those along which the small eigenvalues of a matrix that grows keep their digits.
const SHORT_LENGTHS: [f64; 4] = [1e-1, 1e2, 1e5, 1e8];
/// The lengths at which constraints are looked at.
const NEAR: f64 = 1e4;
const FAR: f64 = 1e8;

/// Growth of a residual along a direction, relative to the terms it is made of, that counts as
/// rounding.
const NO_SLOPE: f64 = 1e-6;
/// Eigenvalues of a matrix that grows, relative to its largest entry, that count as rounding.
const EIGEN_ROUNDING: f64 = 1e-10;
/// Entries of a direction, relative to its largest, that may be rounding.
const NEGLIGIBLE: f64 = 1e-6;
/// Entries that are tried as zeros.
const SMALL: f64 = 1e-4;

/// Shares of the largest entry of a point from which on its entries may go on without end.
const LARGE: [f64; 3] = [1e-3, 1e-2, 0.1];

/// A point with a larger entry lies far out.
const AWAY: f64 = 1e3;

/// How the objective improves without end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Improvement {
    /// By this much with every unit, or more.
    Steady(f64),
    /// As log(t) does with the length t, or faster: each step to a thousand times the length gains
    /// at least as much as the step before.
    Slow,
}

/// How the objective improves along a direction in which no constraint is violated further, and
/// that direction, its largest entry 1; `None` when the direction proves nothing.
pub fn improvement(
    problem: &Problem,
    judge: &Judge<'_>,
    certificate: &Certificate,
) -> Option<(Improvement, Vec<Arc<Matrix>>)> {
    let scale = largest(&certificate.direction);
    if certificate.direction.len() != problem.variables.len() || scale == 0.0 {
        return None;
    }
    let unit = mapped(&certificate.direction, |_, e| e / scale);
    // Rounding errors off, which a square would make as large as the improvement far out.
    let round = mapped(&unit, |_, e| (e / NEGLIGIBLE).round() * NEGLIGIBLE);
    // Small entries beside the diagonal where a matrix does not grow leave it indefinite.
    let sparse = without_small(&unit, SMALL);
    let origin = mapped(&unit, |_, _| 0.0);
    let exact = along_equations(problem, &unit);
    let directions = [unit, round, sparse].into_iter().chain(exact);
    first_of(problem, judge, &origin, directions, LENGTHS)
}

/// Smaller entries become zeros.
fn without_small(direction: &[Arc<Matrix>], least: f64) -> Vec<Arc<Matrix>> {
    mapped(direction, |_, e| if e.abs() < least { 0.0 } else { e })
}

/// The first of the directions that proves something.
fn first_of(
    problem: &Problem,
    judge: &Judge<'_>,
    start: &[Arc<Matrix>],
    directions: impl IntoIterator<Item = Vec<Arc<Matrix>>>,
    lengths: [f64; 4],
) -> Option<(Improvement, Vec<Arc<Matrix>>)> {
    directions.into_iter().find_map(|direction| {
        let improvement = along_direction(problem, judge, start, &direction, lengths)?;
        Some((improvement, direction))
    })
}

/// How the objective improves along the ray to a point that lies far out, from a point near on which the
/// constraints hold.
pub fn improvement_along(
    problem: &Problem,
    judge: &Judge<'_>,
    far: &[Arc<Matrix>],
) -> Option<(Improvement, Vec<Arc<Matrix>>)> {
    let scale = largest(far);
    if far.len() != problem.variables.len() || !(scale > AWAY && scale.is_finite()) {
        return None;
    }
    on_ray(problem, judge, far, scale).or_else(|| on_level(problem, judge, far, scale))
}

/// Along the ray itself.
fn on_ray(
    problem: &Problem,
    judge: &Judge<'_>,
    far: &[Arc<Matrix>],
    scale: f64,
) -> Option<(Improvement, Vec<Arc<Matrix>>)> {
    let start = mapped(far, |_, e| e.clamp(-AWAY, AWAY));
    let holds = |point: &Vec<Arc<Matrix>>| judge.point(point).violation <= AGREE;
    let start = match holds(&start) {
        true => start,
        false => polished(problem, &start).filter(holds)?,
    };
    let direction = mapped(far, |_, e| (e / scale / NEGLIGIBLE).round() * NEGLIGIBLE);
    let exact = along_equations(problem, &direction);
    // Entries that have come to their ends are small beside those that go on.
    let unit = mapped(far, |_, e| e / scale);
    let large = LARGE.map(|share| without_small(&unit, share));
    let directions = [direction].into_iter().chain(exact).chain(large);
    first_of(problem, judge, &start, directions, LENGTHS)
}

/// Along a direction on which linear parts of the objective stay level, from where it comes near: there a definite
/// matrix keeps the rest of its eigenvalues.
fn on_level(
    problem: &Problem,
    judge: &Judge<'_>,
    far: &[Arc<Matrix>],
    scale: f64,
) -> Option<(Improvement, Vec<Arc<Matrix>>)> {
    let direction = along_level(problem, &mapped(far, |_, e| e / scale))?;
    let back: Vec<f64> = flat(&direction).collect();
    let start = mapped(far, |k, e| e - (scale - AWAY) * back[k]);
    if judge.point(&start).violation > AGREE {
        return None;
    }
    first_of(problem, judge, &start, [direction], SHORT_LENGTHS)
}

fn along_direction(
    problem: &Problem,
    judge: &Judge<'_>,
    start: &[Arc<Matrix>],
    direction: &[Arc<Matrix>],
    lengths: [f64; 4],
) -> Option<Improvement> {
    let starts: Vec<f64> = flat(start).collect();
    let at = |t: f64, seed: Option<u64>| {
        let mix = |k| seed.map_or(1.0, |seed| factor(k, seed));
        judge.evaluate(&mapped(direction, |k, e| starts[k] + t * e * mix(k)))
    };
    let values = lengths.map(|t| at(t, None));
    let improvement = of_objective(problem.objective.goal, &values, lengths)?;
    let ends = [NEAR, FAR].map(|t| at(t, None));
    let mixed = [1, 2, 3].map(|seed| at(FAR, Some(seed)));
    let [near, far] = &ends;
    let mut constraints = problem.constraints.iter().enumerate();
    let free = constraints.all(|(k, constraint)| is_free(constraint, k, [near, far], &mixed));
    free.then_some(improvement)
}

fn of_objective(goal: Goal, values: &[Values; 4], lengths: [f64; 4]) -> Option<Improvement> {
    let mut heights = [0.0; 4];
    for (height, values) in heights.iter_mut().zip(values) {
        *height = -goal.sign() * values.objective().filter(|f| f.is_finite())?;
    }
    let gains = [1, 2, 3].map(|k| heights[k] - heights[k - 1]);
    let lasting = |k: usize| gains[k] >= gains[k - 1] * (1.0 - 1e-6);
    if gains[0] <= 0.0 || !lasting(1) || !lasting(2) {
        return None;
    }
    let rates = [1, 2].map(|k| gains[k] / (lengths[k + 1] - lengths[k]));
    let steady = rates[1] >= (1.0 - 1e-2) * rates[0];
    Some(match steady {
        true => Improvement::Steady(rates[0].min(rates[1])),
        false => Improvement::Slow,
    })
}

/// Whether the constraint does not come closer between the two points. The entries of the direction
/// with other factors tell how large the terms of a residual are that should cancel.
fn is_free(constraint: &Constraint, k: usize, ends: [&Values; 2], mixed: &[Values; 3]) -> bool {
    let [here, there] = ends.map(|values| values.sides(k));
    if constraint.relation == Relation::Precedes {
        return stays_semidefinite([here, there], mixed.iter().map(|values| values.sides(k)));
    }
    let size = here.0.shape().size().max(here.1.shape().size());
    (0..size).all(|e| {
        let bounds_nothing =
            entry(here.0, e) == f64::NEG_INFINITY || entry(here.1, e) == f64::INFINITY;
        let terms = mixed.iter().map(|values| residual(values.sides(k), e));
        let terms = terms.fold(residual(there, e).abs(), |most, r| most.max(r.abs()));
        let rounding = match terms.is_finite() {
            true => NO_SLOPE * (terms / FAR).min(1.0),
            false => NO_SLOPE,
        };
        match (constraint.relation, slope(here, there, e)) {
            (Relation::LessEqual, _) if bounds_nothing => true,
            (Relation::Equal, Some(slope)) => slope.abs() <= rounding,
            (_, Some(slope)) => slope <= rounding,
            (_, None) => false,
        }
    })
}

/// Whether right - left grows by a positive semidefinite matrix between the two points, up to rounding: along
/// each eigenvector v the growth v'Dv is held against its terms |v|'|T||v|, so that large entries elsewhere in
/// the matrix excuse nothing.
fn stays_semidefinite<'m>(
    ends: [(&Matrix, &Matrix); 2],
    mixed: impl Iterator<Item = (&'m Matrix, &'m Matrix)>,
) -> bool {
    let difference = |(left, right): (&Matrix, &Matrix)| {
        symmetric_part(&Matrix::Dense(
            right.to_dense().as_ref() - left.to_dense().as_ref(),
        ))
    };
    let growth = (difference(ends[1]) - difference(ends[0])) / (FAR - NEAR);
    let mut terms = growth.abs();
    for sides in mixed {
        terms = terms.sup(&(difference(sides).abs() / FAR));
    }
    let largest = terms.amax().min(1.0);
    let Some(eigen) = Eigen::of_symmetric(&growth) else {
        return false;
    };
    eigen.values.iter().enumerate().all(|(k, &value)| {
        let vector = eigen.vectors.column(k).abs();
        let size = (vector.transpose() * &terms * &vector)[(0, 0)];
        value >= -(NO_SLOPE * size.min(1.0)).max(EIGEN_ROUNDING * largest)
    })
}

/// The growth of left - right at entry e between the two points, for each unit of length; `None`
/// where rounding would hide it.
fn slope(here: (&Matrix, &Matrix), there: (&Matrix, &Matrix), e: usize) -> Option<f64> {
    let slope = (residual(there, e) - residual(here, e)) / (FAR - NEAR);
    let sides = [here.0, here.1, there.0, there.1];
    let size = sides
        .iter()
        .fold(0.0, |most: f64, side| most.max(entry(side, e).abs()));
    let rounding = f64::EPSILON * size / (FAR - NEAR);
    (slope.is_finite() && rounding <= NO_SLOPE).then_some(slope)
}

/// left - right at entry e.
fn residual(sides: (&Matrix, &Matrix), e: usize) -> f64 {
    entry(sides.0, e) - entry(sides.1, e)
}

/// Entry e down the columns, a scalar standing for all.
fn entry(side: &Matrix, e: usize) -> f64 {
    match side.as_scalar() {
        Some(number) => number,
        None => side.get(e % side.shape().rows, e / side.shape().rows),
    }
}
