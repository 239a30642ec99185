//! Products with constant matrices.

use super::AffineMap;
use super::rows::{Merger, RowWriter};
use super::terms::{DenseProduct, Rows, Terms};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use nalgebra::DMatrix;
use smallvec::smallvec;
use std::sync::Arc;

/// Smaller products are written out at once.
const FEWEST_SHARED: usize = 256;

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

    /// [`Self::premultiplied`], where a product with a vector variable does not copy the matrix.
    pub fn premultiplied_shared(&self, matrix: &Arc<Matrix>) -> Self {
        let rows = matrix.shape().rows;
        match (self.run_of_variables(), matrix.as_ref()) {
            (Some(first), Matrix::Dense(dense))
                if dense.len() >= FEWEST_SHARED && dense.iter().all(|f| *f != 0.0) =>
            {
                AffineMap {
                    shape: Shape::vector(rows),
                    terms: Terms::Product(Box::new(DenseProduct::new(matrix.clone(), first, 1.0))),
                    constants: smallvec![0.0; rows],
                }
            }
            _ => self.premultiplied(matrix),
        }
    }

    /// The first of the consecutive variables that this map's entries are, one a row.
    fn run_of_variables(&self) -> Option<usize> {
        if !self.shape.is_column() || !self.is_simple() {
            return None;
        }
        let Rows {
            columns, values, ..
        } = self.by_rows();
        let first = *columns.first()?;
        let consecutive = columns.iter().zip(first..).all(|(&column, j)| column == j);
        (consecutive && values.iter().all(|v| *v == 1.0)).then_some(first as usize)
    }

    /// Whether every row is one variable, without a constant.
    fn is_simple(&self) -> bool {
        self.nonzeros() == self.rows()
            && (0..self.rows()).all(|k| self.row_length(k) == 1)
            && self.constants.iter().all(|g| *g == 0.0)
    }

    /// For a simple map and a matrix without zeros.
    fn premultiplied_dense(&self, dense: &DMatrix<f64>, shape: Shape) -> Self {
        let inner = self.shape.rows;
        let Rows {
            columns, values, ..
        } = self.by_rows();
        let picked = |j: usize| {
            let terms = j * inner..(j + 1) * inner;
            (&columns[terms.clone()], &values[terms])
        };
        AffineMap {
            shape,
            terms: Terms::Rows(Rows::of_product(dense, shape.cols, picked)),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(entry: impl Fn(usize, usize) -> f64) -> Arc<Matrix> {
        Arc::new(Matrix::Dense(DMatrix::from_fn(130, 70, entry)))
    }

    #[test]
    fn a_shared_product_is_the_product_written_out() {
        let factors = matrix(|i, l| 1.0 + (i * 70 + l) as f64);
        let variables = AffineMap::pick(Shape::vector(70), 5);
        let written = variables.premultiplied(&factors);
        let shared = variables.premultiplied_shared(&factors);
        assert!(shared.as_product().is_some() && written.as_product().is_none());
        let row: Vec<(usize, f64)> = (0..70).map(|l| (5 + l, 71.0 + l as f64)).collect();
        assert!(shared.row(1).eq(row.iter().copied()));
        assert_eq!(shared, written);
        assert_eq!(shared.used_columns(), written.used_columns());
        assert_eq!(shared.longest_row(), written.longest_row());
        let constant = AffineMap::constant(&Matrix::vector(vec![3.0; 130]));
        for (a, b) in [
            (shared.scaled(-2.0), written.scaled(-2.0)),
            (shared.minus(&constant), written.minus(&constant)),
            (constant.minus(&shared), constant.minus(&written)),
            (shared.plus(&written), written.scaled(2.0)),
        ] {
            assert_eq!(a.merged(), b.merged());
        }
    }

    /// Zeros have to stay out of the program, and other maps have no columns in a row.
    #[test]
    fn other_products_are_written_out() {
        let variables = AffineMap::pick(Shape::vector(70), 5);
        let ones = matrix(|_, _| 1.0);
        let holey = matrix(|i, l| if i == l { 0.0 } else { 1.0 });
        assert!(
            variables
                .premultiplied_shared(&holey)
                .as_product()
                .is_none()
        );
        let others = [
            variables.scaled(2.0),
            AffineMap::pick_list(Shape::vector(70), &(0..70).rev().collect::<Vec<_>>()),
            AffineMap::pick(Shape::new(70, 2), 0),
        ];
        for other in others {
            let product = other.premultiplied_shared(&ones);
            assert!(product.as_product().is_none());
            assert_eq!(product, other.premultiplied(&ones));
        }
    }
}
