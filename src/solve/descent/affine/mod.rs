//! Affine expressions as matrices over the free entries of the variables.

mod extract;
mod form;
mod map;
mod products;

pub use extract::AffineForms;
pub use form::{AffineForm, Block, Term};
pub use map::AffineMap;
