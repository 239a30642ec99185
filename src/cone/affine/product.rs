//! Products with constant matrices.

use super::AffineMap;
use super::rows::{Merger, RowWriter};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use nalgebra::DMatrix;
use smallvec::smallvec;
use std::ops::Range;

/// Rows and columns of a block that is transposed at once.
const BLOCK: usize = 64;

fn blocks(rows: usize, cols: usize) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let cut = |length: usize| {
        (0..length)
            .step_by(BLOCK)
            .map(move |start| start..(start + BLOCK).min(length))
    };
    cut(rows).flat_map(move |r| cut(cols).map(move |c| (r.clone(), c)))
}

impl AffineMap {
    /// A*(F x + g) for a value of shape `cols(A) x k`.
    pub fn premultiplied(&self, matrix: &Matrix) -> Self {
        let shape = Shape::new(matrix.shape().rows, self.shape.cols);
        match matrix {
            Matrix::Dense(dense) if self.is_simple() && dense.iter().all(|f| *f != 0.0) => {
                self.premultiplied_dense(dense, shape)
            }
            Matrix::Dense(dense) => {
                let inner = self.shape.rows;
                let mut map = RowWriter::new(shape, shape.size() * inner);
                let mut merger = Merger::for_rows_of(self);
                for j in 0..shape.cols {
                    for i in 0..shape.rows {
                        let factors = (0..inner).map(|l| (l + j * inner, dense[(i, l)]));
                        map.combination_row(self, factors.filter(|(_, f)| *f != 0.0), &mut merger);
                    }
                }
                map.finish()
            }
            Matrix::Sparse(sparse) => self.premultiplied_sparse(&sparse.transposed(), shape),
        }
    }

    /// Whether every row is one variable, without a constant.
    fn is_simple(&self) -> bool {
        self.nonzeros() == self.rows()
            && (0..self.rows()).all(|k| self.row_length(k) == 1)
            && self.constants.iter().all(|g| *g == 0.0)
    }

    /// For a simple map and a matrix without zeros: block by block, so that both the columns of the
    /// matrix and the rows of the result stay in the cache.
    fn premultiplied_dense(&self, dense: &DMatrix<f64>, shape: Shape) -> Self {
        let inner = self.shape.rows;
        let count = shape.size() * inner;
        let mut columns = Vec::with_capacity(count);
        let mut values = vec![0.0; count];
        for j in 0..shape.cols {
            let terms = j * inner..(j + 1) * inner;
            let (picked, factors) = (&self.columns[terms.clone()], &self.values[terms]);
            (0..shape.rows).for_each(|_| columns.extend_from_slice(picked));
            for (rows, inners) in blocks(shape.rows, inner) {
                for i in rows {
                    let start = (j * shape.rows + i) * inner;
                    let row = &mut values[start + inners.start..start + inners.end];
                    let entries = dense.as_slice()[i + inners.start * shape.rows..].iter();
                    let entries = entries.step_by(shape.rows).zip(&factors[inners.clone()]);
                    for (value, (entry, factor)) in row.iter_mut().zip(entries) {
                        *value = factor * entry;
                    }
                }
            }
        }
        AffineMap {
            shape,
            row_starts: (0..=shape.size()).map(|k| k * inner).collect(),
            columns: columns.into(),
            values: values.into(),
            constants: smallvec![0.0; shape.size()],
        }
    }

    fn premultiplied_sparse(&self, by_rows: &SparseMatrix, shape: Shape) -> Self {
        let inner = self.shape.rows;
        let mut map = RowWriter::new(shape, by_rows.nonzeros() * shape.cols);
        let mut merger = Merger::for_rows_of(self);
        for j in 0..shape.cols {
            for i in 0..shape.rows {
                let factors = by_rows.column(i).map(|(l, f)| (l + j * inner, f));
                map.combination_row(self, factors, &mut merger);
            }
        }
        map.finish()
    }

    /// Entry k of the result is the sum of the entries that column k of `columns` names, times its
    /// values.
    pub fn combined(&self, columns: &SparseMatrix, shape: Shape) -> Self {
        let mut map = RowWriter::new(shape, columns.nonzeros());
        let mut merger = Merger::for_rows_of(self);
        for k in 0..columns.cols {
            map.combination_row(self, columns.column(k), &mut merger);
        }
        map.finish()
    }

    /// (F x + g)*B for a value of shape `k x rows(B)`.
    pub fn postmultiplied(&self, matrix: &Matrix) -> Self {
        let transposed = match matrix {
            Matrix::Dense(dense) => Matrix::Dense(dense.transpose()),
            Matrix::Sparse(sparse) => Matrix::Sparse(sparse.transposed()),
        };
        self.transposed().premultiplied(&transposed).transposed()
    }
}
