//! The minimum of a convex function with kinks: there the slope of a descent tells nothing of the way that is left, but
//! the value does.

use super::super::oracle::Smooth;
use super::lecture::Analytic;
use super::objective::Objective;
use crate::problem::Problem;
use crate::solve::{Settings, Status};

/// Seconds that a search may take beside a lecture.
const MOST_SECONDS: f64 = 2.0;

/// By the gradient path of `solve`; `None` for smooth functions, or where it has no answer.
pub(super) fn minimum(
    problem: &Problem,
    objective: &mut Objective,
    settings: &Settings,
) -> Option<Analytic> {
    objective.kinked?;
    let given = settings.time_limit.unwrap_or(MOST_SECONDS);
    let settings = Settings {
        time_limit: Some(given.min(MOST_SECONDS)),
        threads: settings.threads,
        ..Settings::default()
    };
    let solution = super::super::solve(problem, true, &settings);
    if solution.status != Status::Solved {
        return None;
    }
    let x = objective.packing.pack(&solution.variables);
    let value = objective.sign * objective.evaluate(&x, &mut vec![0.0; x.len()]);
    value.is_finite().then_some(Analytic { x, value })
}
