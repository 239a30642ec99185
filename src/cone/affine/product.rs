//! Products with constant matrices.

use super::AffineMap;
use super::rows::{Merger, RowWriter};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;

impl AffineMap {
    /// A*(F x + g) for a value of shape `cols(A) x k`.
    pub fn premultiplied(&self, matrix: &Matrix) -> Self {
        let shape = Shape::new(matrix.shape().rows, self.shape.cols);
        match matrix {
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

    /// (F x + g)*B for a value of shape `k x rows(B)`.
    pub fn postmultiplied(&self, matrix: &Matrix) -> Self {
        let transposed = match matrix {
            Matrix::Dense(dense) => Matrix::Dense(dense.transpose()),
            Matrix::Sparse(sparse) => Matrix::Sparse(sparse.transposed()),
        };
        self.transposed().premultiplied(&transposed).transposed()
    }
}
