//! Coordinates z in which the rows of the data are orthonormal: y = D R⁻¹ z, A D = Q R.
//!
//! Columns 1, t, t², … of raw t are nearly dependent however they are scaled; what is left when one is fitted by the
//! others is rounding beside each of them. In these coordinates no unknown does the work of others.

use crate::solve::descent::affine::AffineMap;
use crate::solve::descent::model::Model;
use faer::Mat;
use faer::linalg::solvers::Solve;

/// Unknowns, and entries of the data, up to which this is tried.
const MOST_UNKNOWNS: usize = 200;
const MOST_ENTRIES: usize = 2_000_000;
/// What is left of a column of length one, beside those before it, from which on it is independent.
const INDEPENDENT: f64 = 1e-3;
/// What is at least left, which keeps R regular.
const RIDGE: f64 = 1e-13;

/// D R⁻¹ and its inverse.
pub struct Basis {
    pub forward: Mat<f64>,
    pub inverse: Mat<f64>,
}

impl Basis {
    /// `None` where the columns of the data are independent as they stand, or there is too much of them.
    pub fn of(model: &Model) -> Option<Basis> {
        let n = model.size;
        if n > MOST_UNKNOWNS {
            return None;
        }
        let rows = data_rows(model);
        if rows.is_empty() || (rows.len() + n) * n > MOST_ENTRIES {
            return None;
        }
        let lengths = column_lengths(&rows, n);
        let mut stacked = Mat::<f64>::zeros(rows.len() + n, n);
        for (i, row) in rows.iter().enumerate() {
            row.iter()
                .for_each(|&(j, value)| stacked[(i, j)] += value / lengths[j]);
        }
        (0..n).for_each(|j| stacked[(rows.len() + j, j)] = RIDGE);
        let factor = stacked.qr().thin_R().to_owned();
        let least = (0..n).fold(f64::INFINITY, |least, j| least.min(factor[(j, j)].abs()));
        if least >= INDEPENDENT || !least.is_normal() {
            return None;
        }
        let mut forward = factor.partial_piv_lu().solve(Mat::<f64>::identity(n, n));
        let mut inverse = factor;
        for j in 0..n {
            (0..n).for_each(|i| forward[(j, i)] /= lengths[j]);
            (0..n).for_each(|i| inverse[(i, j)] *= lengths[j]);
        }
        Some(Basis { forward, inverse })
    }
}

/// The rows with more than one unknown, those of each map divided by their mean length.
fn data_rows(model: &Model) -> Vec<Vec<(usize, f64)>> {
    let mut rows = Vec::new();
    let ridges = model.ridge_terms();
    let bent = ridges.iter().flat_map(|ridges| ridges.maps());
    for map in model.parts.iter().map(|part| &part.map).chain(bent) {
        rows.extend(rows_of(map));
    }
    rows
}

fn rows_of(map: &AffineMap) -> impl Iterator<Item = Vec<(usize, f64)>> {
    let mut rows: Vec<Vec<(usize, f64)>> = vec![Vec::new(); map.rows()];
    let mut squares = 0.0;
    for (row, column, value) in map.triplets().filter(|t| t.2 != 0.0) {
        rows[row].push((column, value));
        squares += value * value;
    }
    let length = (squares / map.rows().max(1) as f64).sqrt();
    let data = rows.into_iter().filter(|row| row.len() > 1);
    data.map(move |row| {
        row.into_iter()
            .map(|(j, value)| (j, value / length))
            .collect()
    })
}

/// Of all columns; 1 for empty ones.
fn column_lengths(rows: &[Vec<(usize, f64)>], columns: usize) -> Vec<f64> {
    let mut squares = vec![0.0; columns];
    for &(j, value) in rows.iter().flatten() {
        squares[j] += value * value;
    }
    let length = |square: f64| if square > 0.0 { square.sqrt() } else { 1.0 };
    squares.into_iter().map(length).collect()
}
