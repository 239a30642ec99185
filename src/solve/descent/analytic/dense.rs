//! Dense KKT systems: Cholesky without equations, Bunch-Kaufman with, singular values where these
//! fail.

use super::kkt::Inverse;
use crate::solve::descent::affine::{AffineForm, AffineMap};
use crate::solve::descent::dense::Factor;
use faer::linalg::solvers::{Lblt, Solve, Svd};
use faer::{Mat, Side};

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
    Indefinite(Lblt<f64>),
}

impl Bordered {
    pub fn new(slope: &AffineForm, rows: &AffineMap) -> Option<Self> {
        let whole = matrix(slope, rows);
        if rows.rows() == 0 {
            return Factor::new(&whole).map(Bordered::Definite);
        }
        Some(Bordered::Indefinite(whole.lblt(Side::Lower)))
    }
}

impl Inverse for Bordered {
    fn apply(&mut self, v: &[f64]) -> Option<Vec<f64>> {
        let solution = match self {
            Bordered::Definite(factor) => factor.solve(v),
            Bordered::Indefinite(factor) => {
                let right = Mat::from_fn(v.len(), 1, |i, _| v[i]);
                let solution = factor.solve(&right);
                (0..v.len()).map(|i| solution[(i, 0)]).collect()
            }
        };
        solution.iter().all(|v| v.is_finite()).then_some(solution)
    }
}

/// The pseudoinverse.
pub(super) struct LeastNorm(Svd<f64>);

impl LeastNorm {
    pub fn new(slope: &AffineForm, rows: &AffineMap) -> Option<Self> {
        let whole = matrix(slope, rows);
        let entries = whole.col_iter().flat_map(|c| c.iter());
        let finite = entries.into_iter().all(|v| v.is_finite());
        finite.then(|| whole.svd().ok().map(LeastNorm)).flatten()
    }
}

impl Inverse for LeastNorm {
    fn apply(&mut self, v: &[f64]) -> Option<Vec<f64>> {
        let right = Mat::from_fn(v.len(), 1, |i, _| v[i]);
        let values = self.0.S().column_vector();
        let least = NEGLIGIBLE * values[0];
        let mut weights = self.0.U().transpose() * right;
        for k in 0..values.nrows() {
            let value = values[k];
            weights[(k, 0)] = if value > least {
                weights[(k, 0)] / value
            } else {
                0.0
            };
        }
        let solution = self.0.V() * weights;
        Some((0..v.len()).map(|i| solution[(i, 0)]).collect())
    }
}
