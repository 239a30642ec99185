//! Multipliers of the rows at a solution: what the gradient leaves is shared out among the rows that
//! bind.

use super::terms::{Row, rows_of};
use super::{Composite, Iterate};
use crate::solve::descent::blocks::Slopes;

/// Relative distance from a kink below which a row counts as standing at it.
const AT_KINK: f64 = 1e-9;

impl Composite<'_> {
    /// λ by part and row, with gradient + A'λ = 0 at a solution; zeros for norms of groups.
    pub(super) fn multipliers(&self, at: &Iterate) -> Vec<Vec<f64>> {
        // The solution once more, with the entries at a kink exactly there.
        let mut x = self.moved(at, 1.0);
        let balances = self.terms.prox(&mut x, &self.metric, 1.0);
        let mut left: Vec<f64> = at.gradient.iter().map(|g| -g).collect();
        for (balance, nu) in self.terms.balances.iter().zip(&balances) {
            let members = balance.members.iter();
            members.for_each(|&(k, a)| left[k] -= nu * a);
        }
        let parts = self.model.parts.iter();
        let rows: Vec<Vec<Row>> = parts.map(|p| rows_of(p).unwrap_or_default()).collect();
        let mut balances = balances.into_iter();
        let mut found: Vec<Vec<f64>> = Vec::new();
        for (part, rows) in self.model.parts.iter().zip(&rows) {
            let mut multipliers = vec![0.0; rows.len()];
            if let Some(slopes) = part.rule.as_slopes() {
                off_kinks(
                    slopes,
                    rows,
                    &x,
                    &mut left,
                    &mut multipliers,
                    &mut balances,
                );
            }
            found.push(multipliers);
        }
        for ((part, rows), multipliers) in self.model.parts.iter().zip(&rows).zip(&mut found) {
            if let Some(slopes) = part.rule.as_slopes() {
                at_kinks(slopes, rows, &x, &mut left, multipliers);
            }
        }
        found
    }
}

/// The sign of a row's value; 0 at its kink.
fn side(row: &Row, x: &[f64]) -> f64 {
    let terms = row.coefficients.iter().map(|&(k, a)| a * x[k]);
    let value = terms.clone().sum::<f64>() + row.offset;
    let size = terms.map(f64::abs).sum::<f64>() + row.offset.abs();
    if value.abs() <= AT_KINK * size {
        0.0
    } else {
        value.signum()
    }
}

/// Rows away from their kink have the slope of their side.
fn off_kinks(
    slopes: &Slopes,
    rows: &[Row],
    x: &[f64],
    left: &mut [f64],
    multipliers: &mut [f64],
    balances: &mut impl Iterator<Item = f64>,
) {
    for (k, row) in rows.iter().enumerate() {
        let &[(column, factor)] = row.coefficients.as_slice() else {
            multipliers[k] = balances.next().unwrap_or(0.0);
            continue;
        };
        let slope = match side(row, x) {
            s if s > 0.0 => slopes.upper[k],
            s if s < 0.0 => slopes.lower[k],
            _ => continue,
        };
        // A wall crossed within rounding is shared out below.
        if slope.is_finite() {
            multipliers[k] = slope;
            left[column] -= factor * slope;
        }
    }
}

/// Rows at their kink take what is left, as far as their slopes reach.
fn at_kinks(slopes: &Slopes, rows: &[Row], x: &[f64], left: &mut [f64], multipliers: &mut [f64]) {
    for (k, row) in rows.iter().enumerate() {
        let &[(column, factor)] = row.coefficients.as_slice() else {
            continue;
        };
        let at = side(row, x);
        let crossed =
            at > 0.0 && slopes.upper[k].is_infinite() || at < 0.0 && slopes.lower[k].is_infinite();
        if at == 0.0 || crossed {
            let taken = (left[column] / factor).clamp(slopes.lower[k], slopes.upper[k]);
            multipliers[k] = taken;
            left[column] -= factor * taken;
        }
    }
}
