//! Operators that are affine in each argument: sums, products, picking and stacking.

mod add;
mod concatenate;
mod divide;
mod element_multiply;
mod index;
mod multiply;
mod negate;
mod positions;
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

use super::{Entry, Specimen};
use crate::shape::Shape;

/// Functions that are called by name; the operators above have their own notation.
pub const ENTRIES: &[&Entry] = &[];

/// Applications of the operators on which the laws are run; they have no entry of their own.
pub fn operator_specimens() -> Vec<Specimen> {
    let matrix = [Shape::new(3, 2)];
    let mut specimens = vec![
        Specimen::varying(Negate, &matrix),
        Specimen::varying(Transpose, &matrix),
    ];
    specimens.extend(add::specimens());
    specimens.extend(concatenate::specimens());
    specimens.extend(divide::specimens());
    specimens.extend(element_multiply::specimens());
    specimens.extend(index::specimens());
    specimens.extend(multiply::specimens());
    specimens.extend(scatter::specimens());
    specimens
}
