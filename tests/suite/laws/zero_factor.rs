//! `0*f(x)` is 0 on the domain of f, and holds x in it, on both paths.

use super::graph_form::sense;
use super::sample::{Half, Trial};
use super::split::{literal, variable};
use bowl::atoms::affine::Multiply;
use bowl::atoms::{Along, construct};
use bowl::dcp::Interval;
use bowl::expr::{Domain, ExprId};
use bowl::matrix::Matrix;
use bowl::pipeline::{self, Paths};
use bowl::problem::{Goal, Objective, Problem, Structure};
use bowl::shape::Shape;
use bowl::solve::Settings;
use bowl::span::Span;
use std::sync::Arc;

/// A point by an entry of 1 outside the domain, or inside where there is no outside; with the square
/// of its distance.
fn target(domain: Domain, shape: Shape) -> (Matrix, f64) {
    let size = shape.size() as f64;
    match domain {
        Domain::Reals => (Matrix::filled(shape, 0.3), 0.0),
        Domain::Symmetric => (Matrix::zeros(shape), 0.0),
        Domain::AtLeast(bound) | Domain::Above(bound) => (Matrix::filled(shape, bound - 1.0), size),
        Domain::Within(_, upper) => (Matrix::filled(shape, upper + 1.0), size),
        Domain::PositiveSemidefinite | Domain::PositiveDefinite => {
            let diagonal = |k: usize| {
                if k / shape.rows == k % shape.rows {
                    -1.0
                } else {
                    0.0
                }
            };
            let entries = (0..shape.size()).map(diagonal).collect();
            (Matrix::from_columns(shape, entries), shape.rows as f64)
        }
    }
}

/// minimise |x - target|² + 0*Σ f(x), and the least of it.
fn nearest(trial: &Trial<'_>) -> Result<(Problem, f64), String> {
    let mut problem = Problem::default();
    let (mut operands, mut terms, mut least) = (Vec::new(), Vec::new(), 0.0);
    for (k, (shape, _)) in trial.specimen.arguments.iter().enumerate() {
        if let Some(constant) = &trial.constants[k] {
            operands.push(literal(&mut problem, constant.as_ref().clone()));
            continue;
        }
        let structure = match trial.is_entrywise(k) {
            true => Structure::Full,
            false => Structure::Symmetric,
        };
        let operand = variable(&mut problem, *shape, structure, Interval::REALS);
        let (target, distance) = target(trial.specimen.atom.domain(k), *shape);
        least += distance;
        let target = literal(&mut problem, target);
        let graph = &mut problem.graph;
        let gap = construct::subtract(graph, operand, target);
        let square = construct::power(graph, gap, 2.0);
        terms.push(construct::sum_along(graph, square, Along::All));
        operands.push(operand);
    }
    let atom = trial.specimen.atom.clone();
    let value = problem.graph.apply(atom, &operands, Span::default());
    let value = value.map_err(|e| e.message)?;
    terms.push(zero_times(&mut problem, value)?);
    problem.objective = Objective {
        goal: Goal::Minimize,
        expression: Some(construct::sum(&mut problem.graph, &terms)),
        ..Objective::default()
    };
    Ok((problem, least))
}

fn zero_times(problem: &mut Problem, value: ExprId) -> Result<ExprId, String> {
    let total = construct::sum_along(&mut problem.graph, value, Along::All);
    let name = Some("zero".into());
    let zero = problem
        .graph
        .constant(Matrix::scalar(0.0), name, Span::default());
    let product = problem
        .graph
        .apply(Arc::new(Multiply), &[zero, total], Span::default());
    product.map_err(|e| e.message)
}

pub fn law(trial: &mut Trial<'_>) -> Result<(), String> {
    let everywhere = |k: usize| {
        matches!(
            trial.specimen.atom.domain(k),
            Domain::Reals | Domain::Symmetric
        )
    };
    let bounded = trial.varying().any(|k| !everywhere(k));
    if trial.half != Half::Whole || !bounded || sense(trial).is_none() {
        return Ok(());
    }
    let (problem, least) = nearest(trial)?;
    let check = pipeline::check(&problem);
    if !check.is_convex() {
        return Err("0*f is not proved convex".to_owned());
    }
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    let outcome = pipeline::solve(&problem, check, paths, &Settings::default());
    for answer in [&outcome.conic, &outcome.gradient] {
        let answer = answer.as_ref().ok_or("a path did not take part")?;
        let found = answer.judgement.as_ref().and_then(|j| j.objective);
        let close = found.is_some_and(|f| (f - least).abs() <= 1e-5 * least.max(1.0));
        if answer.solution.status.word() != "solved" || !close {
            let status = &answer.solution.status;
            return Err(format!("{status:?}, {found:?} for the least value {least}"));
        }
        if answer
            .solution
            .duals
            .as_ref()
            .is_some_and(|d| !d.is_empty())
        {
            return Err("multipliers of constraints that the problem does not have".to_owned());
        }
    }
    Ok(())
}
