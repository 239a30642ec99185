//! The gradient path: methods that see values and derivatives of the user's own expressions, never
//! a cone program.

pub mod affine;
mod analytic;
mod apex;
mod augmented_lagrangian;
mod basis;
pub mod blocks;
pub mod budget;
mod certificates;
mod conjugate_gradient;
mod dense;
mod derivatives;
pub mod dual_bound;
mod equations;
mod faces;
mod found;
mod fractional;
mod fractions;
pub mod lagrangian;
pub mod lbfgs;
mod lifts;
pub mod line_search;
mod local;
pub mod methods;
pub mod model;
pub mod newton;
pub mod normal_form;
mod on_edges;
pub mod oracle;
mod pace;
pub mod packing;
mod polish;
mod proximal_gradient;
mod quadratic;
mod rebuild;
mod residuals;
mod ridge_terms;
mod route;
mod scaling;
mod sizes;
mod smooth;
mod spectral;
mod squares;
mod standing;
mod start;
pub mod tape;
mod unit;
mod units;
mod violation;

use super::{Certificate, Settings, Solution, Status, Work};
use crate::matrix::Matrix;
use crate::problem::{Goal, Problem};
use budget::{Budget, Spent};
use found::{Ending, Found};
use packing::Packing;
pub use polish::polished;
use route::route;
pub use standing::{is_open, off_apex};
use std::sync::Arc;

/// How far an answer may lie outside a bound and still be put onto it.
const ROUNDING: f64 = 1e-6;

/// Solves by values and gradients alone. Without a proof of convexity the answer is called local.
pub fn solve(problem: &Problem, convex: bool, settings: &Settings) -> Solution {
    let budget = Budget::new(settings);
    if !convex {
        return solve_locally(problem, settings, &budget);
    }
    match route(problem, settings, &budget) {
        Ok(found) => {
            let found = with_feasible_point(problem, found, settings, &budget);
            finish(problem, found, Status::Solved, &budget)
        }
        Err(reason) => not_handled(&reason, "; conic answer only", &budget),
    }
}

/// Solves a convex problem over the points that satisfy its linear equations; `None` where there are none, or
/// where that leads to no answer.
pub fn solve_over_equations(problem: &Problem, settings: &Settings) -> Option<Solution> {
    let budget = Budget::new(settings);
    let found = route::over_equations(problem, settings, &budget).ok()??;
    Some(finish(problem, found, Status::Solved, &budget))
}

fn solve_locally(problem: &Problem, settings: &Settings, budget: &Budget) -> Solution {
    if problem.has_inner() {
        let reason = "an inner problem where convexity is not proved";
        return not_handled(reason, "", budget);
    }
    match local::solve(problem, settings, budget) {
        Ok(answer) => {
            let mut solution = finish(problem, answer.found, Status::Local, budget);
            if settings.starts <= 1 && solution.status == Status::Local {
                let kind = answer.place.as_ref().map(|p| methods::kind(problem, p));
                solution.notes.extend(kind);
            }
            solution.places = answer.place.into_iter().collect();
            solution
        }
        Err(reason) => not_handled(&reason, "", budget),
    }
}

/// A direction without end makes a problem unbounded only where some point satisfies the
/// constraints: the search for one decides.
fn with_feasible_point(
    problem: &Problem,
    mut found: Found,
    settings: &Settings,
    budget: &Budget,
) -> Found {
    let is_unbounded = matches!(found.ending, Ending::Unbounded(_));
    if !is_unbounded || problem.constraints.is_empty() {
        return found;
    }
    let mut search = problem.clone();
    search.objective.goal = Goal::Find;
    search.objective.expression = None;
    match route(&search, settings, budget).map(|point| point.ending) {
        Ok(Ending::Infeasible(multipliers)) => found.ending = Ending::Infeasible(multipliers),
        Ok(Ending::Short(_)) | Err(_) => {
            let why = "the objective falls without end along a direction that no constraint stops, but no point that satisfies the constraints was found";
            found.ending = Ending::Short(why.to_owned());
        }
        Ok(Ending::Solved | Ending::Unbounded(_)) => {}
    }
    found
}

/// Entries that rounding carried over a bound of their variable stand on the bound: functions may
/// have no value beside it.
fn onto_bounds(problem: &Problem, packing: &Packing, x: &mut [f64]) {
    for (variable, packed) in problem.variables.iter().zip(&packing.variables) {
        let range = variable.range;
        for entry in x.get_mut(packed.range()).into_iter().flatten() {
            let inside = entry.max(range.lower).min(range.upper);
            if (inside - *entry).abs() <= ROUNDING * inside.abs().max(1.0) {
                *entry = inside;
            }
        }
    }
}

fn finish(problem: &Problem, mut found: Found, solved: Status, budget: &Budget) -> Solution {
    let packing = Packing::new(problem);
    onto_bounds(problem, &packing, &mut found.x);
    if found.ending == Ending::Solved && matches!(solved, Status::Solved) {
        polish::polish(problem, &packing, &mut found.x[..packing.size]);
    }
    let unpack = |x: &[f64]| packing.unpack(x, problem.variables.len());
    let shaped = |duals: Vec<Vec<f64>>| -> Vec<Arc<Matrix>> {
        let pairs = problem.constraints.iter().zip(duals);
        pairs
            .map(|(c, d)| Arc::new(Matrix::from_columns(problem.constraint_shape(c), d)))
            .collect()
    };
    let is_proved = matches!(solved, Status::Solved);
    let status = match found.ending {
        Ending::Solved => solved,
        Ending::Short(reason) => Status::Stopped(with_cause(reason, budget)),
        Ending::Unbounded(direction) => Status::Unbounded(Certificate {
            direction: unpack(&direction),
            ..Certificate::default()
        }),
        Ending::Infeasible(multipliers) => Status::Infeasible(Certificate {
            multipliers: shaped(multipliers),
            ..Certificate::default()
        }),
    };
    Solution {
        variables: unpack(&found.x),
        status,
        duals: found.duals.map(shaped),
        bound: found
            .bound
            .filter(|_| is_proved)
            .map(|b| problem.objective.goal.sign() * b),
        dual_value: found
            .dual_value
            .filter(|_| is_proved && problem.objective.expression.is_some())
            .map(|value| problem.objective.goal.sign() * value),
        work: Work {
            method: found.method,
            iterations: found.iterations,
            evaluations: found.evaluations,
            seconds: budget.seconds(),
        },
        notes: found.notes,
        places: Vec::new(),
    }
}

/// The reason why a search fell short, behind what ended it from outside.
fn with_cause(reason: String, budget: &Budget) -> String {
    match budget.spent().map(Spent::reason) {
        Some(cause) if !reason.starts_with(cause) => format!("{cause}; {reason}"),
        Some(_) | None => reason,
    }
}

fn not_handled(reason: &str, rest: &str, budget: &Budget) -> Solution {
    Solution {
        status: Status::NotHandled(format!(
            "the gradient path does not yet handle {reason}{rest}"
        )),
        variables: Vec::new(),
        duals: None,
        bound: None,
        dual_value: None,
        work: Work {
            seconds: budget.seconds(),
            ..Work::default()
        },
        notes: Vec::new(),
        places: Vec::new(),
    }
}

/// Whether larger is better.
fn is_maximised(problem: &Problem) -> bool {
    match problem.objective.goal {
        Goal::Maximize => true,
        Goal::Minimize | Goal::Find => false,
    }
}
