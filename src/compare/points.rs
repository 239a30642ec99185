//! Points and directions: a matrix for each variable.

use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use std::sync::Arc;

/// All entries, one matrix behind the other.
pub(super) fn flat(point: &[Arc<Matrix>]) -> impl Iterator<Item = f64> {
    point.iter().flat_map(|value| value.entries().into_owned())
}

/// The largest absolute entry.
pub(super) fn largest(point: &[Arc<Matrix>]) -> f64 {
    let entries = point.iter().flat_map(|value| value.stored().iter());
    entries.fold(0.0, |most: f64, e| most.max(e.abs()))
}

/// Each entry, with its number through all matrices, replaced.
pub(super) fn mapped(
    point: &[Arc<Matrix>],
    mut image: impl FnMut(usize, f64) -> f64,
) -> Vec<Arc<Matrix>> {
    let mut count = 0;
    let mut one = |value: &Arc<Matrix>| {
        let entries = value.entries();
        let images = entries
            .iter()
            .enumerate()
            .map(|(k, e)| image(count + k, *e));
        let images = images.collect();
        count += entries.len();
        Arc::new(Matrix::from_columns(value.shape(), images))
    };
    point.iter().map(&mut one).collect()
}

/// Identities, and ones: inside the domains of functions of definite matrices, and on the other side of some kinks.
pub(super) fn definite(like: &[Arc<Matrix>]) -> Vec<Arc<Matrix>> {
    let one = |shape: Shape| match shape.rows == shape.cols {
        true => Matrix::Sparse(SparseMatrix::identity(shape.rows)),
        false => Matrix::filled(shape, 1.0),
    };
    like.iter().map(|m| Arc::new(one(m.shape()))).collect()
}

/// A number for entry k, by chance: of either sign, between 1/2 and 1 in size. Terms that cancel do
/// not when each has such a factor.
pub(super) fn factor(k: usize, seed: u64) -> f64 {
    let mixed = (k as u64 + 1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(seed.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let size = 0.5 + 0.5 * (mixed >> 11) as f64 / (1u64 << 53) as f64;
    if mixed & 1 == 0 { size } else { -size }
}
