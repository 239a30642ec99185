//! Which expressions are affine by their form, and their coefficients.

use super::form::AffineForm;
use super::growth;
use super::products::{entries_of, postmultiplied, premultiplied, row_factors, stacked};
use crate::atoms::affine::{
    Add, Concatenate, CumulativeSum, Divide, ElementMultiply, Index, Multiply, Negate, Scatter,
    Transpose,
};
use crate::atoms::elementwise::Power;
use crate::atoms::reductions::{Mean, Sum};
use crate::atoms::{Along, Entrywise, Lanes, Reduce};
use crate::expr::{ExprId, Graph, NodeKind, evaluate_atom};
use crate::matrix::Matrix;
use crate::problem::{Constraint, Problem};
use crate::shape::Shape;
use crate::solve::descent::packing::Packing;
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Forms with more coefficients than this stay expressions.
const MOST_COEFFICIENTS: usize = 30_000_000;
/// So do those above this many that have so many times the coefficients of what they are made of:
/// `x - mean(x)` has n², its pieces have 2n.
const FEW_COEFFICIENTS: usize = 100_000;
const MOST_GROWTH: usize = 8;

/// The affine forms of all nodes of a growing graph, and the values of the constants they use.
#[derive(Debug, Default)]
pub struct AffineForms {
    forms: Vec<Option<Rc<AffineForm>>>,
    seen: Vec<bool>,
    constants: FxHashMap<ExprId, Arc<Matrix>>,
    /// Whether running sums have forms, of n²/2 coefficients.
    has_running_sums: bool,
}

impl AffineForms {
    /// Also of running sums, where they are not too long.
    pub fn written_out() -> Self {
        AffineForms {
            has_running_sums: true,
            ..AffineForms::default()
        }
    }

    /// Takes up the nodes that are new below `roots`.
    pub fn learn(&mut self, graph: &Graph, roots: &[ExprId], packing: &Packing) {
        self.forms.resize(graph.len(), None);
        self.seen.resize(graph.len(), false);
        for id in graph.reachable(roots) {
            if !graph.is_constant(id) && !self.seen[id.index()] {
                self.take_up(graph, id, packing);
            }
        }
        for &root in roots {
            self.fold(graph, root);
        }
    }

    /// Takes up a node whose arguments are mostly known.
    pub fn learn_node(&mut self, graph: &Graph, id: ExprId, packing: &Packing) {
        self.forms.resize(graph.len(), None);
        self.seen.resize(graph.len(), false);
        let mut pending = vec![id];
        while let Some(&id) = pending.last() {
            if graph.is_constant(id) || self.seen[id.index()] {
                pending.pop();
                continue;
            }
            let before = pending.len();
            let unseen = |a: &&ExprId| !graph.is_constant(**a) && !self.seen[a.index()];
            pending.extend(graph.arguments(id).iter().filter(unseen));
            if pending.len() == before {
                self.take_up(graph, id, packing);
                pending.pop();
            }
        }
        self.fold(graph, id);
    }

    fn take_up(&mut self, graph: &Graph, id: ExprId, packing: &Packing) {
        self.seen[id.index()] = true;
        for &argument in graph.arguments(id) {
            self.fold(graph, argument);
        }
        if self.is_compact(graph, id)
            && let Some(form) = self.derive(graph, id, packing)
            && form.coefficients() <= MOST_COEFFICIENTS
        {
            self.forms[id.index()] = Some(Rc::new(form));
        }
    }

    /// Whether the form of the node is not much larger than its pieces, as far as counts tell.
    fn is_compact(&self, graph: &Graph, id: ExprId) -> bool {
        let arguments = graph.arguments(id);
        let given: usize = arguments.iter().map(|&a| self.coefficients(a)).sum();
        let size = growth::coefficients(self, graph, id);
        size <= FEW_COEFFICIENTS.max(MOST_GROWTH * (given + graph.shape(id).size()))
    }

    /// Coefficients of a form, entries of a constant.
    fn coefficients(&self, id: ExprId) -> usize {
        let form = self.forms.get(id.index()).and_then(Option::as_ref);
        let constant = || self.constants.get(&id).map_or(0, |c| c.stored().len());
        form.map_or_else(constant, |f| f.coefficients())
    }

