//! An arena of expression nodes, equal nodes stored once.
//!
//! Arguments always come before the node that uses them, so every pass is a loop over ids in
//! rising order and no pass needs recursion.

use super::atom::Atom;
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use crate::span::Span;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A graph of so few nodes is as fast gone through whole.
const FEW_NODES: usize = 256;

/// A node of one graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(u32);

impl ExprId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A variable of one problem: its position in the problem's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VariableId(pub u32);

impl VariableId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A known value; a name when the user gave it one, so that formulas print with it.
#[derive(Clone, Debug)]
pub struct Constant {
    pub value: Arc<Matrix>,
    pub name: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
pub enum NodeKind {
    Constant(Constant),
    Variable(VariableId),
    Apply(Arc<dyn Atom>),
}

#[derive(Clone, Debug)]
struct Node {
    kind: NodeKind,
    shape: Shape,
    span: Span,
    /// Range of the shared argument list.
    arguments: (u32, u32),
    /// No variable below.
    constant: bool,
    /// The node interned before with the same hash.
    same_hash: Option<ExprId>,
}

/// The arena.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    arguments: Vec<ExprId>,
    /// The last node of each hash; earlier ones follow by `Node::same_hash`.
    interned: FxHashMap<u64, ExprId>,
    /// Variables that are symmetric matrices.
    symmetric: FxHashSet<VariableId>,
}

impl Graph {
    pub fn new() -> Self {
        Graph::default()
    }

