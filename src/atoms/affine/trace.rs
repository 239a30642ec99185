//! trace(X) = Σ x_ii.

use super::linear::{Linear, LinearMap};
use crate::atoms::{Arity, Entry, Specimen, construct};
use crate::dcp::{Facts, Interval};
use crate::expr::{ExprId, Graph};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "trace",
    summary: "The sum of the diagonal of a square matrix.",
    formula: "sum_i X_ii",
    example: "trace([1, 2; 3, 4]) == 5",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(LinearMap(Trace))),
    specimens: || vec![Specimen::varying(LinearMap(Trace), &[Shape::new(3, 3)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trace;

impl Linear for Trace {
    fn name(&self) -> &'static str {
        "trace"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], "trace").map(|_| Shape::SCALAR)
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let n = arguments[0].rows;
        (0..n).for_each(|i| term(0, i * (n + 1), 1.0));
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        diagonal_range(&arguments[0]).repeated(arguments[0].shape.rows)
    }

    fn asks_definiteness(&self) -> bool {
        true
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        let identity = construct::identity(graph, arguments[0].rows);
        construct::times(graph, adjoint, identity)
    }
}

/// The side of a square argument.
pub(crate) fn square(shape: Shape, name: &str) -> Result<usize, ShapeError> {
    if shape.is_square() {
        Ok(shape.rows)
    } else {
        Err(ShapeError::new(format!(
            "{name} takes a square matrix, but this is a {shape}"
        )))
    }
}

/// Around the diagonal entries: those of a semidefinite matrix have its sign.
pub(super) fn diagonal_range(x: &Facts) -> Interval {
    match (x.psd, x.nsd) {
        (true, true) => Interval::point(0.0),
        (true, false) => x.range.meet(Interval::NONNEGATIVE),
        (false, true) => x.range.meet(Interval::NONPOSITIVE),
        (false, false) => x.range,
    }
}
