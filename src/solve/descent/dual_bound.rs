//! A proved lower bound on the optimal value, from multipliers: the Wolfe dual value
//! `L = f(x) + Σ λ_i'F_i(x) - g_i*(λ_i)` less what its gradient r, where it is not zero, can lose on
//! the way to a minimiser x*. As L is convex in x, that is at most `Σ max r_k*(x_k - x*_k)` over a box
//! that holds every feasible point, or r'H⁻¹r/2 for a quadratic f with positive definite H.

use super::dense::Factor;
use super::lagrangian::Lagrangian;
use super::model::{AffinePart, Model};
use super::tape::product::dot;
use crate::matrix::SparseMatrix;
use crate::shape::Shape;

/// Unknowns up to which H is factored for the bound.
const LARGEST_DENSE: usize = 400;
/// Rounds in which rows narrow the box.
const ROUNDS: usize = 3;
/// Share of the terms of a sum by which rounding may change it, and more.
const ROUNDING: f64 = 1e-13;
/// Coefficients of rows that are looked at.
const MOST_COEFFICIENTS: usize = 2_000_000;

/// What is known of all minimisers.
#[derive(Debug)]
pub struct Reach {
    lower: Vec<f64>,
    upper: Vec<f64>,
    /// Of H, where f is a positive definite quadratic.
    factor: Option<Factor>,
}

impl Reach {
    pub fn of(model: &mut Model) -> Self {
        let n = model.size;
        let mut reach = Reach {
            lower: vec![f64::NEG_INFINITY; n],
            upper: vec![f64::INFINITY; n],
            factor: None,
        };
        let all = model.parts.iter().filter_map(HalfSpaces::of);
        let all: Vec<HalfSpaces> = all.collect();
        for _ in 0..ROUNDS {
            all.iter()
                .for_each(|half_spaces| half_spaces.narrow(&mut reach));
        }
        if model.has_smooth && n <= LARGEST_DENSE {
            let hessian = model.dense_hessian();
            reach.factor = hessian.and_then(|h| Factor::definite(&h));
        }
        reach
    }

    /// The bound at the last evaluated x and the multipliers found there; -infinity for none.
    pub fn bound(&self, lagrangian: &Lagrangian<'_>, x: &[f64]) -> f64 {
        let (at_point, _, product) = lagrangian.values();
        let slopes = lagrangian.smooth_gradient.iter();
        let slopes = slopes.zip(&lagrangian.parts_gradient);
        let slope: Vec<f64> = slopes.map(|(a, b)| a + b).collect();
        lagrangian.smooth_value + at_point + product - self.loss(x, &slope)
    }

    /// What L may lose between x and a minimiser, r the gradient of L at x; infinite for no bound.
    pub fn loss(&self, x: &[f64], r: &[f64]) -> f64 {
        let in_box: f64 = (0..x.len()).map(|k| self.entry_loss(k, x[k], r[k])).sum();
        let bend = |factor: &Factor| 0.5 * dot(r, &factor.solve(r));
        let by_curvature = self.factor.as_ref().map_or(f64::INFINITY, bend);
        let least = in_box.min(by_curvature);
        if least.is_nan() { f64::INFINITY } else { least }
    }

    fn entry_loss(&self, k: usize, x: f64, r: f64) -> f64 {
        if r == 0.0 {
            return 0.0;
        }
        let end = if r > 0.0 {
            self.lower[k]
        } else {
            self.upper[k]
        };
        r * (x - end)
    }
}

/// a'x + b <= 0 of every feasible point.
struct HalfSpaces {
    /// One column for each a.
    entries: SparseMatrix,
    offset: Vec<f64>,
}

impl HalfSpaces {
    /// Those that hold a part's domain; `None` where they are too large to be written out.
    fn of(part: &AffinePart) -> Option<Self> {
        if part.map.coefficients() > MOST_COEFFICIENTS {
            return None;
        }
        let (rows, scales) = (part.map.all_rows(), part.map.row_scales());
        let all = part.rule.half_spaces();
        let length = |k: usize| rows.column_starts[k + 1] - rows.column_starts[k];
        let count: usize = all.iter().flatten().map(|&(k, _)| length(k)).sum();
        if count > MOST_COEFFICIENTS {
            return None;
        }
        let mut terms = Vec::with_capacity(count);
        let mut offset = Vec::with_capacity(all.len());
        for (column, weights) in all.iter().enumerate() {
            for &(k, weight) in weights {
                terms.extend(rows.column(k).map(|(j, a)| (j, column, weight * a)));
            }
            let constant = |&(k, weight): &(usize, f64)| weight * part.map.offset[k] * scales[k];
            offset.push(weights.iter().map(constant).sum());
        }
        let shape = Shape::new(rows.rows, all.len());
        Some(HalfSpaces {
            entries: SparseMatrix::from_triplets(shape, &terms),
            offset,
        })
    }

    fn narrow(&self, reach: &mut Reach) {
        (0..self.offset.len()).for_each(|column| self.narrow_by(column, reach));
    }

    /// a'x + b <= 0 bounds each entry by the least of the others.
    fn narrow_by(&self, column: usize, reach: &mut Reach) {
        let least = |k: usize, a: f64, reach: &Reach| {
            let end = if a > 0.0 {
                reach.lower[k]
            } else {
                reach.upper[k]
            };
            a * end
        };
        let terms = || self.entries.column(column);
        let mut total = self.offset[column];
        let mut size = total.abs();
        let mut endless = 0;
        for (k, a) in terms() {
            match least(k, a, reach) {
                end if end.is_finite() => {
                    total += end;
                    size += end.abs();
                }
                _ => endless += 1,
            }
        }
        let margin = ROUNDING * size;
        for (k, a) in terms() {
            let own = least(k, a, reach);
            let others = match (endless, own.is_finite()) {
                (0, _) => total - own,
                (1, false) => total,
                _ => continue,
            };
            let end = (margin - others) / a;
            if a > 0.0 {
                reach.upper[k] = reach.upper[k].min(end.max(reach.lower[k]));
            } else if a < 0.0 {
                reach.lower[k] = reach.lower[k].max(end.min(reach.upper[k]));
            }
        }
    }
}
