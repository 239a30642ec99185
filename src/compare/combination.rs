//! What a proof says that no point satisfies the constraints: multipliers that contradict.

use crate::matrix::Matrix;
use crate::problem::{Problem, Relation};
use std::sync::Arc;

/// A combination of the constraints that no point near can satisfy.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// Position and multiplier of each constraint that takes part, largest first.
    pub parts: Vec<(usize, f64)>,
    /// The multipliers of these, in the same order, entry by entry.
    pub multipliers: Vec<Arc<Matrix>>,
    /// The multipliers that are not zero, largest first.
    pub terms: Vec<Term>,
    /// The combination requires 0 >= this, with the largest multiplier 1.
    pub excess: f64,
    /// No point closer than this satisfies the constraints; infinite when none does at all.
    pub radius: f64,
}

/// One multiplier of a combination.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// Position of the constraint.
    pub constraint: usize,
    pub of: Multiplied,
    /// The largest entry where a matrix multiplies.
    pub multiplier: f64,
}

/// What a multiplier multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplied {
    /// A constraint between numbers.
    Whole,
    /// Row and column of one between matrices, from 0.
    Entry(usize, usize),
    /// A semidefinite relation, whose multiplier is a semidefinite matrix.
    Matrix,
}

/// Constraints with their largest multiplier, largest first.
pub(super) fn parts(multipliers: &[Arc<Matrix>]) -> Vec<(usize, f64)> {
    let mut parts: Vec<(usize, f64)> = multipliers
        .iter()
        .enumerate()
        .map(|(k, m)| (k, m.stored().iter().copied().fold(0.0, farther)))
        .filter(|(_, m)| *m != 0.0)
        .collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    parts
}

/// Every multiplier that is not zero, largest first.
pub(super) fn terms(problem: &Problem, multipliers: &[Arc<Matrix>]) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for (k, (constraint, multiplier)) in problem.constraints.iter().zip(multipliers).enumerate() {
        let shape = multiplier.shape();
        let mut term = |of: Multiplied, value: f64| {
            if value != 0.0 {
                terms.push(Term {
                    constraint: k,
                    of,
                    multiplier: value,
                });
            }
        };
        if constraint.relation == Relation::Precedes {
            let entries = multiplier.stored().iter().copied();
            term(Multiplied::Matrix, entries.fold(0.0, farther));
            continue;
        }
        for (e, &value) in multiplier.entries().iter().enumerate() {
            let entry = Multiplied::Entry(e % shape.rows, e / shape.rows);
            term(
                if shape.is_scalar() {
                    Multiplied::Whole
                } else {
                    entry
                },
                value,
            );
        }
    }
    terms.sort_by(|a, b| b.multiplier.abs().total_cmp(&a.multiplier.abs()));
    terms
}

fn farther(a: f64, b: f64) -> f64 {
    if b.abs() > a.abs() { b } else { a }
}
