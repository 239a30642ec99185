//! The gradient path from many starts, for problems that are not convex.

use super::super::budget::Budget;
use super::super::packing::Packing;
use super::super::{is_maximised, solve};
use super::restarts::{Place, distinct, in_parallel, points};
use crate::problem::Problem;
use crate::solve::{Settings, Solution, Status};

/// The best local answer over `settings.starts` starts; its places list all that were found.
pub fn solve_from_starts(problem: &Problem, settings: &Settings) -> Solution {
    let budget = Budget::of_time(settings);
    let points = points(problem, settings.starts, settings.seed);
    let sign = if is_maximised(problem) { -1.0 } else { 1.0 };
    let ends = in_parallel(&points, settings.threads, |_, point| {
        // All starts share the time.
        let left = |limit: f64| (limit - budget.seconds()).max(0.0);
        let settings = Settings {
            time_limit: settings.time_limit.map(left),
            ..settings.clone()
        };
        Some(end(problem, point, &settings))
    });
    let mut ends: Vec<Solution> = ends.into_iter().flatten().collect();
    let found = ends.iter().flat_map(|end| end.places.iter().cloned());
    let places = distinct(found, sign);
    let evaluations = ends.iter().map(|end| end.work.evaluations).sum();
    let iterations = ends.iter().map(|end| end.work.iterations).sum();
    let best = best(&ends, sign);
    let mut solution = ends.swap_remove(best);
    solution.work.evaluations = evaluations;
    solution.work.iterations = iterations;
    solution.work.seconds = budget.seconds();
    let notes = told(problem, &places, settings.starts);
    solution.notes.extend(notes);
    solution.places = places;
    solution
}

/// The lowest local minimum, or else the first end.
fn best(ends: &[Solution], sign: f64) -> usize {
    let minima = ends.iter().enumerate().filter_map(|(k, end)| {
        let place = end.places.first().filter(|_| end.status == Status::Local)?;
        Some((k, sign * place.value))
    });
    let lowest = minima.min_by(|a, b| a.1.total_cmp(&b.1));
    lowest.map_or(0, |(k, _)| k)
}

fn end(problem: &Problem, point: &[f64], settings: &Settings) -> Solution {
    let packing = Packing::new(problem);
    let mut moved = problem.clone();
    let values = packing.unpack(point, problem.variables.len());
    for (variable, value) in moved.variables.iter_mut().zip(values) {
        variable.start = Some(value);
    }
    solve(&moved, false, settings)
}

/// How many starts led anywhere.
fn told(problem: &Problem, places: &[Place], starts: usize) -> Vec<String> {
    let reached: usize = places.iter().map(|p| p.reached).sum();
    let conditions = match problem.constraints.is_empty() {
        true => "the gradient is zero",
        false => "the constraints and the first-order conditions hold",
    };
    if places.is_empty() {
        return vec![format!(
            "none of {starts} starts led to a point where {conditions}"
        )];
    }
    let count = match places.len() {
        1 => "one place".to_owned(),
        n => format!("{n} different places"),
    };
    let shown = if places.len() > 1 {
        "; the best is shown"
    } else {
        ""
    };
    let mut notes = vec![format!(
        "{reached} of {starts} starts ended in {count}{shown}"
    )];
    if reached < starts {
        notes.push(format!(
            "{} of the starts led to no point where {conditions}",
            starts - reached
        ));
    }
    notes
}
