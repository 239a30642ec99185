//! tv(x): the total variation of a vector; of a matrix the isotropic one.
//!
//! Source: L. I. Rudin, S. Osher, E. Fatemi, "Nonlinear total variation based noise removal
//! algorithms", 1992.

use super::{Norm1, Norm2};
use crate::atoms::affine::{Diff, Direction, LinearMap};
use crate::atoms::{Abbreviated, Abbreviation, Along, Arity, Entry, Reduce, Specimen, construct};
use crate::expr::{ExprId, Graph};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "tv",
    summary: "The total variation of a vector; of a matrix the sum of the norms of its gradients.",
    formula: "sum_i |x_(i+1) - x_i|; sum_ij |(X_(i+1)j - X_ij, X_i(j+1) - X_ij)|_2",
    example: "tv([1; 4; 2]) == 5",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Abbreviated(TotalVariation))),
    specimens: || {
        [Shape::vector(5), Shape::new(1, 4), Shape::new(3, 4)]
            .map(|shape| Specimen::varying(Abbreviated(TotalVariation), &[shape]))
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct TotalVariation;

impl Abbreviation for TotalVariation {
    fn name(&self) -> &'static str {
        "tv"
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        if arguments[0].size() > 1 {
            return Ok(());
        }
        Err(ShapeError::new("the total variation of a single number"))
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let x = arguments[0];
        let shape = graph.shape(x);
        if shape.is_vector() {
            let steps = differences(graph, x, shape.rows == 1);
            return construct::apply(graph, Reduce::all(Norm1), &[steps]);
        }
        let slopes = slopes(graph, x);
        let (function, along) = (Norm2, Along::Rows);
        let lengths = construct::apply(graph, Reduce { function, along }, &[slopes]);
        construct::sum_along(graph, lengths, Along::All)
    }
}

fn differences(graph: &mut Graph, x: ExprId, along_rows: bool) -> ExprId {
    let order = 1;
    construct::apply(graph, LinearMap(Diff { order, along_rows }), &[x])
}

/// The steps down and to the right from each entry that has both neighbours, a row for each.
fn slopes(graph: &mut Graph, x: ExprId) -> ExprId {
    let Shape { rows, cols } = graph.shape(x);
    let (height, width) = (rows - 1, cols - 1);
    let column = Shape::vector(height * width);
    let down = differences(graph, x, false);
    let down = construct::gather(graph, down, column, (0..column.rows).collect());
    let right = differences(graph, x, true);
    let inside = (0..width).flat_map(|j| (0..height).map(move |i| i + j * rows));
    let right = construct::gather(graph, right, column, inside.collect());
    construct::concatenate(graph, Direction::Horizontal, &[down, right])
}
