//! An expression as a weighted sum of terms, by pushing weights down through linear operators.
//!
//! This is reverse accumulation with constant adjoints: every node is visited once, after all
//! nodes that use it, so that the time is linear in the graph below the expression.

use crate::atoms::affine::{
    Add, Concatenate, Direction, Divide, ElementMultiply, Index, Multiply, Negate, Transpose,
};
use crate::atoms::reductions::{Mean, Sum};
use crate::atoms::{Lanes, Reduce};
use crate::convexity::dcp::Analysis;
use crate::expr::{ExprId, Graph};
use crate::matrix::Matrix;
use crate::shape::Shape;
use rustc_hash::FxHashMap;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// The factor of each entry of a term.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::convexity) enum Weight {
    /// One for all entries.
    Uniform(f64),
    /// Down the columns.
    Each(Vec<f64>),
}

impl Weight {
    pub fn at(&self, k: usize) -> f64 {
        match self {
            Weight::Uniform(weight) => *weight,
            Weight::Each(weights) => weights[k],
        }
    }

    fn total(&self, size: usize) -> f64 {
        match self {
            Weight::Uniform(weight) => weight * size as f64,
            Weight::Each(weights) => weights.iter().sum(),
        }
    }

    fn map(&self, f: impl Fn(f64) -> f64) -> Weight {
        match self {
            Weight::Uniform(weight) => Weight::Uniform(f(*weight)),
            Weight::Each(weights) => Weight::Each(weights.iter().map(|&w| f(w)).collect()),
        }
    }

    fn entries(&self, size: usize) -> Vec<f64> {
        (0..size).map(|k| self.at(k)).collect()
    }

    fn is_finite(&self) -> bool {
        match self {
            Weight::Uniform(weight) => weight.is_finite(),
            Weight::Each(weights) => weights.iter().all(|w| w.is_finite()),
        }
    }

    fn add(&mut self, other: Weight) {
        match (&mut *self, other) {
            (Weight::Uniform(a), Weight::Uniform(b)) => *a += b,
            (Weight::Each(a), Weight::Uniform(b)) => a.iter_mut().for_each(|w| *w += b),
            (Weight::Each(a), Weight::Each(b)) => a.iter_mut().zip(b).for_each(|(w, b)| *w += b),
            (Weight::Uniform(a), Weight::Each(mut b)) => {
                b.iter_mut().for_each(|w| *w += *a);
                *self = Weight::Each(b);
            }
        }
    }
}

/// `sum(weight .* expression)`.
#[derive(Clone, Debug)]
pub(in crate::convexity) struct Term {
    pub expression: ExprId,
    pub weight: Weight,
}

/// The scalar `root` as the sum of terms that are affine or not sums themselves, in falling order.
pub(in crate::convexity) fn terms(analysis: &mut Analysis<'_>, root: ExprId) -> Vec<Term> {
    terms_down_to(analysis, root, |_, _| false)
}

