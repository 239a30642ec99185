//! The adjoint of indexing: zeros with entries added at given positions. Only derivatives use it.

use super::positions::{index_text, step};
use crate::atoms::{Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Precedence, Printed,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::borrow::Cow;
use std::sync::Arc;

/// Longer sums of scattered parts are cut when printed.
const MOST_PRINTED: usize = 6;
/// A value of at most this many entries prints entry by entry.
const MOST_ENTRIES: usize = 12;

/// Entry e of argument a is added at `positions[a][e]` (zero-based, down the columns).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scatter {
    pub shape: Shape,
    pub positions: Vec<Arc<[usize]>>,
}

impl Scatter {
    /// `[x[1]; 0; 2*x[2]]` for few entries that are hit one by one.
    fn print_entries(&self, arguments: &[Printed]) -> Option<Printed> {
        let single = self.positions.iter().all(|p| p.len() == 1);
        if !single || self.shape.size() > MOST_ENTRIES {
            return None;
        }
        let mut entries = vec![String::new(); self.shape.size()];
        for (argument, position) in arguments.iter().zip(&self.positions) {
            let entry = &mut entries[position[0]];
            match argument.text.strip_prefix('-') {
                _ if entry.is_empty() => entry.push_str(&argument.text),
                Some(positive) => *entry = format!("{entry} - {positive}"),
                None => *entry = format!("{entry} + {}", argument.text),
            }
        }
        let text = |i: usize, j: usize| {
            let entry = entries[i + j * self.shape.rows].as_str();
            if entry.is_empty() { "0" } else { entry }
        };
        let row = |i| {
            (0..self.shape.cols)
                .map(|j| text(i, j))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let rows: Vec<String> = (0..self.shape.rows).map(row).collect();
        // `[1, 2]` is a column of the language.
        let mark = if self.shape.rows == 1 && self.shape.cols > 1 {
            "'"
        } else {
            ""
        };
        Some(Printed::tight(format!("[{}]{mark}", rows.join("; "))))
    }

    /// `[x; zeros(3); y]` for blocks of rows of a column, `[x, zeros(2), y]` for whole columns of a
    /// matrix, when no two of them overlap.
    fn print_blocks(&self, arguments: &[Printed]) -> Option<Printed> {
        let unit = if self.shape.is_column() {
            1
        } else {
            self.shape.rows
        };
        let mut blocks: Vec<(usize, usize, &str)> = Vec::with_capacity(arguments.len());
        for (argument, positions) in arguments.iter().zip(&self.positions) {
            let first = *positions.first()?;
            let together = positions.len() == 1 || step(positions) == Some(1);
            let aligned = first.is_multiple_of(unit) && positions.len().is_multiple_of(unit);
            let fits = if self.shape.is_column() {
                argument.shape.is_column()
            } else {
                argument.shape.rows == self.shape.rows
            };
            if !(together && aligned && fits) {
                return None;
            }
            blocks.push((first / unit, positions.len() / unit, &argument.text));
        }
        blocks.sort_by_key(|block| block.0);
        let overlap = |pair: &[(usize, usize, &str)]| pair[0].0 + pair[0].1 > pair[1].0;
        if blocks.windows(2).any(overlap) {
            return None;
        }
        let pieces = self.with_gaps(&blocks, self.shape.size() / unit);
        let separator = if self.shape.is_column() { "; " } else { ", " };
        // `[1, 2]` is a column of the language: a row of numbers is one transposed.
        let numbers = self.shape.rows == 1 && pieces.len() == self.shape.cols && pieces.len() > 1;
        let mark = if numbers { "'" } else { "" };
        let list = shortened(pieces).join(separator);
        Some(Printed::tight(format!("[{list}]{mark}")))
    }

    /// The blocks with `zeros(…)` between them.
    fn with_gaps(&self, blocks: &[(usize, usize, &str)], length: usize) -> Vec<String> {
        let gap = |n: usize| match (self.shape.is_column(), n) {
            (_, 0) => None,
            (_, 1) if self.shape.rows == 1 || self.shape.is_column() => Some("0".to_owned()),
            (true, _) => Some(format!("zeros({n})")),
            (false, 1) => Some(format!("zeros({})", self.shape.rows)),
            (false, _) => Some(format!("zeros({}, {n})", self.shape.rows)),
        };
        let mut pieces = Vec::new();
        let mut end = 0;
        for &(first, count, text) in blocks {
            pieces.extend(gap(first - end));
            pieces.push(text.to_owned());
            end = first + count;
        }
        pieces.extend(gap(length - end));
        pieces
    }

    /// One argument by itself.
    fn print_part(&self, argument: &Printed, positions: &Arc<[usize]>) -> String {
        let alone = Scatter {
            shape: self.shape,
            positions: vec![positions.clone()],
        };
        match alone.print_blocks(std::slice::from_ref(argument)) {
            Some(printed) => printed.text,
            None => {
                let at = index_text(positions, self.shape, argument.shape);
                format!("scatter({} at [{at}])", argument.text)
            }
        }
    }
}

/// Long lists without their middle.
fn shortened(mut pieces: Vec<String>) -> Vec<String> {
    if pieces.len() > MOST_ENTRIES {
        let last = pieces.len() - 1;
        pieces.drain(MOST_PRINTED..last);
        pieces.insert(MOST_PRINTED, "…".to_owned());
    }
    pieces
}

impl Atom for Scatter {
    fn name(&self) -> &'static str {
        "scatter"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let whole = self.print_entries(arguments);
        if let Some(whole) = whole.or_else(|| self.print_blocks(arguments)) {
            return whole;
        }
        let parts: Vec<String> = arguments
            .iter()
            .zip(&self.positions)
            .take(MOST_PRINTED)
            .map(|(a, p)| self.print_part(a, p))
            .collect();
        if arguments.len() > MOST_PRINTED {
            return Printed::new(format!("{} + …", parts.join(" + ")), Precedence::Sum);
        }
        match parts.as_slice() {
            [only] => Printed::tight(only),
            _ => Printed::new(parts.join(" + "), Precedence::Sum),
        }
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let fits = arguments.len() == self.positions.len()
            && arguments
                .iter()
                .zip(&self.positions)
                .all(|(a, p)| a.size() == p.len());
        let inside = |p: &Arc<[usize]>| p.iter().all(|&k| k < self.shape.size());
        if fits && self.positions.iter().all(inside) {
            Ok(self.shape)
        } else {
            Err(ShapeError::new("scattered entries do not fit"))
        }
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        if arguments.iter().all(|a| a.range.is_nonnegative()) {
            Interval::NONNEGATIVE
        } else if arguments.iter().all(|a| a.range.is_nonpositive()) {
            Interval::NONPOSITIVE
        } else {
            Interval::REALS
        }
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
        out.fill(0.0);
        for (argument, positions) in arguments.iter().zip(&self.positions) {
            let entries = argument.as_slice().unwrap_or_default();
            for (entry, &position) in entries.iter().zip(positions.iter()) {
                out[position] += entry;
            }
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let shape = graph.shape(call.arguments[argument]);
        let positions = self.positions[argument].clone();
        Some(construct::gather(graph, call.adjoint, shape, positions))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let maps: Vec<Cow<'_, AffineMap>> = arguments.iter().map(Operand::affine).collect();
        let stacked = AffineMap::stack(&maps.iter().map(AsRef::as_ref).collect::<Vec<_>>());
        let (starts, rows) = self.rows_by_position();
        Ok(stacked.sum_groups(self.shape, |k| {
            rows[starts[k]..starts[k + 1]].iter().copied()
        }))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

impl Scatter {
    /// The stacked entries that go to position k are `rows[starts[k]..starts[k + 1]]`.
    fn rows_by_position(&self) -> (Vec<usize>, Vec<usize>) {
        let targets: Vec<usize> = self
            .positions
            .iter()
            .flat_map(|p| p.iter().copied())
            .collect();
        let mut starts = vec![0; self.shape.size() + 1];
        for &target in &targets {
            starts[target + 1] += 1;
        }
        for k in 0..self.shape.size() {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; targets.len()];
        for (row, &target) in targets.iter().enumerate() {
            rows[next[target]] = row;
            next[target] += 1;
        }
        (starts, rows)
    }
}

/// Overlapping parts of a column, and a part of a matrix.
pub(super) fn specimens() -> Vec<Specimen> {
    let pair = Shape::vector(2);
    let overlapping = Scatter {
        shape: Shape::vector(4),
        positions: vec![[1, 2].into(), [2, 0].into()],
    };
    let inside = Scatter {
        shape: Shape::new(2, 2),
        positions: vec![[1, 2].into()],
    };
    vec![
        Specimen::varying(overlapping, &[pair, pair]),
        Specimen::varying(inside, &[pair]),
    ]
}
