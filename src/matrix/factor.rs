//! Square-root factors of positive semidefinite matrices: F with F'F = P.
//!
//! P is first scaled to a unit diagonal, so that the answer does not depend on the units of its
//! rows; if that fails (noise on an almost empty diagonal), once more by one number. The matrix
//! counts as positive semidefinite when all that the elimination leaves of the scaled n×n matrix
//! is at most [`TOLERANCE`]*n. Sparse matrices stay sparse unless their factor would fill up.

use super::sparse_factor::{Elimination, eliminate};
use super::{Matrix, SparseMatrix};
use nalgebra::DMatrix;

/// For each row of a matrix scaled to entries of at most 1.
const TOLERANCE: f64 = 1e-12;
/// A larger side than this is never factorised densely when the matrix is sparse.
const LARGEST_DENSE_SIDE: usize = 6000;

/// F (rank P × n, at least one row) with F'F = P, or `None` when P is not symmetric positive
/// semidefinite to the tolerance above.
pub fn square_root_factor(matrix: &Matrix) -> Option<Matrix> {
    let finite = matrix.stored().iter().all(|v| v.is_finite());
    if !finite || !matrix.is_symmetric() {
        return None;
    }
    let by_diagonal = diagonal_scales(matrix).and_then(|s| scaled_factor(matrix, &s));
    by_diagonal.or_else(|| scaled_factor(matrix, &uniform_scales(matrix)))
}

/// sqrt(p_ii), 1 for zeros; `None` when an entry is negative.
fn diagonal_scales(matrix: &Matrix) -> Option<Vec<f64>> {
    let scale = |i| match matrix.get(i, i) {
        0.0 => Some(1.0),
        entry if entry > 0.0 => Some(f64::sqrt(entry)),
        _ => None,
    };
    (0..matrix.shape().rows).map(scale).collect()
}

/// sqrt(max |p_ij|) for every row.
fn uniform_scales(matrix: &Matrix) -> Vec<f64> {
    let largest = matrix.stored().iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let scale = if largest > 0.0 { largest.sqrt() } else { 1.0 };
    vec![scale; matrix.shape().rows]
}

/// The factor of P scaled to s_i^-1 p_ij s_j^-1, scaled back.
fn scaled_factor(matrix: &Matrix, scales: &[f64]) -> Option<Matrix> {
    let tolerance = TOLERANCE * scales.len() as f64;
    match matrix {
        Matrix::Dense(dense) => dense_factor(dense.clone(), scales, tolerance),
        Matrix::Sparse(sparse) => sparse_factor(sparse, scales, tolerance),
    }
}

fn sparse_factor(matrix: &SparseMatrix, scales: &[f64], tolerance: f64) -> Option<Matrix> {
    let n = scales.len();
    let half = n * n / 2;
    // Above a fill of one half, dense kernels are faster than sparse ones.
    let most = if n <= LARGEST_DENSE_SIDE {
        half / 2
    } else {
        usize::MAX
    };
    let scaled = map_entries(matrix, |i, j, v| v / (scales[i] * scales[j]));
    match eliminate(&scaled, tolerance, most) {
        Elimination::Factor(factor) => {
            let factor = map_entries(&factor, |_, j, v| v * scales[j]);
            Some(Matrix::Sparse(factor))
        }
        Elimination::TooFull => dense_factor(matrix.to_dense(), scales, tolerance),
        // Without the freedom to choose pivots a semidefinite matrix may look indefinite.
        Elimination::Indefinite if n <= 500 => dense_factor(matrix.to_dense(), scales, tolerance),
        Elimination::Indefinite => None,
    }
}

/// The same pattern with f(row, col, value).
fn map_entries(matrix: &SparseMatrix, f: impl Fn(usize, usize, f64) -> f64) -> SparseMatrix {
    SparseMatrix {
        values: matrix.triplets().map(|(i, j, v)| f(i, j, v)).collect(),
        ..matrix.clone()
    }
}

fn dense_factor(mut matrix: DMatrix<f64>, scales: &[f64], tolerance: f64) -> Option<Matrix> {
    for (j, mut column) in matrix.column_iter_mut().enumerate() {
        for (i, entry) in column.iter_mut().enumerate() {
            *entry /= scales[i] * scales[j];
        }
    }
    let mut factor =
        definite_factor(&matrix, tolerance).or_else(|| pivoted_factor(&matrix, tolerance))?;
    for (mut column, scale) in factor.column_iter_mut().zip(scales) {
        column *= *scale;
    }
    Some(Matrix::Dense(factor))
}

/// The Cholesky factor L' when every pivot is above the tolerance.
fn definite_factor(matrix: &DMatrix<f64>, tolerance: f64) -> Option<DMatrix<f64>> {
    let n = matrix.nrows();
    let view = faer::MatRef::from_column_major_slice(matrix.as_slice(), n, n);
    let decomposition = view.llt(faer::Side::Lower).ok()?;
    let lower = decomposition.L();
    let definite = (0..n).all(|k| lower[(k, k)].powi(2) > tolerance);
    definite.then(|| DMatrix::from_fn(n, n, |i, j| if i <= j { lower[(j, i)] } else { 0.0 }))
}

/// Cholesky with diagonal pivoting, column by column, until the largest pivot left is within the
/// tolerance. Source: N. J. Higham, "Accuracy and stability of numerical algorithms", 10.3.
fn pivoted_factor(matrix: &DMatrix<f64>, tolerance: f64) -> Option<DMatrix<f64>> {
    let n = matrix.nrows();
    let mut remaining: Vec<f64> = matrix.diagonal().iter().copied().collect();
    let mut factor = DMatrix::<f64>::zeros(n, n);
    let mut rank = 0;
    while rank < n {
        let (pivot, largest) = largest_entry(&remaining);
        if largest <= tolerance {
            break;
        }
        if remaining.iter().any(|&pivot| pivot < -tolerance) {
            return None;
        }
        let mut column = matrix.column(pivot).into_owned();
        let known = factor.columns(0, rank);
        column.gemv(-1.0, &known, &known.row(pivot).transpose(), 1.0);
        column /= largest.sqrt();
        for (slot, entry) in remaining.iter_mut().zip(column.iter()) {
            *slot -= entry * entry;
        }
        remaining[pivot] = 0.0;
        factor.set_column(rank, &column);
        rank += 1;
    }
    let factor = factor.columns(0, rank.max(1)).transpose();
    // The tolerance grows with n as the rounding errors of the elimination do.
    let residual = matrix - factor.tr_mul(&factor);
    (rank == n || residual.amax() <= tolerance).then_some(factor)
}

fn largest_entry(entries: &[f64]) -> (usize, f64) {
    let start = (0, f64::NEG_INFINITY);
    let larger =
        |best: (usize, f64), (k, &v): (usize, &f64)| if v > best.1 { (k, v) } else { best };
    entries.iter().enumerate().fold(start, larger)
}
