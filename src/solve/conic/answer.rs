//! Runs Clarabel until the answer is as accurate as asked for, and says honestly how far it got.

use super::assemble::{Assembly, Obstacle, assemble};
use super::attempt::{Attempt, TOLERANCE, Variation, attempt, clarabel_settings};
use super::factorisation::factorisation;
use super::rescale::{Follows, Scaling, has_power_cones, steepest};
use crate::cone::ConeProgram;
use crate::solve::Settings;
use clarabel::solver::{DefaultSettings, SolverError, SolverStatus};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// An answer this many times coarser than asked for still counts as solved, with a note.
const STILL_SOLVED: f64 = 1e3;
/// An answer this many times coarser than asked for is not tried anew.
const GOOD_ENOUGH: f64 = 10.0;
/// The power cones are scaled anew about an answer so often, until it stays.
const MOST_SCALINGS: usize = 12;
/// Once its steepest entry has this size beside the one it was scaled by, or is smaller than one, an answer
/// is as accurate as the solver.
const SETTLED: f64 = 0.1;
/// A point of lower accuracy tells no sizes.
const ROUGH: f64 = 1e-2;
/// Runs that took longer than this are not repeated more than once.
const LONG_RUN: f64 = 20.0;

/// What Clarabel made of a cone program.
#[derive(Clone, Debug)]
pub struct ConicAnswer {
    pub status: ConicStatus,
    /// The point, or the direction when unbounded; by the program's variables. Empty when none.
    pub x: Vec<f64>,
    /// Multipliers of the program's rows, z >= 0 for rows >= 0; the certificate when infeasible.
    pub z: Vec<f64>,
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
        Ok(assembly) => guarded(|| solve_assembly(assembly, program.constant, settings, start)),
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
    fn without_point(status: ConicStatus) -> Self {
        ConicAnswer {
            status,
            x: Vec::new(),
            z: Vec::new(),
            iterations: 0,
            seconds: 0.0,
            notes: Vec::new(),
        }
    }
}

/// The runs so far.
struct Runs<'a> {
    assembly: &'a Arc<Assembly>,
    constant: f64,
    settings: &'a Settings,
    start: Instant,
    iterations: usize,
}

impl Runs<'_> {
    fn run(
        &mut self,
        variation: Variation,
        first: Option<&Attempt>,
    ) -> Result<Attempt, SolverError> {
        let left = self.settings.time_limit.map(|limit| limit - self.elapsed());
        let plain = DefaultSettings {
            direct_solve_method: factorisation(self.assembly).to_owned(),
            ..clarabel_settings(self.settings, self.constant, left)
        };
        let settings = match first {
            Some(first) => variation.apply(plain, first),
            None => plain,
        };
        let attempt = attempt(self.assembly, self.constant, self.settings, settings)?;
        self.iterations += attempt.iterations;
        Ok(attempt)
    }

    fn elapsed(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn tolerance(&self) -> f64 {
        self.settings.tolerance.unwrap_or(TOLERANCE)
    }

    /// Runs another program whose objective is `factor` times this one's.
    fn beside(&mut self, other: &Arc<Assembly>, factor: f64) -> Result<Attempt, SolverError> {
        let mut runs = Runs {
            assembly: other,
            constant: factor * self.constant,
            ..*self
        };
        let attempt = runs.run(Variation::Plain, None)?;
        self.iterations = runs.iterations;
        Ok(attempt)
    }

    /// Whether the run may have failed on powers of entries far from 1.
    fn may_be_too_steep(&self, attempt: &Attempt) -> bool {
        has_power_cones(self.assembly)
            && (self.worth_retrying(attempt) || is_infeasible(attempt) && !self.is_over(attempt))
    }

    /// Whether another run may help, and there is time for it.
    fn worth_retrying(&self, attempt: &Attempt) -> bool {
        !self.is_over(attempt)
            && is_inaccurate(attempt)
            && attempt.accuracy > GOOD_ENOUGH * self.tolerance()
    }

    /// Whether the limits leave no further run.
    fn is_over(&self, attempt: &Attempt) -> bool {
        self.settings.interrupted.load(Ordering::Relaxed)
            || self
                .settings
                .time_limit
                .is_some_and(|t| self.elapsed() >= t)
            || self
                .settings
                .max_iterations
                .is_some_and(|n| attempt.iterations >= n)
    }
}

fn is_inaccurate(attempt: &Attempt) -> bool {
    match attempt.status {
        SolverStatus::Solved
        | SolverStatus::PrimalInfeasible
        | SolverStatus::DualInfeasible
        | SolverStatus::MaxTime => false,
        SolverStatus::CallbackTerminated => !attempt.accurate,
        SolverStatus::Unsolved
        | SolverStatus::AlmostSolved
        | SolverStatus::AlmostPrimalInfeasible
        | SolverStatus::AlmostDualInfeasible
        | SolverStatus::MaxIterations
        | SolverStatus::NumericalError
        | SolverStatus::InsufficientProgress => true,
    }
}

