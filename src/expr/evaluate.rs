//! Values of expressions at given values of the variables.

use super::atom::{Atom, Domain};
use super::graph::{ExprId, Graph, NodeKind};
use crate::matrix::Matrix;
use crate::shape::Shape;
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;
use std::sync::Arc;

/// Evaluates a fixed set of roots again and again; constant parts are computed once.
#[derive(Debug)]
pub struct Evaluator<'g> {
    graph: &'g Graph,
    roots: Vec<ExprId>,
    order: Vec<ExprId>,
    constants: FxHashMap<ExprId, Arc<Matrix>>,
}

impl<'g> Evaluator<'g> {
    pub fn new(graph: &'g Graph, roots: &[ExprId]) -> Self {
        Evaluator::over(graph, roots, graph.reachable(roots))
    }

    /// `nodes` are those below the roots, arguments first.
    fn over(graph: &'g Graph, roots: &[ExprId], nodes: Vec<ExprId>) -> Self {
        let constant = nodes.iter().filter(|&&id| graph.is_constant(id)).count();
        let mut evaluator = Evaluator {
            graph,
            roots: roots.to_vec(),
            order: Vec::with_capacity(nodes.len() - constant),
            constants: FxHashMap::with_capacity_and_hasher(constant, FxBuildHasher),
        };
        for id in nodes {
            if graph.is_constant(id) {
                let value =
                    evaluator.node_value(id, &[], &FxHashMap::default(), &mut Edges::hard());
                evaluator.constants.insert(id, value);
            } else {
                evaluator.order.push(id);
            }
        }
        evaluator
    }

    /// Values of the roots, in their order. `variables` by position, each of its declared shape.
    pub fn evaluate(&self, variables: &[Arc<Matrix>]) -> Vec<Arc<Matrix>> {
        self.values(variables, &mut Edges::hard())
    }

    /// The same, with arguments that lie outside the domain of a function by at most `slack`,
    /// relative to max(1, |argument|), put onto its edge; and how far the worst of them lay outside.
    pub fn evaluate_near(&self, variables: &[Arc<Matrix>], slack: f64) -> (Vec<Arc<Matrix>>, f64) {
        let mut edges = Edges { slack, worst: 0.0 };
        let values = self.values(variables, &mut edges);
        (values, edges.worst)
    }

    fn values(&self, variables: &[Arc<Matrix>], edges: &mut Edges) -> Vec<Arc<Matrix>> {
        let mut values = FxHashMap::with_capacity_and_hasher(self.order.len(), FxBuildHasher);
        for &id in &self.order {
            let value = self.node_value(id, variables, &values, edges);
            values.insert(id, value);
        }
        let find = |id: &ExprId| self.constants.get(id).or_else(|| values.get(id)).cloned();
        self.roots.iter().filter_map(find).collect()
    }

    /// The value of a node below the roots that has no variable below it.
    pub fn constant(&self, id: ExprId) -> Option<&Arc<Matrix>> {
        self.constants.get(&id)
    }

    fn node_value(
        &self,
        id: ExprId,
        variables: &[Arc<Matrix>],
        values: &FxHashMap<ExprId, Arc<Matrix>>,
        edges: &mut Edges,
    ) -> Arc<Matrix> {
        match self.graph.kind(id) {
            NodeKind::Constant(constant) => constant.value.clone(),
            NodeKind::Variable(variable) => variables[variable.index()].clone(),
            NodeKind::Apply(atom) => {
                let arguments: SmallVec<[&Matrix; 4]> = self
                    .graph
                    .arguments(id)
                    .iter()
                    .filter_map(|a| self.constants.get(a).or_else(|| values.get(a)))
                    .map(AsRef::as_ref)
                    .collect();
                let moved = edges.moved(atom.as_ref(), &arguments);
                let pairs = moved.iter().zip(&arguments);
                let arguments: SmallVec<[&Matrix; 4]> =
                    pairs.map(|(m, a)| m.as_ref().unwrap_or(a)).collect();
                let shape = self.graph.shape(id);
                Arc::new(evaluate_atom(atom.as_ref(), &arguments, shape))
            }
        }
    }
}

