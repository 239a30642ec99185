//! Runs Clarabel until the answer is as accurate as asked for, and says honestly how far it got.

use super::assemble::{Assembly, Obstacle, assemble};
use super::attempt::{Attempt, Cost, Variation};
use super::runs::{GOOD_ENOUGH, OPEN, Runs, best_attempt};
use crate::cone::ConeProgram;
use crate::solve::Settings;
use clarabel::solver::SolverStatus;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// An answer this many times coarser than asked for still counts as solved, with a note.
const STILL_SOLVED: f64 = 1e3;

/// What Clarabel made of a cone program.
#[derive(Clone, Debug)]
pub struct ConicAnswer {
    pub status: ConicStatus,
    /// The point, or the direction when unbounded; by the program's variables. Empty when none.
    pub x: Vec<f64>,
    /// Multipliers of the program's rows, z >= 0 for rows >= 0; the certificate when infeasible.
    pub z: Vec<f64>,
    /// The part of the objective that the residuals leave open.
    pub open: f64,
    /// The objective as the multipliers have it.
    pub value: f64,
    /// Of all runs.
    pub iterations: usize,
    /// Of all runs, with the assembly.
    pub seconds: f64,
    /// Plain sentences for the report.
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConicStatus {
    Solved,
    /// `z` proves it.
    Infeasible,
    /// `x` proves it.
    Unbounded,
    /// The reason in plain words.
    Stopped(String),
}

/// Solves a cone program.
pub fn solve(program: &ConeProgram, settings: &Settings) -> ConicAnswer {
    let start = Instant::now();
    let mut answer = match assemble(program) {
        Ok(assembly) => {
            let cost = Cost::new(program.constant / assembly.cost);
            guarded(|| solve_assembly(assembly, cost, settings, start))
        }
        Err(Obstacle::Violated(multipliers)) => ConicAnswer {
            z: multipliers,
            ..ConicAnswer::without_point(ConicStatus::Infeasible)
        },
        Err(Obstacle::NotFinite) => ConicAnswer::without_point(ConicStatus::Stopped(
            "the data contain an infinite value where a finite one is needed".to_owned(),
        )),
    };
    answer.x.truncate(program.variables);
    answer.seconds = start.elapsed().as_secs_f64();
    answer
}

/// Clarabel panics where an eigenvalue iteration meets numbers it cannot handle.
fn guarded(run: impl FnOnce() -> ConicAnswer) -> ConicAnswer {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|_| {
        ConicAnswer::without_point(ConicStatus::Stopped(
            "the interior-point solver failed: the data hold numbers too large or too small for it"
                .to_owned(),
        ))
    })
}

impl ConicAnswer {
    /// With the work of an answer that was not taken.
    pub(super) fn after(mut self, other: &ConicAnswer) -> Self {
        self.iterations += other.iterations;
        self
    }

    fn without_point(status: ConicStatus) -> Self {
        ConicAnswer {
            status,
            x: Vec::new(),
            z: Vec::new(),
            open: f64::INFINITY,
            value: f64::NAN,
            iterations: 0,
            seconds: 0.0,
            notes: Vec::new(),
        }
    }
}

fn solve_assembly(
    assembly: Assembly,
    cost: Cost,
    settings: &Settings,
    start: Instant,
) -> ConicAnswer {
    let assembly = Arc::new(assembly);
    let mut runs = Runs {
        assembly: &assembly,
        cost,
        settings,
        start,
        iterations: 0,
    };
    let (best, mut notes) = match best_attempt(&mut runs) {
        Ok(found) => found,
        Err(error) => {
            let reason = format!("Clarabel refused the program: {error}");
            return ConicAnswer::without_point(ConicStatus::Stopped(reason));
        }
    };
    let mut status = verdict(&best, runs.tolerance(), settings, &mut notes);
    if let (ConicStatus::Solved, Some(flaw)) = (&status, flaw(&best)) {
        status = ConicStatus::Stopped(flaw);
    }
    let answer = ConicAnswer {
        z: assembly.program_multipliers(&best.z),
        x: best.x,
        status,
        open: best.open.both(),
        value: best.value * assembly.cost,
        iterations: runs.iterations,
        seconds: 0.0,
        notes,
    };
    if answer.status == ConicStatus::Unbounded {
        return confirm_unbounded(answer, &assembly, settings, start);
    }
    answer
}

/// Why a point within the tolerances is no answer.
fn flaw(attempt: &Attempt) -> Option<String> {
    if attempt.runs_away {
        let reason =
            "the variables grow without end; the objective seems to have no attained optimum";
        return Some(reason.to_owned());
    }
    let open = attempt.open.dual;
    (open > OPEN).then(|| {
        format!(
            "the residuals of the multipliers, times the unknowns that they belong to, come to {open:.1e} of \
             the objective"
        )
    })
}

