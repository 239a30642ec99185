//! Whether P of a quadratic is definite, and what the report says of it.

use crate::matrix::{Matrix, SparseMatrix, negated, square_root_factor};
use std::fmt;

/// Eigenvalues are computed for the report up to this side.
const SMALL_SIDE: usize = 64;

/// How a quadratic bends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bend {
    Convex,
    Concave,
}

/// What proves that a quadratic x'Px + q'x + r is convex (concave): P (-P) is positive semidefinite
/// by factorisation.
#[derive(Clone, Debug, PartialEq)]
pub struct QuadraticProof {
    pub bend: Bend,
    /// Number of entries of variables that occur in products.
    pub side: usize,
    /// Rank of the factor.
    pub rank: usize,
    /// The eigenvalue of P nearest to zero, for small P.
    pub smallest_eigenvalue: Option<f64>,
    /// Whether other terms of the sum bend too.
    pub is_part: bool,
}

/// The proof with a factor F, F'F = P or -P; `None` when P is not semidefinite.
pub(in crate::convexity) fn prove(matrix: &SparseMatrix) -> Option<(QuadraticProof, Matrix)> {
    let side = matrix.rows;
    let diagonal: Vec<f64> = (0..side).map(|i| matrix.get(i, i)).collect();
    let bend = if diagonal.iter().all(|d| *d > 0.0) {
        Bend::Convex
    } else if diagonal.iter().all(|d| *d < 0.0) {
        Bend::Concave
    } else {
        // A row of P is not zero, so that a semidefinite P has no zero on its diagonal.
        return None;
    };
    let whole = Matrix::Sparse(matrix.clone());
    let whole = match bend {
        Bend::Convex => whole,
        Bend::Concave => negated(&whole),
    };
    let factor = square_root_factor(&whole)?;
    let rank = factor.shape().rows;
    let proof = QuadraticProof {
        bend,
        side,
        rank,
        is_part: false,
        smallest_eigenvalue: (side <= SMALL_SIDE).then(|| smallest(&whole, rank < side, bend)),
    };
    Some((proof, factor))
}

fn smallest(matrix: &Matrix, singular: bool, bend: Bend) -> f64 {
    if singular {
        return 0.0;
    }
    let eigenvalues = matrix.to_dense().symmetric_eigenvalues();
    match bend {
        Bend::Convex => eigenvalues.min(),
        Bend::Concave => -eigenvalues.min(),
    }
}

impl fmt::Display for QuadraticProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, extreme) = match self.bend {
            Bend::Convex => ("positive", "smallest"),
            Bend::Concave => ("negative", "largest"),
        };
        match self.smallest_eigenvalue {
            Some(0.0) => write!(
                f,
                "P is {sign} semidefinite of rank {} of {}",
                self.rank, self.side
            ),
            Some(value) => write!(f, "{extreme} eigenvalue {}", short(value)),
            None if self.rank == self.side => write!(f, "P is {sign} definite"),
            None => write!(
                f,
                "P is {sign} semidefinite of rank {} of {}",
                self.rank, self.side
            ),
        }
    }
}

/// A number with four significant digits.
pub(in crate::convexity) fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    crate::expr::Printed::number(rounded)
}
