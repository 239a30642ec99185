//! Eigenvalues, singular values and inverses of dense matrices.

use super::Matrix;
use super::dense_factor::{Cholesky, solve_square, threads};
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::{Mat, MatRef};
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
        let view = finite_view(matrix)?;
        let mut vectors = Mat::zeros(view.nrows(), view.nrows());
        let values = spectrum(view, Some(&mut vectors))?;
        Some(Eigen {
            values,
            vectors: to_nalgebra(vectors.as_ref()),
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

/// ε n max|λ|: eigenvalues are known up to this.
pub fn rounding(eigenvalues: &[f64]) -> f64 {
    let largest = eigenvalues
        .iter()
        .fold(0.0, |most: f64, v| most.max(v.abs()));
    largest * f64::EPSILON * eigenvalues.len() as f64
}

/// Eigenvalues of the symmetric part, rising; `None` when an entry is not finite.
pub fn eigenvalues(matrix: &Matrix) -> Option<Vec<f64>> {
    let symmetric = symmetric_part(matrix);
    spectrum(finite_view(&symmetric)?, None)
}

/// Eigenvalues of the lower triangle, rising, and the eigenvectors where there is room for them.
fn spectrum(matrix: MatRef<'_, f64>, vectors: Option<&mut Mat<f64>>) -> Option<Vec<f64>> {
    let n = matrix.nrows();
    let (par, params) = (threads(n), Default::default());
    let wanted = match vectors {
        Some(_) => ComputeEigenvectors::Yes,
        None => ComputeEigenvectors::No,
    };
    let mut values = Diag::zeros(n);
    let scratch = self_adjoint_evd_scratch::<f64>(n, wanted, par, params);
    self_adjoint_evd(
        matrix,
        values.as_mut(),
        vectors.map(|v| v.as_mut()),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    )
    .ok()?;
    Some(values.column_vector().iter().copied().collect())
}

impl Singular {
    /// `None` when an entry is not finite.
    pub fn of(matrix: &Matrix) -> Option<Self> {
        let dense = matrix.to_dense();
        let view = finite_view(&dense)?;
        let size = view.nrows().min(view.ncols());
        let mut left = Mat::zeros(view.nrows(), size);
        let mut right = Mat::zeros(view.ncols(), size);
        let values = singular_triples(view, Some((&mut left, &mut right)))?;
        Some(Singular {
            left: to_nalgebra(left.as_ref()),
            values,
            right: to_nalgebra(right.as_ref()),
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
    singular_triples(finite_view(&dense)?, None)
}

/// Singular values, falling, and the vectors of the thin decomposition where there is room for them.
fn singular_triples(
    matrix: MatRef<'_, f64>,
    vectors: Option<(&mut Mat<f64>, &mut Mat<f64>)>,
) -> Option<Vec<f64>> {
    let (m, n) = matrix.shape();
    let (par, params) = (threads(m.max(n)), Default::default());
    let wanted = match vectors {
        Some(_) => ComputeSvdVectors::Thin,
        None => ComputeSvdVectors::No,
    };
    let mut values = Diag::zeros(m.min(n));
    let scratch = svd_scratch::<f64>(m, n, wanted, wanted, par, params);
    let (left, right) = vectors.unzip();
    svd(
        matrix,
        values.as_mut(),
        left.map(|v| v.as_mut()),
        right.map(|v| v.as_mut()),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    )
    .ok()?;
    Some(values.column_vector().iter().copied().collect())
}

/// The lower factor L of the symmetric part S = L L', `None` unless it is positive definite.
pub fn cholesky(matrix: &Matrix) -> Option<DMatrix<f64>> {
    let symmetric = symmetric_part(matrix);
    let decomposition = Cholesky::of(finite_view(&symmetric)?.to_owned())?;
    let factor = to_nalgebra(decomposition.lower()).lower_triangle();
    factor.diagonal().iter().all(|&p| p > 0.0).then_some(factor)
}

/// X^-1 of a square matrix; `None` when it is singular to working precision.
pub fn inverse(matrix: &Matrix) -> Option<DMatrix<f64>> {
    let dense = matrix.to_dense();
    let n = dense.nrows();
    let mut inverse = Mat::<f64>::identity(n, n);
    solve_square(finite_view(&dense)?.to_owned(), &mut inverse);
    let inverse = to_nalgebra(inverse.as_ref());
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
