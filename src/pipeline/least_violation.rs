//! The least violation of the constraints, as a problem of its own with a solution for certain.
//!
//! min s over h_k(x) <= s, s >= 0, bounds and attributes of variables kept as they are. Where the
//! least s is positive, the multipliers λ >= 0 of the constraints have Σ λ_k h_k >= s > 0 everywhere.

use crate::compare::{self, Contradiction};
use crate::convexity;
use crate::expr::{ExprId, Graph};
use crate::matrix::Matrix;
use crate::problem::{Constraint, Origin, Problem, Relation};
use crate::solve::slack::{add_slack, minimise_slack, wider};
use crate::solve::{Certificate, Settings, Status, conic};
use std::sync::Arc;

/// Where a constraint's multiplier stands among those of the relaxed problem.
enum Place {
    One(usize),
    /// Of left <= right + s and of right <= left + s.
    Both(usize, usize),
}

/// A combination of the constraints, by their multipliers at the least violation, that no point
/// satisfies; `None` where none was found.
pub(super) fn contradiction(problem: &Problem, settings: &Settings) -> Option<Contradiction> {
    let (certificate, point) = least_violation(problem, settings)?;
    compare::contradiction(problem, &certificate, &[&point])
}

/// The multipliers of the constraints at their least violation, and the point; `None` where that was not found.
fn least_violation(
    problem: &Problem,
    settings: &Settings,
) -> Option<(Certificate, Vec<Arc<Matrix>>)> {
    let (relaxed, places) = relaxed(problem);
    let check = convexity::check(&relaxed);
    let solution = conic::solve_problem(check.convex()?, settings);
    let duals = solution
        .duals
        .filter(|_| solution.status == Status::Solved)?;
    let multiplier = |place: &Place| match *place {
        Place::One(k) => duals[k].clone(),
        Place::Both(above, below) => difference(&duals[above], &duals[below]),
    };
    let certificate = Certificate {
        multipliers: places.iter().map(multiplier).collect(),
        direction: Vec::new(),
    };
    let mut point = solution.variables;
    point.truncate(problem.variables.len());
    Some((certificate, point))
}

fn difference(a: &Matrix, b: &Matrix) -> Arc<Matrix> {
    let (left, right) = (a.entries(), b.entries());
    let entries = left.iter().zip(right.iter()).map(|(a, b)| a - b).collect();
    Arc::new(Matrix::from_columns(a.shape(), entries))
}

fn relaxed(problem: &Problem) -> (Problem, Vec<Place>) {
    let mut relaxed = problem.clone();
    let violation = add_slack(&mut relaxed, 0.0);
    relaxed.constraints.clear();
    let mut places = Vec::with_capacity(problem.constraints.len());
    for constraint in &problem.constraints {
        let place = relaxed.constraints.len();
        let (one, two) = relax(&mut relaxed.graph, constraint, violation);
        relaxed.constraints.push(one);
        places.push(match two {
            Some(_) => Place::Both(place, place + 1),
            None => Place::One(place),
        });
        relaxed.constraints.extend(two);
    }
    minimise_slack(&mut relaxed, violation, 0.0);
    (relaxed, places)
}

/// The constraint with its sides apart by up to s; an equation becomes two.
fn relax(
    graph: &mut Graph,
    constraint: &Constraint,
    violation: ExprId,
) -> (Constraint, Option<Constraint>) {
    if matches!(constraint.origin, Origin::Bound | Origin::Attribute) {
        return (constraint.clone(), None);
    }
    let shape = constraint.shape(graph);
    let mut at_most = |left: ExprId, right: ExprId, relation| Constraint {
        left,
        relation,
        right: wider(graph, right, shape, relation, violation),
        ..constraint.clone()
    };
    let (left, right) = (constraint.left, constraint.right);
    match constraint.relation {
        Relation::LessEqual | Relation::Precedes => {
            (at_most(left, right, constraint.relation), None)
        }
        Relation::Equal => (
            at_most(left, right, Relation::LessEqual),
            Some(at_most(right, left, Relation::LessEqual)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elaborate::Inputs;
    use crate::pipeline::load;

    fn proved(text: &str) -> bool {
        let loaded = load("test.opt", text.as_bytes(), &Inputs::default());
        let problem = loaded
            .unwrap_or_else(|reports| panic!("{text}\n{reports:?}"))
            .problem;
        contradiction(&problem, &Settings::default()).is_some()
    }

    #[test]
    fn its_multipliers_prove_a_contradiction() {
        for text in [
            "var x[2] >= 0\nfind x\nsubject to\n  sum(x) == 3\n  x <= 1\n",
            "var x\nvar y\nfind x, y\nsubject to\n  x + y == 1\n  x + y == 2\n",
            "var x[2]\nfind x\nsubject to\n  norm2(x) <= 1\n  x[1] >= 1.5\n",
            "var x\nfind x\nsubject to\n  exp(x) <= 1\n  x >= 0.1\n",
            "var X[2, 2] psd\nfind X\nsubject to\n  X << eye(2)\n  trace(X) >= 3\n",
        ] {
            assert!(proved(text), "{text}");
        }
    }

    #[test]
    fn they_prove_nothing_where_a_point_satisfies_all() {
        for text in [
            "var x[2] >= 0\nfind x\nsubject to\n  sum(x) == 2\n  x <= 1\n",
            "var x\nfind x\nsubject to\n  exp(x) <= 1\n  x >= -0.1\n",
            "var X[2, 2] psd\nfind X\nsubject to\n  X << eye(2)\n  trace(X) >= 2\n",
        ] {
            assert!(!proved(text), "{text}");
        }
    }
}
