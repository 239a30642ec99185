//! Constraints that contradict the domain of a function: `x <= -1` beside `log(x)`.

use super::subset;
use crate::compare::Contradiction;
use crate::expr::{ExprId, Graph};
use crate::problem::{Constraint, Problem};
use crate::solve::Settings;
use crate::solve::domains::{bounded, proved};
use rustc_hash::FxHashSet;

/// The problem with the domains of its functions as constraints, and a combination of these and its
/// own constraints that no point satisfies. First without the functions that have a domain: what
/// their own constraints say of the domain would hide its part in the contradiction.
pub(super) fn contradiction(
    problem: &Problem,
    settings: &Settings,
) -> Option<(Problem, Contradiction)> {
    let nodes = problem.graph.reachable(&problem.roots());
    let bounded = bounded(problem, &nodes);
    let spelt_out = proved(problem, &bounded)?;
    let plain = plain_constraints(problem, &nodes, &bounded);
    let domains = problem.constraints.len()..spelt_out.constraints.len();
    let without: Vec<usize> = plain.into_iter().chain(domains).collect();
    let all: Vec<usize> = (0..spelt_out.constraints.len()).collect();
    let found = [without, all]
        .iter()
        .find_map(|kept| subset::combination(&spelt_out, kept, settings))?;
    Some((spelt_out, found))
}

/// Those of the nodes, which rise, that are or hold one of the bounded ones.
pub(super) fn above(graph: &Graph, nodes: &[ExprId], bounded: &[ExprId]) -> FxHashSet<ExprId> {
    let mut above: FxHashSet<ExprId> = bounded.iter().copied().collect();
    for id in nodes {
        if graph.arguments(*id).iter().any(|a| above.contains(a)) {
            above.insert(*id);
        }
    }
    above
}

/// Those of the bounded nodes below, or among, these.
pub(super) fn within(graph: &Graph, bounded: &[ExprId], nodes: &[ExprId]) -> Vec<ExprId> {
    let below = graph.below(nodes);
    let is_below = |id: &ExprId| below.binary_search(id).is_ok();
    bounded.iter().copied().filter(is_below).collect()
}

/// Positions of the constraints without such a node; `nodes` rise.
fn plain_constraints(problem: &Problem, nodes: &[ExprId], bounded: &[ExprId]) -> Vec<usize> {
    let above = above(&problem.graph, nodes, bounded);
    let plain = |c: &Constraint| !above.contains(&c.left) && !above.contains(&c.right);
    let constraints = problem.constraints.iter().enumerate();
    constraints
        .filter(|(_, c)| plain(c))
        .map(|(k, _)| k)
        .collect()
}
