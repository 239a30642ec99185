//! What a proof says that no point satisfies the constraints: multipliers that contradict.

use crate::matrix::Matrix;
use std::sync::Arc;

/// A combination of the constraints that no point near can satisfy.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// Position and multiplier of each constraint that takes part, largest first.
    pub parts: Vec<(usize, f64)>,
    /// The multipliers of these, in the same order, entry by entry.
    pub multipliers: Vec<Arc<Matrix>>,
    /// The combination requires 0 >= this, with the largest multiplier 1.
    pub excess: f64,
    /// No point closer than this satisfies the constraints; infinite when none does at all.
    pub radius: f64,
}

/// Constraints with their largest multiplier, largest first.
pub(super) fn parts(multipliers: &[Arc<Matrix>]) -> Vec<(usize, f64)> {
    let mut parts: Vec<(usize, f64)> = multipliers
        .iter()
        .enumerate()
        .map(|(k, m)| (k, m.stored().iter().copied().fold(0.0, farther)))
        .filter(|(_, m)| *m != 0.0)
        .collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    parts
}

fn farther(a: f64, b: f64) -> f64 {
    if b.abs() > a.abs() { b } else { a }
}
