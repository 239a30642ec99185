//! Which parts of an objective belong to single data rows.
//!
//! Every node gets a tag, by rules that are sound for any data: so what is recognised is
//! a sum over rows, and what is not recognised may still be one.

use crate::atoms::affine::{
    Add, Concatenate, Direction, Divide, ElementMultiply, Multiply, Negate, Transpose,
};
use crate::atoms::{construct, elementwise, reductions};
use crate::expr::{ExprId, Graph, NodeKind, VariableId, evaluate_constant};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Where the rows of the data stand in a constant or an intermediate value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Rows,
    /// Transposed.
    Columns,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    /// Depends on no data row.
    Shared,
    /// Row (or column) i depends on data row i only.
    Each(Side),
    /// Shared + a sum over the data rows.
    Total,
}

/// An objective whose root is a sum over rows.
#[derive(Debug)]
pub struct Recognised {
    /// m.
    pub rows: usize,
    /// Nodes that are computed, with their tags.
    tags: FxHashMap<ExprId, Tag>,
    /// Reductions over the rows that are not yet means.
    sums: Vec<ExprId>,
    constants: FxHashMap<ExprId, Arc<Matrix>>,
}

/// The largest number of rows for which the root is a sum over them.
pub fn recognise(graph: &Graph, root: ExprId) -> Option<Recognised> {
    let constants = constants(graph, root);
    let shapes = constants.values().map(|value| value.shape());
    let mut counts: Vec<usize> = shapes.flat_map(|s| [s.rows, s.cols]).collect();
    counts.retain(|&count| count > 1);
    counts.sort_unstable();
    counts.dedup();
    counts
        .into_iter()
        .rev()
        .find_map(|rows| recognise_rows(graph, root, rows, &constants))
}

/// Values of the largest subexpressions without variables.
fn constants(graph: &Graph, root: ExprId) -> FxHashMap<ExprId, Arc<Matrix>> {
    let mut found = FxHashMap::default();
    for id in computed(graph, root) {
        if graph.is_constant(id)
            && let Some(value) = evaluate_constant(graph, id)
        {
            found.insert(id, value);
        }
    }
    found
}

/// Nodes below the root, without those below a constant.
fn computed(graph: &Graph, root: ExprId) -> Vec<ExprId> {
    let mut used = vec![false; graph.len()];
    used[root.index()] = true;
    for id in graph.reachable(&[root]).into_iter().rev() {
        if used[id.index()] && !graph.is_constant(id) {
            for argument in graph.arguments(id) {
                used[argument.index()] = true;
            }
        }
    }
    graph.ids().filter(|id| used[id.index()]).collect()
}

fn recognise_rows(
    graph: &Graph,
    root: ExprId,
    rows: usize,
    constants: &FxHashMap<ExprId, Arc<Matrix>>,
) -> Option<Recognised> {
    let mut found = Recognised {
        rows,
        tags: FxHashMap::default(),
        sums: Vec::new(),
        constants: constants.clone(),
    };
    for id in computed(graph, root) {
        let tag = match graph.kind(id) {
            _ if constants.contains_key(&id) => constant_tag(graph.shape(id), rows),
            NodeKind::Variable(_) | NodeKind::Constant(_) => Tag::Shared,
            NodeKind::Apply(_) => found.applied(graph, id)?,
        };
        found.tags.insert(id, tag);
    }
    (found.tags.get(&root) == Some(&Tag::Total)).then_some(found)
}

fn constant_tag(shape: Shape, rows: usize) -> Tag {
    if shape.rows == rows {
        Tag::Each(Side::Rows)
    } else if shape.cols == rows {
        Tag::Each(Side::Columns)
    } else {
        Tag::Shared
    }
}

impl Recognised {
    /// `None` where no rule holds.
    fn applied(&mut self, graph: &Graph, id: ExprId) -> Option<Tag> {
        let arguments = graph.arguments(id);
        let tags: Vec<Tag> = arguments.iter().map(|a| self.tags[a]).collect();
        if tags.iter().all(|tag| *tag == Tag::Shared) {
            return Some(Tag::Shared);
        }
        if graph.atom_as::<Negate>(id).is_some() {
            return Some(tags[0]);
        }
        if graph.atom_as::<Transpose>(id).is_some() {
            return Some(match tags[0] {
                Tag::Each(Side::Rows) => Tag::Each(Side::Columns),
                Tag::Each(Side::Columns) => Tag::Each(Side::Rows),
                same @ (Tag::Shared | Tag::Total) => same,
            });
        }
        if graph.atom_as::<Multiply>(id).is_some() {
            return self.product(graph, id, tags[0], tags[1]);
        }
        if let Some(concatenate) = graph.atom_as::<Concatenate>(id) {
            return concatenated(concatenate.direction, &tags);
        }
        let linear = graph.atom_as::<Add>(id).is_some();
        let scaled = graph.atom_as::<ElementMultiply>(id).is_some()
            || graph.atom_as::<Divide>(id).is_some() && tags[1] == Tag::Shared;
        if let Some(tag) = total(&tags, linear, scaled) {
            return Some(tag);
        }
        let name = graph.atom(id)?.name();
        let among = |entries: &[&crate::atoms::Entry]| entries.iter().any(|e| e.name == name);
        let quotient = graph.atom_as::<Divide>(id).is_some() || name == "./";
        let several = arguments.len() > 1 && among(reductions::ENTRIES);
        if linear || scaled || quotient || several || among(elementwise::ENTRIES) {
            return entrywise(graph, arguments, &tags);
        }
        if among(reductions::ENTRIES) {
            return self.reduced(graph, id, tags[0], name);
        }
        None
    }

