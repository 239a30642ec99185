//! Runs of Clarabel with other settings, or to another scale, until one is accurate.

use super::assemble::Assembly;
use super::attempt::{Attempt, Cost, TOLERANCE, Variation, attempt, clarabel_settings};
use super::balance::by_sizes;
use super::factorisation::factorisation;
use super::rescale::{Follows, Scaling, has_power_cones, steepest};
use crate::solve::Settings;
use clarabel::solver::{DefaultSettings, SolverError, SolverStatus};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// An answer this many times coarser than asked for is not tried anew.
pub(super) const GOOD_ENOUGH: f64 = 10.0;
/// An answer whose residuals leave more than this part of its objective open is none.
pub(super) const OPEN: f64 = 1e-4;
/// Runs that took longer than this are not repeated more than once.
const LONG_RUN: f64 = 20.0;
/// The power cones are scaled anew about an answer so often, until it stays.
const MOST_SCALINGS: usize = 12;
/// Once its steepest entry has this size beside the one it was scaled by, or is smaller than one, an answer
/// is as accurate as the solver.
const SETTLED: f64 = 0.1;
/// A point of lower accuracy tells no sizes.
const ROUGH: f64 = 1e-2;

/// The runs so far.
pub(super) struct Runs<'a> {
    pub assembly: &'a Arc<Assembly>,
    pub cost: Cost,
    pub settings: &'a Settings,
    pub start: Instant,
    pub iterations: usize,
}

impl Runs<'_> {
    pub(super) fn run(
        &mut self,
        variation: Variation,
        first: Option<&Attempt>,
    ) -> Result<Attempt, SolverError> {
        let left = self.settings.time_limit.map(|limit| limit - self.elapsed());
        let plain = DefaultSettings {
            direct_solve_method: factorisation(self.assembly).to_owned(),
            ..clarabel_settings(self.settings, self.cost, left)
        };
        let settings = match first {
            Some(first) => variation.apply(plain, first),
            None => plain,
        };
        let attempt = attempt(self.assembly, self.cost, self.settings, settings)?;
        self.iterations += attempt.iterations;
        Ok(attempt)
    }

    fn elapsed(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    pub(super) fn tolerance(&self) -> f64 {
        self.settings.tolerance.unwrap_or(TOLERANCE)
    }

    /// Runs another program whose objective is `factor` times this one's.
    fn beside(&mut self, other: &Arc<Assembly>, factor: f64) -> Result<Attempt, SolverError> {
        let mut runs = Runs {
            assembly: other,
            cost: self.cost.scaled(factor),
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
            && (is_inaccurate(attempt) && attempt.accuracy > GOOD_ENOUGH * self.tolerance()
                || is_open(attempt))
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

/// Whether the residuals leave much of the objective open at what would be called an answer.
fn is_open(attempt: &Attempt) -> bool {
    let is_point = !is_infeasible(attempt) && attempt.status != SolverStatus::DualInfeasible;
    is_point && attempt.accuracy < ROUGH && attempt.open.both() > OPEN
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

/// An attempt with what the report is to say of it.
type Told = (Attempt, Vec<String>);

/// The answer in units that suit the data; where none is accurate there, or no point is feasible, that in
/// the user's; where its residuals leave the objective open, that in the units of the costs.
pub(super) fn best_attempt(runs: &mut Runs<'_>) -> Result<Told, SolverError> {
    let sizes = by_sizes(runs.assembly);
    let mut best = in_units(runs, sizes.as_ref())?;
    let is_refused = is_infeasible(&best.0) && !runs.is_over(&best.0);
    if sizes.is_some() && (is_refused || runs.worth_retrying(&best.0)) {
        let other = in_units(runs, None)?;
        best = better(best, other);
    }
    if is_open(&best.0)
        && !runs.is_over(&best.0)
        && let Some(costs) = Scaling::by_costs(runs.assembly)
    {
        let other = in_units(runs, Some(&costs))?;
        best = better(best, other);
    }
    Ok(best)
}

/// The best run of the scaled program, as an answer of the program.
fn in_units(runs: &mut Runs<'_>, scaling: Option<&Scaling>) -> Result<Told, SolverError> {
    let Some(scaling) = scaling else {
        return best_of_runs(runs);
    };
    let scaled = Arc::new(scaling.scaled(runs.assembly));
    let mut inner = Runs {
        assembly: &scaled,
        cost: runs.cost.scaled(scaling.objective()),
        ..*runs
    };
    let (found, notes) = best_of_runs(&mut inner)?;
    runs.iterations = inner.iterations;
    Ok((scaling.taken_back(found), notes))
}

/// The other where it is accurate, and leaves less open.
fn better(found: Told, other: Told) -> Told {
    let is_taken = !is_inaccurate(&other.0)
        && (!is_open(&found.0) || other.0.shortfall() < found.0.shortfall());
    if is_taken { other } else { found }
}

/// The first accurate run, or the most accurate of all.
fn best_of_runs(runs: &mut Runs<'_>) -> Result<(Attempt, Vec<String>), SolverError> {
    let first = runs.run(Variation::Plain, None)?;
    if runs.may_be_too_steep(&first)
        && let Some(settled) = rescaled(runs, &first)?
        && (is_infeasible(&first) || settled.shortfall() < first.shortfall())
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
        let reference = best.as_ref().unwrap_or(&first).shortfall();
        let done = !is_inaccurate(&again) && !is_open(&again);
        if done || again.shortfall() < reference {
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
