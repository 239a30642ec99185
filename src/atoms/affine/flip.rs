//! flip(x): the rows in the opposite order.

use super::linear::{Linear, LinearMap};
use crate::atoms::{Arity, Entry, Specimen, construct};
use crate::dcp::{Facts, Interval};
use crate::expr::{ExprId, Graph};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "flip",
    summary: "The rows in the opposite order: a vector from its end to its beginning.",
    formula: "flip(x)_i = x_(n+1-i)",
    example: "flip([1; 2; 3]) == [3; 2; 1]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(LinearMap(Flip))),
    specimens: || vec![Specimen::varying(LinearMap(Flip), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flip;

impl Linear for Flip {
    fn name(&self) -> &'static str {
        "flip"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let Shape { rows, cols } = arguments[0];
        for j in 0..cols {
            (0..rows).for_each(|i| term(i + j * rows, rows - 1 - i + j * rows, 1.0));
        }
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        _arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        construct::flip(graph, adjoint)
    }
}
