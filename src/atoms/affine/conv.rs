//! conv(c, x): the full convolution of two vectors.

use super::bilinear::{Bilinear, BilinearMap};
use crate::atoms::{Arity, Entry, Role, Specimen, construct};
use crate::expr::{Call, ExprId, Graph};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "conv",
    summary: "The convolution of two vectors: the coefficients of the product of two polynomials.",
    formula: "conv(c, x)_k = sum_i c_i*x_(k+1-i)",
    example: "conv([1; 2], [1; 1; 1]) == [1; 3; 3; 2]",
    arity: Arity::Exactly(&["c", "x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(BilinearMap(Convolution))),
    specimens: || {
        let (c, x) = (Shape::vector(2), Shape::vector(4));
        let of = |arguments| Specimen::new(BilinearMap(Convolution), arguments);
        vec![
            of(&[(c, Role::Constant), (x, Role::Variable)]),
            of(&[(c, Role::Variable), (x, Role::Constant)]),
        ]
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Convolution;

impl Bilinear for Convolution {
    fn name(&self) -> &'static str {
        "conv"
    }

    fn shape(&self, left: Shape, right: Shape) -> Result<Shape, ShapeError> {
        if left.is_column() && right.is_column() {
            Ok(Shape::vector(left.rows + right.rows - 1))
        } else {
            Err(ShapeError::new(format!(
                "conv takes two vectors, but these are a {left} and a {right}"
            )))
        }
    }

    fn each_pair(&self, left: Shape, right: Shape, mut pair: impl FnMut(usize, usize, usize)) {
        for i in 0..left.rows {
            (0..right.rows).for_each(|j| pair(i + j, i, j));
        }
    }

    fn longest_sum(&self, left: Shape, right: Shape) -> usize {
        left.rows.min(right.rows)
    }

    /// The correlation: the middle of the convolution with the other argument reversed.
    fn adjoint(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> ExprId {
        let own = graph.shape(call.arguments[argument]);
        let other = call.arguments[1 - argument];
        let skipped = graph.shape(other).rows - 1;
        let reversed = construct::flip(graph, other);
        let full = construct::apply(graph, BilinearMap(Convolution), &[reversed, call.adjoint]);
        let middle: Vec<usize> = (skipped..skipped + own.rows).collect();
        construct::gather(graph, full, own, middle.into())
    }
}
