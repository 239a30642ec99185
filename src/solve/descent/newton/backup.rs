//! The dense system beside a sparse one whose rows turn from step to step: where free unknowns with next to no curvature
//! of their own meet steep rows, the sparse one loses its digits.

use super::dense::Dense;
use super::{ridges, shifted_product};
use crate::solve::descent::lagrangian::{Lagrangian, Scratch};
use crate::solve::descent::lbfgs::norm;

/// Relative residual of a direction that is taken as it is.
const NEAR: f64 = 1e-6;
/// Directions in a row that had to be found again, after which the sparse systems are given up.
const MOST_MISSES: usize = 8;

#[derive(Debug)]
pub struct Backup {
    pub dense: Box<Dense>,
    /// Directions in a row that were found by it.
    misses: usize,
}

impl Backup {
    /// `None` where the matrix should not be written out.
    pub fn of(lagrangian: &mut Lagrangian<'_>) -> Option<Self> {
        let ridges = ridges(lagrangian);
        Dense::work(lagrangian, ridges.is_some())?;
        Some(Backup {
            dense: Box::new(Dense::new(lagrangian, ridges)),
            misses: 0,
        })
    }

    /// Whether the sparse system fails all the time.
    pub fn is_needed(&self) -> bool {
        self.misses >= MOST_MISSES
    }

    /// The direction where it solves the system, else the one that the dense system has.
    pub fn checked(
        &mut self,
        direction: Option<Vec<f64>>,
        lagrangian: &mut Lagrangian<'_>,
        shift: f64,
        right: &[f64],
        scratch: &mut Scratch,
    ) -> Option<Vec<f64>> {
        let solves = |d: &Vec<f64>| {
            let mut rest = vec![0.0; d.len()];
            shifted_product(lagrangian, shift, d, &mut rest, scratch);
            rest.iter_mut().zip(right).for_each(|(r, b)| *r -= b);
            norm(&rest) <= NEAR * norm(right)
        };
        let found = direction.filter(solves);
        self.misses = if found.is_some() { 0 } else { self.misses + 1 };
        found.or_else(|| self.dense.solve(lagrangian, shift, right))
    }
}
