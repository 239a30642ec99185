//! Bounds of affine expressions that the constraints state: at every feasible point they hold, and
//! the set where they hold is convex, so that the rules may build on them.

use super::Reduce;
use super::affine::{Concatenate, Negate};
use super::reductions::{Extreme, Max, Min};
use crate::dcp::Interval;
use crate::expr::{ExprId, Graph};
use crate::problem::{Constraint, Problem, Relation};
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// `e <= c`, `c <= e` and `e == c` by the node e; `range` tells the ranges of the constants.
pub fn of_constraints(
    problem: &Problem,
    range: impl Fn(ExprId) -> Interval,
) -> FxHashMap<ExprId, Interval> {
    let graph = &problem.graph;
    let mut bounds = FxHashMap::default();
    for constraint in &problem.constraints {
        let Some((node, bound)) = stated(graph, constraint, &range) else {
            continue;
        };
        narrow(&mut bounds, node, bound);
        if graph.atom_as::<Negate>(node).is_some() {
            narrow(&mut bounds, graph.arguments(node)[0], bound.negated());
        }
        if let Some(of_all) = bound_of_all(graph, node, bound) {
            for part in parts(graph, node) {
                narrow(&mut bounds, part, of_all);
            }
        }
    }
    bounds
}

/// The side that varies of `e <= c`, `c <= e` and `e == c`, and what is said of it.
pub(super) fn stated(
    graph: &Graph,
    constraint: &Constraint,
    range: impl Fn(ExprId) -> Interval,
) -> Option<(ExprId, Interval)> {
    let (left, right) = (constraint.left, constraint.right);
    let is_equal = match constraint.relation {
        Relation::Equal => true,
        Relation::LessEqual => false,
        Relation::Precedes => return None,
    };
    let side = |id: ExprId| graph.is_constant(id).then(|| range(id));
    match (side(left), side(right)) {
        (None, Some(bound)) if is_equal => Some((left, bound)),
        (Some(bound), None) if is_equal => Some((right, bound)),
        (None, Some(bound)) => Some((left, Interval::new(f64::NEG_INFINITY, bound.upper))),
        (Some(bound), None) => Some((right, Interval::new(bound.lower, f64::INFINITY))),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// What `min(e) >= c` or `max(e) <= c` says of every entry of e.
fn bound_of_all(graph: &Graph, node: ExprId, bound: Interval) -> Option<Interval> {
    let several = graph.atom_as::<Extreme>(node);
    if several == Some(&Extreme::Smallest) || graph.atom_as::<Reduce<Min>>(node).is_some() {
        return Some(Interval::new(bound.lower, f64::INFINITY));
    }
    let is_max = several.is_some() || graph.atom_as::<Reduce<Max>>(node).is_some();
    is_max.then(|| Interval::new(f64::NEG_INFINITY, bound.upper))
}

/// The arguments of a node, and what they are lists of.
fn parts(graph: &Graph, node: ExprId) -> impl Iterator<Item = ExprId> {
    let arguments = graph.arguments(node).iter().copied();
    arguments.flat_map(|argument| {
        let is_list = graph.atom_as::<Concatenate>(argument).is_some();
        let parts = is_list.then(|| graph.arguments(argument));
        std::iter::once(argument).chain(parts.into_iter().flatten().copied())
    })
}

/// The nodes e with `e >> C` of a C that is positive semidefinite, and with `e << C` of one that is negative
/// semidefinite, as (psd, nsd); `definite` tells this of the constants.
pub fn definite_by_constraints(
    problem: &Problem,
    definite: impl Fn(ExprId) -> (bool, bool),
) -> FxHashMap<ExprId, (bool, bool)> {
    let graph = &problem.graph;
    let mut found: FxHashMap<ExprId, (bool, bool)> = FxHashMap::default();
    for constraint in &problem.constraints {
        let (left, right) = (constraint.left, constraint.right);
        if constraint.relation != Relation::Precedes {
            continue;
        }
        match (graph.is_constant(left), graph.is_constant(right)) {
            (true, false) => found.entry(right).or_default().0 |= definite(left).0,
            (false, true) => found.entry(left).or_default().1 |= definite(right).1,
            (true, true) | (false, false) => {}
        }
    }
    found
}

pub(super) fn narrow<K: Eq + Hash>(bounds: &mut FxHashMap<K, Interval>, key: K, bound: Interval) {
    let known = bounds.entry(key).or_insert(Interval::REALS);
    *known = known.meet(bound);
}

/// A range narrowed by a bound, unless nothing is left.
pub fn narrowed(range: Interval, bound: Interval) -> Interval {
    let both = range.meet(bound);
    if both.lower > both.upper { range } else { both }
}
