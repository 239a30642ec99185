//! [H A'; A 0] (x, λ) = -(g, b), the residual taken from f itself.

use super::dense::{Bordered, LeastNorm};
use super::sparse::Regularised;
use crate::solve::descent::affine::{AffineForm, AffineMap};
use crate::solve::descent::lbfgs::norm;
use crate::solve::descent::oracle::{Oracle, Smooth};
use crate::solve::descent::tape::product::dot;

/// Relative residual that counts as solved.
const SOLVED: f64 = 1e-9;
/// Unknowns and multipliers of the largest dense system.
const LARGEST_DENSE: usize = 4000;
/// Of the largest system whose singular values are computed.
const LARGEST_SINGULAR: usize = 400;
/// Systems with fewer coefficients than this share of all entries are sparse.
const SPARSE_SHARE: f64 = 0.2;
/// Smaller ones are dense in any case.
const LEAST_SPARSE: usize = 200;
const MOST_REFINEMENTS: usize = 40;
/// Cosine between a direction of fall and -g.
const LEAST_FALL: f64 = 1e-6;
/// Curvature and change of rows along it that are rounding.
const LEVEL: f64 = 1e-12;

/// A factorisation, exact or nearly so.
pub(super) trait Inverse {
    /// About K⁻¹*v; `None` when that fails.
    fn apply(&mut self, v: &[f64]) -> Option<Vec<f64>>;
}

/// What the system says of the problem.
pub(super) enum Answer {
    /// x and λ.
    Solution(Vec<f64>, Vec<f64>),
    /// A direction without curvature, along which f falls and A x + b stays.
    Falls(Vec<f64>),
}

pub(super) struct Kkt {
    pub oracle: Oracle,
    /// Affine form of the gradient.
    slope: AffineForm,
    rows: AffineMap,
    /// |g| and |b|.
    scales: (f64, f64),
    /// Of the largest row of A.
    largest_row: f64,
    /// Directions along which f may fall without end.
    suspects: Vec<Vec<f64>>,
}

impl Kkt {
    pub fn new(oracle: Oracle, slope: AffineForm, rows: AffineMap) -> Self {
        Kkt {
            oracle,
            scales: (norm(&slope.offset), norm(&rows.offset)),
            slope,
            largest_row: largest_row(&rows),
            rows,
            suspects: Vec::new(),
        }
    }

    /// Unknowns and multipliers.
    fn size(&self) -> (usize, usize) {
        (self.slope.rows(), self.rows.rows())
    }

    /// A singular but consistent system by its least-norm solution where it is small. `None` when
    /// there is none, or the system is too large.
    pub fn solve(&mut self) -> Option<Answer> {
        let found = self.solution();
        let solution = found.map(|(x, multipliers)| Answer::Solution(x, multipliers));
        solution.or_else(|| self.fall().map(Answer::Falls))
    }

    fn solution(&mut self) -> Option<(Vec<f64>, Vec<f64>)> {
        let (n, m) = self.size();
        let entries = self.slope.coefficients() + 2 * self.rows.coefficients();
        let few = (entries as f64) < SPARSE_SHARE * ((n + m) as f64).powi(2);
        if few && n + m > LEAST_SPARSE {
            let inverse = Regularised::new(&self.slope, &self.rows);
            if let Some(found) = inverse.and_then(|mut i| self.refined(&mut i)) {
                return Some(found);
            }
        }
        if n + m > LARGEST_DENSE || self.fall().is_some() {
            return None;
        }
        let bordered = Bordered::new(&self.slope, &self.rows);
        let found = bordered.and_then(|mut inverse| self.refined(&mut inverse));
        if found.is_some() || n + m > LARGEST_SINGULAR {
            return found;
        }
        self.refined(&mut LeastNorm::new(&self.slope, &self.rows)?)
    }

