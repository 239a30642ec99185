//! Smooth objectives without constraints: L-BFGS, and Newton's method where that tires.

mod newton;

use super::budget::Budget;
use super::found::{Ending, Found, TOO_STEEP};
use super::lbfgs::{self, End, norm};
use super::line_search::Point;
use super::oracle::{Oracle, Smooth};
use super::packing::Packing;
use super::scaling::falls_far;
use super::unit::is_too_steep;
use super::{is_maximised, start};
use crate::atoms::construct;
use crate::differentiate::gradient_or_unknown;
use crate::expr::{Domain, ExprId, Graph, Kink};
use crate::problem::Problem;
use crate::solve::Settings;

/// Relative gradient aimed at, and counted as solved.
const AIM: f64 = 1e-11;
const SOLVED: f64 = 1e-6;
/// Iterations of L-BFGS in all, and those after which second-order steps are tried.
const MOST_ITERATIONS: usize = 20_000;
const TIRED: usize = 1_000;
/// Entries of gradients that differ by more are in units of their own.
const UNEVEN: f64 = 1e6;
/// Rounds of measuring gradients again.
const MOST_ROUNDS: usize = 50;

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
    let mut run = Run::from(&mut oracle, start);
    if is_too_steep(&run.point.gradient) {
        return Ok(Found::stayed(run.point.x, TOO_STEEP));
    }
    run.descend(&mut oracle, true, TIRED, budget);
    let may_go_on = run.is_open() || run.end == End::Converged && run.is_uneven;
    if may_go_on && !budget.is_spent() {
        newton::finish(problem, settings, &mut run, &mut oracle, budget);
    }
    if run.is_open() {
        let rest = MOST_ITERATIONS.saturating_sub(run.iterations);
        run.descend(&mut oracle, true, rest, budget);
    }
    Ok(run.found(oracle.evaluations))
}

/// Whether entries other than 0 differ by more than [`UNEVEN`].
fn is_uneven(gradient: &[f64]) -> bool {
    let sizes = gradient.iter().map(|g| g.abs()).filter(|&size| size > 0.0);
    let ends = (f64::INFINITY, 0.0f64);
    let (least, most) = sizes.fold(ends, |(a, b), size| (a.min(size), b.max(size)));
    most > UNEVEN * least
}

/// What is to be made small.
pub fn oracle(problem: &Problem, settings: &Settings) -> Result<Oracle, String> {
    let mut graph = problem.graph.clone();
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let Some(mut root) = problem.objective.expression else {
        return Err("a problem without an objective".to_owned());
    };
    if is_maximised(problem) {
        root = construct::negate(&mut graph, root);
    }
    let slopes = gradient_or_unknown(&mut graph, root, &nodes).map_err(|node| {
        let name = graph.atom(node).map_or("an expression", |a| a.name());
        format!("the derivative of `{name}`")
    })?;
    let oracle = Oracle::with_slopes(&graph, root, &slopes, &Packing::new(problem));
    Ok(oracle.with_threads(settings.threads))
}

/// Of a function that need not be convex; slopes are small beside the first or `unit`.
pub fn descend(function: &mut dyn Smooth, start: Vec<f64>, unit: f64, budget: &Budget) -> Found {
    let mut run = Run::from(function, start);
    run.first_scale = run.first_scale.max(unit);
    run.scale = run.first_scale;
    run.descend(function, false, MOST_ITERATIONS, budget);
    run.found(0)
}

/// A point on its way to a gradient of [`AIM`] times its first size.
struct Run {
    point: Point,
    /// The first size of the gradient, in all and in the last round.
    first_scale: f64,
    scale: f64,
    end: End,
    /// The first gradient has entries of very different size: the small ones are rounding beside the large ones
    /// long before they are small themselves.
    is_uneven: bool,
    /// Of an endless fall.
    direction: Vec<f64>,
    iterations: usize,
    /// Evaluations beside those of the oracle.
    others: usize,
    method: &'static str,
}

impl Run {
    fn from(oracle: &mut dyn Smooth, start: Vec<f64>) -> Self {
        let point = Point::at(oracle, start);
        let scale = norm(&point.gradient).max(1e-300);
        Run {
            first_scale: scale,
            scale,
            is_uneven: is_uneven(&point.gradient),
            point,
            end: End::Limit,
            direction: Vec::new(),
            iterations: 0,
            others: 0,
            method: "L-BFGS",
        }
    }

    /// Descends to a gradient that is small beside the first, and from there beside the gradient
    /// there, as long as that leads far down.
    fn descend(&mut self, oracle: &mut dyn Smooth, convex: bool, most: usize, budget: &Budget) {
        let end = self.iterations + most;
        for _ in 0..MOST_ROUNDS {
            let (scale, before) = (self.scale, self.point.value);
            self.round(oracle, convex, end.saturating_sub(self.iterations), budget);
            let (now, slope) = (self.point.value, norm(&self.point.gradient));
            let far = falls_far(before, now);
            let goes_on = far && slope > 0.0 && self.point.is_finite() && self.iterations < end;
            if !goes_on || matches!(self.end, End::Endless) {
                return;
            }
            self.scale = slope.max(f64::EPSILON * scale);
        }
    }

    fn round(&mut self, oracle: &mut dyn Smooth, convex: bool, most: usize, budget: &Budget) {
        let aim = AIM * self.scale;
        let mut target = |_: &Point| aim;
        let found = lbfgs::minimise(oracle, &mut self.point, &mut target, convex, most, budget);
        self.end = found.end;
        self.direction = found.direction;
        self.iterations += found.iterations;
    }

    /// Whether better steps may lead further.
    fn is_open(&self) -> bool {
        matches!(self.end, End::Stalled | End::Limit) && self.point.is_finite()
    }

    fn found(self, evaluations: usize) -> Found {
        let mut relative = norm(&self.point.gradient) / self.scale;
        if self.scale < self.first_scale {
            // By how much the value could change when every entry does by its own size.
            let products = self.point.gradient.iter().zip(&self.point.x);
            let change: f64 = products.map(|(g, x)| (g * x).abs()).sum();
            relative = relative.min(change / self.point.value.abs().max(1.0));
        }
        let ending = match self.end {
            End::Converged => Ending::Solved,
            End::Stalled | End::Limit if relative <= SOLVED => Ending::Solved,
            End::Endless => Ending::Unbounded(self.direction),
            End::Stalled | End::Limit if relative > 1.0 => Ending::Short(format!(
                "the gradient grew to {relative:.1e} times its first size"
            )),
            End::Stalled | End::Limit => Ending::Short(format!(
                "the gradient came down to {relative:.1e} of its first size only"
            )),
        };
        Found {
            x: self.point.x,
            ending,
            method: self.method.to_owned(),
            iterations: self.iterations,
            evaluations: evaluations + self.others,
            duals: None,
            bound: None,
            dual_value: None,
            notes: Vec::new(),
            is_certain: false,
        }
    }
}
