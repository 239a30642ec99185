//! Bounds of affine expressions that the constraints state: at every feasible point they hold, and
//! the set where they hold is convex, so that the rules may build on them.

use super::affine::Negate;
use crate::dcp::Interval;
use crate::expr::ExprId;
use crate::problem::{Problem, Relation};
use rustc_hash::FxHashMap;

/// `e <= c`, `c <= e` and `e == c` by the node e; `range` tells the ranges of the constants.
pub fn of_constraints(
    problem: &Problem,
    range: impl Fn(ExprId) -> Interval,
) -> FxHashMap<ExprId, Interval> {
    let graph = &problem.graph;
    let mut bounds = FxHashMap::default();
    for constraint in &problem.constraints {
        let (left, right) = (constraint.left, constraint.right);
        let equal = match constraint.relation {
            Relation::Equal => true,
            Relation::LessEqual => false,
            Relation::Precedes => continue,
        };
        let (node, bound) = match (graph.is_constant(left), graph.is_constant(right)) {
            (false, true) if equal => (left, range(right)),
            (true, false) if equal => (right, range(left)),
            (false, true) => (left, Interval::new(f64::NEG_INFINITY, range(right).upper)),
            (true, false) => (right, Interval::new(range(left).lower, f64::INFINITY)),
            (true, true) | (false, false) => continue,
        };
        narrow(&mut bounds, node, bound);
        if graph.atom_as::<Negate>(node).is_some() {
            narrow(&mut bounds, graph.arguments(node)[0], bound.negated());
        }
    }
    bounds
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

fn narrow(bounds: &mut FxHashMap<ExprId, Interval>, node: ExprId, bound: Interval) {
    let known = bounds.entry(node).or_insert(Interval::REALS);
    *known = known.meet(bound);
}

/// A range narrowed by a bound, unless nothing is left.
pub fn narrowed(range: Interval, bound: Interval) -> Interval {
    let both = range.meet(bound);
    if both.lower > both.upper { range } else { both }
}
