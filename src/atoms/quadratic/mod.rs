//! Quadratic functions of vectors and matrices.

mod matrix_frac;
mod quad_form;
mod quad_over_lin;
mod quad_pos_over_lin;

pub use matrix_frac::MatrixFraction;
pub use quad_form::QuadraticForm;
pub use quad_over_lin::QuadraticOverLinear;
pub use quad_pos_over_lin::PositiveOverLinear;

use super::Entry;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::shape::Shape;

pub const ENTRIES: &[&Entry] = &[
    &quad_form::ENTRY,
    &quad_over_lin::ENTRY,
    &quad_pos_over_lin::ENTRY,
    &matrix_frac::ENTRY,
];

/// A new t with t*y >= |x|², t, y >= 0: |(2x, y - t)| <= y + t.
fn squares_over(x: &AffineMap, y: &AffineMap, program: &mut ProgramBuilder) -> AffineMap {
    let t = program.variable(Shape::SCALAR);
    let tail = AffineMap::stack(&[&x.scaled(2.0), &y.minus(&t)]);
    program.second_order(&y.plus(&t), &tail);
    t
}
