//! reshape(x, r, c) and vec(x): the same entries, down the columns, in another shape.

use super::linear::{Linear, LinearMap};
use crate::atoms::{Arity, Entry, ParameterSpec, Specimen, construct};
use crate::dcp::{Facts, Interval};
use crate::expr::{ExprId, Graph, Parameter, Printed};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "reshape",
    summary: "The same entries, taken and put down the columns, in r rows and c columns.",
    formula: "result[i, j] is entry i + (j-1)*r of x down its columns",
    example: "reshape([1, 3; 2, 4], 1, 4) == [1, 2, 3, 4]'",
    arity: Arity::Exactly(&["x"]),
    parameters: &[
        ParameterSpec {
            name: "r",
            default: None,
        },
        ParameterSpec {
            name: "c",
            default: None,
        },
    ],
    each: false,
    build: |input| {
        let shape = Shape::new(input.count(0)?, input.count(1)?);
        Ok(Arc::new(LinearMap(Reshape { shape })))
    },
    specimens: || {
        let shape = Shape::new(2, 3);
        vec![Specimen::varying(
            LinearMap(Reshape { shape }),
            &[Shape::new(3, 2)],
        )]
    },
};

pub const VEC_ENTRY: Entry = Entry {
    name: "vec",
    summary: "All entries, down the columns, as one vector.",
    formula: "[X[:, 1]; X[:, 2]; ...]",
    example: "vec([1, 3; 2, 4]) == [1; 2; 3; 4]",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |input| {
        let shape = Shape::vector(input.shapes[0].size());
        Ok(Arc::new(LinearMap(Reshape { shape })))
    },
    specimens: || {
        let shape = Shape::vector(6);
        vec![Specimen::varying(
            LinearMap(Reshape { shape }),
            &[Shape::new(3, 2)],
        )]
    },
};

/// The argument's entries in another shape.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reshape {
    pub shape: Shape,
}

impl Linear for Reshape {
    fn name(&self) -> &'static str {
        if self.shape.is_column() {
            "vec"
        } else {
            "reshape"
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        if self.shape.is_column() {
            return Vec::new();
        }
        [self.shape.rows, self.shape.cols]
            .map(|n| Parameter::plain(n as f64))
            .into()
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        Printed::call(self.name(), arguments, &self.parameters())
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let x = arguments[0];
        if x.size() == self.shape.size() {
            return Ok(self.shape);
        }
        let Shape { rows, cols } = self.shape;
        Err(ShapeError::new(format!(
            "cannot reshape a {x} ({} entries) to {rows} x {cols}",
            x.size()
        )))
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        (0..arguments[0].size()).for_each(|k| term(k, k, 1.0));
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        construct::reshape(graph, adjoint, arguments[0])
    }
}
