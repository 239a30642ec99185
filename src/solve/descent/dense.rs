//! Dense symmetric systems.

use crate::matrix::Cholesky;
use faer::Mat;

/// Of indefinite matrices, in scaled units.
const LEAST_SHIFT: f64 = 1e-10;
/// Pivots of a definite matrix of unit diagonal are at least this.
const LEAST_PIVOT: f64 = 1e-10;

/// Solves H*d = b for symmetric positive semidefinite H (lower triangle read), scaled to a unit
/// diagonal; a multiple of the identity from 1e-15 up is added until the factorisation succeeds.
#[derive(Debug)]
pub struct Factor {
    scales: Vec<f64>,
    factor: Cholesky,
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
            if let Some(factor) = factorised(h, &scales, shift) {
                return Some(Factor { scales, factor });
            }
            shift = 1e-15 * 100f64.powi(attempt);
        }
        None
    }

    /// Of a symmetric H that may be indefinite, rows scaled by their largest entries: with the first
    /// shift of 0, `first`, 4*`first`, … that makes it positive definite, and that shift.
    pub fn shifted(h: &Mat<f64>, first: f64) -> Option<(Factor, f64)> {
        let n = h.nrows();
        let largest = |i: usize| {
            let entry = |j: usize| h[(i.max(j), i.min(j))].abs();
            (0..n).map(entry).fold(0.0, f64::max)
        };
        let scale = |size: f64| if size > 0.0 { 1.0 / size.sqrt() } else { 1.0 };
        let scales: Vec<f64> = (0..n).map(|i| scale(largest(i))).collect();
        if !scales.iter().all(|s| s.is_finite() && *s > 0.0) {
            return None;
        }
        // Rows of entries up to 1: a shift of n makes any such matrix definite.
        let mut shift = 0.0;
        while shift <= 4.0 * n as f64 {
            if let Some(factor) = factorised(h, &scales, shift) {
                return Some((Factor { scales, factor }, shift));
            }
            shift = (4.0 * shift).max(first).max(LEAST_SHIFT);
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
        let factor = Cholesky::of(scaled)?;
        let definite = (0..h.nrows()).all(|k| factor.lower()[(k, k)].powi(2) > LEAST_PIVOT);
        definite.then_some(Factor { scales, factor })
    }

    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = b.len();
        let mut solution = Mat::from_fn(n, 1, |i, _| b[i] * self.scales[i]);
        self.factor.solve_in_place(&mut solution);
        (0..n).map(|i| solution[(i, 0)] * self.scales[i]).collect()
    }
}

/// The factor of the scaled lower triangle plus a multiple of the identity.
fn factorised(h: &Mat<f64>, scales: &[f64], shift: f64) -> Option<Cholesky> {
    let n = h.nrows();
    let scaled = Mat::from_fn(n, n, |i, j| {
        let value = h[(i.max(j), i.min(j))] * scales[i] * scales[j];
        if i == j { value + shift } else { value }
    });
    Cholesky::of(scaled)
}
