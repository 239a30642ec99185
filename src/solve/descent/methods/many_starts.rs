//! The gradient path from many starts, for problems that are not convex.

use super::super::budget::Budget;
use super::super::packing::Packing;
use super::super::{is_maximised, lbfgs::norm, oracle::Smooth, solve};
use super::curvature;
use super::diagnosis::described;
use super::objective::Objective;
use super::restarts::{Place, distinct, in_parallel, points};
use crate::expr::Evaluator;
use crate::problem::Problem;
use crate::solve::{Settings, Solution, Status};

/// More places are counted, not listed.
const MOST_PLACES: usize = 12;

/// One end of the path.
struct End {
    solution: Solution,
    place: Option<Place>,
}

/// The best local answer over `settings.starts` starts; its notes list all places that were found.
pub fn solve_from_starts(problem: &Problem, settings: &Settings) -> Solution {
    let budget = Budget::new(settings);
    let points = points(problem, settings.starts, settings.seed);
    let objective = Objective::new(problem).ok();
    let sign = if is_maximised(problem) { -1.0 } else { 1.0 };
    let ends = in_parallel(&points, settings.threads, |_, point| {
        Some(end(problem, objective.clone(), point, settings))
    });
    let mut ends: Vec<End> = ends.into_iter().flatten().collect();
    let found = ends.iter().filter_map(|end| end.place.clone());
    let places = distinct(found, sign);
    let better = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1);
    let values = ends.iter().enumerate();
    let values = values.filter_map(|(k, end)| Some((k, sign * end.place.as_ref()?.value)));
    let best = values.min_by(better).map_or(0, |(k, _)| k);
    let evaluations = ends.iter().map(|end| end.solution.work.evaluations).sum();
    let iterations = ends.iter().map(|end| end.solution.work.iterations).sum();
    let mut solution = ends.swap_remove(best).solution;
    if !places.is_empty() {
        solution.work.evaluations = evaluations;
        solution.work.iterations = iterations;
        solution.work.seconds = budget.seconds();
        let notes = told(&places, settings.starts, sign);
        solution.notes.extend(notes);
    }
    solution
}

fn end(problem: &Problem, objective: Option<Objective>, point: &[f64], settings: &Settings) -> End {
    let packing = Packing::new(problem);
    let mut moved = problem.clone();
    let values = packing.unpack(point, problem.variables.len());
    for (variable, value) in moved.variables.iter_mut().zip(values) {
        variable.start = Some(value);
    }
    let solution = solve(&moved, false, settings);
    let place = match solution.status {
        Status::Local => place(problem, objective, &packing, &solution),
        Status::Solved
        | Status::Infeasible(_)
        | Status::Unbounded(_)
        | Status::Stopped(_)
        | Status::NotHandled(_) => None,
    };
    End { solution, place }
}

/// Gradient and Hessian say what a place is only where there are no constraints.
fn place(
    problem: &Problem,
    objective: Option<Objective>,
    packing: &Packing,
    solution: &Solution,
) -> Option<Place> {
    let mut x = vec![0.0; packing.size];
    for (k, value) in solution.variables.iter().enumerate() {
        packing.pack_into(k, value, &mut x);
    }
    let root = problem.objective.expression?;
    let value = Evaluator::new(&problem.graph, &[root]).evaluate(&solution.variables);
    let mut place = Place {
        value: value.first()?.as_scalar()?,
        gradient_norm: f64::NAN,
        reached: 1,
        curvature: None,
        x,
    };
    if let Some(mut objective) = objective {
        let mut gradient = vec![0.0; place.x.len()];
        objective.evaluate(&place.x, &mut gradient);
        place.gradient_norm = norm(&gradient);
        place.curvature = curvature::at(&mut objective, &place.x);
    }
    Some(place)
}

/// One sentence for each place, the best first.
fn told(places: &[Place], starts: usize, sign: f64) -> Vec<String> {
    let reached: usize = places.iter().map(|p| p.reached).sum();
    let mut notes = vec![format!(
        "{reached} of {starts} starts ended in {} different places{}",
        places.len(),
        if places.len() > 1 {
            "; the best is shown"
        } else {
            ""
        }
    )];
    for place in places.iter().take(MOST_PLACES) {
        let times = match place.reached {
            1 => "once".to_owned(),
            n => format!("{n} times"),
        };
        let kind = place.curvature.map_or(String::new(), |curvature| {
            format!(", {}", described(curvature.definiteness(), sign))
        });
        let gradient = if place.gradient_norm.is_nan() {
            String::new()
        } else {
            format!(", gradient {:.0e}", place.gradient_norm)
        };
        notes.push(format!(
            "objective {:.9}, reached {times}{gradient}{kind}",
            place.value
        ));
    }
    if places.len() > MOST_PLACES {
        notes.push(format!("and {} more places", places.len() - MOST_PLACES));
    }
    notes
}