/// The same, these expressions not taken apart.
pub(in crate::convexity) fn terms_down_to(
    analysis: &mut Analysis<'_>,
    root: ExprId,
    stays: impl Fn(&Analysis<'_>, ExprId) -> bool,
) -> Vec<Term> {
    let mut splitter = Splitter::default();
    splitter.add(root, Weight::Uniform(1.0));
    let mut terms = Vec::new();
    while let Some((expression, weight)) = splitter.pop() {
        let leaf = analysis.curvature(expression).is_affine() || stays(analysis, expression);
        if leaf || !splitter.split(analysis, expression, &weight) {
            terms.push(Term { expression, weight });
        }
    }
    terms
}

/// Whether a weight passes through the node to its arguments.
pub(in crate::convexity) fn is_linear(graph: &Graph, id: ExprId) -> bool {
    let constant = |k: usize| graph.is_constant(graph.arguments(id)[k]);
    graph.atom_as::<Add>(id).is_some()
        || graph.atom_as::<Negate>(id).is_some()
        || graph.atom_as::<Index>(id).is_some()
        || graph.atom_as::<Concatenate>(id).is_some()
        || graph.atom_as::<Transpose>(id).is_some()
        || graph.atom_as::<Reduce<Sum>>(id).is_some()
        || graph.atom_as::<Reduce<Mean>>(id).is_some()
        || is_trace(graph, id)
        || (graph.atom_as::<Multiply>(id).is_some() && (constant(0) || constant(1)))
        || (graph.atom_as::<ElementMultiply>(id).is_some() && (constant(0) || constant(1)))
        || (graph.atom_as::<Divide>(id).is_some() && constant(1))
}

fn is_trace(graph: &Graph, id: ExprId) -> bool {
    graph.atom(id).is_some_and(|atom| atom.name() == "trace")
}

/// Weights that wait for their node's turn.
#[derive(Default)]
struct Splitter {
    queue: BinaryHeap<ExprId>,
    weights: FxHashMap<ExprId, Weight>,
}

impl Splitter {
    fn add(&mut self, id: ExprId, weight: Weight) {
        match self.weights.get_mut(&id) {
            Some(known) => known.add(weight),
            None => {
                self.queue.push(id);
                self.weights.insert(id, weight);
            }
        }
    }

    /// Adds `weight` at single entries of a node of that size.
    fn add_at(&mut self, id: ExprId, size: usize, entries: impl Iterator<Item = (usize, f64)>) {
        let known = self.weights.entry(id).or_insert_with(|| {
            self.queue.push(id);
            Weight::Uniform(0.0)
        });
        if let Weight::Uniform(uniform) = known {
            *known = Weight::Each(vec![*uniform; size]);
        }
        if let Weight::Each(weights) = known {
            entries.for_each(|(k, weight)| weights[k] += weight);
        }
    }

    fn pop(&mut self) -> Option<(ExprId, Weight)> {
        let id = self.queue.pop()?;
        let weight = self.weights.remove(&id)?;
        Some((id, weight))
    }

    /// Passes the weight on to the arguments; false when the node is not linear.
    fn split(&mut self, analysis: &mut Analysis<'_>, id: ExprId, weight: &Weight) -> bool {
        if !is_linear(analysis.graph(), id) {
            return false;
        }
        let graph = analysis.graph();
        if graph.atom_as::<Multiply>(id).is_some()
            || graph.atom_as::<ElementMultiply>(id).is_some()
            || graph.atom_as::<Divide>(id).is_some()
        {
            return self.split_product(analysis, id, weight).is_some();
        }
        self.split_arrangement(graph, id, weight);
        true
    }

    /// Sums, sign, picking and stacking.
    fn split_arrangement(&mut self, graph: &Graph, id: ExprId, weight: &Weight) {
        let shape = graph.shape(id);
        let argument = graph.arguments(id)[0];
        let inner = graph.shape(argument);
        if graph.atom_as::<Add>(id).is_some() {
            for &argument in graph.arguments(id) {
                let spread = graph.shape(argument) != shape;
                let own = match spread {
                    true => Weight::Uniform(weight.total(shape.size())),
                    false => weight.clone(),
                };
                self.add(argument, own);
            }
        } else if graph.atom_as::<Negate>(id).is_some() {
            self.add(argument, weight.map(|w| -w));
        } else if let Some(index) = graph.atom_as::<Index>(id) {
            let entries = index.positions.iter().enumerate();
            let entries = entries.map(|(k, &position)| (position, weight.at(k)));
            self.add_at(argument, inner.size(), entries);
        } else if let Some(concatenate) = graph.atom_as::<Concatenate>(id) {
            self.split_blocks(graph, id, concatenate.direction, weight);
        } else if graph.atom_as::<Transpose>(id).is_some() {
            let moved = (0..inner.size()).map(|k| {
                let (i, j) = (k % inner.rows, k / inner.rows);
                (k, weight.at(j + i * inner.cols))
            });
            self.add_at(argument, inner.size(), moved);
        } else if let Some(sum) = graph.atom_as::<Reduce<Sum>>(id) {
            let (along, shape) = (sum.along, inner);
            self.split_sum(argument, Lanes { along, shape }, weight);
        } else if let Some(mean) = graph.atom_as::<Reduce<Mean>>(id) {
            let (along, shape) = (mean.along, inner);
            let lanes = Lanes { along, shape };
            let length = (shape.size() / lanes.count().max(1)) as f64;
            self.split_sum(argument, lanes, &weight.map(|w| w / length));
        } else {
            let side = inner.rows;
            let diagonal = (0..side).map(|i| (i + i * side, weight.at(0)));
            self.add_at(argument, inner.size(), diagonal);
        }
    }

    fn split_sum(&mut self, argument: ExprId, lanes: Lanes, weight: &Weight) {
        if let Weight::Uniform(_) = weight {
            return self.add(argument, weight.clone());
        }
        if lanes.count() == 1 {
            return self.add(argument, Weight::Uniform(weight.at(0)));
        }
        let entries = (0..lanes.count()).flat_map(|k| lanes.positions(k).map(move |p| (p, k)));
        let entries = entries.map(|(position, k)| (position, weight.at(k)));
        self.add_at(argument, lanes.shape.size(), entries);
    }

    fn split_blocks(&mut self, graph: &Graph, id: ExprId, direction: Direction, weight: &Weight) {
        let whole = graph.shape(id);
        let mut offset = 0;
        for &argument in graph.arguments(id) {
            let block = graph.shape(argument);
            let (start, stride) = match direction {
                Direction::Horizontal => (offset * whole.rows, whole.rows),
                Direction::Vertical => (offset, whole.rows),
            };
            let entries = (0..block.size()).map(|k| {
                let position = start + k % block.rows + (k / block.rows) * stride;
                (k, weight.at(position))
            });
            self.add_at(argument, block.size(), entries);
            offset += match direction {
                Direction::Horizontal => block.cols,
                Direction::Vertical => block.rows,
            };
        }
    }

    /// Products with and quotients by a constant.
    fn split_product(
        &mut self,
        analysis: &mut Analysis<'_>,
        id: ExprId,
        weight: &Weight,
    ) -> Option<()> {
        let (a, b) = (
            analysis.graph().arguments(id)[0],
            analysis.graph().arguments(id)[1],
        );
        let matrix_product = analysis.graph().atom_as::<Multiply>(id).is_some();
        let quotient = analysis.graph().atom_as::<Divide>(id).is_some();
        let first_varies = !analysis.graph().is_constant(a);
        let (varying, constant) = if first_varies { (a, b) } else { (b, a) };
        let factor = analysis.constant(constant)?;
        let inner = analysis.graph().shape(varying);
        let shape = analysis.graph().shape(id);
        let apply = |w: f64, c: f64| if quotient { w / c } else { w * c };
        let passed = if let Some(number) = factor.as_scalar() {
            let scaled = weight.map(|w| apply(w, number));
            match inner == shape {
                true => scaled,
                false => Weight::Uniform(scaled.total(shape.size())),
            }
        } else if inner.is_scalar() {
            let entries = factor.entries();
            let products = entries
                .iter()
                .enumerate()
                .map(|(k, &c)| apply(weight.at(k), c));
            Weight::Uniform(products.sum())
        } else if matrix_product {
            Weight::Each(through_matrix(&factor, weight, first_varies, inner, shape))
        } else {
            let entries = factor.entries();
            Weight::Each(
                entries
                    .iter()
                    .enumerate()
                    .map(|(k, &c)| apply(weight.at(k), c))
                    .collect(),
            )
        };
        passed.is_finite().then(|| self.add(varying, passed))
    }
}

/// C'W for C*e, W*C' for e*C; `shape` is that of the product and of W.
fn through_matrix(
    factor: &Arc<Matrix>,
    weight: &Weight,
    first_varies: bool,
    inner: Shape,
    shape: Shape,
) -> Vec<f64> {
    let mut passed = vec![0.0; inner.size()];
    let weights = weight.entries(shape.size());
    let mut visit = |row: usize, col: usize, value: f64| {
        if first_varies {
            // e is m x k, C is k x n.
            for i in 0..shape.rows {
                passed[i + row * inner.rows] += weights[i + col * shape.rows] * value;
            }
        } else {
            // C is m x k, e is k x n.
            for j in 0..shape.cols {
                passed[col + j * inner.rows] += weights[row + j * shape.rows] * value;
            }
        }
    };
    match factor.as_ref() {
        Matrix::Dense(dense) => {
            for (k, &value) in dense.as_slice().iter().enumerate() {
                visit(k % dense.nrows(), k / dense.nrows(), value);
            }
        }
        Matrix::Sparse(sparse) => {
            sparse
                .triplets()
                .for_each(|(i, j, value)| visit(i, j, value));
        }
    }
    passed
}
