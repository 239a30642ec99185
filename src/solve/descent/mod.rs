//! The gradient path: methods that see values and derivatives of the user's own expressions, never
//! a cone program.

pub mod affine;
mod analytic;
mod augmented_lagrangian;
pub mod blocks;
pub mod budget;
mod certificates;
mod conjugate_gradient;
mod dense;
mod derivatives;
pub mod dual_bound;
mod found;
pub mod lagrangian;
pub mod lbfgs;
pub mod line_search;
mod local;
pub mod methods;
pub mod model;
pub mod newton;
pub mod normal_form;
pub mod oracle;
mod pace;
pub mod packing;
mod proximal_gradient;
mod quadratic;
mod residuals;
mod ridge_terms;
mod scaling;
mod sizes;
mod smooth;
mod spectral;
mod start;
pub mod tape;
mod unit;
mod units;

use super::{Certificate, Settings, Solution, Status, Work};
use crate::matrix::Matrix;
use crate::problem::{Goal, Problem};
use budget::{Budget, Spent};
use found::{Ending, Found};
use model::Model;
use normal_form::NormalForm;
use packing::Packing;
use std::sync::Arc;
use units::Units;

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

/// The answer of a convex problem, its objective in a unit that leaves room for products.
fn route(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Found, String> {
    let found = by_structure(problem, settings, budget)?;
    let again = |larger: &Problem| by_structure(larger, settings, budget);
    match found.wants_larger_unit() {
        true => unit::solve_in_larger_unit(problem, &found.x, again).unwrap_or(Ok(found)),
        false => Ok(found),
    }
}

/// The method by the structure of a convex problem.
fn by_structure(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Found, String> {
    if let Some(found) = analytic::solve(problem) {
        return Ok(found);
    }
    if problem.constraints.is_empty() && smooth::applies(problem) {
        return smooth::solve(problem, settings, budget);
    }
    let found = in_normal_form(problem, NormalForm::new(problem)?, settings, budget);
    if found.ending == Ending::Solved || found.wants_larger_unit() || budget.is_spent() {
        return Ok(found);
    }
    if let Some(again) = in_own_units(problem, settings, budget)?
        && again.ending == Ending::Solved
    {
        return Ok(again.after(&found));
    }
    if !matches!(found.ending, Ending::Short(_)) {
        return Ok(found);
    }
    match NormalForm::without_turns(problem) {
        Some(form) => Ok(in_normal_form(problem, form?, settings, budget).after(&found)),
        None => Ok(found),
    }
}

/// What is found in the units of the data, where they are far from one.
fn in_own_units(
    problem: &Problem,
    settings: &Settings,
    budget: &Budget,
) -> Result<Option<Found>, String> {
    let sizes = sizes::sizes(&mut Model::new(NormalForm::new(problem)?));
    let Some(units) = Units::by_sizes(problem, &sizes) else {
        return Ok(None);
    };
    let Some(scaled) = units.of_problem(problem) else {
        return Ok(None);
    };
    let found = in_normal_form(&scaled, NormalForm::new(&scaled)?, settings, budget);
    Ok(units.suit(&found.x).then(|| units.taken_back(found)))
}

fn in_normal_form(
    problem: &Problem,
    form: NormalForm,
    settings: &Settings,
    budget: &Budget,
) -> Found {
    let mut model = Model::new(form);
    model.use_threads(settings.threads);
    let start = start::point(problem, model.size);
    let constraints = problem.constraints.iter();
    let sizes: Vec<usize> = constraints
        .map(|c| problem.constraint_shape(c).size())
        .collect();
    if let Some(terms) = proximal_gradient::Terms::of(&model) {
        let found = proximal_gradient::solve(&mut model, &terms, &start, &sizes, budget);
        // The general method has certificates for what has no answer.
        let is_short = matches!(found.ending, Ending::Short(_));
        if !is_short || found.wants_larger_unit() || budget.is_spent() {
            return found;
        }
    }
    let packing = model.packing.clone();
    let mut general =
        |start: &[f64]| augmented_lagrangian::solve(&mut model, start, &sizes, budget);
    let mut found = general(&start);
    if found.wants_larger_unit() {
        return found;
    }
    for start in start::others(&start, &packing) {
        if !found.wants_other_start() {
            break;
        }
        found = general(&start);
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
            .map(|b| if is_maximised(problem) { -b } else { b }),
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
