//! Bounds of differences that constraints state with unknowns on both sides: where `load <= c`, `c - load` and
//! `c[3] - load[3]` are not negative.

use super::affine::{Add, Index, Negate};
use super::bounds;
use crate::dcp::Interval;
use crate::expr::{ExprId, Graph};
use crate::problem::{Problem, Relation};
use rustc_hash::FxHashMap;

/// What a - b may be, by (a, b).
#[derive(Debug, Default)]
pub struct Differences(FxHashMap<(ExprId, ExprId), Interval>);

impl Differences {
    /// `range` tells the ranges of the constants.
    pub fn of_constraints(problem: &Problem, range: impl Fn(ExprId) -> Interval) -> Self {
        let graph = &problem.graph;
        let mut all = Differences::default();
        for constraint in &problem.constraints {
            if let Some((node, bound)) = bounds::stated(graph, constraint, &range) {
                if let Some(pair) = difference(graph, node) {
                    all.narrow(pair, bound);
                }
                continue;
            }
            let zero = match constraint.relation {
                Relation::Equal => Interval::point(0.0),
                Relation::LessEqual => Interval::NONPOSITIVE,
                Relation::Precedes => continue,
            };
            all.narrow((constraint.left, constraint.right), zero);
        }
        all
    }

    fn narrow(&mut self, (a, b): (ExprId, ExprId), bound: Interval) {
        bounds::narrow(&mut self.0, (a, b), bound);
        bounds::narrow(&mut self.0, (b, a), bound.negated());
    }

    /// Of a node, or of the node that it picks entries from.
    pub fn bound(&self, graph: &Graph, node: ExprId) -> Option<Interval> {
        if self.0.is_empty() {
            return None;
        }
        let (a, b) = difference(graph, node)?;
        let pair = match (picked(graph, a), picked(graph, b)) {
            (Some((of_a, at_a)), Some((of_b, at_b))) if at_a == at_b => (of_a, of_b),
            (Some((of_a, _)), None) if graph.shape(b).is_scalar() => (of_a, b),
            (None, Some((of_b, _))) if graph.shape(a).is_scalar() => (a, of_b),
            _ => (a, b),
        };
        self.0.get(&(a, b)).or_else(|| self.0.get(&pair)).copied()
    }
}

/// a and b of a - b.
fn difference(graph: &Graph, node: ExprId) -> Option<(ExprId, ExprId)> {
    graph.atom_as::<Add>(node)?;
    let &[first, second] = graph.arguments(node) else {
        return None;
    };
    let negated = |id: ExprId| graph.atom_as::<Negate>(id).map(|_| graph.arguments(id)[0]);
    match (negated(first), negated(second)) {
        (None, Some(b)) => Some((first, b)),
        (Some(b), None) => Some((second, b)),
        _ => None,
    }
}

/// What an index picks from, and the index.
fn picked(graph: &Graph, node: ExprId) -> Option<(ExprId, &Index)> {
    let index = graph.atom_as::<Index>(node)?;
    Some((graph.arguments(node)[0], index))
}
