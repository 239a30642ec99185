//! Signs of symmetric matrices.

use super::{Matrix, square_root_factor};

/// Whether the matrix is symmetric and positive, and whether it is symmetric and negative
/// semidefinite, to the tolerance of [`square_root_factor`].
pub fn definiteness(value: &Matrix) -> (bool, bool) {
    if !value.shape().is_square() {
        return (false, false);
    }
    let diagonal = || (0..value.shape().rows).map(|i| value.get(i, i));
    let psd = diagonal().all(|d| d >= 0.0) && square_root_factor(value).is_some();
    let nsd = diagonal().all(|d| d <= 0.0) && square_root_factor(&negated(value)).is_some();
    (psd, nsd)
}

/// -P.
pub fn negated(value: &Matrix) -> Matrix {
    match value {
        Matrix::Dense(dense) => Matrix::Dense(-dense),
        Matrix::Sparse(sparse) => Matrix::Sparse(sparse.map(|v| -v)),
    }
}
