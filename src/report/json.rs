//! The same for programs: schema 1.
//!
//! Numbers that JSON cannot hold (infinities) are the strings "inf" and "-inf". Matrices are lists
//! of rows, vectors lists of numbers, scalars numbers.

use crate::compare::Agreement;
use crate::matrix::Matrix;
use crate::pipeline::{Answer, Loaded, Outcome};
use crate::problem::Problem;
use crate::solve::Status;
use crate::solve::descent::methods::{Place, kind};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The whole outcome of one file.
pub fn outcome_json(loaded: &Loaded, outcome: &Outcome<'_>) -> Value {
    let problem = &loaded.problem;
    json!({
        "schema": 1,
        "bowl": env!("CARGO_PKG_VERSION"),
        "file": loaded.name,
        "convexity": outcome.check.summary(),
        "convex": outcome.check.is_convex(),
        "agreement": agreement_json(&outcome.agreement),
        "contradictory": outcome.contradictory.as_ref().map(|subset| json!({
            "constraints": subset.constraints.iter().map(|c| c.name.to_string()).collect::<Vec<_>>(),
            "each_needed": subset.each_needed,
        })),
        "conic": outcome.conic.as_ref().map(|a| answer_json(problem, a)),
        "gradient": outcome.gradient.as_ref().map(|a| answer_json(problem, a)),
    })
}

fn agreement_json(agreement: &Agreement) -> Value {
    match agreement {
        Agreement::Agree { difference } => json!({"verdict": "agree", "difference": difference}),
        Agreement::Loosely { difference } => {
            json!({"verdict": "agree loosely", "difference": difference})
        }
        Agreement::BothInfeasible => json!({"verdict": "agree", "both": "infeasible"}),
        Agreement::BothUnbounded => json!({"verdict": "agree", "both": "unbounded"}),
        Agreement::Disagree { reason } => json!({"verdict": "disagree", "reason": reason}),
        Agreement::OneAnswer { reason } => json!({"verdict": "one answer only", "reason": reason}),
        Agreement::NoAnswer { reason } => json!({"verdict": "no answer", "reason": reason}),
    }
}

fn answer_json(problem: &Problem, answer: &Answer) -> Value {
    let solution = &answer.solution;
    let reason = match &solution.status {
        Status::Stopped(reason) | Status::NotHandled(reason) => Some(reason),
        Status::Solved | Status::Infeasible(_) | Status::Unbounded(_) | Status::Local => None,
    };
    let judgement = answer.judgement.as_ref();
    let mut report = json!({
        "status": solution.status.word_for(problem.objective.goal),
        "reason": reason,
        "proof": answer.proof,
        "direction": variables_json(problem, &answer.evidence.direction, false),
        "multipliers": answer.evidence.multipliers.iter()
            .map(|(name, value)| (name.clone(), matrix_json(value)))
            .collect::<Map<String, Value>>(),
        "objective": judgement.and_then(|j| j.objective).map(number_json),
        "violation": judgement.map(|j| number_json(j.violation)),
        "gap": judgement.and_then(|j| j.gap).map(number_json),
        "complementarity": judgement.and_then(|j| j.complementarity).map(number_json),
        "bound": solution.bound.map(number_json),
        "method": solution.work.method,
        "iterations": solution.work.iterations,
        "evaluations": solution.work.evaluations,
        "seconds": solution.work.seconds,
        "notes": solution.notes,
        "places": solution.places.iter().map(|p| place_json(problem, p)).collect::<Vec<_>>(),
        "variables": variables_json(problem, &solution.variables, false),
        "duals": solution.duals.as_ref().map(|_| duals_json(problem, answer, false)),
    });
    if problem.has_inner() {
        report["inner"] = json!({
            "variables": variables_json(problem, &solution.variables, true),
            "duals": solution.duals.as_ref().map(|_| duals_json(problem, answer, true)),
        });
    }
    report
}

/// Of the file's own variables, or of those of inner problems.
fn variables_json(problem: &Problem, values: &[Arc<Matrix>], inner: bool) -> Map<String, Value> {
    let pairs = problem.variables.iter().zip(values);
    pairs
        .filter(|(variable, _)| variable.inner == inner)
        .map(|(variable, value)| (variable.name.to_string(), matrix_json(value)))
        .collect()
}

/// A point where the first-order conditions hold; its free entries in the order of the variables.
fn place_json(problem: &Problem, place: &Place) -> Value {
    json!({
        "objective": problem.objective.expression.map(|_| number_json(place.value)),
        "violation": number_json(place.violation),
        "gradient_norm": number_json(place.gradient_norm),
        "reached": place.reached,
        "kind": kind(problem, place),
        "least_curvature": place.seen.curvature.map(|c| number_json(c.least)),
        "largest_curvature": place.seen.curvature.map(|c| number_json(c.largest)),
        "x": place.x.iter().copied().map(number_json).collect::<Vec<_>>(),
    })
}

fn duals_json(problem: &Problem, answer: &Answer, inner: bool) -> Map<String, Value> {
    let duals = answer.solution.duals.iter().flatten();
    let pairs = problem.constraints.iter().zip(duals);
    pairs
        .filter(|(constraint, _)| constraint.is_inner() == inner)
        .map(|(constraint, value)| (constraint.name.to_string(), matrix_json(value)))
        .collect()
}

/// A matrix as rows, a vector as a list, a scalar as a number.
pub fn matrix_json(matrix: &Matrix) -> Value {
    let shape = matrix.shape();
    if let Some(number) = matrix.as_scalar() {
        return number_json(number);
    }
    let row = |i: usize| -> Vec<Value> {
        (0..shape.cols)
            .map(|j| number_json(matrix.get(i, j)))
            .collect()
    };
    if shape.is_column() {
        (0..shape.rows)
            .map(|i| number_json(matrix.get(i, 0)))
            .collect()
    } else {
        (0..shape.rows).map(row).collect()
    }
}

pub(super) fn number_json(number: f64) -> Value {
    if number.is_finite() {
        json!(number)
    } else {
        Value::String(crate::expr::Printed::number(number))
    }
}