    /// Room for so many nodes.
    pub fn with_capacity(nodes: usize) -> Self {
        Graph {
            nodes: Vec::with_capacity(nodes),
            arguments: Vec::with_capacity(nodes),
            interned: FxHashMap::with_capacity_and_hasher(nodes, FxBuildHasher),
            symmetric: FxHashSet::default(),
        }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes, arguments first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = ExprId> + use<> {
        self.ids_from(0)
    }

    /// The nodes from that position on, arguments first.
    pub fn ids_from(&self, start: usize) -> impl DoubleEndedIterator<Item = ExprId> + use<> {
        (start as u32..self.nodes.len() as u32).map(ExprId)
    }

    pub fn kind(&self, id: ExprId) -> &NodeKind {
        &self.nodes[id.index()].kind
    }

    pub fn shape(&self, id: ExprId) -> Shape {
        self.nodes[id.index()].shape
    }

    /// Where the expression first stood in the text.
    pub fn span(&self, id: ExprId) -> Span {
        self.nodes[id.index()].span
    }

    pub fn arguments(&self, id: ExprId) -> &[ExprId] {
        let (start, end) = self.nodes[id.index()].arguments;
        &self.arguments[start as usize..end as usize]
    }

    /// Whether no variable stands below.
    pub fn is_constant(&self, id: ExprId) -> bool {
        self.nodes[id.index()].constant
    }

    /// The atom of an applied node.
    pub fn atom(&self, id: ExprId) -> Option<&Arc<dyn Atom>> {
        match self.kind(id) {
            NodeKind::Apply(atom) => Some(atom),
            NodeKind::Constant(_) | NodeKind::Variable(_) => None,
        }
    }

    /// The applied atom when it is of the concrete type `A`.
    pub fn atom_as<A: Atom>(&self, id: ExprId) -> Option<&A> {
        self.atom(id)?.as_any().downcast_ref()
    }

    /// The value of a constant leaf.
    pub fn constant_leaf(&self, id: ExprId) -> Option<&Constant> {
        match self.kind(id) {
            NodeKind::Constant(constant) => Some(constant),
            NodeKind::Variable(_) | NodeKind::Apply(_) => None,
        }
    }

    /// The value of a 1×1 constant leaf.
    pub fn scalar_leaf(&self, id: ExprId) -> Option<f64> {
        self.constant_leaf(id)?.value.as_scalar()
    }

    /// An anonymous known number.
    pub fn number(&mut self, value: f64) -> ExprId {
        self.constant(Matrix::scalar(value), None, Span::default())
    }

    pub fn constant(
        &mut self,
        value: impl Into<Arc<Matrix>>,
        name: Option<Arc<str>>,
        span: Span,
    ) -> ExprId {
        let value = value.into();
        let shape = value.shape();
        self.intern(
            NodeKind::Constant(Constant { value, name }),
            &[],
            shape,
            span,
        )
    }

    pub fn variable(&mut self, id: VariableId, shape: Shape, span: Span) -> ExprId {
        self.intern(NodeKind::Variable(id), &[], shape, span)
    }

    /// From now on the variable counts as a symmetric matrix.
    pub fn set_symmetric(&mut self, id: VariableId) {
        self.symmetric.insert(id);
    }

    pub fn is_symmetric_variable(&self, id: VariableId) -> bool {
        self.symmetric.contains(&id)
    }

    /// `atom(arguments)`, checked for shape; an abbreviation becomes the expression it stands for.
    pub fn apply(
        &mut self,
        atom: Arc<dyn Atom>,
        arguments: &[ExprId],
        span: Span,
    ) -> Result<ExprId, ShapeError> {
        let shapes: SmallVec<[Shape; 4]> = arguments.iter().map(|&a| self.shape(a)).collect();
        let shape = atom.shape(&shapes)?;
        let first = self.nodes.len();
        if let Some(expression) = atom.expression(self, arguments) {
            for node in &mut self.nodes[first..] {
                node.span = span;
            }
            return Ok(expression);
        }
        Ok(self.intern(NodeKind::Apply(atom), arguments, shape, span))
    }

    /// The node of another graph over these arguments, which have the shapes of its own.
    pub(crate) fn copied(&mut self, source: &Graph, id: ExprId, arguments: &[ExprId]) -> ExprId {
        let Node {
            kind, shape, span, ..
        } = &source.nodes[id.index()];
        if let NodeKind::Variable(variable) = kind
            && source.is_symmetric_variable(*variable)
        {
            self.set_symmetric(*variable);
        }
        self.intern(kind.clone(), arguments, *shape, *span)
    }

    /// The functions below `roots` whose graph form is not exact there, and how far it is off.
    pub fn approximations(
        &self,
        roots: &[ExprId],
    ) -> impl Iterator<Item = (&'static str, &'static str)> {
        let nodes = self.reachable(roots).into_iter();
        let varying = nodes.filter(|&id| !self.is_constant(id));
        varying.filter_map(|id| {
            let arguments = self.arguments(id).iter();
            let constant: Vec<bool> = arguments.map(|&a| self.is_constant(a)).collect();
            let atom = self.atom(id)?;
            Some((atom.name(), atom.approximation(&constant)?))
        })
    }

    /// Nodes below and including `roots`, in rising order; linear in the graph.
    pub fn reachable(&self, roots: &[ExprId]) -> Vec<ExprId> {
        let mut seen = vec![false; self.nodes.len()];
        for root in roots {
            seen[root.index()] = true;
        }
        for id in self.ids().rev() {
            if seen[id.index()] {
                for argument in self.arguments(id) {
                    seen[argument.index()] = true;
                }
            }
        }
        self.ids().filter(|id| seen[id.index()]).collect()
    }

    /// Nodes below and including `roots`, in rising order; linear in their number, so that small
    /// parts of a large graph are found at small cost.
    pub fn below(&self, roots: &[ExprId]) -> Vec<ExprId> {
        if self.len() <= FEW_NODES {
            return self.reachable(roots);
        }
        let mut seen = FxHashSet::from_iter(roots.iter().copied());
        let mut open: Vec<ExprId> = seen.iter().copied().collect();
        while let Some(id) = open.pop() {
            let arguments = self.arguments(id).iter();
            open.extend(arguments.filter(|&&argument| seen.insert(argument)));
        }
        let mut nodes: Vec<ExprId> = seen.into_iter().collect();
        nodes.sort_unstable();
        nodes
    }

    /// A graph of the nodes below and including `roots` alone, with their new places; linear in
    /// their number.
    pub fn part(&self, roots: &[ExprId]) -> (Graph, FxHashMap<ExprId, ExprId>) {
        let mut graph = Graph::new();
        graph.symmetric.clone_from(&self.symmetric);
        let mut places = FxHashMap::default();
        for id in self.below(roots) {
            let node = &self.nodes[id.index()];
            let arguments: SmallVec<[ExprId; 4]> =
                self.arguments(id).iter().map(|a| places[a]).collect();
            let place = graph.intern(node.kind.clone(), &arguments, node.shape, node.span);
            places.insert(id, place);
        }
        (graph, places)
    }

    fn intern(&mut self, kind: NodeKind, arguments: &[ExprId], shape: Shape, span: Span) -> ExprId {
        let key = node_key(&kind, arguments);
        if let Some(found) = self.find_interned(key, &kind, arguments) {
            return found;
        }
        let constant = match &kind {
            NodeKind::Constant(_) => true,
            NodeKind::Variable(_) => false,
            NodeKind::Apply(_) => arguments.iter().all(|&a| self.is_constant(a)),
        };
        let start = self.arguments.len() as u32;
        self.arguments.extend_from_slice(arguments);
        let id = ExprId(self.nodes.len() as u32);
        self.nodes.push(Node {
            kind,
            shape,
            span,
            arguments: (start, self.arguments.len() as u32),
            constant,
            same_hash: self.interned.insert(key, id),
        });
        id
    }

    fn find_interned(&self, key: u64, kind: &NodeKind, arguments: &[ExprId]) -> Option<ExprId> {
        let first = self.interned.get(&key).copied();
        let next = |id: &ExprId| self.nodes[id.index()].same_hash;
        std::iter::successors(first, next)
            .find(|&id| same_kind(self.kind(id), kind) && self.arguments(id) == arguments)
    }
}

fn node_key(kind: &NodeKind, arguments: &[ExprId]) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    match kind {
        NodeKind::Constant(constant) => {
            constant.name.hash(&mut hasher);
            if is_literal(constant) {
                constant.value.shape().hash(&mut hasher);
                let entries = constant.value.stored().iter();
                entries.for_each(|v| v.to_bits().hash(&mut hasher));
            } else {
                Arc::as_ptr(&constant.value).hash(&mut hasher);
            }
        }
        NodeKind::Variable(id) => id.hash(&mut hasher),
        NodeKind::Apply(atom) => atom.hash_identity(&mut hasher),
    }
    arguments.hash(&mut hasher);
    hasher.finish()
}

