//! Values of expressions at given values of the variables.

use super::atom::Atom;
use super::graph::{ExprId, Graph, NodeKind};
use crate::matrix::Matrix;
use crate::shape::Shape;
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;
use std::sync::Arc;

/// Evaluates a fixed set of roots again and again; constant parts are computed once.
#[derive(Debug)]
pub struct Evaluator<'g> {
    pub(super) graph: &'g Graph,
    roots: Vec<ExprId>,
    pub(super) order: Vec<ExprId>,
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
                let value = evaluator.node_value(id, &[], &FxHashMap::default());
                evaluator.constants.insert(id, value);
            } else {
                evaluator.order.push(id);
            }
        }
        evaluator
    }

    /// Values of the roots, in their order. `variables` by position, each of its declared shape.
    pub fn evaluate(&self, variables: &[Arc<Matrix>]) -> Vec<Arc<Matrix>> {
        let mut values = FxHashMap::with_capacity_and_hasher(self.order.len(), FxBuildHasher);
        for &id in &self.order {
            let value = self.node_value(id, variables, &values);
            values.insert(id, value);
        }
        self.root_values(&values)
    }

    pub(super) fn root_values(&self, values: &FxHashMap<ExprId, Arc<Matrix>>) -> Vec<Arc<Matrix>> {
        let find = |id: &ExprId| self.constants.get(id).or_else(|| values.get(id)).cloned();
        self.roots.iter().filter_map(find).collect()
    }

    /// The value of a node below the roots that has no variable below it.
    pub fn constant(&self, id: ExprId) -> Option<&Arc<Matrix>> {
        self.constants.get(&id)
    }

    pub(super) fn node_value(
        &self,
        id: ExprId,
        variables: &[Arc<Matrix>],
        values: &FxHashMap<ExprId, Arc<Matrix>>,
    ) -> Arc<Matrix> {
        match self.graph.kind(id) {
            NodeKind::Constant(constant) => constant.value.clone(),
            NodeKind::Variable(variable) => variables[variable.index()].clone(),
            NodeKind::Apply(atom) => {
                let arguments = self.argument_values(id, values);
                Arc::new(evaluate_atom(
                    atom.as_ref(),
                    &arguments,
                    self.graph.shape(id),
                ))
            }
        }
    }

    pub(super) fn argument_values<'v>(
        &'v self,
        id: ExprId,
        values: &'v FxHashMap<ExprId, Arc<Matrix>>,
    ) -> SmallVec<[&'v Matrix; 4]> {
        let value = |a: &ExprId| self.constants.get(a).or_else(|| values.get(a));
        let found = self.graph.arguments(id).iter().filter_map(value);
        found.map(AsRef::as_ref).collect()
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
