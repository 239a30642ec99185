//! Second derivatives entry by entry, for vectors of few entries.

use super::gradient::gradient;
use crate::atoms::affine::{Direction, Index};
use crate::atoms::construct;
use crate::expr::{ExprId, Graph, VariableId};
use crate::shape::Shape;
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Whether nothing below `root` uses the vector but picks of single entries.
pub(super) fn is_picked(graph: &Graph, root: ExprId, vector: ExprId) -> bool {
    graph.below(&[root]).into_iter().all(|id| {
        let uses = graph.arguments(id).contains(&vector);
        !uses
            || graph
                .atom_as::<Index>(id)
                .is_some_and(|pick| pick.positions.len() == 1)
    })
}

/// The matrix of d2f/dx_i dy_j, one expression for each entry.
pub(super) fn by_entries(graph: &mut Graph, root: ExprId, x: ExprId, y: ExprId) -> ExprId {
    let mut apart = Apart::of(graph, root, &[x, y]);
    let (rows, columns) = (apart.entries(x), apart.entries(y));
    let slopes = gradient(&mut apart.graph, apart.root, &rows);
    let mut lines = Vec::with_capacity(rows.len());
    for slope in slopes {
        let seconds = gradient(&mut apart.graph, slope, &columns);
        let entries: Vec<ExprId> = seconds.into_iter().map(|e| apart.back(graph, e)).collect();
        lines.push(construct::concatenate(
            graph,
            Direction::Horizontal,
            &entries,
        ));
    }
    construct::concatenate(graph, Direction::Vertical, &lines)
}

/// A copy of an expression in which each entry of some vectors is a variable of its own.
struct Apart {
    graph: Graph,
    root: ExprId,
    /// The variables of the copy, by vector.
    entries: FxHashMap<ExprId, Vec<ExprId>>,
    /// What each of them is in the original.
    origin: FxHashMap<ExprId, (ExprId, usize)>,
}

impl Apart {
    fn of(source: &Graph, root: ExprId, vectors: &[ExprId]) -> Self {
        let mut apart = Apart {
            graph: Graph::new(),
            root,
            entries: FxHashMap::default(),
            origin: FxHashMap::default(),
        };
        let mut places: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for &vector in vectors {
            let whole = apart.add(source.shape(vector), vector);
            places.insert(vector, whole);
        }
        for id in source.below(&[root]) {
            if places.contains_key(&id) {
                continue;
            }
            let place = match apart.pick(source, id) {
                Some(entry) => entry,
                None => {
                    let arguments: Vec<ExprId> =
                        source.arguments(id).iter().map(|a| places[a]).collect();
                    apart.graph.copied(source, id, &arguments)
                }
            };
            places.insert(id, place);
        }
        apart.root = places[&root];
        apart
    }

    /// The variables of one vector, and the vector that they make.
    fn add(&mut self, shape: Shape, vector: ExprId) -> ExprId {
        let entries: Vec<ExprId> = (0..shape.size())
            .map(|k| {
                // Far from the numbers of the user's variables, which stay in the copy.
                let name = VariableId(u32::MAX - self.origin.len() as u32);
                let entry = self.graph.variable(name, Shape::SCALAR, Span::default());
                self.origin.insert(entry, (vector, k));
                entry
            })
            .collect();
        let direction = match shape.rows {
            1 => Direction::Horizontal,
            _ => Direction::Vertical,
        };
        let whole = construct::concatenate(&mut self.graph, direction, &entries);
        self.entries.insert(vector, entries);
        whole
    }

    fn entries(&self, vector: ExprId) -> Vec<ExprId> {
        self.entries.get(&vector).cloned().unwrap_or_default()
    }

    /// The variable that a pick of one entry picks.
    fn pick(&self, source: &Graph, id: ExprId) -> Option<ExprId> {
        let pick = source.atom_as::<Index>(id)?;
        let entries = self.entries.get(source.arguments(id).first()?)?;
        match pick.positions.as_ref() {
            [only] => entries.get(*only).copied(),
            _ => None,
        }
    }

    /// An expression of the copy in the original, entries as picks.
    fn back(&self, graph: &mut Graph, root: ExprId) -> ExprId {
        let mut places: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in self.graph.below(&[root]) {
            let place = match self.origin.get(&id) {
                Some(&(vector, k)) => {
                    construct::gather(graph, vector, Shape::SCALAR, Arc::from([k]))
                }
                None => {
                    let arguments: Vec<ExprId> =
                        self.graph.arguments(id).iter().map(|a| places[a]).collect();
                    graph.copied(&self.graph, id, &arguments)
                }
            };
            places.insert(id, place);
        }
        places[&root]
    }
}
