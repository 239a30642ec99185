//! diag(x, k): a vector on a diagonal of a matrix, or a diagonal of a matrix as a vector.

use super::linear::{Linear, LinearMap};
use super::off_diagonal::{OffDiagonal, OffDiagonalMatrix, Place};
use super::trace::{diagonal_range, square};
use crate::atoms::{Arity, BuildInput, Entry, ParameterSpec, Specimen, construct};
use crate::dcp::{Facts, Interval};
use crate::expr::{Atom, ExprId, Graph};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "diag",
    summary: "Of a vector the matrix with that diagonal; of a square matrix its diagonal. k counts the diagonals from the main one, upwards.",
    formula: "diag(x, k)_(i, i+k) = x_i; diag(X, k)_i = X_(i, i+k)",
    example: "diag([1, 2; 3, 4]) == [1; 4]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "k",
        default: Some(0.0),
    }],
    each: false,
    build,
    specimens: || {
        let (vector, matrix) = (Shape::vector(3), Shape::new(3, 3));
        let mut specimens = vec![
            Specimen::varying(LinearMap(DiagonalMatrix), &[vector]),
            Specimen::varying(LinearMap(Diagonal), &[matrix]),
        ];
        for place in [Place(1), Place(-2)] {
            specimens.push(Specimen::varying(
                LinearMap(OffDiagonalMatrix(place)),
                &[vector],
            ));
            specimens.push(Specimen::varying(LinearMap(OffDiagonal(place)), &[matrix]));
        }
        specimens
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let place = Place(input.whole(0)?);
    Ok(match (input.shapes[0].is_vector(), place) {
        (true, Place(0)) => Arc::new(LinearMap(DiagonalMatrix)),
        (false, Place(0)) => Arc::new(LinearMap(Diagonal)),
        (true, place) => Arc::new(LinearMap(OffDiagonalMatrix(place))),
        (false, place) => Arc::new(LinearMap(OffDiagonal(place))),
    })
}

/// The square matrix with a vector on its diagonal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DiagonalMatrix;

impl Linear for DiagonalMatrix {
    fn name(&self) -> &'static str {
        "diag"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let x = arguments[0];
        if x.is_vector() {
            Ok(Shape::new(x.size(), x.size()))
        } else {
            Err(ShapeError::new(format!(
                "diag takes a vector, but this is a {x}"
            )))
        }
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let n = arguments[0].size();
        (0..n).for_each(|i| term(i * (n + 1), i, 1.0));
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        let x = arguments[0].range;
        (true, x.is_nonnegative(), x.is_nonpositive())
    }

    fn is_mostly_zero(&self) -> bool {
        true
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        let diagonal = construct::diagonal(graph, adjoint);
        if arguments[0].is_column() {
            diagonal
        } else {
            construct::transpose(graph, diagonal)
        }
    }
}

/// The diagonal of a square matrix as a vector.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagonal;

impl Linear for Diagonal {
    fn name(&self) -> &'static str {
        "diag"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], "diag").map(Shape::vector)
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let n = arguments[0].rows;
        (0..n).for_each(|i| term(i, i * (n + 1), 1.0));
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        diagonal_range(&arguments[0])
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        _arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        construct::diagonal_matrix(graph, adjoint)
    }
}