fn verdict(
    attempt: &Attempt,
    tolerance: f64,
    settings: &Settings,
    notes: &mut Vec<String>,
) -> ConicStatus {
    match attempt.status {
        SolverStatus::Solved => ConicStatus::Solved,
        SolverStatus::PrimalInfeasible => ConicStatus::Infeasible,
        SolverStatus::DualInfeasible => ConicStatus::Unbounded,
        SolverStatus::AlmostPrimalInfeasible => {
            notes.push("the proof of infeasibility is of reduced accuracy".to_owned());
            ConicStatus::Infeasible
        }
        SolverStatus::AlmostDualInfeasible => {
            notes.push("the proof of unboundedness is of reduced accuracy".to_owned());
            ConicStatus::Unbounded
        }
        SolverStatus::CallbackTerminated if attempt.accurate => ConicStatus::Solved,
        SolverStatus::CallbackTerminated if settings.interrupted.load(Ordering::Relaxed) => {
            ConicStatus::Stopped("interrupted".to_owned())
        }
        SolverStatus::CallbackTerminated
        | SolverStatus::Unsolved
        | SolverStatus::AlmostSolved
        | SolverStatus::NumericalError
        | SolverStatus::InsufficientProgress => {
            inexact(attempt, tolerance, "rounding errors", notes)
        }
        SolverStatus::MaxIterations => inexact(
            attempt,
            tolerance,
            &format!("the limit of {} iterations", attempt.iterations),
            notes,
        ),
        SolverStatus::MaxTime => inexact(attempt, tolerance, "the time limit", notes),
    }
}

/// Solved with a note when the answer is nearly as accurate as asked for.
fn inexact(attempt: &Attempt, tolerance: f64, cause: &str, notes: &mut Vec<String>) -> ConicStatus {
    let reached = attempt.accuracy;
    if attempt.x.is_empty() {
        return ConicStatus::Stopped(format!("{cause} ended the run in the middle of a step"));
    }
    if reached <= STILL_SOLVED * tolerance {
        if reached > GOOD_ENOUGH * tolerance {
            notes.push(format!(
                "{cause} ended the run at a relative accuracy of {reached:.1e}; {tolerance:.0e} was \
                 asked for"
            ));
        }
        return ConicStatus::Solved;
    }
    ConicStatus::Stopped(format!(
        "{cause} ended the run at a relative accuracy of {reached:.1e}"
    ))
}

/// A direction proves unboundedness only if some point is feasible.
fn confirm_unbounded(
    mut answer: ConicAnswer,
    assembly: &Assembly,
    settings: &Settings,
    start: Instant,
) -> ConicAnswer {
    let feasibility = Arc::new(assembly.without_objective());
    let mut runs = Runs {
        assembly: &feasibility,
        cost: Cost::new(0.0),
        settings,
        start,
        iterations: 0,
    };
    let Ok(found) = runs.run(Variation::Plain, None) else {
        return answer;
    };
    answer.iterations += found.iterations;
    match verdict(&found, runs.tolerance(), settings, &mut Vec::new()) {
        ConicStatus::Solved => {}
        ConicStatus::Infeasible => {
            answer.status = ConicStatus::Infeasible;
            answer.z = feasibility.program_multipliers(&found.z);
            answer.x.clear();
        }
        ConicStatus::Unbounded | ConicStatus::Stopped(_) => {
            let reason = "a direction without end was found, but no feasible point to start from";
            answer.status = ConicStatus::Stopped(reason.to_owned());
            answer.x.clear();
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::super::residuals::Open;
    use super::*;

    fn ended(status: SolverStatus, accuracy: f64) -> (ConicStatus, Vec<String>) {
        let attempt = Attempt {
            status,
            accurate: status == SolverStatus::Solved,
            x: vec![0.0],
            z: Vec::new(),
            iterations: 200,
            accuracy,
            value: 0.0,
            open: Open {
                primal: 0.0,
                dual: 0.0,
            },
            runs_away: false,
            factorisation: "qdldl".to_owned(),
        };
        let mut notes = Vec::new();
        let status = verdict(&attempt, 1e-9, &Settings::default(), &mut notes);
        (status, notes)
    }

    #[test]
    fn runs_that_fall_short_are_told_with_the_accuracy_reached() {
        let endings = [
            (SolverStatus::AlmostSolved, "rounding errors"),
            (SolverStatus::InsufficientProgress, "rounding errors"),
            (SolverStatus::NumericalError, "rounding errors"),
            (SolverStatus::MaxIterations, "the limit of 200 iterations"),
            (SolverStatus::MaxTime, "the time limit"),
        ];
        for (status, cause) in endings {
            assert_eq!(ended(status, 5e-9), (ConicStatus::Solved, Vec::new()));
            let told = format!(
                "{cause} ended the run at a relative accuracy of 2.0e-7; 1e-9 was asked for"
            );
            assert_eq!(ended(status, 2e-7), (ConicStatus::Solved, vec![told]));
            let reason = format!("{cause} ended the run at a relative accuracy of 3.0e-5");
            assert_eq!(
                ended(status, 3e-5),
                (ConicStatus::Stopped(reason), Vec::new())
            );
            assert!(matches!(
                ended(status, f64::INFINITY).0,
                ConicStatus::Stopped(_)
            ));
        }
    }

    #[test]
    fn a_proof_of_reduced_accuracy_is_told_as_such() {
        for status in [
            SolverStatus::AlmostPrimalInfeasible,
            SolverStatus::AlmostDualInfeasible,
        ] {
            let (_, notes) = ended(status, 1.0);
            assert!(
                notes.iter().any(|n| n.contains("reduced accuracy")),
                "{status:?}: {notes:?}"
            );
        }
    }
}
