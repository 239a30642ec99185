//! Verdicts of the convexity check, on problems written as text.

use bowl::convexity::{Verdict, check};
use bowl::elaborate::Inputs;
use bowl::pipeline;
use bowl::problem::Problem;

/// The problem that a text states.
fn problem(text: &str) -> Problem {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded.problem,
        Err(reports) => panic!("{text}\n{reports:?}"),
    }
}

/// The verdict on `minimize expression` with these declarations.
fn minimizing(declarations: &str, expression: &str) -> Verdict {
    let problem = problem(&format!("{declarations}\nminimize {expression}\n"));
    let check = check(&problem);
    check.parts()[0].1.clone()
}

fn text(verdict: &Verdict) -> String {
    verdict.to_string()
}

#[test]
fn quadratics_are_proved_by_factorisation() {
    let lecture = "2*x[1]^2 + x[2]^2 + x[1]*x[2] - 6*x[1] - 5*x[2]";
    assert_eq!(
        text(&minimizing("var x[2]", lecture)),
        "convex (quadratic: smallest eigenvalue 0.7929)"
    );
    assert_eq!(
        text(&minimizing("var x", "2*x^2 - x^2")),
        "convex (quadratic: smallest eigenvalue 1)"
    );
    assert!(!minimizing("var x[2]", "x[1]*x[2]").is_proved());
}
