//! Values with rounding errors by chance: where results spread, what they tell is rounding.
//!
//! J. Vignes, "A stochastic arithmetic for reliable scientific computation", 1993.

use super::evaluate::Evaluator;
use crate::matrix::Matrix;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::sync::Arc;

impl Evaluator<'_> {
    /// Values of the roots, in their order, the entries of the variables and of each result on the way off by up to
    /// 2^-52 of their size. The error depends on `seed`, the place of the result among the others and that of the entry
    /// in it, the same on both sides of a diagonal. `None` where a result on the way is not finite: outside its domain.
    pub fn evaluate_rounded(
        &self,
        variables: &[Arc<Matrix>],
        seed: u64,
    ) -> Option<Vec<Arc<Matrix>>> {
        let mut values = FxHashMap::with_capacity_and_hasher(self.order.len(), FxBuildHasher);
        for (place, &id) in self.order.iter().enumerate() {
            let value = self.node_value(id, variables, &values);
            let value = rounded(&value, seed, place as u64)?;
            values.insert(id, Arc::new(value));
        }
        Some(self.root_values(&values))
    }
}

fn rounded(value: &Matrix, seed: u64, place: u64) -> Option<Matrix> {
    let shape = value.shape();
    let is_square = shape.rows == shape.cols;
    let entries = value.entries();
    let off = entries.iter().enumerate().map(|(k, e)| {
        let (i, j) = (k % shape.rows, k / shape.rows);
        let entry = if is_square && i > j {
            j + i * shape.rows
        } else {
            k
        };
        e * (1.0 + error(seed, place, entry as u64))
    });
    let off: Vec<f64> = off.collect();
    let is_finite = off.iter().all(|entry| entry.is_finite());
    is_finite.then(|| Matrix::from_columns(shape, off))
}

/// One of -2^-52, 0 and 2^-52; three seeds from a multiple of three on give each of them.
fn error(seed: u64, place: u64, entry: u64) -> f64 {
    let key = (seed / 3) << 48 ^ place << 24 ^ entry;
    let mixed = key.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let turn = (mixed >> 32) + seed % 3;
    (turn % 3) as f64 * f64::EPSILON - f64::EPSILON
}
