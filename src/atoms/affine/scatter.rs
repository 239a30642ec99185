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
/// A column of at most this many entries prints entry by entry.
const SHORT_COLUMN: usize = 12;

/// Entry e of argument a is added at `positions[a][e]` (zero-based, down the columns).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scatter {
    pub shape: Shape,
    pub positions: Vec<Arc<[usize]>>,
}

impl Scatter {
    /// `[x[1]; 0; 2*x[2]]` for a short column that is hit by single entries.
    fn print_entries(&self, arguments: &[Printed]) -> Option<Printed> {
        let single = self.positions.iter().all(|p| p.len() == 1);
        if !single || !self.shape.is_column() || self.shape.rows > SHORT_COLUMN {
            return None;
        }
        let mut entries = vec![String::new(); self.shape.rows];
        for (argument, position) in arguments.iter().zip(&self.positions) {
            let entry = &mut entries[position[0]];
            match argument.text.strip_prefix('-') {
                _ if entry.is_empty() => entry.push_str(&argument.text),
                Some(positive) => *entry = format!("{entry} - {positive}"),
                None => *entry = format!("{entry} + {}", argument.text),
            }
        }
        let shown = entries
            .iter()
            .map(|e| if e.is_empty() { "0" } else { e.as_str() });
        let shown: Vec<&str> = shown.collect();
        Some(Printed::tight(format!("[{}]", shown.join("; "))))
    }

    /// `[zeros(2); x; zeros(3)]` for one block of rows, else `scatter(x at 2..9 by 2)`.
    fn print_part(&self, argument: &Printed, positions: &[usize]) -> String {
        let (shape, count) = (self.shape, positions.len());
        let together = count == 1 || step(positions) == Some(1);
        if !shape.is_column() || !together || !argument.shape.is_column() {
            let at = index_text(positions, shape, argument.shape);
            return format!("scatter({} at [{at}])", argument.text);
        }
        let gap = |n: usize| match n {
            0 => None,
            1 => Some("0".to_owned()),
            _ => Some(format!("zeros({n})")),
        };
        let first = positions[0];
        let blocks = [
            gap(first),
            Some(argument.text.clone()),
            gap(shape.rows - first - count),
        ];
        let blocks: Vec<String> = blocks.into_iter().flatten().collect();
        format!("[{}]", blocks.join("; "))
    }
}

impl Atom for Scatter {
    fn name(&self) -> &'static str {
        "scatter"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        if let Some(entries) = self.print_entries(arguments) {
            return entries;
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