/// How far above an open edge.
const INSIDE: f64 = 1e-9;

/// What happens to arguments at the edges of domains.
#[derive(Debug)]
struct Edges {
    slack: f64,
    /// How far the worst argument that was moved lay outside.
    worst: f64,
}

impl Edges {
    /// Nothing is moved.
    fn hard() -> Self {
        Edges {
            slack: 0.0,
            worst: 0.0,
        }
    }

    fn moved(&mut self, atom: &dyn Atom, arguments: &[&Matrix]) -> SmallVec<[Option<Matrix>; 4]> {
        let several = arguments.len() > 1;
        let arguments = arguments.iter().enumerate();
        arguments
            .map(|(k, argument)| match atom.domain(k) {
                _ if self.slack == 0.0 => None,
                Domain::AtLeast(lower) => self.inside(lower, f64::INFINITY, argument),
                Domain::Within(lower, upper) => self.inside(lower, upper, argument),
                // Where two arguments meet the edge, what the value tends to depends on the way
                // there: y*log(y/x) at 0, 0.
                Domain::Above(edge) if several => self.above(edge, argument),
                Domain::Reals
                | Domain::Above(_)
                | Domain::Symmetric
                | Domain::PositiveSemidefinite
                | Domain::PositiveDefinite => None,
            })
            .collect()
    }

    /// The argument between its ends, where only rounding carried it outside.
    fn inside(&mut self, lower: f64, upper: f64, argument: &Matrix) -> Option<Matrix> {
        let outside = |v: f64| (lower - v).max(v - upper) / v.abs().max(1.0);
        self.mapped(argument, outside, |v| v.max(lower).min(upper))
    }

    /// The argument a little above its edge, where only rounding carried it there or further.
    fn above(&mut self, edge: f64, argument: &Matrix) -> Option<Matrix> {
        let least = edge + INSIDE;
        let outside = |v: f64| if v > edge { 0.0 } else { least - v };
        self.mapped(argument, outside, |v| if v > edge { v } else { least })
    }

    fn mapped(
        &mut self,
        argument: &Matrix,
        outside: impl Fn(f64) -> f64,
        inside: impl Fn(f64) -> f64,
    ) -> Option<Matrix> {
        let worst = argument.stored().iter().map(|&v| outside(v));
        let worst = worst.fold(0.0, f64::max);
        if worst == 0.0 || worst > self.slack {
            return None;
        }
        self.worst = self.worst.max(worst);
        let entries = argument.entries().iter().map(|&v| inside(v)).collect();
        Some(Matrix::from_columns(argument.shape(), entries))
    }
}

/// `atom(arguments)`, sparse where the atom keeps it so; `shape` is the result's.
pub fn evaluate_atom(atom: &dyn Atom, arguments: &[&Matrix], shape: Shape) -> Matrix {
    let any_sparse = arguments.iter().any(|a| a.as_slice().is_none());
    if let Some(sparse) = atom.evaluate_sparse(arguments) {
        return Matrix::Sparse(sparse);
    }
    let mut out = vec![0.0; shape.size()];
    if any_sparse && !atom.takes_sparse() {
        let dense: Vec<Matrix> = arguments
            .iter()
            .map(|a| Matrix::Dense(a.to_dense().into_owned()))
            .collect();
        atom.evaluate(&dense.iter().collect::<Vec<_>>(), &mut out);
    } else {
        atom.evaluate(arguments, &mut out);
    }
    Matrix::from_columns(shape, out)
}

/// The value of an expression without variables; `None` when it has some.
pub fn evaluate_constant(graph: &Graph, id: ExprId) -> Option<Arc<Matrix>> {
    if let Some(leaf) = graph.constant_leaf(id) {
        return Some(leaf.value.clone());
    }
    if !graph.is_constant(id) {
        return None;
    }
    Evaluator::over(graph, &[id], graph.below(&[id]))
        .evaluate(&[])
        .pop()
}
