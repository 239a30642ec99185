//! Problems that are not convex, but whose convex constraints alone cannot hold.

use super::solve_by_gradients;
use super::subset::forget_ranges;
use crate::compare::contradiction;
use crate::convexity::{self, Check};
use crate::matrix::Matrix;
use crate::problem::Problem;
use crate::solve::{Certificate, Settings, Status};
use std::sync::Arc;

/// Multipliers of the constraints that are proved convex, by which they contradict each other; all
/// others have multiplier zero.
pub(super) fn infeasible(
    problem: &Problem,
    check: &Check<'_>,
    settings: &Settings,
) -> Option<Certificate> {
    let proved: Vec<usize> = check.proved_constraints().collect();
    if proved.is_empty() || problem.has_inner() {
        return None;
    }
    let part = restricted(problem, &proved);
    let part_check = convexity::check(&part);
    let solution = solve_by_gradients(part_check.convex()?, settings);
    let Status::Infeasible(certificate) = solution.status else {
        return None;
    };
    contradiction(&part, &certificate, &[&solution.variables])?;
    Some(spread(problem, &proved, certificate))
}

/// The problem of finding a point for some of the constraints.
fn restricted(problem: &Problem, kept: &[usize]) -> Problem {
    let mut part = problem.without_objective();
    part.expectations.clear();
    let all = problem.constraints.iter().enumerate();
    let gone = all.filter(|(k, _)| kept.binary_search(k).is_err());
    forget_ranges(&mut part.variables, gone.map(|(_, c)| c));
    let kept = kept.iter().map(|&k| problem.constraints[k].clone());
    part.constraints = kept.collect();
    part
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
