//! The domains of functions as constraints.

use crate::atoms::construct;
use crate::convexity::{self, brief};
use crate::dcp::Interval;
use crate::expr::{Domain, ExprId, Graph};
use crate::problem::{Constraint, ConstraintName, Origin, Problem, Relation};
use rustc_hash::FxHashSet;

/// More functions with a domain are not looked into.
const MOST_DOMAINS: usize = 1000;

/// Those of the nodes that vary and have an argument with a domain.
pub fn bounded(problem: &Problem, nodes: &[ExprId]) -> Vec<ExprId> {
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

/// The problem with the domains of these functions as further constraints, those that are proved convex; `None` where
/// there are none.
pub fn proved(problem: &Problem, bounded: &[ExprId]) -> Option<Problem> {
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
pub fn spelt_out(problem: &Problem, bounded: &[ExprId]) -> Option<Problem> {
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
