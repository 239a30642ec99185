//! Whether answers meet what the file expects.
//!
//! An expression of inner values is read where each inner problem is at its optimum for the outer
//! variables of the answer: where only a constraint holds a value, the solver leaves the inner
//! variables anywhere that satisfies it.

use super::{Answer, Outcome, solve_by_gradients};
use crate::compare::{Judge, Tested, Unmet, unmet as unmet_at};
use crate::convexity;
use crate::matrix::Matrix;
use crate::problem::Problem;
use crate::solve::{Settings, Solution, Status, conic};
use std::sync::Arc;

/// Where values are read, or why nowhere.
type Point = Result<Vec<Arc<Matrix>>, String>;

type Path = fn(&Problem, &Settings) -> Option<Solution>;

const PATHS: [(&str, Path); 2] = [("conic", by_cones), ("gradient", by_gradients)];

/// What is not as expected. Answers of paths that do not handle the problem are not held against the
/// file.
pub fn unmet(problem: &Problem, outcome: &Outcome<'_>, settings: &Settings) -> Vec<Unmet> {
    let answers = [outcome.conic.as_ref(), outcome.gradient.as_ref()];
    let handled = |a: &Answer| !matches!(a.solution.status, Status::NotHandled(_));
    let answers: Vec<(&str, &Answer, Point)> = PATHS
        .into_iter()
        .zip(answers)
        .filter_map(|((name, path), answer)| {
            let answer = answer.filter(|a| handled(a))?;
            let solve = |inner: &Problem| path(inner, settings);
            Some((name, answer, settled(problem, &answer.solution, &solve)))
        })
        .collect();
    let tested = answers.iter().map(|(path, answer, point)| Tested {
        path,
        solution: &answer.solution,
        judgement: answer.judgement.as_ref(),
        point: point.as_deref().map_err(String::as_str),
    });
    let tested: Vec<Tested<'_>> = tested.collect();
    let judge = Judge::new(problem);
    unmet_at(problem, &judge, outcome.check.convexity(), &tested)
}

/// The answer's point with every inner problem that an expectation reads solved again, the outer
/// before those within, whose value may be slack in the outer.
fn settled(
    problem: &Problem,
    solution: &Solution,
    solve: &dyn Fn(&Problem) -> Option<Solution>,
) -> Point {
    let mut point = solution.variables.clone();
    if !problem.has_inner() || point.len() != problem.variables.len() {
        return Ok(point);
    }
    let expected: Vec<_> = problem.expected_values().collect();
    for k in problem.inner_below(&expected) {
        let (inner, positions) = problem.inner_at(k, &point);
        let name = &problem.inner[k].name;
        let Some(found) = solve(&inner) else {
            return Err(format!(
                "the inner problem of `{name}` is not proved convex there"
            ));
        };
        if !matches!(found.status, Status::Solved) {
            let word = found.status.word();
            return Err(format!("the inner problem of `{name}` is {word} there"));
        }
        for (position, value) in positions.into_iter().zip(found.variables) {
            point[position] = value;
        }
    }
    Ok(point)
}

fn by_cones(inner: &Problem, settings: &Settings) -> Option<Solution> {
    let check = convexity::check(inner);
    Some(conic::solve_problem(check.convex()?, settings))
}

fn by_gradients(inner: &Problem, settings: &Settings) -> Option<Solution> {
    let check = convexity::check(inner);
    Some(solve_by_gradients(check.convex()?, settings))
}
