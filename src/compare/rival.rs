//! Points on the ray through an answer that are better: no optimum is there.

use super::agreement::AGREE;
use super::judge::{Judge, Judgement};
use super::points::{largest, mapped};
use crate::matrix::Matrix;
use crate::problem::Problem;
use std::sync::Arc;

/// Multiples of the answer that every answer is measured against.
const NEAR: [f64; 4] = [0.0, 0.5, 0.9, 1.1];
/// And those with an entry as large as this: where the objective falls for ever, answers are large.
const FAR: [f64; 4] = [2.0, 1e2, 1e4, 1e8];
const LARGE: f64 = 1e3;
/// Entries from this share of the largest on are also moved alone.
const SHARE: f64 = 1e-2;

/// A point that shows an answer not to be the optimum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rival {
    /// How many times the answer.
    pub times: f64,
    pub objective: f64,
}

/// The best multiple of the point that satisfies the constraints as well and whose objective is
/// better by more than answers may differ. It may violate constraints by `slack` for each unit between it and the
/// answer, up to one unit, or by as much as the answer does.
pub fn rival(
    problem: &Problem,
    judge: &Judge<'_>,
    variables: &[Arc<Matrix>],
    judgement: &Judgement,
    slack: f64,
) -> Option<Rival> {
    let scale = largest(variables);
    let objective = judgement.objective.filter(|f| f.is_finite())?;
    if scale == 0.0 || !scale.is_finite() {
        return None;
    }
    let sign = problem.objective.goal.sign();
    let allowed = |times: f64| {
        let distance = (times - 1.0).abs() * scale;
        judgement.violation.max(slack * distance.min(1.0))
    };
    let least = AGREE * objective.abs().max(1.0);
    let far: &[f64] = if scale < LARGE { &[] } else { &FAR };
    let all = NEAR.iter().chain(far).map(|&times| (times, 0.0));
    let large = far.iter().map(|&times| (times, SHARE * scale));
    let points = all.chain(large).map(|(times, from)| {
        let moved = |_, e: f64| if e.abs() >= from { times * e } else { e };
        (times, judge.point(&mapped(variables, moved)))
    });
    let better = points.filter_map(|(times, there)| {
        let objective_there = there.objective.filter(|f| f.is_finite())?;
        let gain = sign * (objective - objective_there);
        (there.violation <= allowed(times) && gain > least).then_some((
            gain,
            times,
            objective_there,
        ))
    });
    let best = better.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(Rival {
        times: best.1,
        objective: best.2,
    })
}
