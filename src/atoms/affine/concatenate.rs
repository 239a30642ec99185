//! `[a, b]` puts side by side, `[a; b]` stacks.

use super::index::gather;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Printed};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `,`: equal rows.
    Horizontal,
    /// `;`: equal columns.
    Vertical,
}

/// Blocks put together in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Concatenate {
    pub direction: Direction,
}

impl Concatenate {
    /// Positions in the result, down the columns, of the block that starts at `offset`.
    fn positions(&self, offset: usize, block: Shape, whole: Shape) -> impl Iterator<Item = usize> {
        let (row, col) = match self.direction {
            Direction::Horizontal => (0, offset),
            Direction::Vertical => (offset, 0),
        };
        (0..block.cols)
            .flat_map(move |j| (0..block.rows).map(move |i| row + i + (col + j) * whole.rows))
    }

    fn extent(&self, shape: Shape) -> usize {
        match self.direction {
            Direction::Horizontal => shape.cols,
            Direction::Vertical => shape.rows,
        }
    }

    fn whole(&self, shapes: &[Shape]) -> Shape {
        let extent = shapes.iter().map(|&s| self.extent(s)).sum();
        let first = shapes.first().copied().unwrap_or(Shape::SCALAR);
        match self.direction {
            Direction::Horizontal => Shape::new(first.rows, extent),
            Direction::Vertical => Shape::new(extent, first.cols),
        }
    }
}

impl Atom for Concatenate {
    fn name(&self) -> &'static str {
        "[ ]"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let separator = match self.direction {
            Direction::Horizontal => ", ",
            Direction::Vertical => "; ",
        };
        let parts: Vec<&str> = arguments.iter().map(|a| a.text.as_str()).collect();
        Printed::tight(format!("[{}]", parts.join(separator)))
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let first = arguments.first().copied().unwrap_or(Shape::SCALAR);
        for &shape in arguments {
            let (fits, what) = match self.direction {
                Direction::Horizontal => (shape.rows == first.rows, "side by side: the rows"),
                Direction::Vertical => (
                    shape.cols == first.cols,
                    "on top of each other: the columns",
                ),
            };
            if !fits {
                return Err(ShapeError::new(format!(
                    "cannot put a {first} and a {shape} {what} differ"
                )));
            }
        }
        Ok(self.whole(arguments))
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let ranges = arguments.iter().map(|a| a.range);
        ranges.reduce(Interval::hull).unwrap_or(Interval::REALS)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Affine
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let shapes: Vec<Shape> = arguments.iter().map(|a| a.shape()).collect();
        let whole = self.whole(&shapes);
        let mut offset = 0;
        for (argument, &shape) in arguments.iter().zip(&shapes) {
            let entries = argument.as_slice().unwrap_or_default();
            for (position, entry) in self.positions(offset, shape, whole).zip(entries) {
                out[position] = *entry;
            }
            offset += self.extent(shape);
        }
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        let shapes: Vec<Shape> = arguments.iter().map(|a| a.shape()).collect();
        let mut triplets = Vec::new();
        let mut offset = 0;
        for (argument, &shape) in arguments.iter().zip(&shapes) {
            let (row, col) = match self.direction {
                Direction::Horizontal => (0, offset),
                Direction::Vertical => (offset, 0),
            };
            match argument {
                Matrix::Sparse(s) => {
                    triplets.extend(s.triplets().map(|(i, j, v)| (i + row, j + col, v)));
                }
                Matrix::Dense(d) => {
                    let sparse = SparseMatrix::from_dense(d);
                    triplets.extend(sparse.triplets().map(|(i, j, v)| (i + row, j + col, v)));
                }
            }
            offset += self.extent(shape);
        }
        Some(SparseMatrix::from_triplets(self.whole(&shapes), &triplets))
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let shapes: Vec<Shape> = call.arguments.iter().map(|&a| graph.shape(a)).collect();
        let offset = shapes[..argument].iter().map(|&s| self.extent(s)).sum();
        let own = shapes[argument];
        let whole = self.whole(&shapes);
        let positions: Vec<usize> = self.positions(offset, own, whole).collect();
        Some(gather(graph, call.adjoint, own, positions.into()))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let maps: Vec<AffineMap> = arguments.iter().map(Operand::to_affine).collect();
        let stacked = AffineMap::stack(&maps.iter().collect::<Vec<_>>());
        let mut sources = vec![0; shape.size()];
        let (mut offset, mut source) = (0, 0);
        for map in &maps {
            for position in self.positions(offset, map.shape(), shape) {
                sources[position] = source;
                source += 1;
            }
            offset += self.extent(map.shape());
        }
        Ok(stacked.select(shape, sources))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
