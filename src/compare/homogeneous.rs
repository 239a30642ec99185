//! Directions moved onto those along which linear equations stay as they are.

use super::level::{Row, level_rows, rows_of};
use crate::matrix::{Cholesky, Matrix};
use crate::problem::{Problem, Relation};
use crate::solve::descent::affine::AffineForms;
use crate::solve::descent::packing::Packing;
use faer::Mat;
use std::sync::Arc;

/// Equations, and equations times unknowns, up to which this is tried.
const MOST_EQUATIONS: usize = 1000;
const MOST_ENTRIES: usize = 4_000_000;
/// Keeps dependent equations solvable, relative.
const RIDGE: f64 = 1e-13;
const TURNS: usize = 3;
/// Residuals of equations that count as rounding, relative.
const ROUNDING: f64 = 1e-13;

/// The direction moved onto those along which linear equations stay as they are; `None` where there are none, or too many.
pub(super) fn along_equations(
    problem: &Problem,
    direction: &[Arc<Matrix>],
) -> Option<Vec<Arc<Matrix>>> {
    let packing = Packing::new(problem);
    let rows = equations(problem, &packing);
    let d = along(&packing, direction, &rows)?;
    Some(packing.unpack(&d, direction.len()))
}

/// The same, with a linear part of the objective that stays level ([`level_rows`]).
pub(super) fn along_level(
    problem: &Problem,
    direction: &[Arc<Matrix>],
) -> Option<Vec<Arc<Matrix>>> {
    let packing = Packing::new(problem);
    let mut rows = level_rows(problem, &packing);
    if rows.is_empty() {
        return None;
    }
    rows.extend(equations(problem, &packing));
    let d = along(&packing, direction, &rows)?;
    stays(&d, &rows).then(|| packing.unpack(&d, direction.len()))
}

/// Whether Ed = 0 to rounding: a row with a small part that matters does not count as satisfied.
fn stays(d: &[f64], rows: &[Row]) -> bool {
    let largest = |m: f64, v: f64| m.max(v.abs());
    let size = d.iter().copied().fold(0.0, largest);
    let terms = rows.iter().flatten().map(|(_, value)| *value);
    let most = ROUNDING * size * terms.fold(0.0, largest);
    let missed = |row: &Row| row.iter().map(|&(j, value)| value * d[j]).sum::<f64>();
    size > 0.0 && rows.iter().all(|row| missed(row).abs() <= most)
}

/// d - D²E'(ED²E')⁻¹Ed, D = |d|, by turns: the least relative change with Ed = 0.
fn along(packing: &Packing, direction: &[Arc<Matrix>], rows: &[Row]) -> Option<Vec<f64>> {
    let (m, n) = (rows.len(), packing.size);
    if m == 0 || m > MOST_EQUATIONS || m * n > MOST_ENTRIES {
        return None;
    }
    let mut d = vec![0.0; n];
    let values = direction.iter().enumerate();
    values.for_each(|(k, value)| packing.pack_into(k, value, &mut d));
    let sizes: Vec<f64> = d.iter().map(|d| d.abs()).collect();
    let mut scaled = Mat::<f64>::zeros(m, n);
    for (k, row) in rows.iter().enumerate() {
        for &(j, value) in row {
            scaled[(k, j)] += value * sizes[j];
        }
    }
    let mut gram = &scaled * scaled.transpose();
    (0..m).for_each(|k| gram[(k, k)] += RIDGE * gram[(k, k)] + f64::MIN_POSITIVE);
    let factor = Cholesky::of(gram)?;
    for _ in 0..TURNS {
        let missed = |k: usize, _| rows[k].iter().map(|&(j, value)| value * d[j]).sum();
        let mut left = Mat::from_fn(m, 1, missed);
        factor.solve_in_place(&mut left);
        let step = scaled.transpose() * left;
        for (j, d) in d.iter_mut().enumerate() {
            *d -= step[(j, 0)] * sizes[j];
        }
    }
    let is_finite = d.iter().all(|d| d.is_finite());
    is_finite.then_some(d)
}

/// The coefficients of left - right of all linear equations.
fn equations(problem: &Problem, packing: &Packing) -> Vec<Row> {
    let constraints = problem.constraints.iter();
    let equal: Vec<_> = constraints
        .filter(|c| c.relation == Relation::Equal)
        .collect();
    let sides: Vec<_> = equal.iter().flat_map(|c| [c.left, c.right]).collect();
    let mut forms = AffineForms::default();
    forms.learn(&problem.graph, &sides, packing);
    let differences = equal
        .into_iter()
        .filter_map(|constraint| forms.difference(problem, constraint));
    differences.flat_map(|form| rows_of(&form)).collect()
}
