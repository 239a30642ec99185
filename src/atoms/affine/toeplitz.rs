//! toeplitz and hankel: matrices that are constant along their diagonals.

use super::linear::{Linear, LinearMap};
use crate::atoms::{Arity, BuildInput, Entry, Specimen};
use crate::expr::Atom;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const TOEPLITZ_ENTRY: Entry = Entry {
    name: "toeplitz",
    summary: "The matrix constant along its diagonals with first column c and first row r (r[1] is not read); of c alone the symmetric one.",
    formula: "T_ij = c_(i-j+1) where i >= j, else r_(j-i+1)",
    example: "toeplitz([1; 2; 3]) == [1, 2, 3; 2, 1, 2; 3, 2, 1]",
    arity: Arity::AtLeast(1),
    parameters: &[],
    each: false,
    build: |input| build(input, Pattern::Toeplitz),
    specimens: || specimens(Pattern::Toeplitz),
};

pub const HANKEL_ENTRY: Entry = Entry {
    name: "hankel",
    summary: "The matrix constant along its antidiagonals with first column c and last row r (r[1] is not read); of c alone zero below the antidiagonal.",
    formula: "H_ij = c_(i+j-1) where that exists, else r_(i+j-n)",
    example: "hankel([1; 2; 3]) == [1, 2, 3; 2, 3, 0; 3, 0, 0]",
    arity: Arity::AtLeast(1),
    parameters: &[],
    each: false,
    build: |input| build(input, Pattern::Hankel),
    specimens: || specimens(Pattern::Hankel),
};

fn build(input: &BuildInput, pattern: Pattern) -> Result<Arc<dyn Atom>, String> {
    if input.shapes.len() > 2 {
        return Err("it takes a first column and at most one row".to_owned());
    }
    Ok(Arc::new(LinearMap(pattern)))
}

fn specimens(pattern: Pattern) -> Vec<Specimen> {
    let of = |shapes: &[Shape]| Specimen::varying(LinearMap(pattern), shapes);
    vec![
        of(&[Shape::vector(3)]),
        of(&[Shape::vector(3), Shape::vector(4)]),
        of(&[Shape::vector(4), Shape::vector(2)]),
    ]
}

/// How the entries of a column c and a row r are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    Toeplitz,
    Hankel,
}

impl Pattern {
    /// The argument and its entry that stand at (i, j) of a matrix of n rows.
    fn source(self, n: usize, i: usize, j: usize, single: bool) -> Option<(usize, usize)> {
        match self {
            Pattern::Toeplitz if i >= j => Some((0, i - j)),
            Pattern::Toeplitz if single => Some((0, j - i)),
            Pattern::Toeplitz => Some((1, j - i)),
            Pattern::Hankel if i + j < n => Some((0, i + j)),
            Pattern::Hankel if single => None,
            Pattern::Hankel => Some((1, i + j + 1 - n)),
        }
    }
}

impl Linear for Pattern {
    fn name(&self) -> &'static str {
        match self {
            Pattern::Toeplitz => "toeplitz",
            Pattern::Hankel => "hankel",
        }
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        if let Some(matrix) = arguments.iter().find(|a| !a.is_vector()) {
            let message = format!("{} takes vectors, but this is a {matrix}", self.name());
            return Err(ShapeError::new(message));
        }
        let column = arguments[0].size();
        Ok(Shape::new(
            column,
            arguments.get(1).map_or(column, |r| r.size()),
        ))
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let rows = arguments[0].size();
        let cols = arguments.get(1).map_or(rows, |r| r.size());
        for j in 0..cols {
            for i in 0..rows {
                match self.source(rows, i, j, arguments.len() == 1) {
                    Some((a, entry)) if a == argument => term(i + j * rows, entry, 1.0),
                    Some(_) | None => {}
                }
            }
        }
    }
}
