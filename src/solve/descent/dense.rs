//! Dense symmetric systems.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

/// Pivots of a definite matrix of unit diagonal are at least this.
const LEAST_PIVOT: f64 = 1e-10;

/// Solves H*d = b for symmetric positive semidefinite H (lower triangle read), scaled to a unit
/// diagonal; a multiple of the identity from 1e-15 up is added until the factorisation succeeds.
#[derive(Debug)]
pub struct Factor {
    scales: Vec<f64>,
    factor: faer::linalg::solvers::Llt<f64>,
}

impl Factor {
    pub fn new(h: &Mat<f64>) -> Option<Factor> {
        let n = h.nrows();
        let scales: Vec<f64> = (0..n)
            .map(|i| {
                let d = h[(i, i)];
                if d > 0.0 && d.is_finite() {
                    1.0 / d.sqrt()
                } else {
                    1.0
                }
            })
            .collect();
        let mut shift = 0.0;
        for attempt in 0..8 {
            let scaled = Mat::from_fn(n, n, |i, j| {
                let value = h[(i.max(j), i.min(j))] * scales[i] * scales[j];
                if i == j { value + shift } else { value }
            });
            if let Ok(factor) = scaled.llt(Side::Lower) {
                return Some(Factor { scales, factor });
            }
            shift = 1e-15 * 100f64.powi(attempt);
        }
        None
    }

    /// Without a multiple of the identity; `None` where a pivot is near zero.
    pub fn definite(h: &Mat<f64>) -> Option<Factor> {
        let scales: Vec<f64> = (0..h.nrows()).map(|i| 1.0 / h[(i, i)].sqrt()).collect();
        if !scales.iter().all(|s| s.is_finite()) {
            return None;
        }
        let scaled = Mat::from_fn(h.nrows(), h.nrows(), |i, j| {
            h[(i.max(j), i.min(j))] * scales[i] * scales[j]
        });
        let factor = scaled.llt(Side::Lower).ok()?;
        let definite = (0..h.nrows()).all(|k| factor.L()[(k, k)].powi(2) > LEAST_PIVOT);
        definite.then_some(Factor { scales, factor })
    }

    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = b.len();
        let scaled = Mat::from_fn(n, 1, |i, _| b[i] * self.scales[i]);
        let solution = self.factor.solve(&scaled);
        (0..n).map(|i| solution[(i, 0)] * self.scales[i]).collect()
    }
}
