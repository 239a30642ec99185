//! Quadratic functions of vectors and matrices.

mod each_over;
mod matrix_frac;
mod quad_form;
mod quad_over_lin;
mod quad_pos_over_lin;

pub use matrix_frac::MatrixFraction;
pub use quad_form::QuadraticForm;
pub use quad_over_lin::QuadraticOverLinear;
pub use quad_pos_over_lin::PositiveOverLinear;

use super::{Abbreviated, Along, BuildInput, Entry};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::expr::Atom;
use crate::shape::Shape;
use each_over::EachOver;
use std::hash::Hash;
use std::sync::Arc;

pub const ENTRIES: &[&Entry] = &[
    &quad_form::ENTRY,
    &quad_over_lin::ENTRY,
    &quad_pos_over_lin::ENTRY,
    &matrix_frac::ENTRY,
];

/// The function of all entries, or of each row or column.
fn over<F: Atom + Clone + Eq + Hash + 'static>(function: F, input: &BuildInput) -> Arc<dyn Atom> {
    match input.along {
        Along::All => Arc::new(function),
        along @ (Along::Rows | Along::Columns) => {
            Arc::new(Abbreviated(EachOver { function, along }))
        }
    }
}

/// A new t with t*y >= |x|², t, y >= 0: |(2x, y - t)| <= y + t.
fn squares_over(x: &AffineMap, y: &AffineMap, program: &mut ProgramBuilder) -> AffineMap {
    let t = program.variable(Shape::SCALAR);
    let tail = AffineMap::stack(&[&x.scaled(2.0), &y.minus(&t)]);
    program.second_order(&y.plus(&t), &tail);
    t
}