    /// Computes a constant and the constants below it; nothing for an expression that varies.
    pub fn fold(&mut self, graph: &Graph, id: ExprId) -> Option<Arc<Matrix>> {
        let root = id;
        let mut pending = vec![id];
        while let Some(&id) = pending.last() {
            let known = |id: &ExprId| self.constants.contains_key(id);
            if !graph.is_constant(id) || known(&id) {
                pending.pop();
                continue;
            }
            let arguments = graph.arguments(id);
            let before = pending.len();
            pending.extend(arguments.iter().filter(|a| !known(a)));
            if pending.len() > before {
                continue;
            }
            pending.pop();
            let value = match graph.kind(id) {
                NodeKind::Constant(leaf) => leaf.value.clone(),
                NodeKind::Apply(atom) => {
                    let values = arguments.iter().filter_map(|a| self.constants.get(a));
                    let values: Vec<&Matrix> = values.map(AsRef::as_ref).collect();
                    Arc::new(evaluate_atom(atom.as_ref(), &values, graph.shape(id)))
                }
                NodeKind::Variable(_) => continue,
            };
            self.constants.insert(id, value);
        }
        self.constants.get(&root).cloned()
    }

    /// The form of a node that has one.
    pub fn get(&self, id: ExprId) -> Option<Rc<AffineForm>> {
        let constant = || {
            let value = self.constants.get(&id)?;
            Some(Rc::new(AffineForm::constant(value)))
        };
        let form = self.forms.get(id.index()).cloned().flatten();
        form.or_else(constant)
    }

    /// left - right of a constraint, a scalar side for every entry, where both sides have forms.
    pub fn difference(&self, problem: &Problem, constraint: &Constraint) -> Option<AffineForm> {
        let (left, right) = (self.get(constraint.left)?, self.get(constraint.right)?);
        let count = problem.constraint_shape(constraint).size();
        Some(AffineForm::combine(count, &[(1.0, left), (-1.0, right)]))
    }

    /// The value of a constant that an expression with variables uses.
    pub fn constant(&self, id: ExprId) -> Option<&Arc<Matrix>> {
        self.constants.get(&id)
    }

    fn derive(&self, graph: &Graph, id: ExprId, packing: &Packing) -> Option<AffineForm> {
        let arguments = graph.arguments(id);
        let size = graph.shape(id).size();
        match graph.kind(id) {
            NodeKind::Constant(_) => return None,
            NodeKind::Variable(variable) => return Some(entries_of(packing, variable.index())),
            NodeKind::Apply(_) => {}
        }
        if graph.atom_as::<Add>(id).is_some() || graph.atom_as::<Negate>(id).is_some() {
            let sign = if graph.atom_as::<Negate>(id).is_some() {
                -1.0
            } else {
                1.0
            };
            let parts: Option<Vec<_>> = arguments
                .iter()
                .map(|&a| Some((sign, self.get(a)?)))
                .collect();
            return Some(AffineForm::combine(size, &parts?));
        }
        if let Some(Entrywise(power)) = graph.atom_as::<Entrywise<Power>>(id)
            && power.exponent() == 1.0
        {
            return Some(self.get(arguments[0])?.as_ref().clone());
        }
        if graph.atom_as::<Multiply>(id).is_some() {
            return self.product(graph, arguments[0], arguments[1], size);
        }
        if graph.atom_as::<ElementMultiply>(id).is_some() {
            let (factors, other) = match (self.constant(arguments[0]), self.constant(arguments[1]))
            {
                (Some(factors), _) => (factors, arguments[1]),
                (None, Some(factors)) => (factors, arguments[0]),
                (None, None) => return None,
            };
            return Some(row_factors(factors, self.get(other)?.as_ref(), size));
        }
        if graph.atom_as::<Divide>(id).is_some() {
            let divisors = self.constant(arguments[1])?.entries();
            let reciprocals = divisors.iter().map(|d| 1.0 / d).collect();
            let factors = Matrix::from_columns(graph.shape(arguments[1]), reciprocals);
            return Some(row_factors(
                &factors,
                self.get(arguments[0])?.as_ref(),
                size,
            ));
        }
        self.rearranged(graph, id)
            .or_else(|| self.linear_atom(graph, id))
    }

