//! The conic path: a cone program to Clarabel, its answer back to the user's problem.

mod answer;
mod apart;
mod assemble;
mod attempt;
mod balance;
mod exponential;
mod factorisation;
mod lapack;
mod layout;
mod rescale;
mod residuals;
mod runs;

pub use answer::{ConicAnswer, ConicStatus, solve};

use crate::canonicalize::{LoweringError, Options, Recovery, Source, lower};
use crate::convexity::ConvexProblem;
use crate::solve::{Certificate, Settings, Solution, Status, Work};
use runs::OPEN;
use std::time::Instant;

const METHOD: &str = "interior point (Clarabel)";

/// Lowers and solves a convex problem.
pub fn solve_problem(convex: &ConvexProblem<'_>, settings: &Settings) -> Solution {
    let options = Options {
        threads: settings.threads,
        ..settings.lowering
    };
    solve_source(&Source::of_convex(convex), &options, settings)
}

/// Lowers and solves a problem whose convexity is established.
pub fn solve_source(source: &Source<'_>, options: &Options, settings: &Settings) -> Solution {
    let start = Instant::now();
    match answered(source, options, settings) {
        Ok((answer, recovery)) => {
            let value = recovery.objective(answer.value) * source.problem.objective.goal.sign();
            let mut solution = recovered(answer, &recovery);
            solution.dual_value = source.objective.map(|_| value);
            solution.work.seconds = start.elapsed().as_secs_f64();
            solution.notes.extend(source.approximations());
            solution
        }
        Err(error) => not_lowered(&error),
    }
}

/// The answer of the program, or where that is the dual of another whose point follows from it too coarsely, of
/// the other.
fn answered(
    source: &Source<'_>,
    options: &Options,
    settings: &Settings,
) -> Result<(ConicAnswer, Recovery), LoweringError> {
    let start = Instant::now();
    let (program, recovery) = lower(source, options)?;
    let answer = solve(&program, settings);
    let seconds = start.elapsed().as_secs_f64();
    let is_over = settings.time_limit.is_some_and(|limit| seconds >= limit);
    if !recovery.is_dual() || answer.open <= OPEN || is_over {
        return Ok((answer, recovery));
    }
    let options = Options {
        boxed_dual: false,
        ..*options
    };
    let settings = Settings {
        time_limit: settings.time_limit.map(|limit| limit - seconds),
        ..settings.clone()
    };
    let (program, other) = lower(source, &options)?;
    let again = solve(&program, &settings);
    Ok(match again.open < answer.open {
        true => (again.after(&answer), other),
        false => (answer, recovery),
    })
}

/// The answer as one of the user's problem.
fn recovered(answer: ConicAnswer, recovery: &Recovery) -> Solution {
    let multipliers = || recovery.multipliers(&answer.z);
    let point = || recovery.variables(&answer.x);
    let (status, variables, duals) = match answer.status {
        ConicStatus::Solved => (Status::Solved, point(), Some(multipliers())),
        ConicStatus::Stopped(reason) => {
            let (variables, duals) = if answer.x.is_empty() {
                (Vec::new(), None)
            } else {
                (point(), Some(multipliers()))
            };
            (Status::Stopped(reason), variables, duals)
        }
        ConicStatus::Infeasible => {
            let certificate = Certificate {
                multipliers: multipliers(),
                direction: Vec::new(),
            };
            (Status::Infeasible(certificate), Vec::new(), None)
        }
        ConicStatus::Unbounded => {
            let certificate = Certificate {
                multipliers: Vec::new(),
                direction: recovery.directions(&answer.x),
            };
            (Status::Unbounded(certificate), Vec::new(), None)
        }
    };
    Solution {
        status,
        variables,
        duals,
        bound: None,
        dual_value: None,
        work: Work {
            method: METHOD.to_owned(),
            iterations: answer.iterations,
            evaluations: 0,
            seconds: answer.seconds,
        },
        notes: answer.notes,
        places: Vec::new(),
    }
}

fn not_lowered(error: &LoweringError) -> Solution {
    Solution {
        status: Status::NotHandled(error.to_string()),
        variables: Vec::new(),
        duals: None,
        bound: None,
        dual_value: None,
        work: Work {
            method: METHOD.to_owned(),
            ..Work::default()
        },
        notes: Vec::new(),
        places: Vec::new(),
    }
}
