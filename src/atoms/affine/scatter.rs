//! The adjoint of indexing: zeros with entries added at given positions. Only derivatives use it.

use super::index::gather;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Printed};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

/// Entry e of argument a is added at `positions[a][e]` (zero-based, down the columns).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scatter {
    pub shape: Shape,
    pub positions: Vec<Arc<[usize]>>,
}

impl Atom for Scatter {
    fn name(&self) -> &'static str {
        "scatter"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let parts: Vec<String> = arguments
            .iter()
            .zip(&self.positions)
            .take(4)
            .map(|(a, p)| format!("{} at {}", a.text, position_text(p, self.shape)))
            .collect();
        let rest = if arguments.len() > 4 { ", …" } else { "" };
        Printed::tight(format!("scatter({}{rest})", parts.join(", ")))
    }

    fn shape(&self, _arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(self.shape)
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
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
        Some(gather(graph, call.adjoint, shape, positions))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let maps: Vec<AffineMap> = arguments.iter().map(Operand::to_affine).collect();
        let stacked = AffineMap::stack(&maps.iter().collect::<Vec<_>>());
        let mut members = vec![Vec::new(); self.shape.size()];
        for (row, &position) in self.positions.iter().flat_map(|p| p.iter()).enumerate() {
            members[position].push(row);
        }
        Ok(stacked.sum_groups(self.shape, |k| members[k].clone()))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

fn position_text(positions: &[usize], shape: Shape) -> String {
    match positions {
        [p] if shape.is_column() => format!("{}", p + 1),
        [p] => format!("({}, {})", p % shape.rows + 1, p / shape.rows + 1),
        _ => format!("{} positions", positions.len()),
    }
}
