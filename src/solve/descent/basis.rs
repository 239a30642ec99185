//! Semidefinite blocks in a basis of their own: T F(x) T' for F(x) = F_0 + Σ x_j F_j, T⁻¹ the Cholesky factor of
//! |F_0| + Σ u_j |F_j|.
//!
//! Moments of 1, t, t², … on [0, 500] are nearly dependent however their rows are scaled: what is rounding
//! beside the largest entries decides whether the matrix is definite. In this basis the typical matrix is the
//! identity.

use super::affine::{AffineForm, AffineMap, Term};
use super::model::AffinePart;
use super::spectral::{eigen, fold, unfold};
use crate::matrix::{Matrix, cholesky};
use faer::Mat;
use nalgebra::DMatrix;

/// Sides, and operations, up to which this is tried.
const LARGEST_SIDE: usize = 64;
const MOST_WORK: usize = 100_000_000;
/// Squared pivots of the typical matrix, its diagonal one, from which on it is no better than rows of one size.
const INDEPENDENT: f64 = 1e-3;
/// Keeps the typical matrix definite, relative to its diagonal.
const RIDGE: f64 = 1e-13;

/// Takes the part into its own basis, for unknowns of these sizes, where its terms are nearly dependent and no user's
/// multipliers belong to its rows.
pub fn take_own(part: &mut AffinePart, sizes: &[f64]) {
    let Some(side) = part
        .rule
        .congruent_side()
        .filter(|_| part.shares.is_empty())
    else {
        return;
    };
    let work = (part.map.used() + 1) * side.pow(3);
    if !(2..=LARGEST_SIDE).contains(&side) || work > MOST_WORK {
        return;
    }
    let terms = Terms::of(&part.map, side);
    let Some(basis) = basis(&terms, sizes) else {
        return;
    };
    let diagonal: Vec<f64> = basis.diagonal().iter().map(|t| 1.0 / t).collect();
    part.map = terms.in_basis(&basis, part.map.columns());
    part.rule.rescale_congruently(&diagonal);
}

/// F_0 and the F_j with their columns, as folded lists.
struct Terms {
    side: usize,
    constant: Vec<f64>,
    columns: Vec<(usize, Vec<f64>)>,
}

impl Terms {
    fn of(map: &AffineMap, side: usize) -> Terms {
        let mut triplets: Vec<(usize, usize, f64)> = map.triplets().collect();
        triplets.sort_by_key(|&(_, column, _)| column);
        let mut columns: Vec<(usize, Vec<f64>)> = Vec::new();
        for (row, column, value) in triplets {
            if columns.last().is_none_or(|(last, _)| *last != column) {
                columns.push((column, vec![0.0; map.rows()]));
            }
            if let Some((_, entries)) = columns.last_mut() {
                entries[row] += value;
            }
        }
        Terms {
            side,
            constant: map.offset.clone(),
            columns,
        }
    }

    fn in_basis(&self, basis: &DMatrix<f64>, columns: usize) -> AffineMap {
        let mut form = AffineForm {
            offset: congruent(self.side, &self.constant, basis),
            ..AffineForm::default()
        };
        for (column, entries) in &self.columns {
            let image = congruent(self.side, entries, basis);
            let kept = image.iter().enumerate().filter(|(_, value)| **value != 0.0);
            form.terms.extend(kept.map(|(row, &value)| Term {
                row,
                column: *column,
                value,
            }));
        }
        AffineMap::new(&form, columns)
    }
}

/// T; `None` where rows of one size do as well.
fn basis(terms: &Terms, sizes: &[f64]) -> Option<DMatrix<f64>> {
    let n = terms.side;
    let mut typical = absolute(n, &terms.constant, 1.0);
    for (column, entries) in &terms.columns {
        typical += absolute(n, entries, sizes[*column]);
    }
    let scales: Vec<f64> = (0..n).map(|i| 1.0 / typical[(i, i)].sqrt()).collect();
    if scales.iter().any(|scale| !scale.is_finite()) {
        return None;
    }
    let mut even = DMatrix::from_fn(n, n, |i, j| scales[i] * typical[(i, j)] * scales[j]);
    (0..n).for_each(|i| even[(i, i)] += RIDGE);
    let factor = cholesky(&Matrix::Dense(even))?;
    let least = factor.diagonal().iter().map(|p| p * p).fold(1.0, f64::min);
    if least >= INDEPENDENT {
        return None;
    }
    let mut inverse = factor.solve_lower_triangular(&DMatrix::identity(n, n))?;
    for (mut column, scale) in inverse.column_iter_mut().zip(&scales) {
        column *= *scale;
    }
    Some(inverse)
}

/// size*|F|, by the absolute values of the eigenvalues.
fn absolute(side: usize, entries: &[f64], size: f64) -> DMatrix<f64> {
    if entries.iter().all(|&entry| entry == 0.0) {
        return DMatrix::zeros(side, side);
    }
    let found = eigen(&unfold(side, entries));
    let values: Vec<f64> = found.values.iter().map(|v| size * v.abs()).collect();
    let matrix = found.compose(&values);
    DMatrix::from_fn(side, side, |i, j| matrix[(i, j)])
}

/// T F T'.
fn congruent(side: usize, entries: &[f64], basis: &DMatrix<f64>) -> Vec<f64> {
    let matrix = unfold(side, entries);
    let matrix = DMatrix::from_fn(side, side, |i, j| matrix[(i, j)]);
    let image = basis * matrix * basis.transpose();
    let mut out = vec![0.0; entries.len()];
    fold(&Mat::from_fn(side, side, |i, j| image[(i, j)]), &mut out);
    out
}
