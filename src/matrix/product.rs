//! Kernels for products of matrices, dense and sparse.

use super::{Matrix, SparseMatrix};
use crate::shape::Shape;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use nalgebra::DMatrix;

/// Rows that a pass over the columns of a tall matrix keeps in cache.
const ROWS_AT_ONCE: usize = 16_384;

/// `out = A*B`, down the columns.
pub fn multiply_into(a: &Matrix, b: &Matrix, out: &mut [f64]) {
    match (a, b) {
        (Matrix::Dense(a), Matrix::Dense(b)) if b.ncols() == 1 => {
            out.fill(0.0);
            multiply_vector_add(a, b.as_slice(), out);
        }
        (Matrix::Dense(a), Matrix::Dense(b)) => dense_product(a, b, out),
        (Matrix::Sparse(a), b) => {
            out.fill(0.0);
            let columns = b.entries();
            let results = out.chunks_mut(a.rows.max(1));
            for (column, result) in columns.chunks(a.cols.max(1)).zip(results) {
                a.multiply_add(1.0, column, result);
            }
        }
        (Matrix::Dense(a), Matrix::Sparse(b)) => {
            out.fill(0.0);
            for (i, j, value) in b.triplets() {
                let result = &mut out[j * a.nrows()..(j + 1) * a.nrows()];
                for (slot, entry) in result.iter_mut().zip(a.column(i).iter()) {
                    *slot += value * entry;
                }
            }
        }
    }
}

/// x*y, where 0 times infinity is 0: a term with the factor 0 is none, whatever the function that
/// stands in it.
#[inline]
pub fn plain_product(x: f64, y: f64) -> f64 {
    let product = x * y;
    if product.is_nan() && (x == 0.0 && y.is_infinite() || y == 0.0 && x.is_infinite()) {
        return 0.0;
    }
    product
}

/// `out = A*B`, down the columns, entry by entry of [`plain_product`].
pub fn multiply_plainly_into(a: &Matrix, b: &Matrix, out: &mut [f64]) {
    let (shape, inner) = (a.shape(), b.shape().rows);
    let (a, b) = (a.entries(), b.entries());
    for (k, slot) in out.iter_mut().enumerate() {
        let (i, j) = (k % shape.rows, k / shape.rows);
        let term = |l: usize| plain_product(a[i + l * shape.rows], b[l + j * inner]);
        *slot = (0..inner).map(term).sum();
    }
}

/// `out = A*B`, down the columns.
pub(super) fn dense_product(a: &DMatrix<f64>, b: &DMatrix<f64>, out: &mut [f64]) {
    let ((m, k), n) = (a.shape(), b.ncols());
    matmul(
        MatMut::from_column_major_slice_mut(out, m, n),
        Accum::Replace,
        MatRef::from_column_major_slice(a.as_slice(), m, k),
        MatRef::from_column_major_slice(b.as_slice(), k, n),
        1.0,
        Par::Seq,
    );
}

/// `out += A*x`, four columns at a time: a column-major matrix is read once, the result a quarter
/// as often as by single columns.
pub fn multiply_vector_add(a: &DMatrix<f64>, x: &[f64], out: &mut [f64]) {
    let rows = a.nrows();
    for (block, slots) in out.chunks_mut(ROWS_AT_ONCE).enumerate() {
        let part = block * ROWS_AT_ONCE..block * ROWS_AT_ONCE + slots.len();
        let column = |j: usize| &a.as_slice()[j * rows..][part.clone()];
        for (group, factors) in x.chunks(4).enumerate() {
            let j = 4 * group;
            match *factors {
                [p, q, r, s] => {
                    let columns = (column(j).iter().zip(column(j + 1)))
                        .zip(column(j + 2).iter().zip(column(j + 3)));
                    for (slot, ((a, b), (c, d))) in slots.iter_mut().zip(columns) {
                        *slot += p * a + q * b + r * c + s * d;
                    }
                }
                _ => {
                    for (k, factor) in factors.iter().enumerate() {
                        let entries = column(j + k);
                        let pairs = slots.iter_mut().zip(entries);
                        pairs.for_each(|(slot, entry)| *slot += factor * entry);
                    }
                }
            }
        }
    }
}

/// A*B, column by column of B; linear in the multiplications.
pub fn sparse_product(a: &SparseMatrix, b: &SparseMatrix) -> SparseMatrix {
    let mut product = SparseMatrix::zeros(Shape::new(a.rows, b.cols));
    let mut sums = vec![0.0; a.rows];
    let mut last_seen = vec![usize::MAX; a.rows];
    let mut pattern = Vec::new();
    for j in 0..b.cols {
        pattern.clear();
        for (l, right) in b.column(j) {
            for (i, left) in a.column(l) {
                if last_seen[i] != j {
                    last_seen[i] = j;
                    sums[i] = 0.0;
                    pattern.push(i);
                }
                sums[i] += left * right;
            }
        }
        pattern.sort_unstable();
        product.row_indices.extend_from_slice(&pattern);
        product.values.extend(pattern.iter().map(|&i| sums[i]));
        product.column_starts[j + 1] = product.values.len();
    }
    product
}
