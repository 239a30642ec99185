//! Affine expressions in the entries of the problem's variables.
//!
//! A coordinate is a free entry: entries that a symmetric variable repeats share one, and entries
//! off the diagonal of a diagonal variable have none.

use crate::cone::{AffineMap, ProgramBuilder};
use crate::convexity::dcp::Analysis;
use crate::expr::{ExprId, Graph, NodeKind, Operand};
use crate::problem::{Problem, Structure, Variable};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Maps with more terms than this are not multiplied out.
const MOST_TERMS: usize = 20_000_000;

/// Coordinates, and the affine maps found so far.
#[derive(Debug, Default)]
pub(in crate::convexity) struct Coordinates {
    /// The first coordinate of each variable, and the total behind the last.
    starts: Vec<usize>,
    maps: FxHashMap<ExprId, Operand>,
}

impl Coordinates {
    pub fn new(problem: &Problem) -> Self {
        let mut starts = vec![0];
        let mut total = 0;
        for variable in &problem.variables {
            total += count(variable);
            starts.push(total);
        }
        Coordinates {
            starts,
            maps: FxHashMap::default(),
        }
    }

    /// Number of coordinates.
    pub fn total(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The variable of a coordinate, and the position of its entry, down the columns.
    pub fn entry(&self, problem: &Problem, coordinate: usize) -> (usize, usize) {
        let variable = self.starts.partition_point(|&s| s <= coordinate) - 1;
        let offset = coordinate - self.starts[variable];
        let rows = problem.variables[variable].shape.rows;
        let position = match problem.variables[variable].structure {
            Structure::Full => offset,
            Structure::Diagonal => offset * (rows + 1),
            Structure::Symmetric => {
                // offset = j(j + 1)/2 + i with i <= j.
                let mut column = (((8.0 * offset as f64 + 1.0).sqrt() - 1.0) / 2.0) as usize;
                while column * (column + 1) / 2 > offset {
                    column -= 1;
                }
                while (column + 1) * (column + 2) / 2 <= offset {
                    column += 1;
                }
                offset - column * (column + 1) / 2 + column * rows
            }
        };
        (variable, position)
    }

    /// The entries of an affine expression in the coordinates; `None` when that would be too long,
    /// or an operator has no such form.
    pub fn map(&mut self, analysis: &mut Analysis<'_>, id: ExprId) -> Option<Arc<AffineMap>> {
        for node in self.missing(analysis.graph(), id) {
            let operand = self.operand(analysis, node)?;
            self.maps.insert(node, operand);
        }
        match self.maps.get(&id)? {
            Operand::Affine(map) => Some(map.clone()),
            Operand::Constant(value) => Some(Arc::new(AffineMap::constant(value))),
        }
    }

    /// Nodes below and including `id` that have no map yet, in rising order; nothing below a
    /// constant is needed.
    fn missing(&self, graph: &Graph, id: ExprId) -> Vec<ExprId> {
        let mut found: Vec<ExprId> = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            if self.maps.contains_key(&id) || !seen.insert(id) {
                continue;
            }
            found.push(id);
            if !graph.is_constant(id) {
                pending.extend_from_slice(graph.arguments(id));
            }
        }
        found.sort_unstable();
        found
    }

    fn operand(&self, analysis: &mut Analysis<'_>, id: ExprId) -> Option<Operand> {
        if let Some(value) = analysis.constant(id) {
            return Some(Operand::Constant(value));
        }
        let map = match analysis.graph().kind(id) {
            NodeKind::Constant(_) => return None,
            NodeKind::Variable(variable) => {
                let variable = variable.index();
                self.variable(
                    analysis.problem.variables.get(variable)?,
                    self.starts[variable],
                )
            }
            NodeKind::Apply(_) => self.applied(analysis.graph(), id)?,
        };
        Some(Operand::Affine(Arc::new(map)))
    }

    fn variable(&self, variable: &Variable, first: usize) -> AffineMap {
        match variable.structure {
            Structure::Full => AffineMap::pick(variable.shape, first),
            Structure::Symmetric => AffineMap::pick_symmetric(variable.shape.rows, first),
            Structure::Diagonal => AffineMap::pick_diagonal(variable.shape.rows, first),
        }
    }

    /// The graph form of an affine function is the function itself, unless it takes help from
    /// new variables.
    fn applied(&self, graph: &Graph, id: ExprId) -> Option<AffineMap> {
        let arguments: Option<Vec<Operand>> = graph
            .arguments(id)
            .iter()
            .map(|a| self.maps.get(a).cloned())
            .collect();
        let arguments = arguments?;
        let shape = graph.shape(id);
        let longest = arguments.iter().map(longest_row).max()?;
        let data = arguments.iter().map(|a| match a {
            Operand::Constant(value) => value.stored().len(),
            Operand::Affine(map) => map.nonzeros(),
        });
        let bound = data.max()?.max(shape.size()).saturating_mul(longest);
        if bound > MOST_TERMS {
            return None;
        }
        let mut program = ProgramBuilder::new();
        let map = graph
            .atom(id)?
            .graph_form(&arguments, shape, &mut program)
            .ok()?;
        (program.variable_count() == 0 && map.nonzeros() <= MOST_TERMS).then_some(map)
    }

    /// Whether a coordinate could be the last one: coordinates are stored in 32 bits.
    pub fn are_countable(&self) -> bool {
        self.total() < u32::MAX as usize
    }
}

fn longest_row(operand: &Operand) -> usize {
    match operand {
        Operand::Constant(_) => 1,
        Operand::Affine(map) => map.longest_row().max(1),
    }
}

fn count(variable: &Variable) -> usize {
    let side = variable.shape.rows;
    match variable.structure {
        Structure::Full => variable.shape.size(),
        Structure::Symmetric => side * (side + 1) / 2,
        Structure::Diagonal => side,
    }
}
