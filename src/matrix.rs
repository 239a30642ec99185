//! Values: real matrices, dense (column-major) or sparse (compressed columns).

use crate::shape::Shape;
use nalgebra::DMatrix;
use std::borrow::Cow;

mod balance;
mod decompose;
mod definiteness;
mod dense_factor;
mod factor;
mod product;
mod roots;
mod sparse;
mod sparse_factor;
mod supernodal;

pub use balance::{
    Balance, Factors, LEAST_SHARE, are_alike, congruence, congruent_factors, far_from_one,
    power_factors, power_of_two,
};
pub use decompose::{
    Eigen, Singular, cholesky, eigenvalues, inverse, rounding, singular_values, symmetric_part,
};
pub use definiteness::{definiteness, negated};
pub use dense_factor::{BunchKaufman, Cholesky, solve_square, threads};
pub use factor::square_root_factor;
pub use product::{
    multiply_into, multiply_plainly_into, multiply_vector_add, plain_product, sparse_product,
};
pub use roots::real_parts_of_roots;
pub use sparse::SparseMatrix;

/// A value of the language.
#[derive(Clone, Debug, PartialEq)]
pub enum Matrix {
    Dense(DMatrix<f64>),
    Sparse(SparseMatrix),
}

impl Matrix {
    pub fn scalar(value: f64) -> Self {
        Matrix::Dense(DMatrix::from_element(1, 1, value))
    }

    /// A column.
    pub fn vector(entries: Vec<f64>) -> Self {
        Matrix::Dense(DMatrix::from_vec(entries.len(), 1, entries))
    }

    /// `entries` run down the columns.
    pub fn from_columns(shape: Shape, entries: Vec<f64>) -> Self {
        Matrix::Dense(DMatrix::from_vec(shape.rows, shape.cols, entries))
    }

    pub fn filled(shape: Shape, value: f64) -> Self {
        Matrix::Dense(DMatrix::from_element(shape.rows, shape.cols, value))
    }

    pub fn zeros(shape: Shape) -> Self {
        Matrix::filled(shape, 0.0)
    }

    pub fn shape(&self) -> Shape {
        match self {
            Matrix::Dense(dense) => Shape::new(dense.nrows(), dense.ncols()),
            Matrix::Sparse(sparse) => sparse.shape(),
        }
    }

    /// Entries down the columns; copies only when sparse.
    pub fn entries(&self) -> Cow<'_, [f64]> {
        match self {
            Matrix::Dense(dense) => Cow::Borrowed(dense.as_slice()),
            Matrix::Sparse(sparse) => Cow::Owned(sparse.to_dense().as_slice().to_vec()),
        }
    }

    /// Entries of a dense value; `None` when sparse.
    pub fn as_slice(&self) -> Option<&[f64]> {
        match self {
            Matrix::Dense(dense) => Some(dense.as_slice()),
            Matrix::Sparse(_) => None,
        }
    }

    pub fn to_dense(&self) -> Cow<'_, DMatrix<f64>> {
        match self {
            Matrix::Dense(dense) => Cow::Borrowed(dense),
            Matrix::Sparse(sparse) => Cow::Owned(sparse.to_dense()),
        }
    }

    pub fn into_dense(self) -> DMatrix<f64> {
        match self {
            Matrix::Dense(dense) => dense,
            Matrix::Sparse(sparse) => sparse.to_dense(),
        }
    }

    /// Entry at zero-based `(row, col)`.
    pub fn get(&self, row: usize, col: usize) -> f64 {
        match self {
            Matrix::Dense(dense) => dense[(row, col)],
            Matrix::Sparse(sparse) => sparse.get(row, col),
        }
    }

    /// The only entry of a 1×1 value.
    pub fn as_scalar(&self) -> Option<f64> {
        self.shape().is_scalar().then(|| self.get(0, 0))
    }

    /// Values of the stored entries: all when dense, the structural nonzeros when sparse.
    pub fn stored(&self) -> &[f64] {
        match self {
            Matrix::Dense(dense) => dense.as_slice(),
            Matrix::Sparse(sparse) => &sparse.values,
        }
    }

    /// Row and column of the k-th stored entry.
    pub fn place_of_stored(&self, k: usize) -> (usize, usize) {
        match self {
            Matrix::Dense(dense) => (k % dense.nrows().max(1), k / dense.nrows().max(1)),
            Matrix::Sparse(sparse) => {
                let started = sparse.column_starts.partition_point(|&start| start <= k);
                (sparse.row_indices[k], started.saturating_sub(1))
            }
        }
    }

    /// The symmetric matrix of an upper triangle, column by column, its entries off the diagonal times
    /// `scale`.
    pub fn of_triangle(side: usize, triangle: &[f64], scale: f64) -> Self {
        let shape = Shape::new(side, side);
        let mut entries = vec![0.0; shape.size()];
        let places = (0..side).flat_map(|j| (0..=j).map(move |i| (i, j)));
        for ((i, j), value) in places.zip(triangle) {
            let value = if i == j { *value } else { scale * value };
            (entries[i + j * side], entries[j + i * side]) = (value, value);
        }
        Matrix::from_columns(shape, entries)
    }

    /// Whether A = A' to rounding: |a_ij - a_ji| <= 1e-12 max|a|.
    pub fn is_symmetric(&self) -> bool {
        self.asymmetry().is_none()
    }

    /// A zero-based entry `(i, j)` with a_ij != a_ji, when there is one (or the shape is not square).
    pub fn asymmetry(&self) -> Option<(usize, usize)> {
        if !self.shape().is_square() {
            return Some((0, 0));
        }
        let scale = self.stored().iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let tolerance = 1e-12 * scale;
        match self {
            Matrix::Dense(dense) => (0..dense.ncols())
                .flat_map(|j| (0..j).map(move |i| (i, j)))
                .find(|&(i, j)| (dense[(i, j)] - dense[(j, i)]).abs() > tolerance),
            Matrix::Sparse(sparse) => sparse
                .triplets()
                .find(|&(i, j, value)| (value - sparse.get(j, i)).abs() > tolerance)
                .map(|(i, j, _)| (i, j)),
        }
    }
}

impl From<f64> for Matrix {
    fn from(value: f64) -> Self {
        Matrix::scalar(value)
    }
}
