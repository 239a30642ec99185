//! A lower bound of a convex function from its values and slopes at several points.
//!
//! h(y) >= h(x_i) + g_i'(y - x_i) for every i, so that with weights w >= 0 of sum 1 and g = Σ w_i g_i
//! h(y) >= Σ w_i (h(x_i) - g_i'x_i) + g'y for every y. The weights of the least |g| are found by
//! the method of P. Wolfe, "Finding the nearest point in a polytope", 1976.

use super::points::flat;
use crate::matrix::Matrix;
use faer::Mat;
use faer::linalg::solvers::Solve;
use nalgebra::DVector;
use std::sync::Arc;

/// Weights below this are taken as 0.
const NO_WEIGHT: f64 = 1e-12;
/// Σ n³ over all systems of n weights solved for one set of cuts.
const MOST_WORK: f64 = 1e8;
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
}

fn column(values: &[Arc<Matrix>]) -> DVector<f64> {
    DVector::from_vec(flat(values).collect())
}

/// The cuts known so far, with the weights of the nearest point to the origin: further cuts move it on from there.
#[derive(Debug, Default)]
pub(super) struct Cuts {
    cuts: Vec<Cut>,
    /// g_i'g_j for j <= i.
    products: Vec<Vec<f64>>,
    /// By position, none zero.
    weights: Vec<(usize, f64)>,
    /// Σ n³ over the systems of n weights that were solved.
    work: f64,
}

impl Cuts {
    /// Whether no other has its slope.
    pub(super) fn add(&mut self, cut: Cut) -> bool {
        let is_new = !self.cuts.iter().any(|known| known.slope == cut.slope);
        if self.cuts.is_empty() {
            self.weights.push((0, 1.0));
        }
        let others = self.cuts.iter().chain(std::iter::once(&cut));
        let products = others.map(|other| other.slope.dot(&cut.slope));
        self.products.push(products.collect());
        self.cuts.push(cut);
        is_new
    }

    /// A value v and a slope g with h(y) >= v + g'y; there is a cut.
    pub(super) fn lower_bound(&mut self) -> (f64, DVector<f64>) {
        self.move_to_nearest();
        let values = self.weights.iter().map(|&(k, w)| w * self.cuts[k].offset);
        (values.sum(), self.combined())
    }

    /// Whether the nearest point is looked for no more: a bound by weights that are not of it holds too.
    pub(super) fn is_spent(&self) -> bool {
        self.work > MOST_WORK
    }

    fn combined(&self) -> DVector<f64> {
        let mut sum = DVector::zeros(self.cuts[0].slope.len());
        for &(k, w) in &self.weights {
            sum.axpy(w, &self.cuts[k].slope, 1.0);
        }
        sum
    }

    fn product(&self, i: usize, j: usize) -> f64 {
        self.products[i.max(j)][i.min(j)]
    }

    /// The point nearest to the origin in the convex hull of the slopes.
    fn move_to_nearest(&mut self) {
        let squares = (0..self.cuts.len()).map(|k| self.product(k, k));
        let size = squares.fold(0.0, f64::max);
        for _ in 0..10 * self.cuts.len() {
            if self.is_spent() {
                break;
            }
            let point = self.combined();
            let product = |k: usize| self.cuts[k].slope.dot(&point);
            let by_product = |a: &usize, b: &usize| product(*a).total_cmp(&product(*b));
            let Some(best) = (0..self.cuts.len()).min_by(by_product) else {
                break;
            };
            let known = self.weights.iter().any(|&(k, _)| k == best);
            if known || point.norm_squared() - product(best) <= ROUNDING * size {
                break;
            }
            self.weights.push((best, 0.0));
            if !self.settle() {
                break;
            }
        }
    }

    /// Moves to the nearest point of the affine hull, or to the face that is met before; false where
    /// the slopes are dependent.
    fn settle(&mut self) -> bool {
        loop {
            self.work += (self.weights.len() as f64).powi(3);
            let Some(target) = self.affine_weights() else {
                self.weights.retain(|&(_, w)| w > 0.0);
                return false;
            };
            let pairs = self.weights.iter().zip(&target);
            let step = pairs
                .filter(|(_, t)| **t <= NO_WEIGHT)
                .map(|(&(_, w), t)| w / (w - t).max(f64::MIN_POSITIVE))
                .fold(1.0, f64::min);
            for ((_, w), t) in self.weights.iter_mut().zip(&target) {
                *w += step * (t - *w);
            }
            if step >= 1.0 {
                return true;
            }
            self.weights.retain(|&(_, w)| w > NO_WEIGHT);
        }
    }

    /// The weights of sum 1, of any sign, with the shortest combination.
    fn affine_weights(&self) -> Option<Vec<f64>> {
        let count = self.weights.len();
        let system = Mat::from_fn(count + 1, count + 1, |i, j| match (i, j) {
            _ if i == count && j == count => 0.0,
            _ if i == count || j == count => 1.0,
            _ => self.product(self.weights[i].0, self.weights[j].0),
        });
        let right = Mat::from_fn(count + 1, 1, |i, _| if i == count { 1.0 } else { 0.0 });
        let solution = system.partial_piv_lu().solve(&right);
        let found: Vec<f64> = (0..count).map(|i| solution[(i, 0)]).collect();
        found.iter().all(|w| w.is_finite()).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(offset: f64, slope: &[f64]) -> Cut {
        let slope = DVector::from_row_slice(slope);
        Cut { slope, offset }
    }

    fn lower_bound(cuts: impl IntoIterator<Item = Cut>) -> (f64, DVector<f64>) {
        let mut all = Cuts::default();
        cuts.into_iter().for_each(|cut| {
            all.add(cut);
        });
        all.lower_bound()
    }

    #[test]
    fn opposite_slopes_bound_everywhere() {
        // |x| + |y| + 2, by its slopes around the kink.
        let cuts = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]].map(|g| cut(2.0, &g));
        let (value, slope) = lower_bound(cuts);
        assert!((value - 2.0).abs() < 1e-12);
        assert!(slope.norm() < 1e-12);
    }

    #[test]
    fn slopes_of_one_side_bound_nearby_only() {
        // max(x, 2x) + 1 falls below 0 at x = -1.
        let (value, slope) = lower_bound([cut(1.0, &[1.0]), cut(1.0, &[2.0])]);
        assert_eq!((value, slope[0]), (1.0, 1.0));
    }

    #[test]
    fn the_nearest_point_may_lie_inside_a_face() {
        let cuts = [
            cut(0.0, &[1.0, 3.0]),
            cut(2.0, &[1.0, -1.0]),
            cut(9.0, &[5.0, 0.0]),
        ];
        let (value, slope) = lower_bound(cuts);
        // 1/4 and 3/4 of the first two give the slope (1, 0).
        assert!((value - 1.5).abs() < 1e-12);
        assert!((slope.norm() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn cuts_that_follow_move_the_bound_on() {
        let slopes = [
            [3.0, 1.0],
            [2.0, -1.0],
            [-1.0, 4.0],
            [-2.0, -3.0],
            [1.0, 1.0],
        ];
        let cuts = || slopes.iter().map(|g| cut(2.0, g));
        let mut step_by_step = Cuts::default();
        for cut in cuts() {
            step_by_step.add(cut);
            step_by_step.lower_bound();
        }
        let (value, slope) = step_by_step.lower_bound();
        assert!(slope.norm() < 1e-12);
        assert!((value - 2.0).abs() < 1e-12);
    }
}