    fn product(&mut self, graph: &Graph, id: ExprId, left: Tag, right: Tag) -> Option<Tag> {
        let arguments = graph.arguments(id);
        let scalar = |k: usize| graph.shape(arguments[k]).is_scalar();
        match (left, right) {
            (Tag::Each(Side::Columns), Tag::Each(Side::Rows)) => {
                self.sums.push(id);
                Some(Tag::Total)
            }
            (Tag::Each(Side::Rows), Tag::Shared) => Some(left),
            (Tag::Shared, Tag::Each(Side::Columns)) => Some(right),
            (Tag::Each(Side::Columns), Tag::Shared) if scalar(1) => Some(left),
            (Tag::Shared, Tag::Each(Side::Rows)) if scalar(0) => Some(right),
            (Tag::Total, Tag::Shared) | (Tag::Shared, Tag::Total) => Some(Tag::Total),
            (Tag::Shared | Tag::Each(_) | Tag::Total, Tag::Shared | Tag::Each(_) | Tag::Total) => {
                None
            }
        }
    }

    /// One lane for each row keeps the rows apart; sums over the rows make a total.
    fn reduced(&mut self, graph: &Graph, id: ExprId, tag: Tag, name: &str) -> Option<Tag> {
        let shape = graph.shape(id);
        match tag {
            Tag::Shared => Some(Tag::Shared),
            Tag::Total => (name == "sum").then_some(Tag::Total),
            Tag::Each(Side::Rows) if shape.rows == self.rows => Some(tag),
            Tag::Each(Side::Columns) if shape.cols == self.rows => Some(tag),
            Tag::Each(_) => match name {
                "mean" => Some(Tag::Total),
                "sum" | "sum_squares" | "norm1" => {
                    self.sums.push(id);
                    Some(Tag::Total)
                }
                _ => None,
            },
        }
    }

    /// The same objective of `batch` rows, sums over them weighted by m/b. The problem's own
    /// variables are the first `variables`.
    pub fn with_rows(
        &self,
        graph: &Graph,
        root: ExprId,
        batch: usize,
        variables: usize,
    ) -> Result<FewRows, ShapeError> {
        let mut few = FewRows {
            graph: Graph::new(),
            root,
            inputs: Vec::new(),
        };
        let mut copies: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in computed(graph, root) {
            let copy = match (self.constants.get(&id), self.tags[&id]) {
                (Some(value), Tag::Each(side)) => few.input(value, side, batch, variables),
                (Some(value), Tag::Shared | Tag::Total) => {
                    few.graph.constant(value.clone(), None, Span::default())
                }
                (None, _) => self.copy(graph, id, batch, &copies, &mut few.graph)?,
            };
            copies.insert(id, copy);
        }
        few.root = copies[&root];
        Ok(few)
    }

    fn copy(
        &self,
        graph: &Graph,
        id: ExprId,
        batch: usize,
        copies: &FxHashMap<ExprId, ExprId>,
        few: &mut Graph,
    ) -> Result<ExprId, ShapeError> {
        let copy = match graph.kind(id) {
            NodeKind::Constant(constant) => {
                few.constant(constant.value.clone(), None, Span::default())
            }
            NodeKind::Variable(variable) => {
                few.variable(*variable, graph.shape(id), Span::default())
            }
            NodeKind::Apply(atom) => {
                let arguments = graph.arguments(id).iter().map(|a| copies[a]);
                let arguments: Vec<ExprId> = arguments.collect();
                few.apply(atom.clone(), &arguments, Span::default())?
            }
        };
        if self.sums.contains(&id) {
            return Ok(construct::scale(few, self.rows as f64 / batch as f64, copy));
        }
        Ok(copy)
    }
}

/// The objective of a batch: its data come in as variables.
#[derive(Debug)]
pub struct FewRows {
    pub graph: Graph,
    pub root: ExprId,
    /// Where the rows go, and the data they come from.
    pub inputs: Vec<(VariableId, Arc<Matrix>, Side)>,
}

impl FewRows {
    fn input(&mut self, value: &Arc<Matrix>, side: Side, batch: usize, variables: usize) -> ExprId {
        let variable = VariableId((variables + self.inputs.len()) as u32);
        self.inputs.push((variable, value.clone(), side));
        let shape = match side {
            Side::Rows => Shape::new(batch, value.shape().cols),
            Side::Columns => Shape::new(value.shape().rows, batch),
        };
        self.graph.variable(variable, shape, Span::default())
    }
}

/// Sums of totals, and totals times what is shared.
fn total(tags: &[Tag], linear: bool, scaled: bool) -> Option<Tag> {
    let totals = tags.iter().filter(|tag| **tag == Tag::Total).count();
    let plain = tags
        .iter()
        .all(|tag| matches!(tag, Tag::Total | Tag::Shared));
    (plain && totals > 0 && (linear || scaled && totals == 1)).then_some(Tag::Total)
}

/// Rows beside rows of the same side and shared numbers.
fn entrywise(graph: &Graph, arguments: &[ExprId], tags: &[Tag]) -> Option<Tag> {
    let side = *tags.iter().find(|tag| matches!(tag, Tag::Each(_)))?;
    let fits = |(argument, tag): (&ExprId, &Tag)| {
        *tag == side || (*tag == Tag::Shared && graph.shape(*argument).is_scalar())
    };
    arguments.iter().zip(tags).all(fits).then_some(side)
}

/// Blocks beside the rows' own direction.
fn concatenated(direction: Direction, tags: &[Tag]) -> Option<Tag> {
    let side = match direction {
        Direction::Horizontal => Tag::Each(Side::Rows),
        Direction::Vertical => Tag::Each(Side::Columns),
    };
    tags.iter().all(|tag| *tag == side).then_some(side)
}
