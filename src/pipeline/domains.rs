//! Constraints that contradict the domain of a function: `x <= -1` beside `log(x)`.

use super::subset;
use crate::atoms::construct;
use crate::compare::Contradiction;
use crate::convexity::{self, brief};
use crate::dcp::Interval;
use crate::expr::{Domain, ExprId, Graph};
use crate::problem::{Constraint, ConstraintName, Origin, Problem, Relation};
use crate::solve::Settings;
use rustc_hash::FxHashSet;

/// More functions with a domain are not looked into.
const MOST_DOMAINS: usize = 1000;

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

/// Those of the nodes that vary and have an argument with a domain.
pub(super) fn bounded(problem: &Problem, nodes: &[ExprId]) -> Vec<ExprId> {
    let graph = &problem.graph;
    let is_bounded =
        |id: &ExprId| (0..graph.arguments(*id).len()).any(|k| domain(graph, *id, k).is_some());
    nodes.iter().copied().filter(is_bounded).collect()
}

/// The domain of an argument that varies; `None` where it is everything.
fn domain(graph: &Graph, id: ExprId, argument: usize) -> Option<Domain> {
    let atom = graph.atom(id)?;
    if graph.is_constant(graph.arguments(id)[argument]) {
        return None;
    }
    let domain = atom.domain(argument);
    (!matches!(domain, Domain::Reals | Domain::Symmetric)).then_some(domain)
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

/// The problem with the domains of these functions as further constraints, those that are proved convex; `None` where
/// there are none.
pub(super) fn proved(problem: &Problem, bounded: &[ExprId]) -> Option<Problem> {
    let mut spelt_out = spelt_out(problem, bounded)?;
    let own = problem.constraints.len();
    let check = convexity::check(&spelt_out);
    let proved: FxHashSet<usize> = check.proved_constraints().collect();
    let mut position = 0;
    spelt_out.constraints.retain(|_| {
        position += 1;
        position <= own || proved.contains(&(position - 1))
    });
    (spelt_out.constraints.len() > own).then_some(spelt_out)
}

/// The problem with the domains of these functions as further constraints; `None` without functions.
pub(super) fn spelt_out(problem: &Problem, bounded: &[ExprId]) -> Option<Problem> {
    if bounded.is_empty() || bounded.len() > MOST_DOMAINS {
        return None;
    }
    let mut spelt_out = problem.clone();
    spelt_out.expectations.clear();
    for &id in bounded {
        for k in 0..problem.graph.arguments(id).len() {
            if let Some(domain) = domain(&problem.graph, id, k) {
                add(&mut spelt_out, id, problem.graph.arguments(id)[k], domain);
            }
        }
    }
    Some(spelt_out)
}

/// Adds that the argument of a function lies in the function's domain.
fn add(problem: &mut Problem, function: ExprId, argument: ExprId, domain: Domain) {
    let bounds = match domain {
        Domain::AtLeast(bound) | Domain::Above(bound) => Interval::new(bound, f64::INFINITY),
        Domain::Within(lower, upper) => Interval::new(lower, upper),
        Domain::Reals | Domain::Symmetric => return,
        Domain::PositiveSemidefinite | Domain::PositiveDefinite => {
            let shape = problem.graph.shape(argument);
            let zero = construct::zeros(&mut problem.graph, shape);
            return push(problem, function, zero, Relation::Precedes, argument);
        }
    };
    if bounds.lower.is_finite() {
        let lower = problem.graph.number(bounds.lower);
        push(problem, function, lower, Relation::LessEqual, argument);
    }
    if bounds.upper.is_finite() {
        let upper = problem.graph.number(bounds.upper);
        push(problem, function, argument, Relation::LessEqual, upper);
    }
}

fn push(problem: &mut Problem, function: ExprId, left: ExprId, relation: Relation, right: ExprId) {
    let text = brief(problem, &problem.graph, function);
    problem.constraints.push(Constraint {
        name: ConstraintName::plain(format!("domain of {text}")),
        origin: Origin::Line,
        left,
        relation,
        right,
        flipped: false,
        span: problem.graph.span(function),
    });
}
