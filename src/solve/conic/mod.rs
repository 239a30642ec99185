//! The conic path: a cone program to Clarabel, its answer back to the user's problem.

mod answer;
mod apart;
mod assemble;
mod attempt;
mod balance;
mod exponential;
mod factorisation;
mod lapack;
mod rescale;
mod runs;

pub use answer::{ConicAnswer, ConicStatus, solve};

use crate::canonicalize::{LoweringError, Options, Recovery, Source, lower};
use crate::cone::ConeProgram;
use crate::convexity::ConvexProblem;
use crate::solve::{Certificate, Settings, Solution, Status, Work};
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
    match lower(source, options) {
        Ok((program, recovery)) => {
            let mut solution = solve_lowered(&program, &recovery, settings);
            solution.work.seconds = start.elapsed().as_secs_f64();
            solution.notes.extend(source.approximations());
            solution
        }
        Err(error) => not_lowered(&error),
    }
}

/// Solves a lowered problem.
pub fn solve_lowered(program: &ConeProgram, recovery: &Recovery, settings: &Settings) -> Solution {
    let answer = solve(program, settings);
    let multipliers = || recovery.multipliers(&answer.z);
    let point = || recovery.variables(&answer.x);
    let (status, variables, duals) = match &answer.status {
        ConicStatus::Solved => (Status::Solved, point(), Some(multipliers())),
        ConicStatus::Stopped(reason) => {
            let (variables, duals) = if answer.x.is_empty() {
                (Vec::new(), None)
            } else {
                (point(), Some(multipliers()))
            };
            (Status::Stopped(reason.clone()), variables, duals)
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
        work: Work {
            method: METHOD.to_owned(),
            ..Work::default()
        },
        notes: Vec::new(),
        places: Vec::new(),
    }
}