    /// Picking, placing, stacking and summing.
    fn rearranged(&self, graph: &Graph, id: ExprId) -> Option<AffineForm> {
        let arguments = graph.arguments(id);
        let first = *arguments.first()?;
        let inner = graph.shape(first);
        if let Some(index) = graph.atom_as::<Index>(id) {
            return Some(self.get(first)?.gather(index.positions.iter().copied()));
        }
        if graph.atom_as::<Transpose>(id).is_some() {
            let form = self.get(first)?;
            if inner.is_vector() {
                return Some(form.as_ref().clone());
            }
            let sources = (0..inner.size()).map(|k| k / inner.cols + (k % inner.cols) * inner.rows);
            return Some(form.gather(sources));
        }
        if let Some(sum) = graph.atom_as::<Reduce<Sum>>(id) {
            return self.summed(graph, id, sum.along);
        }
        if let Some(mean) = graph.atom_as::<Reduce<Mean>>(id) {
            let (along, shape) = (mean.along, inner);
            let length = Lanes { along, shape }.length() as f64;
            return Some(self.summed(graph, id, along)?.scaled(1.0 / length));
        }
        if let Some(scatter) = graph.atom_as::<Scatter>(id) {
            let parts: Option<Vec<_>> = arguments.iter().map(|&a| self.get(a)).collect();
            let positions = scatter.positions.iter().map(AsRef::as_ref);
            return Some(AffineForm::scattered(
                graph.shape(id).size(),
                &parts?,
                positions,
            ));
        }
        if let Some(sums) = graph.atom_as::<CumulativeSum>(id) {
            return self.running_sums(sums, inner, first);
        }
        let concatenate = graph.atom_as::<Concatenate>(id)?;
        let parts: Option<Vec<_>> = arguments.iter().map(|&a| self.get(a)).collect();
        let shapes: Vec<Shape> = arguments.iter().map(|&a| graph.shape(a)).collect();
        Some(stacked(
            concatenate.direction,
            &parts?,
            &shapes,
            graph.shape(id),
        ))
    }

    /// Σ of all entries up to each, in its lane.
    fn running_sums(&self, sums: &CumulativeSum, shape: Shape, of: ExprId) -> Option<AffineForm> {
        if !self.has_running_sums || shape.size() * shape.size() > FEW_COEFFICIENTS {
            return None;
        }
        let mut next = vec![None; shape.size()];
        for (entry, previous) in sums.steps(shape) {
            if let Some(previous) = previous {
                next[previous] = Some(entry);
            }
        }
        let onwards = |k: usize| std::iter::successors(Some(k), |&k| next[k]).map(|k| (k, 1.0));
        Some(self.get(of)?.mapped(shape.size(), onwards))
    }

    fn summed(&self, graph: &Graph, id: ExprId, along: Along) -> Option<AffineForm> {
        let argument = *graph.arguments(id).first()?;
        let inner = graph.shape(argument);
        let target = |k: usize| match along {
            Along::All => 0,
            Along::Rows => k % inner.rows,
            Along::Columns => k / inner.rows,
        };
        Some(self.get(argument)?.scatter(graph.shape(id).size(), target))
    }

    /// A function that knows its own matrix in its only varying argument.
    fn linear_atom(&self, graph: &Graph, id: ExprId) -> Option<AffineForm> {
        let arguments = graph.arguments(id);
        let atom = graph.atom(id)?;
        let shapes: Vec<Shape> = arguments.iter().map(|&a| graph.shape(a)).collect();
        let constants: Vec<Option<&Matrix>> = arguments
            .iter()
            .map(|&a| self.constant(a).map(AsRef::as_ref))
            .collect();
        let size = graph.shape(id).size();
        let mut parts = Vec::new();
        for (k, &argument) in arguments.iter().enumerate() {
            let map = atom.linear_map(&constants, &shapes, k);
            if map.is_none() && constants[k].is_some() {
                continue;
            }
            let (map, form) = (map?, self.get(argument)?);
            parts.push((1.0, Rc::new(form.mapped(size, |row| map.column(row)))));
        }
        (!parts.is_empty()).then(|| AffineForm::combine(size, &parts))
    }

    fn product(
        &self,
        graph: &Graph,
        left: ExprId,
        right: ExprId,
        size: usize,
    ) -> Option<AffineForm> {
        match (self.constant(left), self.constant(right)) {
            (Some(a), _) => {
                let form = self.get(right)?;
                if a.shape().is_scalar() || form.rows() == 1 {
                    return Some(row_factors(a, &form, size));
                }
                Some(premultiplied(a, &form, graph.shape(right)))
            }
            (None, Some(b)) => {
                let form = self.get(left)?;
                if b.shape().is_scalar() || form.rows() == 1 {
                    return Some(row_factors(b, &form, size));
                }
                Some(postmultiplied(b, &form, graph.shape(left)))
            }
            (None, None) => None,
        }
    }
}
