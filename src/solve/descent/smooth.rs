//! Smooth objectives without constraints.

use super::budget::Budget;
use super::found::{Ending, Found};
use super::lbfgs::{self, End, norm};
use super::line_search::Point;
use super::oracle::{Oracle, Smooth};
use super::packing::Packing;
use super::{is_maximised, start};
use crate::atoms::construct;
use crate::differentiate::underivable;
use crate::expr::{Domain, ExprId, Graph, Kink};
use crate::problem::Problem;
use crate::solve::Settings;

/// Relative gradient aimed at, and counted as solved.
const AIM: f64 = 1e-11;
const SOLVED: f64 = 1e-6;

/// Whether the objective has no kink and no domain.
pub fn applies(problem: &Problem) -> bool {
    let graph = &problem.graph;
    let Some(root) = problem.objective.expression else {
        return false;
    };
    graph
        .reachable(&[root])
        .iter()
        .all(|&id| is_smooth(graph, id))
}

fn is_smooth(graph: &Graph, id: ExprId) -> bool {
    let Some(atom) = graph.atom(id).filter(|_| !graph.is_constant(id)) else {
        return true;
    };
    let everywhere = |(k, a): (usize, &ExprId)| {
        graph.is_constant(*a) || matches!(atom.domain(k), Domain::Reals | Domain::Symmetric)
    };
    matches!(atom.kink(), Kink::Smooth) && graph.arguments(id).iter().enumerate().all(everywhere)
}

/// Of a convex problem.
pub fn solve(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Found, String> {
    let mut oracle = oracle(problem, settings)?;
    let start = start::point(problem, oracle.size());
    Ok(descend(&mut oracle, start, true, settings, budget))
}

/// What is to be made small.
pub fn oracle(problem: &Problem, settings: &Settings) -> Result<Oracle, String> {
    let mut graph = problem.graph.clone();
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let Some(mut root) = problem.objective.expression else {
        return Err("a problem without an objective".to_owned());
    };
    if let Some(node) = underivable(&graph, root, &nodes) {
        let name = graph.atom(node).map_or("an expression", |a| a.name());
        return Err(format!("the derivative of `{name}`"));
    }
    if is_maximised(problem) {
        root = construct::negate(&mut graph, root);
    }
    let packing = Packing::new(problem);
    let oracle = Oracle::new(&mut graph, root, &nodes, &packing);
    Ok(oracle.with_threads(settings.threads))
}

pub fn descend(
    oracle: &mut Oracle,
    start: Vec<f64>,
    convex: bool,
    settings: &Settings,
    budget: &Budget,
) -> Found {
    let most = settings.max_iterations.unwrap_or(20_000);
    let mut point = Point::at(oracle, start);
    let first = norm(&point.gradient);
    let scale = first.max(1e-300);
    let mut target = |_: &Point| AIM * scale;
    let found = lbfgs::minimise(oracle, &mut point, &mut target, convex, most, budget);
    let relative = norm(&point.gradient) / scale;
    let ending = match found.end {
        End::Converged => Ending::Solved,
        End::Stalled | End::Limit if relative <= SOLVED => Ending::Solved,
        End::Endless => Ending::Unbounded(found.direction),
        End::Stalled | End::Limit => Ending::Short(format!(
            "the gradient came down to {relative:.1e} of its first size only"
        )),
    };
    Found {
        x: point.x,
        ending,
        method: "L-BFGS".to_owned(),
        iterations: found.iterations,
        evaluations: oracle.evaluations,
        duals: None,
        bound: None,
        notes: Vec::new(),
    }
}
