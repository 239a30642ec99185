//! Problems that are not convex, but whose convex constraints alone cannot hold.

use super::subset::restricted;
use crate::compare::{Contradiction, contradiction};
use crate::convexity::{Check, Part};
use crate::matrix::Matrix;
use crate::problem::Problem;
use crate::solve::{Certificate, Settings, Status, descent};
use std::sync::Arc;

/// Multipliers of the constraints that are proved convex, by which they contradict each other; all
/// others have multiplier zero.
pub(super) fn infeasible(
    problem: &Problem,
    check: &Check<'_>,
    settings: &Settings,
) -> Option<(Certificate, Contradiction)> {
    let proved: Vec<usize> = check
        .parts()
        .iter()
        .filter(|(_, verdict)| verdict.is_proved())
        .filter_map(|(part, _)| match part {
            Part::Constraint(k) => Some(*k),
            Part::Objective => None,
        })
        .collect();
    if proved.is_empty() || problem.has_inner() {
        return None;
    }
    let part = restricted(problem, &proved);
    let Status::Infeasible(certificate) = descent::solve(&part, true, settings).status else {
        return None;
    };
    let mut found = contradiction(&part, &certificate).filter(|found| found.radius > 0.0)?;
    found.parts.iter_mut().for_each(|(k, _)| *k = proved[*k]);
    Some((spread(problem, &proved, certificate), found))
}

fn spread(problem: &Problem, proved: &[usize], certificate: Certificate) -> Certificate {
    let zero = |c| Arc::new(Matrix::zeros(problem.constraint_shape(c)));
    let mut multipliers: Vec<Arc<Matrix>> = problem.constraints.iter().map(zero).collect();
    for (&k, multiplier) in proved.iter().zip(certificate.multipliers) {
        multipliers[k] = multiplier;
    }
    Certificate {
        multipliers,
        ..certificate
    }
}
