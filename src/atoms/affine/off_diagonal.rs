//! diag(x, k) with k other than 0: a vector on diagonal k of a matrix, or that diagonal as a vector.

use super::linear::{Linear, LinearMap};
use super::trace::square;
use crate::atoms::construct;
use crate::expr::{ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};

/// Above the main diagonal for k > 0, below it for k < 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place(pub i64);

impl Place {
    /// Its distance from the main diagonal.
    fn distance(self) -> usize {
        self.0.unsigned_abs() as usize
    }

    /// Entry i of the diagonal in a square matrix of that side, down the columns.
    fn position(self, side: usize, i: usize) -> usize {
        let k = self.distance();
        if self.0 > 0 {
            i + (i + k) * side
        } else {
            i + k + i * side
        }
    }

    fn parameters(self) -> Vec<Parameter> {
        vec![Parameter::named("k", self.0 as f64)]
    }
}

/// The square matrix with a vector on that diagonal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffDiagonalMatrix(pub Place);

impl Linear for OffDiagonalMatrix {
    fn name(&self) -> &'static str {
        "diag"
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let x = arguments[0];
        if !x.is_vector() {
            let message = format!("diag takes a vector, but this is a {x}");
            return Err(ShapeError::new(message));
        }
        let side = x.size() + self.0.distance();
        Ok(Shape::new(side, side))
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let n = arguments[0].size();
        let side = n + self.0.distance();
        (0..n).for_each(|i| term(self.0.position(side, i), i, 1.0));
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
        let diagonal = construct::apply(graph, LinearMap(OffDiagonal(self.0)), &[adjoint]);
        construct::reshape(graph, diagonal, arguments[0])
    }
}

/// That diagonal of a square matrix as a vector.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffDiagonal(pub Place);

impl Linear for OffDiagonal {
    fn name(&self) -> &'static str {
        "diag"
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let side = square(arguments[0], "diag")?;
        match side.checked_sub(self.0.distance()) {
            None | Some(0) => Err(ShapeError::new(format!(
                "a {} has no diagonal {}: they run from {} to {}",
                arguments[0],
                self.0.0,
                1 - side as i64,
                side as i64 - 1
            ))),
            Some(length) => Ok(Shape::vector(length)),
        }
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let side = arguments[0].rows;
        let length = side - self.0.distance();
        (0..length).for_each(|i| term(i, self.0.position(side, i), 1.0));
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        _arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        construct::apply(graph, LinearMap(OffDiagonalMatrix(self.0)), &[adjoint])
    }
}
