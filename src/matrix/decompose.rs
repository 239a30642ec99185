//! Eigenvalues, singular values and inverses of dense matrices.

use super::Matrix;
use faer::linalg::solvers::Solve;
use faer::{MatRef, Side};
use nalgebra::DMatrix;

/// X = U diag(values) U', values rising, eigenvectors in the columns of U.
#[derive(Clone, Debug)]
pub struct Eigen {
    pub values: Vec<f64>,
    pub vectors: DMatrix<f64>,
}

/// X = U diag(values) V', values falling, one column for each of min(m, n) values.
#[derive(Clone, Debug)]
pub struct Singular {
    pub left: DMatrix<f64>,
    pub values: Vec<f64>,
    pub right: DMatrix<f64>,
}

/// (X + X')/2 of a square matrix.
pub fn symmetric_part(matrix: &Matrix) -> DMatrix<f64> {
    let dense = matrix.to_dense();
    (dense.as_ref() + dense.transpose()) * 0.5
}

impl Eigen {
    /// Of the symmetric part; `None` when an entry is not finite.
    pub fn of(matrix: &Matrix) -> Option<Self> {
        Eigen::of_symmetric(&symmetric_part(matrix))
    }

    /// The lower triangle is read.
    pub fn of_symmetric(matrix: &DMatrix<f64>) -> Option<Self> {
        let decomposition = finite_view(matrix)?.self_adjoint_eigen(Side::Lower).ok()?;
        let values = decomposition.S().column_vector();
        Some(Eigen {
            values: (0..values.nrows()).map(|k| values[k]).collect(),
            vectors: to_nalgebra(decomposition.U()),
        })
    }

    /// U diag(f(values)) U'.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> DMatrix<f64> {
        let values: Vec<f64> = self.values.iter().map(|&v| f(v)).collect();
        self.with_values(&values)
    }

    /// U diag(values) U'.
    pub fn with_values(&self, values: &[f64]) -> DMatrix<f64> {
        let mut scaled = self.vectors.clone();
        for (mut column, value) in scaled.column_iter_mut().zip(values) {
            column *= *value;
        }
        scaled * self.vectors.transpose()
    }
}

/// Eigenvalues of the symmetric part, rising; `None` when an entry is not finite.
pub fn eigenvalues(matrix: &Matrix) -> Option<Vec<f64>> {
    let symmetric = symmetric_part(matrix);
    finite_view(&symmetric)?
        .self_adjoint_eigenvalues(Side::Lower)
        .ok()
}

impl Singular {
    /// `None` when an entry is not finite.
    pub fn of(matrix: &Matrix) -> Option<Self> {
        let dense = matrix.to_dense();
        let decomposition = finite_view(&dense)?.thin_svd().ok()?;
        let values = decomposition.S().column_vector();
        Some(Singular {
            left: to_nalgebra(decomposition.U()),
            values: (0..values.nrows()).map(|k| values[k]).collect(),
            right: to_nalgebra(decomposition.V()),
        })
    }

    /// U diag(values) V'.
    pub fn with_values(&self, values: &[f64]) -> DMatrix<f64> {
        let mut scaled = self.left.clone();
        for (mut column, value) in scaled.column_iter_mut().zip(values) {
            column *= *value;
        }
        scaled * self.right.transpose()
    }
}

/// Singular values, falling; `None` when an entry is not finite.
pub fn singular_values(matrix: &Matrix) -> Option<Vec<f64>> {
    let dense = matrix.to_dense();
    finite_view(&dense)?.singular_values().ok()
}

/// The lower factor L of the symmetric part S = L L', `None` unless it is positive definite.
pub fn cholesky(matrix: &Matrix) -> Option<DMatrix<f64>> {
    let symmetric = symmetric_part(matrix);
    let decomposition = finite_view(&symmetric)?.llt(Side::Lower).ok()?;
    let factor = to_nalgebra(decomposition.L()).lower_triangle();
    factor.diagonal().iter().all(|&p| p > 0.0).then_some(factor)
}

/// X^-1 of a square matrix; `None` when it is singular to working precision.
pub fn inverse(matrix: &Matrix) -> Option<DMatrix<f64>> {
    let dense = matrix.to_dense();
    let n = dense.nrows();
    let identity = faer::Mat::<f64>::identity(n, n);
    let inverse = to_nalgebra(
        finite_view(&dense)?
            .partial_piv_lu()
            .solve(&identity)
            .as_ref(),
    );
    inverse.iter().all(|e| e.is_finite()).then_some(inverse)
}

fn finite_view(matrix: &DMatrix<f64>) -> Option<MatRef<'_, f64>> {
    let finite = matrix.iter().all(|entry| entry.is_finite());
    let (rows, cols) = matrix.shape();
    finite.then(|| MatRef::from_column_major_slice(matrix.as_slice(), rows, cols))
}

fn to_nalgebra(matrix: MatRef<'_, f64>) -> DMatrix<f64> {
    DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |i, j| matrix[(i, j)])
}
