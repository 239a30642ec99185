//! Functions of a whole matrix, of its rows or of its columns: sums, norms, extremes.

mod norm2;
mod sum;

pub use norm2::Norm2;
pub use sum::Sum;

use super::Entry;

pub const ENTRIES: &[&Entry] = &[&sum::ENTRY, &norm2::ENTRY];
