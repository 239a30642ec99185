//! Dense KKT systems: Cholesky without equations, Bunch-Kaufman with, singular values where these
//! fail.

use super::kkt::Inverse;
use crate::matrix::{BunchKaufman, Matrix, Singular};
use crate::solve::descent::affine::{AffineForm, AffineMap};
use crate::solve::descent::dense::Factor;
use faer::Mat;
use nalgebra::{DMatrix, DVector};

/// Relative size of singular values that count as zero.
const NEGLIGIBLE: f64 = 1e-12;

/// [H A'; A 0].
fn matrix(slope: &AffineForm, rows: &AffineMap) -> Mat<f64> {
    let (n, m) = (slope.rows(), rows.rows());
    let mut whole = Mat::zeros(n + m, n + m);
    for term in slope.all_terms() {
        whole[(term.row, term.column)] += term.value;
    }
    for (column, row, value) in rows.all_rows().triplets() {
        whole[(n + row, column)] += value;
        whole[(column, n + row)] += value;
    }
    whole
}

/// A factorisation of the whole matrix.
pub(super) enum Bordered {
    Definite(Factor),
    Indefinite(BunchKaufman),
}

impl Bordered {
    pub fn new(slope: &AffineForm, rows: &AffineMap) -> Option<Self> {
        let whole = matrix(slope, rows);
        if rows.rows() == 0 {
            return Factor::new(&whole).map(Bordered::Definite);
        }
        Some(Bordered::Indefinite(BunchKaufman::of(whole)))
    }
}

impl Inverse for Bordered {
    fn apply(&mut self, v: &[f64]) -> Option<Vec<f64>> {
        let solution = match self {
            Bordered::Definite(factor) => factor.solve(v),
            Bordered::Indefinite(factor) => {
                let mut solution = Mat::from_fn(v.len(), 1, |i, _| v[i]);
                factor.solve_in_place(&mut solution);
                (0..v.len()).map(|i| solution[(i, 0)]).collect()
            }
        };
        solution.iter().all(|v| v.is_finite()).then_some(solution)
    }
}

/// The pseudoinverse.
pub(super) struct LeastNorm(Singular);

impl LeastNorm {
    pub fn new(slope: &AffineForm, rows: &AffineMap) -> Option<Self> {
        let whole = matrix(slope, rows);
        let whole = DMatrix::from_fn(whole.nrows(), whole.ncols(), |i, j| whole[(i, j)]);
        Singular::of(&Matrix::Dense(whole)).map(LeastNorm)
    }
}

impl Inverse for LeastNorm {
    fn apply(&mut self, v: &[f64]) -> Option<Vec<f64>> {
        let Singular {
            left,
            values,
            right,
        } = &self.0;
        let least = NEGLIGIBLE * values.first()?;
        let mut weights = left.tr_mul(&DVector::from_column_slice(v));
        for (weight, &value) in weights.iter_mut().zip(values) {
            *weight = if value > least { *weight / value } else { 0.0 };
        }
        Some((right * weights).as_slice().to_vec())
    }
}
