//! The logarithm of a matrix through semidefinite cones: not exactly, but to many digits.
//!
//! log(x) = 2^k log(x^(1/2^k)), and near 1 the logarithm is an integral of (x - 1)/(t(x - 1) + 1)
//! over t in [0, 1], which m Gauss-Legendre points give to an error of order 2m + 1.
//!
//! Source: H. Fawzi, J. Saunderson, P. A. Parrilo, "Semidefinite approximations of the matrix
//! logarithm", 2019.

use super::blocks::block_matrix;
use crate::cone::{AffineMap, Owner, ProgramBuilder};

/// Square roots taken, and points of the quadrature.
pub(super) const ROOTS: usize = 4;
const POINTS: usize = 4;

/// The largest |error| of the approximation of log(x) with x between 1/ratio and ratio, measured.
pub(super) const ERROR: &str = "approximated on the conic path: the logarithm of a ratio of eigenvalues is exact to 1e-11 for ratios up to 10, 5e-9 up to 100, 2e-7 up to 1000";

/// The same where both paths use it.
pub(super) const ERROR_OF_SET: &str = "approximated on both paths: the logarithm of a ratio of eigenvalues is exact to 1e-11 for ratios up to 10, 5e-9 up to 100, 2e-7 up to 1000";

/// A matrix that is at most the 2^ROOTS-th root of y, weighted by x: the geometric mean
/// x^(1/2) (x^(-1/2) y x^(-1/2))^(1/2^ROOTS) x^(1/2).
pub(super) fn root(x: &AffineMap, y: &AffineMap, program: &mut ProgramBuilder) -> AffineMap {
    let mut z = y.clone();
    for _ in 0..ROOTS {
        // Z_next² <= Z where x = I.
        let next = program.symmetric_variable(x.shape().rows);
        let block = block_matrix(&z, &next, x);
        program.positive_semidefinite(&block, Owner::GraphForm);
        z = next;
    }
    z
}

/// The points t and the weights 2^ROOTS*w of the quadrature.
pub(super) fn quadrature() -> Vec<(f64, f64)> {
    let factor = f64::from(1u32 << ROOTS);
    let points = (0..POINTS).map(legendre);
    points.map(|(t, w)| (t, factor * w)).collect()
}

/// Point k of the Gauss-Legendre quadrature on [0, 1], by Newton's method on the polynomial.
fn legendre(k: usize) -> (f64, f64) {
    let m = POINTS as f64;
    let mut x = (std::f64::consts::PI * (k as f64 + 0.75) / (m + 0.5)).cos();
    let mut slope = 1.0;
    for _ in 0..20 {
        let (mut before, mut value) = (1.0, x);
        for j in 2..=POINTS {
            let j = j as f64;
            (before, value) = (
                value,
                ((2.0 * j - 1.0) * x * value - (j - 1.0) * before) / j,
            );
        }
        slope = m * (x * value - before) / (x * x - 1.0);
        x -= value / slope;
    }
    (0.5 * (x + 1.0), 1.0 / ((1.0 - x * x) * slope * slope))
}

#[cfg(test)]
mod tests {
    use super::{ROOTS, quadrature};

    #[test]
    fn the_stated_error_holds() {
        let approximated = |x: f64| -> f64 {
            let y = x.powf(1.0 / f64::from(1u32 << ROOTS)) - 1.0;
            quadrature()
                .iter()
                .map(|(t, w)| w * y / (t * y + 1.0))
                .sum()
        };
        for (ratio, error) in [(10.0f64, 1e-11), (100.0, 5e-9), (1000.0, 2e-7)] {
            for k in -20..=20 {
                let x = ratio.powf(f64::from(k) / 20.0);
                let found = (approximated(x) - x.ln()).abs();
                assert!(found <= error, "{found} at {x}");
            }
        }
    }
}
