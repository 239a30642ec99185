//! blkdiag(A, B, ...): blocks along the diagonal, zeros elsewhere.

use super::linear::{Linear, LinearMap};
use crate::atoms::{Arity, Entry, Specimen, construct};
use crate::dcp::Facts;
use crate::expr::{ExprId, Graph};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "blkdiag",
    summary: "The matrix with the arguments as blocks along its diagonal and zeros elsewhere.",
    formula: "[A, 0; 0, B]",
    example: "blkdiag([1, 2; 3, 4], 5) == [1, 2, 0; 3, 4, 0; 0, 0, 5]",
    arity: Arity::AtLeast(1),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(LinearMap(BlockDiagonal))),
    specimens: || {
        let blocks = [Shape::new(2, 2), Shape::SCALAR, Shape::new(1, 2)];
        vec![Specimen::varying(LinearMap(BlockDiagonal), &blocks)]
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BlockDiagonal;

impl BlockDiagonal {
    /// Positions of one block in the result, down the block's columns.
    fn positions(shapes: &[Shape], argument: usize) -> impl Iterator<Item = usize> {
        let rows: usize = shapes.iter().map(|s| s.rows).sum();
        let row: usize = shapes[..argument].iter().map(|s| s.rows).sum();
        let col: usize = shapes[..argument].iter().map(|s| s.cols).sum();
        let block = shapes[argument];
        (0..block.cols).flat_map(move |j| (0..block.rows).map(move |i| row + i + (col + j) * rows))
    }
}

impl Linear for BlockDiagonal {
    fn name(&self) -> &'static str {
        "blkdiag"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let rows = arguments.iter().map(|s| s.rows).sum();
        let cols = arguments.iter().map(|s| s.cols).sum();
        Ok(Shape::new(rows, cols))
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let positions = BlockDiagonal::positions(arguments, argument);
        positions.enumerate().for_each(|(e, p)| term(p, e, 1.0));
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        (
            arguments.iter().all(|a| a.symmetric),
            arguments.iter().all(|a| a.psd),
            arguments.iter().all(|a| a.nsd),
        )
    }

    fn is_mostly_zero(&self) -> bool {
        true
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        arguments: &[Shape],
        argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        let positions: Vec<usize> = BlockDiagonal::positions(arguments, argument).collect();
        construct::gather(graph, adjoint, arguments[argument], positions.into())
    }
}
