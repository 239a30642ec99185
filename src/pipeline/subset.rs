//! Constraints that cannot hold together, none of which could be left out.
//!
//! The deletion filter: J. Chinneck, E. Dravnieks, "Locating minimal infeasible constraint sets in
//! linear programs", 1991. Every step is a problem of its own, solved and judged like the user's.

use crate::compare::{Contradiction, Judge, contradiction};
use crate::convexity;
use crate::matrix::Matrix;
use crate::problem::{Goal, Objective, Origin, Problem};
use crate::solve::{Certificate, Settings, Status, conic};
use std::time::{Duration, Instant};

/// Violation up to which a point counts as satisfying the others.
const FEASIBLE: f64 = 1e-6;

/// Multipliers smaller than this share of the largest are taken as rounding.
const NEGLIGIBLE: f64 = 1e-7;
/// Larger contradictions are told as they were found.
const MOST_PARTS: usize = 300;

/// A contradictory subset of a problem's constraints.
#[derive(Clone, Debug, PartialEq)]
pub struct Subset {
    /// Positions, rising.
    pub constraints: Vec<usize>,
    /// Whether a point was found for each constraint that satisfies all the others.
    pub each_needed: bool,
}

/// What solving without some constraints shows.
enum Shown {
    /// A point satisfies what is left.
    Feasible,
    /// A combination of what is left, checked, in positions of the whole problem.
    Contradictory(Contradiction),
    Nothing,
}

/// Leaves out what a certificate names, one by one, as long as the rest stays contradictory; with
/// the last combination that was checked, in positions of the whole problem. `None` when no
/// combination could be checked.
pub(super) fn smallest(
    problem: &Problem,
    certificate: &Certificate,
    seconds: f64,
    settings: &Settings,
) -> Option<(Subset, Contradiction)> {
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let mut proof = contradiction(problem, certificate).filter(|found| found.radius > 0.0);
    let mut kept = named(certificate);
    let mut each_needed = true;
    let mut place = 0;
    while place < kept.len() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || kept.len() > MOST_PARTS {
            each_needed = false;
            break;
        }
        let mut rest = kept.clone();
        rest.remove(place);
        match shown(problem, &rest, &limited(settings, left)) {
            Shown::Feasible => place += 1,
            Shown::Contradictory(found) => {
                let core: Vec<usize> = found.parts.iter().map(|(k, _)| *k).collect();
                // What stands before `place` was seen to be needed, also in a smaller set.
                place = core.iter().filter(|k| kept[..place].contains(k)).count();
                kept.retain(|k| core.contains(k));
                proof = Some(found);
            }
            Shown::Nothing => {
                each_needed = false;
                place += 1;
            }
        }
    }
    // A combination of all that is left, where the one at hand names more or could not be checked.
    if proof
        .as_ref()
        .is_none_or(|found| found.parts.len() > kept.len())
        && let Shown::Contradictory(found) = shown(problem, &kept, settings)
    {
        proof = Some(found);
    }
    kept.sort_unstable();
    let subset = Subset {
        constraints: kept,
        each_needed,
    };
    Some((subset, proof?))
}

/// Constraints with a multiplier, the smallest first: those are more often rounding or redundant.
fn named(certificate: &Certificate) -> Vec<usize> {
    let size = |m: &Matrix| {
        m.stored()
            .iter()
            .fold(0.0, |most: f64, e| most.max(e.abs()))
    };
    let sizes = certificate.multipliers.iter().map(|m| size(m));
    let mut named: Vec<(usize, f64)> = sizes.enumerate().collect();
    let largest = named.iter().fold(0.0, |most: f64, (_, m)| most.max(*m));
    named.retain(|(_, m)| *m > NEGLIGIBLE * largest);
    named.sort_by(|a, b| a.1.total_cmp(&b.1));
    named.into_iter().map(|(k, _)| k).collect()
}

fn limited(settings: &Settings, left: Duration) -> Settings {
    Settings {
        time_limit: Some(left.as_secs_f64()),
        ..settings.clone()
    }
}

fn shown(problem: &Problem, kept: &[usize], settings: &Settings) -> Shown {
    if kept.is_empty() {
        return Shown::Feasible;
    }
    let part = restricted(problem, kept);
    let check = convexity::check(&part);
    let Some(convex) = check.convex() else {
        return Shown::Nothing;
    };
    let solution = conic::solve_problem(convex, settings);
    let judge = Judge::new(&part);
    match &solution.status {
        Status::Infeasible(certificate) => match contradiction(&part, certificate) {
            Some(mut found) if found.radius > 0.0 => {
                found.parts.iter_mut().for_each(|(k, _)| *k = kept[*k]);
                Shown::Contradictory(found)
            }
            Some(_) | None => Shown::Nothing,
        },
        _ => match judge.judge(&solution) {
            Some(judgement) if judgement.violation <= FEASIBLE => Shown::Feasible,
            Some(_) | None => Shown::Nothing,
        },
    }
}

/// The problem of finding a point for some of the constraints; variables lose what is known of
/// their range by others.
pub(super) fn restricted(problem: &Problem, kept: &[usize]) -> Problem {
    let mut part = problem.clone();
    part.objective = Objective {
        goal: Goal::Find,
        label: None,
        expression: None,
        span: problem.objective.span,
    };
    part.expectations.clear();
    let bounds = |c: &crate::problem::Constraint| c.origin != Origin::Line;
    let dropped: Vec<_> = (0..problem.constraints.len())
        .filter(|k| !kept.contains(k))
        .map(|k| &problem.constraints[k])
        .filter(|c| bounds(c))
        .flat_map(|c| [c.left, c.right])
        .collect();
    for variable in &mut part.variables {
        if dropped.contains(&variable.node) {
            variable.range = crate::dcp::Interval::REALS;
            (variable.psd, variable.nsd) = (false, false);
        }
    }
    part.constraints = kept
        .iter()
        .map(|&k| problem.constraints[k].clone())
        .collect();
    part
}
