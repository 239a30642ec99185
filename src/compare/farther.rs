//! Points farther out than an answer that are better: no minimum is there.

use super::agreement::AGREE;
use super::certificate::largest;
use super::judge::{Judge, Judgement};
use super::recession::mapped;
use crate::matrix::Matrix;
use crate::problem::{Goal, Problem};
use std::sync::Arc;

/// Answers with no entry as large as this are not doubted.
const LARGE: f64 = 1e3;
/// Entries from this share of the largest on are also moved alone.
const SHARE: f64 = 1e-2;
/// How many times farther out.
const TIMES: [f64; 4] = [2.0, 1e2, 1e4, 1e8];
/// Points farther out may violate constraints by as much, or as much as the answer does.
const VIOLATION: f64 = 1e-9;

/// A point that shows an answer not to be the optimum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Farther {
    /// How many times as far from the origin.
    pub times: f64,
    pub objective: f64,
}

/// The best point farther out that satisfies the constraints as well and whose objective is better
/// by more than answers may differ.
pub fn farther(
    problem: &Problem,
    judge: &Judge<'_>,
    variables: &[Arc<Matrix>],
    judgement: &Judgement,
) -> Option<Farther> {
    let scale = largest(variables);
    let objective = judgement.objective.filter(|f| f.is_finite())?;
    if scale < LARGE || !scale.is_finite() {
        return None;
    }
    let sign = match problem.objective.goal {
        Goal::Maximize => 1.0,
        Goal::Minimize | Goal::Find => -1.0,
    };
    let allowed = judgement.violation.max(VIOLATION);
    let least = AGREE * objective.abs().max(1.0);
    let tries = TIMES.iter().flat_map(|&t| [(t, 0.0), (t, SHARE * scale)]);
    let points = tries.map(|(times, from)| {
        let moved = |_, e: f64| if e.abs() >= from { times * e } else { e };
        (times, judge.point(&mapped(variables, moved)))
    });
    let better = points.filter_map(|(times, there)| {
        let objective_there = there.objective.filter(|f| f.is_finite())?;
        let gain = sign * (objective_there - objective);
        (there.violation <= allowed && gain > least).then_some((gain, times, objective_there))
    });
    let best = better.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(Farther {
        times: best.1,
        objective: best.2,
    })
}
