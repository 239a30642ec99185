//! A lower bound of a convex function from its values and slopes at several points.
//!
//! h(y) >= h(x_i) + g_i'(y - x_i) for every i, so that with weights w >= 0 of sum 1 and g = Σ w_i g_i
//! h(y) >= Σ w_i (h(x_i) - g_i'x_i) + g'y for every y. The weights of the least |g| are found by
//! the method of P. Wolfe, "Finding the nearest point in a polytope", 1976.

use super::points::flat;
use crate::matrix::Matrix;
use nalgebra::{DMatrix, DVector};
use std::sync::Arc;

/// Weights below this are taken as 0.
const NO_WEIGHT: f64 = 1e-12;
/// Slopes count as opposite up to this share of the largest.
const ROUNDING: f64 = 1e-12;

/// h(y) >= offset + slope'y.
#[derive(Debug)]
pub(super) struct Cut {
    slope: DVector<f64>,
    offset: f64,
}

impl Cut {
    /// From h and its slopes at a point; `None` where they are not finite.
    pub(super) fn new(values: &[Arc<Matrix>], point: &[Arc<Matrix>]) -> Option<Self> {
        let (value, slopes) = values.split_first()?;
        let slope = column(slopes);
        let offset = value.as_scalar()? - slope.dot(&column(point));
        (offset.is_finite() && slope.iter().all(|g| g.is_finite())).then_some(Cut { slope, offset })
    }

    pub(super) fn has_slope_of(&self, other: &Cut) -> bool {
        self.slope == other.slope
    }
}

fn column(values: &[Arc<Matrix>]) -> DVector<f64> {
    DVector::from_vec(flat(values).collect())
}

/// A value v and a slope g with h(y) >= v + g'y.
pub(super) fn lower_bound(cuts: &[Cut]) -> (f64, DVector<f64>) {
    let weights = nearest(cuts);
    let value = weights.iter().map(|&(k, w)| w * cuts[k].offset).sum();
    (value, combined(cuts, &weights))
}

type Weights = Vec<(usize, f64)>;

fn combined(cuts: &[Cut], weights: &Weights) -> DVector<f64> {
    let mut sum = DVector::zeros(cuts[0].slope.len());
    for &(k, w) in weights {
        sum.axpy(w, &cuts[k].slope, 1.0);
    }
    sum
}

/// Weights of the point nearest to the origin in the convex hull of the slopes.
fn nearest(cuts: &[Cut]) -> Weights {
    let size = cuts
        .iter()
        .map(|c| c.slope.norm_squared())
        .fold(0.0, f64::max);
    let mut weights: Weights = vec![(0, 1.0)];
    for _ in 0..10 * cuts.len() {
        let point = combined(cuts, &weights);
        let product = |k: usize| cuts[k].slope.dot(&point);
        let Some(best) = (0..cuts.len()).min_by(|&a, &b| product(a).total_cmp(&product(b))) else {
            break;
        };
        let known = weights.iter().any(|&(k, _)| k == best);
        if known || point.norm_squared() - product(best) <= ROUNDING * size {
            break;
        }
        weights.push((best, 0.0));
        if !settle(cuts, &mut weights) {
            break;
        }
    }
    weights
}

/// Moves to the nearest point of the affine hull, or to the face that is met before; false where
/// the slopes are dependent.
fn settle(cuts: &[Cut], weights: &mut Weights) -> bool {
    loop {
        let Some(target) = affine_weights(cuts, weights) else {
            weights.retain(|&(_, w)| w > 0.0);
            return false;
        };
        let step = weights
            .iter()
            .zip(&target)
            .filter(|(_, t)| **t <= NO_WEIGHT)
            .map(|(&(_, w), t)| w / (w - t).max(f64::MIN_POSITIVE))
            .fold(1.0, f64::min);
        for ((_, w), t) in weights.iter_mut().zip(&target) {
            *w += step * (t - *w);
        }
        if step >= 1.0 {
            return true;
        }
        weights.retain(|&(_, w)| w > NO_WEIGHT);
    }
}

/// The weights of sum 1, of any sign, with the shortest combination.
fn affine_weights(cuts: &[Cut], weights: &Weights) -> Option<Vec<f64>> {
    let count = weights.len();
    let system = DMatrix::from_fn(count + 1, count + 1, |i, j| match (i, j) {
        _ if i == count && j == count => 0.0,
        _ if i == count || j == count => 1.0,
        _ => cuts[weights[i].0].slope.dot(&cuts[weights[j].0].slope),
    });
    let mut right = DVector::zeros(count + 1);
    right[count] = 1.0;
    let solution = system.lu().solve(&right)?;
    let found: Vec<f64> = solution.iter().take(count).copied().collect();
    found.iter().all(|w| w.is_finite()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(offset: f64, slope: &[f64]) -> Cut {
        let slope = DVector::from_row_slice(slope);
        Cut { slope, offset }
    }

    #[test]
    fn opposite_slopes_bound_everywhere() {
        // |x| + |y| + 2, by its slopes around the kink.
        let cuts = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]].map(|g| cut(2.0, &g));
        let (value, slope) = lower_bound(&cuts);
        assert!((value - 2.0).abs() < 1e-12);
        assert!(slope.norm() < 1e-12);
    }

    #[test]
    fn slopes_of_one_side_bound_nearby_only() {
        // max(x, 2x) + 1 falls below 0 at x = -1.
        let (value, slope) = lower_bound(&[cut(1.0, &[1.0]), cut(1.0, &[2.0])]);
        assert_eq!((value, slope[0]), (1.0, 1.0));
    }

    #[test]
    fn the_nearest_point_may_lie_inside_a_face() {
        let cuts = [
            cut(0.0, &[1.0, 3.0]),
            cut(2.0, &[1.0, -1.0]),
            cut(9.0, &[5.0, 0.0]),
        ];
        let (value, slope) = lower_bound(&cuts);
        // 1/4 and 3/4 of the first two give the slope (1, 0).
        assert!((value - 1.5).abs() < 1e-12);
        assert!((slope.norm() - 1.0).abs() < 1e-12);
    }
}