fn same_kind(a: &NodeKind, b: &NodeKind) -> bool {
    match (a, b) {
        (NodeKind::Constant(a), NodeKind::Constant(b)) => a.name == b.name && same_value(a, b),
        (NodeKind::Variable(a), NodeKind::Variable(b)) => a == b,
        (NodeKind::Apply(a), NodeKind::Apply(b)) => a.is_same(b.as_ref()),
        (NodeKind::Constant(_) | NodeKind::Variable(_) | NodeKind::Apply(_), _) => false,
    }
}

/// Scalars and literals are equal by their bits; data is equal when it is the same object, so
/// that no pass reads it.
fn is_literal(constant: &Constant) -> bool {
    constant.name.is_none() || constant.value.shape().is_scalar()
}

fn same_value(a: &Constant, b: &Constant) -> bool {
    if !is_literal(a) || !is_literal(b) {
        return Arc::ptr_eq(&a.value, &b.value);
    }
    let mut pairs = a.value.stored().iter().zip(b.value.stored());
    let same_pattern = match (a.value.as_ref(), b.value.as_ref()) {
        (Matrix::Dense(_), Matrix::Dense(_)) => true,
        (Matrix::Sparse(a), Matrix::Sparse(b)) => {
            a.column_starts == b.column_starts && a.row_indices == b.row_indices
        }
        (Matrix::Dense(_), Matrix::Sparse(_)) | (Matrix::Sparse(_), Matrix::Dense(_)) => false,
    };
    a.value.shape() == b.value.shape()
        && same_pattern
        && pairs.all(|(x, y)| x.to_bits() == y.to_bits())
}
