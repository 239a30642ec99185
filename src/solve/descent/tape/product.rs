//! Matrix products on plain buffers; only the product of two large matrices allocates.

use crate::matrix::{Matrix, SparseMatrix};
use faer::{Accum, MatMut, MatRef, Par};
use std::ops::Range;

/// Rows that stay in the first-level cache while columns pass by.
const ROW_BLOCK: usize = 1024;

/// Multiplications up to which a plain loop forms a product of matrices.
const SMALL: usize = 1 << 14;

/// out = factor*op(L)*op(R) with op(L) m×k and op(R) k×n; op transposes where asked.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    pub factor: f64,
    pub left_transposed: bool,
    pub right_transposed: bool,
    pub rows: usize,
    pub inner: usize,
    pub cols: usize,
}

impl Product {
    pub fn run(&self, left: &Matrix, right: &Matrix, out: &mut [f64]) {
        match (left, right) {
            (Matrix::Dense(l), Matrix::Dense(r)) => self.dense(l.as_slice(), r.as_slice(), out),
            (Matrix::Sparse(l), Matrix::Dense(r)) => self.sparse_left(l, r.as_slice(), out),
            (Matrix::Dense(l), Matrix::Sparse(r)) => self.sparse_right(l.as_slice(), r, out),
            (Matrix::Sparse(l), Matrix::Sparse(r)) => {
                self.sparse_left(l, r.to_dense().as_slice(), out);
            }
        }
    }

    fn dense(&self, left: &[f64], right: &[f64], out: &mut [f64]) {
        if self.cols == 1 && self.rows == 1 {
            out[0] = self.factor * dot(left, right);
        } else if self.cols == 1 {
            self.matrix_vector(left, self.left_transposed, self.rows, right, out);
        } else if self.rows == 1 {
            self.matrix_vector(right, !self.right_transposed, self.cols, left, out);
        } else if self.inner == 1 {
            self.outer(left, right, out);
        } else if self.rows * self.inner * self.cols <= SMALL {
            self.small(left, right, out);
        } else {
            self.general(left, right, out);
        }
    }

    /// Without the workspace of the blocked product.
    fn small(&self, left: &[f64], right: &[f64], out: &mut [f64]) {
        let entry = |k: usize, j: usize| match self.right_transposed {
            true => right[j + k * self.cols],
            false => right[k + j * self.inner],
        };
        for (j, column) in out.chunks_exact_mut(self.rows.max(1)).enumerate() {
            if self.left_transposed {
                for (slot, row) in column.iter_mut().zip(left.chunks_exact(self.inner.max(1))) {
                    let terms = row.iter().enumerate().map(|(k, l)| l * entry(k, j));
                    *slot = self.factor * terms.sum::<f64>();
                }
                continue;
            }
            column.fill(0.0);
            for (k, source) in left.chunks_exact(self.rows.max(1)).enumerate() {
                let factor = self.factor * entry(k, j);
                let pairs = column.iter_mut().zip(source);
                pairs.for_each(|(o, l)| *o += factor * l);
            }
        }
    }

    /// out = factor*op(A)*x, op(A) `rows`×inner.
    fn matrix_vector(&self, a: &[f64], transposed: bool, rows: usize, x: &[f64], out: &mut [f64]) {
        if transposed {
            transposed_times(self.factor, a, self.inner, x, out);
        } else {
            times(self.factor, a, rows, x, out);
        }
    }

    fn outer(&self, left: &[f64], right: &[f64], out: &mut [f64]) {
        for (column, r) in out.chunks_exact_mut(self.rows.max(1)).zip(right) {
            let factor = self.factor * r;
            column
                .iter_mut()
                .zip(left)
                .for_each(|(o, l)| *o = factor * l);
        }
    }

    fn general(&self, left: &[f64], right: &[f64], out: &mut [f64]) {
        let view = |data, rows, cols, transposed: bool| {
            if transposed {
                MatRef::from_column_major_slice(data, cols, rows).transpose()
            } else {
                MatRef::from_column_major_slice(data, rows, cols)
            }
        };
        faer::linalg::matmul::matmul(
            MatMut::from_column_major_slice_mut(out, self.rows, self.cols),
            Accum::Replace,
            view(left, self.rows, self.inner, self.left_transposed),
            view(right, self.inner, self.cols, self.right_transposed),
            self.factor,
            Par::Seq,
        );
    }

    fn sparse_left(&self, left: &SparseMatrix, right: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let columns = right.chunks_exact(self.inner.max(1));
        for (x, y) in columns.zip(out.chunks_exact_mut(self.rows.max(1))) {
            if self.left_transposed {
                left.transpose_multiply_add(self.factor, x, y);
            } else {
                left.multiply_add(self.factor, x, y);
            }
        }
    }

