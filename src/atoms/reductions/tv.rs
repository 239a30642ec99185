//! tv(x, …): the total variation of a vector; of a matrix the isotropic one; of several channels
//! that of all their gradients together.
//!
//! Source: L. I. Rudin, S. Osher, E. Fatemi, "Nonlinear total variation based noise removal
//! algorithms", 1992; P. Blomgren, T. F. Chan, "Color TV", 1998.

use super::{Norm1, Norm2};
use crate::atoms::affine::{Diff, Direction, LinearMap};
use crate::atoms::{Abbreviated, Abbreviation, Along, Arity, Entry, Reduce, Specimen, construct};
use crate::expr::{ExprId, Graph};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "tv",
    summary: "The total variation of a vector; of a matrix the sum of the norms of its gradients; of several channels of one shape that of their gradients together.",
    formula: "sum_i |x_(i+1) - x_i|; sum_ij |(X_(i+1)j - X_ij, X_i(j+1) - X_ij, …)|_2",
    example: "tv([1; 4; 2]) == 5",
    arity: Arity::AtLeast(1),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Abbreviated(TotalVariation))),
    specimens: || {
        let of = |shapes: &[Shape]| Specimen::varying(Abbreviated(TotalVariation), shapes);
        let matrix = Shape::new(3, 4);
        vec![
            of(&[Shape::vector(5)]),
            of(&[Shape::new(1, 4)]),
            of(&[matrix]),
            of(&[matrix, matrix]),
            of(&[Shape::vector(4), Shape::vector(4)]),
        ]
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct TotalVariation;

impl Abbreviation for TotalVariation {
    fn name(&self) -> &'static str {
        "tv"
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        let first = arguments[0];
        if let Some(other) = arguments.iter().find(|shape| **shape != first) {
            return Err(ShapeError::new(format!(
                "the channels of tv have one shape, but these are a {first} and a {other}"
            )));
        }
        if first.size() > 1 {
            return Ok(());
        }
        Err(ShapeError::new("the total variation of a single number"))
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let slopes: Vec<ExprId> = arguments.iter().map(|&x| slopes(graph, x)).collect();
        if let [only] = *slopes.as_slice()
            && graph.shape(arguments[0]).is_vector()
        {
            return construct::apply(graph, Reduce::all(Norm1), &[only]);
        }
        let slopes = construct::concatenate(graph, Direction::Horizontal, &slopes);
        let (function, along) = (Norm2, Along::Rows);
        let lengths = construct::apply(graph, Reduce { function, along }, &[slopes]);
        construct::sum_along(graph, lengths, Along::All)
    }
}

fn differences(graph: &mut Graph, x: ExprId, along_rows: bool) -> ExprId {
    let order = 1;
    construct::apply(graph, LinearMap(Diff { order, along_rows }), &[x])
}

/// The steps from each entry to its neighbours, a row for each entry that has all of them: along a
/// vector, or down and to the right.
fn slopes(graph: &mut Graph, x: ExprId) -> ExprId {
    let shape = graph.shape(x);
    if shape.is_vector() {
        let steps = differences(graph, x, shape.rows == 1);
        return construct::reshape(graph, steps, Shape::vector(shape.size() - 1));
    }
    let Shape { rows, cols } = shape;
    let (height, width) = (rows - 1, cols - 1);
    let column = Shape::vector(height * width);
    let down = differences(graph, x, false);
    let down = construct::gather(graph, down, column, (0..column.rows).collect());
    let right = differences(graph, x, true);
    let inside = (0..width).flat_map(|j| (0..height).map(move |i| i + j * rows));
    let right = construct::gather(graph, right, column, inside.collect());
    construct::concatenate(graph, Direction::Horizontal, &[down, right])
}
