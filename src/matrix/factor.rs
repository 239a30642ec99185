//! Square-root factors of positive semidefinite matrices: F with F'F = P.
//!
//! P is first scaled to a unit diagonal, so that the answer does not depend on the units of its
//! rows; if that fails (noise on an almost empty diagonal), once more by one number. The scaled n×n
//! matrix S counts as positive semidefinite when its elimination leaves nothing above
//! [`TOLERANCE`]*n, which is also the largest error of F'F in an entry of S.
//!
//! Sparse matrices stay sparse: definite ones by a supernodal factorisation; singular ones column
//! by column, where pivots that vanish are told from small ones; and where rounding hides which
//! are which, S + shift*I is factored, with the smallest of two shifts within the tolerance.

use super::dense_factor::Cholesky;
use super::product::{dense_product, multiply_vector_add};
use super::sparse_factor::eliminate;
use super::{Matrix, SparseMatrix, supernodal};
use crate::shape::Shape;
use nalgebra::DMatrix;

/// For each row of a matrix scaled to entries of at most 1.
const TOLERANCE: f64 = 1e-12;
/// Added to the diagonal first, for each row: above the rounding errors of the elimination.
const SMALLEST_SHIFT: f64 = 1e-14;
/// Entries of a singular factor that are worth finding column by column.
const MOST_SINGULAR_ENTRIES: usize = 1_000_000;

/// F (n columns, about rank P rows, at least one) with F'F = P, or `None` when P is not symmetric positive
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

/// Rows without entries are left aside: they have no part in F.
fn sparse_factor(matrix: &SparseMatrix, scales: &[f64], tolerance: f64) -> Option<Matrix> {
    let active: Vec<usize> = (0..matrix.cols)
        .filter(|&j| matrix.column(j).any(|(_, v)| v != 0.0))
        .collect();
    let mut place = vec![0; matrix.cols];
    for (k, &j) in active.iter().enumerate() {
        place[j] = k;
    }
    let scaled = matrix.triplets().filter(|t| t.2 != 0.0);
    let scaled = scaled.map(|(i, j, v)| (place[i], place[j], v / (scales[i] * scales[j])));
    let shape = Shape::new(active.len(), active.len());
    let scaled = SparseMatrix::from_triplets(shape, &scaled.collect::<Vec<_>>());
    let factor = scaled_sparse_factor(&scaled, tolerance)?;
    let restored = factor
        .triplets()
        .map(|(i, k, v)| (i, active[k], v * scales[active[k]]));
    let shape = Shape::new(factor.rows.max(1), matrix.cols);
    let restored = SparseMatrix::from_triplets(shape, &restored.collect::<Vec<_>>());
    Some(Matrix::Sparse(restored))
}

fn scaled_sparse_factor(matrix: &SparseMatrix, tolerance: f64) -> Option<SparseMatrix> {
    if let Some(factor) = supernodal::definite_factor(matrix, tolerance) {
        return Some(factor);
    }
    if let Some(factor) = eliminate(matrix, tolerance, MOST_SINGULAR_ENTRIES) {
        return Some(factor);
    }
    let shifts = [SMALLEST_SHIFT * matrix.cols as f64, tolerance];
    shifts.into_iter().find_map(|shift| {
        let identity = (0..matrix.cols).map(|k| (k, k, shift));
        let shifted: Vec<_> = matrix.triplets().chain(identity).collect();
        let shifted = SparseMatrix::from_triplets(matrix.shape(), &shifted);
        supernodal::definite_factor(&shifted, 0.0)
    })
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
    let decomposition = Cholesky::of(view.to_owned())?;
    let lower = decomposition.lower();
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
        let row: Vec<f64> = (0..rank).map(|l| -factor[(pivot, l)]).collect();
        multiply_vector_add(&factor, &row, column.as_mut_slice());
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
    let mut product = vec![0.0; n * n];
    dense_product(&factor.transpose(), &factor, &mut product);
    let mut pairs = matrix.iter().zip(&product);
    pairs
        .all(|(a, b)| (a - b).abs() <= tolerance)
        .then_some(factor)
}

fn largest_entry(entries: &[f64]) -> (usize, f64) {
    let start = (0, f64::NEG_INFINITY);
    let larger =
        |best: (usize, f64), (k, &v): (usize, &f64)| if v > best.1 { (k, v) } else { best };
    entries.iter().enumerate().fold(start, larger)
}
