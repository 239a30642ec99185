//! Operators that are affine in each argument: sums, products, picking and stacking.

mod add;
mod concatenate;
mod divide;
mod element_multiply;
mod index;
mod multiply;
mod negate;
mod scatter;
mod transpose;

pub use add::Add;
pub use concatenate::{Concatenate, Direction};
pub use divide::Divide;
pub use element_multiply::ElementMultiply;
pub use index::Index;
pub use multiply::Multiply;
pub use negate::Negate;
pub use scatter::Scatter;
pub use transpose::Transpose;

use super::Entry;

/// Functions that are called by name; the operators above have their own notation.
pub const ENTRIES: &[&Entry] = &[];
