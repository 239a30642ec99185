//! Functions that are affine in each argument: sums, products, picking, stacking and what else
//! rearranges entries.

mod add;
mod bilinear;
mod blkdiag;
mod concatenate;
mod conv;
mod cumsum;
mod diag;
mod diff;
mod divide;
mod element_multiply;
mod flip;
mod index;
mod kron;
mod linear;
mod multiply;
mod negate;
mod off_diagonal;
mod outer;
mod partial_trace;
mod positions;
mod repmat;
mod reshape;
mod scatter;
mod toeplitz;
mod trace;
mod transpose;
mod triangle;
mod upper_tri;

pub use add::Add;
pub use bilinear::{Bilinear, BilinearMap};
pub use blkdiag::BlockDiagonal;
pub use concatenate::{Concatenate, Direction};
pub use conv::Convolution;
pub use cumsum::CumulativeSum;
pub use diag::{Diagonal, DiagonalMatrix};
pub use diff::Diff;
pub use divide::Divide;
pub use element_multiply::ElementMultiply;
pub use flip::Flip;
pub use index::Index;
pub use kron::Kronecker;
pub use linear::{Linear, LinearMap};
pub use multiply::Multiply;
pub use negate::Negate;
pub use off_diagonal::{OffDiagonal, OffDiagonalMatrix, Place};
pub use outer::Outer;
pub(crate) use partial_trace::partial;
pub use partial_trace::{Operation, Partial};
pub use repmat::Repeat;
pub use reshape::Reshape;
pub use scatter::Scatter;
pub use toeplitz::Pattern;
pub use trace::Trace;
pub(crate) use trace::square;
pub use transpose::Transpose;
pub use triangle::{Side, Triangle};
pub use upper_tri::{FromUpperTriangle, UpperTriangle};

use super::{Entry, Specimen};
use crate::shape::Shape;

/// Functions that are called by name; the operators have their own notation.
pub const ENTRIES: &[&Entry] = &[
    &trace::ENTRY,
    &diag::ENTRY,
    &cumsum::ENTRY,
    &cumsum::REVERSE_ENTRY,
    &diff::ENTRY,
    &kron::ENTRY,
    &conv::ENTRY,
    &outer::ENTRY,
    &triangle::LOWER_ENTRY,
    &triangle::UPPER_ENTRY,
    &upper_tri::ENTRY,
    &upper_tri::INVERSE_ENTRY,
    &toeplitz::TOEPLITZ_ENTRY,
    &toeplitz::HANKEL_ENTRY,
    &reshape::ENTRY,
    &reshape::VEC_ENTRY,
    &flip::ENTRY,
    &repmat::ENTRY,
    &blkdiag::ENTRY,
    &partial_trace::TRACE_ENTRY,
    &partial_trace::TRANSPOSE_ENTRY,
];

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
