//! outer(x, y) = x*y', the products of all pairs of entries.

use super::bilinear::{Bilinear, BilinearMap};
use crate::atoms::{Arity, Entry, Role, Specimen, construct};
use crate::expr::{Call, ExprId, Graph};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "outer",
    summary: "The matrix of the products of all pairs of entries of two vectors.",
    formula: "x*y'",
    example: "outer([1; 2], [3; 4]) == [3, 4; 6, 8]",
    arity: Arity::Exactly(&["x", "y"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(BilinearMap(Outer))),
    specimens: || {
        let (x, y) = (Shape::vector(2), Shape::vector(3));
        let of = |arguments| Specimen::new(BilinearMap(Outer), arguments);
        vec![
            of(&[(x, Role::Constant), (y, Role::Variable)]),
            of(&[(x, Role::Variable), (y, Role::Constant)]),
        ]
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outer;

impl Bilinear for Outer {
    fn name(&self) -> &'static str {
        "outer"
    }

    fn shape(&self, left: Shape, right: Shape) -> Result<Shape, ShapeError> {
        if left.is_column() && right.is_column() {
            Ok(Shape::new(left.rows, right.rows))
        } else {
            Err(ShapeError::new(format!(
                "outer takes two vectors, but these are a {left} and a {right}"
            )))
        }
    }

    fn each_pair(&self, left: Shape, right: Shape, mut pair: impl FnMut(usize, usize, usize)) {
        for j in 0..right.rows {
            (0..left.rows).for_each(|i| pair(i + j * left.rows, i, j));
        }
    }

    fn longest_sum(&self, _left: Shape, _right: Shape) -> usize {
        1
    }

    /// G*y for x, G'*x for y.
    fn adjoint(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> ExprId {
        if argument == 0 {
            return construct::times(graph, call.adjoint, call.arguments[1]);
        }
        let transposed = construct::transpose(graph, call.adjoint);
        construct::times(graph, transposed, call.arguments[0])
    }
}
