//! Polynomials of one variable by their coefficients, the highest power first.

mod basis;
mod certificate;
mod poly_env;
mod poly_min;
mod polyval;
mod stretch;

pub use poly_min::PolynomialMinimum;

use super::Entry;

pub const ENTRIES: &[&Entry] = &[
    &polyval::ENTRY,
    &polyval::TRIGONOMETRIC_ENTRY,
    &poly_min::ENTRY,
    &poly_env::ENTRY,
];