fn solve_assembly(
    assembly: Assembly,
    constant: f64,
    settings: &Settings,
    start: Instant,
) -> ConicAnswer {
    let assembly = Arc::new(assembly);
    let mut runs = Runs {
        assembly: &assembly,
        constant,
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
    if status == ConicStatus::Solved && best.runs_away {
        status = ConicStatus::Stopped(
            "the variables grow without end; the objective seems to have no attained optimum"
                .to_owned(),
        );
    }
    let answer = ConicAnswer {
        z: assembly.program_multipliers(&best.z),
        x: best.x,
        status,
        iterations: runs.iterations,
        seconds: 0.0,
        notes,
    };
    if answer.status == ConicStatus::Unbounded {
        return confirm_unbounded(answer, &assembly, settings, start);
    }
    answer
}

/// The first accurate run, or the most accurate of all.
fn best_attempt(runs: &mut Runs<'_>) -> Result<(Attempt, Vec<String>), SolverError> {
    let first = runs.run(Variation::Plain, None)?;
    if runs.may_be_too_steep(&first)
        && let Some(settled) = rescaled(runs, &first)?
    {
        let note = "Clarabel stopped short of the accuracy asked for; the answer comes from a further \
                    run with the powers scaled to its point";
        return Ok((settled, vec![note.to_owned()]));
    }
    if !runs.worth_retrying(&first) {
        return Ok((first, Vec::new()));
    }
    let mut notes = Vec::new();
    let mut best: Option<Attempt> = None;
    for variation in [
        Variation::OtherFactorisation,
        Variation::NoScaling,
        Variation::MoreRegularisation,
    ] {
        let again = runs.run(variation, Some(&first))?;
        let reference = best.as_ref().unwrap_or(&first).accuracy;
        let done = !is_inaccurate(&again);
        if done || again.accuracy < reference {
            notes = vec![format!(
                "Clarabel stopped short of the accuracy asked for; the answer comes from a further \
                 run with {}",
                variation.word()
            )];
            best = Some(again);
        }
        if done || runs.elapsed() > LONG_RUN {
            break;
        }
    }
    Ok((best.unwrap_or(first), notes))
}

/// An accurate answer of the program with its power cones scaled to the sizes that they have there.
/// Where the first run has no point to start from, squares, which are never too steep, tell a size: of
/// what is raised to a power, or, where it is the power that is bounded, of that.
fn rescaled(runs: &mut Runs<'_>, first: &Attempt) -> Result<Option<Attempt>, SolverError> {
    if !is_infeasible(first) && first.accuracy < ROUGH {
        let found = settled(runs, first, first.x.clone(), Follows::Steep)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let squares = Arc::new(runs.assembly.with_squares());
    let x = runs.beside(&squares, 1.0)?.x;
    match settled(runs, first, x.clone(), Follows::Steep)? {
        None => settled(runs, first, x, Follows::Flat),
        found => Ok(found),
    }
}

/// The answer at which scaling and solving in turn come to rest.
fn settled(
    runs: &mut Runs<'_>,
    first: &Attempt,
    mut x: Vec<f64>,
    mut follows: Follows,
) -> Result<Option<Attempt>, SolverError> {
    for _ in 0..MOST_SCALINGS {
        let scaling = Scaling::at(runs.assembly, &x, follows);
        let Some(scaling) = scaling.filter(|_| !runs.is_over(first)) else {
            break;
        };
        let scaled = Arc::new(scaling.scaled(runs.assembly));
        let attempt = runs.beside(&scaled, scaling.objective())?;
        if is_infeasible(&attempt) {
            break;
        }
        let change = steepest(&scaled, &attempt.x);
        let (accurate, back) = (!is_inaccurate(&attempt), scaling.taken_back(attempt));
        if accurate && (change >= SETTLED || steepest(runs.assembly, &back.x) <= 1.0) {
            return Ok(Some(back));
        }
        (x, follows) = (back.x, Follows::Steep);
    }
    Ok(None)
}

fn is_infeasible(attempt: &Attempt) -> bool {
    matches!(
        attempt.status,
        SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible
    )
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
        constant: 0.0,
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
    use super::*;

    fn ended(status: SolverStatus, accuracy: f64) -> (ConicStatus, Vec<String>) {
        let attempt = Attempt {
            status,
            accurate: status == SolverStatus::Solved,
            x: vec![0.0],
            z: Vec::new(),
            iterations: 200,
            accuracy,
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