    /// A direction d with g'd < 0, Hd = 0 and Ad = 0.
    fn fall(&mut self) -> Option<Vec<f64>> {
        let suspects = std::mem::take(&mut self.suspects);
        let found = suspects.iter().find(|d| self.falls_along(d)).cloned();
        self.suspects = suspects;
        found
    }

    fn falls_along(&mut self, direction: &[f64]) -> bool {
        let length = norm(direction);
        let fall = -dot(&self.slope.offset, direction);
        if fall.is_nan() || fall <= LEAST_FALL * length * self.scales.0 {
            return false;
        }
        let (n, m) = self.size();
        let (mut bend, mut change) = (vec![0.0; n], vec![0.0; m]);
        let mut hessian = AffineMap::new(&self.slope, n);
        hessian.times(direction, &mut bend);
        self.rows.times(direction, &mut change);
        let (bendable, changeable) = (largest_row(&hessian), self.largest_row);
        norm(&bend) <= LEVEL * bendable * length && norm(&change) <= LEVEL * changeable * length
    }

    /// x += K⁻¹*residual while that brings the residual down; `None` when it stays too large.
    fn refined(&mut self, inverse: &mut dyn Inverse) -> Option<(Vec<f64>, Vec<f64>)> {
        let (n, m) = self.size();
        let mut point = vec![0.0; n + m];
        let mut best = (f64::INFINITY, point.clone());
        let mut failures = 0;
        for _ in 0..MOST_REFINEMENTS {
            let (residual, error) = self.residual(&point);
            failures = if error < 0.5 * best.0 {
                0
            } else {
                failures + 1
            };
            if error < best.0 {
                best = (error, point.clone());
            }
            if failures > 1 || error == 0.0 || !error.is_finite() {
                break;
            }
            let step = inverse.apply(&residual)?;
            point.iter_mut().zip(&step).for_each(|(p, s)| *p += s);
        }
        let (error, mut x) = best;
        if error > SOLVED {
            self.suspect(&x, inverse);
        }
        let multipliers = x.split_off(n);
        (error <= SOLVED).then_some((x, multipliers))
    }

    /// What no step took away of the residual is near the null space of K; each step that it calls
    /// for is nearer by far, unless the inverse has no share in that space.
    fn suspect(&mut self, point: &[f64], inverse: &mut dyn Inverse) {
        let (rest, _) = self.residual(point);
        let step = inverse.apply(&rest);
        let next = step.as_ref().and_then(|step| {
            let length = norm(step);
            let unit: Vec<f64> = step.iter().map(|s| s / length).collect();
            inverse.apply(&unit)
        });
        for mut direction in [Some(rest), step, next].into_iter().flatten() {
            direction.truncate(self.slope.rows());
            self.suspects.push(direction);
        }
    }

    /// -(∇f(x) + A'λ, A x + b), and its size relative to that of its terms.
    fn residual(&mut self, point: &[f64]) -> (Vec<f64>, f64) {
        let (n, m) = self.size();
        let (x, multipliers) = point.split_at(n);
        let mut slope = vec![0.0; n];
        self.oracle.evaluate(x, &mut slope);
        let mut adjoint = vec![0.0; n];
        self.rows.add_transposed(multipliers, &mut adjoint);
        let mut gap = vec![0.0; m];
        self.rows.value(x, &mut gap);
        let scale = self.scales.0.max(norm(&adjoint));
        let reach = self.scales.1.max(self.largest_row * norm(x));
        slope.iter_mut().zip(&adjoint).for_each(|(s, a)| *s += a);
        let relative = |size: f64, scale: f64| if size == 0.0 { 0.0 } else { size / scale };
        let error = relative(norm(&slope), scale).max(relative(norm(&gap), reach));
        let residual = slope.iter().chain(&gap).map(|v| -v).collect();
        (residual, error)
    }
}

/// Norm of the largest row.
fn largest_row(map: &AffineMap) -> f64 {
    let squares = map.squared_row_norms(&vec![1.0; map.columns()]);
    squares.into_iter().fold(0.0, f64::max).sqrt()
}
