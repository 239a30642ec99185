//! How far values are from satisfying a relation.

use super::Relation;
use crate::matrix::Matrix;

impl Relation {
    /// The worst entry of `left relation right`, relative to max(1, largest entry of the sides); NaN
    /// where a side has no value.
    pub fn violation(self, left: &Matrix, right: &Matrix) -> f64 {
        match self {
            Relation::Equal => worst_entry(left, right, f64::abs),
            Relation::LessEqual => worst_entry(left, right, |excess| excess.max(0.0)),
            Relation::Precedes => {
                let difference = right.to_dense().as_ref() - left.to_dense().as_ref();
                let symmetric = (&difference + difference.transpose()) * 0.5;
                let scale = symmetric.amax().max(1.0);
                let least = symmetric
                    .symmetric_eigenvalues()
                    .iter()
                    .copied()
                    .fold(f64::INFINITY, f64::min);
                (-least).max(0.0) / scale
            }
        }
    }
}

/// λ'(left - right), scalars broadcast; rows with infinite sides count nothing.
pub fn slackness(multipliers: &[f64], left: &Matrix, right: &Matrix) -> f64 {
    let (left, right) = (left.entries(), right.entries());
    let products = multipliers.iter().enumerate();
    products
        .map(|(k, multiplier)| multiplier * (at(&left, k) - at(&right, k)))
        .filter(|product| product.is_finite())
        .sum()
}

/// Entry k; of a scalar its only one.
fn at(side: &[f64], k: usize) -> f64 {
    if side.len() == 1 { side[0] } else { side[k] }
}

/// `excess` of left - right at its worst entry; infinite bounds bind nothing.
fn worst_entry(left: &Matrix, right: &Matrix, excess: impl Fn(f64) -> f64) -> f64 {
    let (left, right) = (left.entries(), right.entries());
    let count = left.len().max(right.len());
    (0..count)
        .map(|k| {
            let (a, b) = (at(&left, k), at(&right, k));
            if a == f64::NEG_INFINITY && !b.is_nan() || b == f64::INFINITY && !a.is_nan() {
                return 0.0;
            }
            excess(a - b) / 1f64.max(a.abs()).max(b.abs())
        })
        .fold(
            0.0,
            |worst: f64, v| if v.is_nan() { f64::NAN } else { worst.max(v) },
        )
}
