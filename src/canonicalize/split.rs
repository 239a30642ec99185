//! A sum taken apart into factor*Σ(entries of a node), each node once.

use crate::atoms::Reduce;
use crate::atoms::affine::{Add, Concatenate, Divide, Multiply, Negate, Transpose};
use crate::atoms::reductions::Sum;
use crate::expr::{Evaluator, ExprId, Graph};

/// factor*Σ(entries of node).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Term {
    pub factor: f64,
    pub node: ExprId,
}

/// A sum of terms and a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    pub terms: Vec<Term>,
    pub constant: f64,
}

/// `factor*Σ(entries of root)` as terms. Every node is visited once, with the sum of the factors of
/// all its uses, so that the cost is linear however often a part is shared.
pub(super) fn split(graph: &Graph, constants: &Evaluator<'_>, root: ExprId, factor: f64) -> Terms {
    let mut splitter = Splitter {
        graph,
        constants,
        factors: vec![0.0; graph.len()],
        sum: Terms::default(),
    };
    splitter.factors[root.index()] = factor;
    for id in graph.reachable(&[root]).into_iter().rev() {
        let factor = splitter.factors[id.index()];
        if factor != 0.0 {
            splitter.visit(id, factor);
        }
    }
    splitter.sum.terms.reverse();
    splitter.sum
}

struct Splitter<'a> {
    graph: &'a Graph,
    constants: &'a Evaluator<'a>,
    factors: Vec<f64>,
    sum: Terms,
}

impl Splitter<'_> {
    fn visit(&mut self, id: ExprId, factor: f64) {
        let graph = self.graph;
        if let Some(value) = self.constants.constant(id) {
            self.sum.constant += factor * value.stored().iter().sum::<f64>();
        } else if graph.atom_as::<Add>(id).is_some() {
            for &argument in graph.arguments(id) {
                let repeats = graph.shape(id).size() / graph.shape(argument).size().max(1);
                self.pass(argument, factor * repeats as f64);
            }
        } else if let Some((multiple, argument)) = self.scaled(id) {
            self.pass(argument, factor * multiple);
        } else if self.rearranges(id) {
            for &argument in graph.arguments(id) {
                self.pass(argument, factor);
            }
        } else {
            self.sum.terms.push(Term { factor, node: id });
        }
    }

    fn pass(&mut self, argument: ExprId, factor: f64) {
        self.factors[argument.index()] += factor;
    }

    /// `multiple*argument` with a constant number in front.
    fn scaled(&self, id: ExprId) -> Option<(f64, ExprId)> {
        let number = |a: ExprId| self.constants.constant(a).and_then(|v| v.as_scalar());
        match *self.graph.arguments(id) {
            [x] if self.graph.atom_as::<Negate>(id).is_some() => Some((-1.0, x)),
            [x, y] if self.graph.atom_as::<Multiply>(id).is_some() => number(x)
                .map(|c| (c, y))
                .or_else(|| number(y).map(|c| (c, x))),
            [x, y] if self.graph.atom_as::<Divide>(id).is_some() => number(y).map(|c| (1.0 / c, x)),
            _ => None,
        }
    }

    /// Whether the entries are the arguments' entries, or sums of them.
    fn rearranges(&self, id: ExprId) -> bool {
        self.graph.atom_as::<Reduce<Sum>>(id).is_some()
            || self.graph.atom_as::<Concatenate>(id).is_some()
            || self.graph.atom_as::<Transpose>(id).is_some()
    }
}
