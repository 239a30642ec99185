//! Groups of three rows with few unknowns: of the terms of `σ J'MJ` all but the first stand among the unknowns, without
//! rows of the system.
//!
//! An unknown that little else holds would be eliminated before such rows, by a pivot next to 0. The first term keeps its
//! row: inside a cone it is far larger than the others, which would lose their digits beside it.

use super::layout::{Group, Terms};
use crate::matrix::SparseMatrix;

pub const ROWS: usize = 3;
/// Coefficients of a group up to which it stands among the unknowns.
const MOST_COEFFICIENTS: usize = 8;

type Square = [[f64; ROWS]; ROWS];

/// Whether a group of rows has few unknowns.
pub fn has_few_unknowns(jacobian: &SparseMatrix, start: usize) -> bool {
    let starts = &jacobian.column_starts;
    starts[start + ROWS] - starts[start] <= MOST_COEFFICIENTS
}

/// σM of a group without its first term.
fn matrix(group: &Group, terms: &Terms<'_>, sigma: f64) -> Square {
    let start = group.rows.start;
    let mut matrix = [[0.0; ROWS]; ROWS];
    for (weight, entries) in terms.standing(group) {
        for (i, p) in *entries {
            for (j, q) in *entries {
                matrix[i - start][j - start] += sigma * weight * p * q;
            }
        }
    }
    matrix
}

/// Hands the lower triangle of σ J'MJ to `sink`, always in the same order.
pub fn emit(
    jacobian: &SparseMatrix,
    group: &Group,
    terms: &Terms<'_>,
    sigma: f64,
    sink: &mut dyn FnMut(usize, usize, f64),
) {
    let m = matrix(group, terms, sigma);
    for (i, row) in group.rows.clone().zip(&m) {
        for (other, weight) in group.rows.clone().zip(row) {
            for (u, a) in jacobian.column(i) {
                let lower = jacobian.column(other).filter(|(v, _)| u >= *v);
                lower.for_each(|(v, b)| sink(u, v, weight * a * b));
            }
        }
    }
}

/// out -= σ J'M y.
pub fn put(
    jacobian: &SparseMatrix,
    group: &Group,
    terms: &Terms<'_>,
    sigma: f64,
    y: &[f64],
    out: &mut [f64],
) {
    let rows = group.rows.clone();
    let shift = std::array::from_fn(|k| y[rows.start + k]);
    for (row, pull) in rows.zip(times(group, terms, sigma, shift)) {
        jacobian.column(row).for_each(|(u, a)| out[u] -= a * pull);
    }
}

/// out += σM(J*d + y).
pub fn take(
    jacobian: &SparseMatrix,
    group: &Group,
    terms: &Terms<'_>,
    sigma: f64,
    y: &[f64],
    solution: &[f64],
    out: &mut [f64],
) {
    let rows = group.rows.clone();
    let image = |row: usize| jacobian.column(row).map(|(u, a)| a * solution[u]);
    let moved = std::array::from_fn(|k| image(rows.start + k).sum::<f64>() + y[rows.start + k]);
    for (row, pull) in rows.zip(times(group, terms, sigma, moved)) {
        out[row] += pull;
    }
}

/// σM*v without its first term.
fn times(group: &Group, terms: &Terms<'_>, sigma: f64, v: [f64; ROWS]) -> [f64; ROWS] {
    let start = group.rows.start;
    let mut image = [0.0; ROWS];
    for (weight, entries) in terms.standing(group) {
        let along: f64 = entries.iter().map(|(row, p)| p * v[row - start]).sum();
        let pulls = entries.iter();
        pulls.for_each(|(row, p)| image[row - start] += sigma * weight * along * p);
    }
    image
}
