//! `[a, b]` puts side by side, `[a; b]` stacks.

use crate::atoms::{Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Printed};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use std::borrow::Cow;

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
    pub(crate) fn positions(
        &self,
        offset: usize,
        block: Shape,
        whole: Shape,
    ) -> impl Iterator<Item = usize> {
        let (row, col) = match self.direction {
            Direction::Horizontal => (0, offset),
            Direction::Vertical => (offset, 0),
        };
        (0..block.cols)
            .flat_map(move |j| (0..block.rows).map(move |i| row + i + (col + j) * whole.rows))
    }

    pub(crate) fn extent(&self, shape: Shape) -> usize {
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
        let parts: Vec<&str> = arguments.iter().map(|a| a.text.as_str()).collect();
        match self.direction {
            // `[1, 2]` is a column of the language: a row of numbers is one transposed.
            Direction::Horizontal if arguments.iter().all(|a| a.shape.is_scalar()) => {
                Printed::tight(format!("[{}]'", parts.join(", ")))
            }
            Direction::Horizontal => Printed::tight(format!("[{}]", parts.join(", "))),
            Direction::Vertical => {
                let rows = arguments.iter().map(row_text);
                Printed::tight(format!("[{}]", rows.collect::<Vec<_>>().join("; ")))
            }
        }
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
        let whole = self.whole(&shapes);
        let stored: usize = arguments.iter().map(|a| a.stored().len()).sum();
        if stored > whole.size() / 2 || arguments.iter().all(|a| a.as_slice().is_some()) {
            return None;
        }
        let mut triplets = Vec::with_capacity(stored);
        let mut offset = 0;
        for (argument, &shape) in arguments.iter().zip(&shapes) {
            let (row, col) = match self.direction {
                Direction::Horizontal => (0, offset),
                Direction::Vertical => (offset, 0),
            };
            let moved = |(i, j, v)| (i + row, j + col, v);
            match argument {
                Matrix::Sparse(sparse) => triplets.extend(sparse.triplets().map(moved)),
                Matrix::Dense(dense) => {
                    triplets.extend(SparseMatrix::from_dense(dense).triplets().map(moved));
                }
            }
            offset += self.extent(shape);
        }
        Some(SparseMatrix::from_triplets(whole, &triplets))
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let mut wanted = vec![false; call.arguments.len()];
        *wanted.get_mut(argument)? = true;
        self.pullbacks(graph, call, &wanted).swap_remove(argument)
    }

    fn pullbacks(
        &self,
        graph: &mut Graph,
        call: &Call<'_>,
        wanted: &[bool],
    ) -> Vec<Option<ExprId>> {
        let whole = graph.shape(call.value);
        let mut offset = 0;
        let mut adjoints = Vec::with_capacity(wanted.len());
        for (&argument, &wanted) in call.arguments.iter().zip(wanted) {
            let own = graph.shape(argument);
            adjoints.push(wanted.then(|| {
                let positions: Vec<usize> = self.positions(offset, own, whole).collect();
                construct::gather(graph, call.adjoint, own, positions.into())
            }));
            offset += self.extent(own);
        }
        adjoints
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let maps: Vec<Cow<'_, AffineMap>> = arguments.iter().map(Operand::affine).collect();
        let stacked = AffineMap::stack(&maps.iter().map(AsRef::as_ref).collect::<Vec<_>>());
        // Side by side is one after another down the columns, and so is a stack of columns.
        if self.direction == Direction::Horizontal || shape.is_column() {
            return Ok(stacked.reshaped(shape));
        }
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

/// `1, 2` for a row that is written `[1, 2]'`, so that rows stack as `[1, 2; 3, 4]`.
fn row_text(part: &Printed) -> String {
    let inner = |text: &str| Some(text.strip_prefix('[')?.strip_suffix("]'")?.to_owned());
    let is_row = part.shape.rows == 1 && part.shape.cols > 1;
    match inner(&part.text) {
        Some(entries) if is_row && is_one_list(&entries) => entries,
        _ => part.text.clone(),
    }
}

/// Whether every bracket closes one of its own, and no `;` stands outside of them.
fn is_one_list(entries: &str) -> bool {
    let mut depth = 0i32;
    entries.chars().all(|c| {
        depth += match c {
            '[' | '(' => 1,
            ']' | ')' => -1,
            _ => 0,
        };
        depth >= 0 && (depth > 0 || c != ';')
    })
}

/// Blocks in either direction.
pub(super) fn specimens() -> Vec<Specimen> {
    let (wide, tall) = (Shape::new(2, 3), Shape::new(2, 1));
    let of = |direction, shapes: &[Shape]| Specimen::varying(Concatenate { direction }, shapes);
    vec![
        of(Direction::Horizontal, &[wide, tall]),
        of(Direction::Vertical, &[wide, Shape::new(1, 3)]),
        of(Direction::Vertical, &[tall, Shape::SCALAR]),
    ]
}
