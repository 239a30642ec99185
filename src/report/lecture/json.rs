//! For programs: schema 1. Points are lists of the free entries of all variables.

use super::expectations::expectations;
use super::text::word;
use crate::pipeline::Loaded;
use crate::report::json::{matrix_json, number_json};
use crate::solve::descent::methods::{
    Analytic, Iterate, Lecture, Place, Restarts, Told, described,
};
use serde_json::{Map, Value, json};

/// Every method's run.
pub fn lecture_json(loaded: &Loaded, lecture: &Lecture, trace: bool) -> Value {
    let exact = |exact: &Analytic| {
        json!({
            "objective": number_json(exact.value),
            "variables": variables(loaded, lecture, &exact.x),
        })
    };
    let told = lecture.told.iter();
    let runs: Vec<Value> = told.map(|told| run(loaded, lecture, told, trace)).collect();
    json!({
        "schema": 1,
        "bowl": env!("CARGO_PKG_VERSION"),
        "file": loaded.name,
        "convex": lecture.convex,
        "analytic": lecture.analytic.as_ref().map(exact),
        "minimum": lecture.minimum.as_ref().map(exact),
        "runs": runs,
    })
}

fn run(loaded: &Loaded, lecture: &Lecture, told: &Told, trace: bool) -> Value {
    let run = &told.run;
    let iterates: Option<Vec<Value>> = trace.then(|| run.trace.iter().map(iterate).collect());
    let expectations: Vec<Value> = expectations(loaded, lecture, told)
        .iter()
        .map(|c| json!({"text": c.text, "met": c.met, "found": matrix_json(&c.found)}))
        .collect();
    json!({
        "method": run.method,
        "outcome": word(&run.ending),
        "seen": told.seen,
        "objective": number_json(run.last().value),
        "gradient_norm": number_json(run.last().gradient_norm),
        "iterations": run.iterations(),
        "evaluations": run.evaluations,
        "hessian_products": run.products,
        "largest_curvature": told.steepest.map(number_json),
        "variables": variables(loaded, lecture, &run.x),
        "expectations": expectations,
        "trace": iterates,
    })
}

fn variables(loaded: &Loaded, lecture: &Lecture, x: &[f64]) -> Map<String, Value> {
    let declared = &loaded.problem.variables;
    let values = lecture.objective.packing.unpack(x, declared.len());
    let names = declared.iter().map(|v| v.name.to_string());
    names
        .zip(&values)
        .map(|(name, value)| (name, matrix_json(value)))
        .collect()
}

fn iterate(iterate: &Iterate) -> Value {
    json!({
        "objective": number_json(iterate.value),
        "gradient_norm": number_json(iterate.gradient_norm),
        "step": iterate.step,
        "evaluations": iterate.evaluations,
        "x": iterate.x.iter().copied().map(number_json).collect::<Vec<_>>(),
    })
}

/// The distinct places of many starts.
pub fn restarts_json(loaded: &Loaded, restarts: &Restarts, method: &str, convex: bool) -> Value {
    let places = restarts.places.iter();
    let places: Vec<Value> = places.map(|p| place(p, restarts.sign)).collect();
    json!({
        "schema": 1,
        "bowl": env!("CARGO_PKG_VERSION"),
        "file": loaded.name,
        "convex": convex,
        "method": method,
        "starts": restarts.starts,
        "lost": restarts.lost,
        "places": places,
    })
}

fn place(place: &Place, sign: f64) -> Value {
    json!({
        "objective": number_json(place.value),
        "gradient_norm": number_json(place.gradient_norm),
        "reached": place.reached,
        "kind": described(&place.seen, sign),
        "least_curvature": place.seen.curvature.map(|c| number_json(c.least)),
        "largest_curvature": place.seen.curvature.map(|c| number_json(c.largest)),
        "x": place.x.iter().copied().map(number_json).collect::<Vec<_>>(),
    })
}