    fn sparse_right(&self, left: &[f64], right: &SparseMatrix, out: &mut [f64]) {
        out.fill(0.0);
        if self.rows == 1 {
            if self.right_transposed {
                right.multiply_add(self.factor, left, out);
            } else {
                right.transpose_multiply_add(self.factor, left, out);
            }
            return;
        }
        for (i, j, value) in right.triplets() {
            let (from, to) = if self.right_transposed {
                (j, i)
            } else {
                (i, j)
            };
            let source = &left[from * self.rows..(from + 1) * self.rows];
            let target = &mut out[to * self.rows..(to + 1) * self.rows];
            let factor = self.factor * value;
            target
                .iter_mut()
                .zip(source)
                .for_each(|(t, s)| *t += factor * s);
        }
    }
}

/// x'y in eight running sums.
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (xs, ys) = (x.chunks_exact(8), y.chunks_exact(8));
    let rest: f64 = xs
        .remainder()
        .iter()
        .zip(ys.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in xs.zip(ys) {
        for k in 0..8 {
            sums[k] += a[k] * b[k];
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// out = factor*A*x, A by columns of `rows` entries.
pub fn times(factor: f64, a: &[f64], rows: usize, x: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    add_times(factor, a, rows, 0..rows, x, out);
}

/// out += factor*A*x for some rows of A, which stands by columns of `height` entries: four columns
/// a sweep, rows in blocks.
pub fn add_times(
    factor: f64,
    a: &[f64],
    height: usize,
    rows: Range<usize>,
    x: &[f64],
    out: &mut [f64],
) {
    for (block, target) in out.chunks_mut(ROW_BLOCK).enumerate() {
        let start = rows.start + block * ROW_BLOCK;
        let end = start + target.len();
        let column = |j: usize| &a[j * height + start..j * height + end];
        for (g, group) in x.chunks(4).enumerate() {
            let j = 4 * g;
            if let [p, q, r, s] = *group {
                let factors = [factor * p, factor * q, factor * r, factor * s];
                add_four(target, [j, j + 1, j + 2, j + 3].map(column), factors);
            } else {
                for (k, x) in group.iter().enumerate() {
                    let scaled = factor * x;
                    let pairs = target.iter_mut().zip(column(j + k));
                    pairs.for_each(|(t, a)| *t += scaled * a);
                }
            }
        }
    }
}

fn add_four(target: &mut [f64], columns: [&[f64]; 4], factors: [f64; 4]) {
    let n = target.len();
    let [a, b, c, d] = columns.map(|column| &column[..n]);
    for i in 0..n {
        target[i] +=
            (factors[0] * a[i] + factors[1] * b[i]) + (factors[2] * c[i] + factors[3] * d[i]);
    }
}

/// out = factor*A'*x, A by columns of `rows` entries.
pub fn transposed_times(factor: f64, a: &[f64], rows: usize, x: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    add_transposed_times(factor, a, rows, 0..rows, x, out);
}

/// out += factor*A'*x for some rows of A, which stands by columns of `height` entries: four columns
/// a sweep.
pub fn add_transposed_times(
    factor: f64,
    a: &[f64],
    height: usize,
    rows: Range<usize>,
    x: &[f64],
    out: &mut [f64],
) {
    let column = |k: usize| &a[k * height + rows.start..k * height + rows.end];
    for (g, group) in out.chunks_mut(4).enumerate() {
        let first = 4 * g;
        if let [y0, y1, y2, y3] = group {
            let sums = dot_four([first, first + 1, first + 2, first + 3].map(column), x);
            *y0 += factor * sums[0];
            *y1 += factor * sums[1];
            *y2 += factor * sums[2];
            *y3 += factor * sums[3];
        } else {
            for (k, y) in group.iter_mut().enumerate() {
                *y += factor * dot(column(first + k), x);
            }
        }
    }
}

fn dot_four(columns: [&[f64]; 4], x: &[f64]) -> [f64; 4] {
    let n = x.len();
    let [a, b, c, d] = columns.map(|column| &column[..n]);
    let mut sums = [[0.0; 4]; 4];
    let whole = n - n % 4;
    let mut i = 0;
    while i < whole {
        let (xs, a, b, c, d) = (
            &x[i..i + 4],
            &a[i..i + 4],
            &b[i..i + 4],
            &c[i..i + 4],
            &d[i..i + 4],
        );
        for k in 0..4 {
            sums[0][k] += a[k] * xs[k];
            sums[1][k] += b[k] * xs[k];
            sums[2][k] += c[k] * xs[k];
            sums[3][k] += d[k] * xs[k];
        }
        i += 4;
    }
    let mut totals = sums.map(|s| (s[0] + s[1]) + (s[2] + s[3]));
    for i in whole..n {
        totals[0] += a[i] * x[i];
        totals[1] += b[i] * x[i];
        totals[2] += c[i] * x[i];
        totals[3] += d[i] * x[i];
    }
    totals
}
