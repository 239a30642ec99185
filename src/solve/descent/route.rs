//! The methods that a convex problem is given to, one after the other until one solves it.

use super::budget::Budget;
use super::equations::Equations;
use super::found::{Ending, Found};
use super::model::Model;
use super::normal_form::NormalForm;
use super::units::Units;
use super::{analytic, augmented_lagrangian, proximal_gradient, sizes, smooth, start, unit};
use crate::problem::Problem;
use crate::solve::Settings;

/// Iterations after which equations are solved for some of the unknowns, where others follow from these and move so
/// many times as far.
const FIRST_ITERATIONS: usize = 300;
const FAR_GROWTH: f64 = 50.0;

/// The answer, the objective in a unit that leaves room for products.
pub fn route(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Found, String> {
    let found = by_structure(problem, settings, budget)?;
    let again = |larger: &Problem| by_structure(larger, settings, budget);
    match found.wants_larger_unit() {
        true => unit::solve_in_larger_unit(problem, &found.x, again).unwrap_or(Ok(found)),
        false => Ok(found),
    }
}

/// The method by the structure of the problem.
fn by_structure(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Found, String> {
    if let Some(found) = analytic::solve(problem) {
        return Ok(found);
    }
    if problem.constraints.is_empty() && smooth::applies(problem) {
        return smooth::solve(problem, settings, budget);
    }
    let form = NormalForm::new(problem)?;
    let mut equations = Equations::of(&form);
    let found = in_first_form(problem, form, &mut equations, settings, budget)?;
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
    if let Some(again) = over(&equations, problem, settings, budget)? {
        return Ok(again.after(&found));
    }
    if budget.is_spent() {
        return Ok(found);
    }
    let again = smoothed(problem, settings, budget)?;
    if !matches!(again.ending, Ending::Short(_)) {
        return Ok(again.after(&found));
    }
    match NormalForm::without_turns(problem) {
        Some(form) => Ok(in_normal_form(problem, form?, settings, budget).after(&found)),
        None => Ok(found),
    }
}

/// In all unknowns; where that takes long and equations make some move far, over the points that satisfy them. These
/// are then taken.
fn in_first_form(
    problem: &Problem,
    form: NormalForm,
    equations: &mut Option<Equations>,
    settings: &Settings,
    budget: &Budget,
) -> Result<Found, String> {
    if equations.as_ref().is_none_or(|e| e.growth() < FAR_GROWTH) {
        return Ok(in_normal_form(problem, form, settings, budget));
    }
    let part = budget.part(FIRST_ITERATIONS);
    let found = in_normal_form(problem, form, settings, &part);
    let was_cut = part.is_spent() && found.ending != Ending::Solved;
    budget.take_from(&part);
    if !was_cut || budget.is_spent() {
        return Ok(found);
    }
    if let Some(again) = over(&equations.take(), problem, settings, budget)? {
        return Ok(again.after(&found));
    }
    Ok(in_normal_form(problem, NormalForm::new(problem)?, settings, budget).after(&found))
}

/// The answer over the points that satisfy the linear equations, if there are any.
pub fn over_equations(
    problem: &Problem,
    settings: &Settings,
    budget: &Budget,
) -> Result<Option<Found>, String> {
    let equations = Equations::of(&NormalForm::new(problem)?);
    over(&equations, problem, settings, budget)
}

/// The answer over the points that satisfy the equations, if there are any.
fn over(
    equations: &Option<Equations>,
    problem: &Problem,
    settings: &Settings,
    budget: &Budget,
) -> Result<Option<Found>, String> {
    let sizes = constraint_sizes(problem);
    let found = equations
        .as_ref()
        .map(|e| e.solve(problem, settings, &sizes, budget));
    Ok(found.transpose()?.flatten())
}

fn constraint_sizes(problem: &Problem) -> Vec<usize> {
    let constraints = problem.constraints.iter();
    let sizes = constraints.map(|c| problem.constraint_shape(c).size());
    sizes.collect()
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
    let sizes = constraint_sizes(problem);
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

/// What is found along the path of smoothed problems.
fn smoothed(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Found, String> {
    let mut model = Model::new(NormalForm::new(problem)?);
    model.use_threads(settings.threads);
    let start = start::point(problem, model.size);
    let sizes = constraint_sizes(problem);
    Ok(augmented_lagrangian::solve_smoothed(
        &mut model, &start, &sizes, budget,
    ))
}
