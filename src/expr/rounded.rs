//! Values with rounding errors by chance: where results spread, what they tell is rounding.
//!
//! J. Vignes, "A stochastic arithmetic for reliable scientific computation", 1993.

use super::evaluate::Evaluator;
use super::graph::NodeKind;
use crate::matrix::Matrix;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::sync::Arc;

impl Evaluator<'_> {
    /// Values of the roots, in their order, the entries of each result on the way off by up to 2^-52 of their size. The
    /// error depends on `seed`, the place of the result among the others and that of the entry in it.
    pub fn evaluate_rounded(&self, variables: &[Arc<Matrix>], seed: u64) -> Vec<Arc<Matrix>> {
        let mut values = FxHashMap::with_capacity_and_hasher(self.order.len(), FxBuildHasher);
        for (place, &id) in self.order.iter().enumerate() {
            let value = self.node_value(id, variables, &values);
            let value = match self.graph.kind(id) {
                NodeKind::Apply(_) => Arc::new(rounded(&value, seed, place as u64)),
                NodeKind::Constant(_) | NodeKind::Variable(_) => value,
            };
            values.insert(id, value);
        }
        self.root_values(&values)
    }
}

fn rounded(value: &Matrix, seed: u64, place: u64) -> Matrix {
    let entries = value.entries();
    let off = entries
        .iter()
        .enumerate()
        .map(|(k, e)| e * (1.0 + error(seed, place, k as u64)));
    Matrix::from_columns(value.shape(), off.collect())
}

/// One of -2^-52, 0 and 2^-52; three seeds from a multiple of three on give each of them.
fn error(seed: u64, place: u64, entry: u64) -> f64 {
    let key = (seed / 3) << 48 ^ place << 24 ^ entry;
    let mixed = key.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let turn = (mixed >> 32) + seed % 3;
    (turn % 3) as f64 * f64::EPSILON - f64::EPSILON
}
