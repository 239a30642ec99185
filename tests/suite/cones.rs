//! Each cone with a feasible, an infeasible and an unbounded problem, from text to answer.

use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Answer, Outcome, Paths};
use bowl::solve::Settings;

const WITHIN: f64 = 1e-6;

fn outcome(text: &str, test: impl Fn(&Outcome<'_>)) {
    let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
    let loaded = loaded.unwrap_or_else(|reports| panic!("{text}\n{reports:?}"));
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    test(&pipeline::solve(
        &loaded.problem,
        check,
        paths,
        &Settings::default(),
    ));
}

fn answers<'o>(outcome: &'o Outcome<'_>) -> [&'o Answer; 2] {
    let conic = outcome.conic.as_ref().expect("a conic answer");
    let gradient = outcome.gradient.as_ref().expect("a gradient answer");
    [conic, gradient]
}

/// Both paths find this optimum.
fn optimum(text: &str, expected: f64) {
    outcome(text, |outcome| {
        for answer in answers(outcome) {
            assert_eq!(answer.solution.status.word(), "solved", "{text}");
            let found = answer.judgement.as_ref().and_then(|j| j.objective);
            let found = found.expect("an objective");
            let close = (found - expected).abs() <= WITHIN * expected.abs().max(1.0);
            assert!(close, "{found} instead of {expected} for\n{text}");
        }
    });
}

/// Both paths say so.
fn none(word: &str, text: &str) {
    outcome(text, |outcome| {
        for answer in answers(outcome) {
            assert_eq!(answer.solution.status.word(), word, "{text}");
        }
    });
}

fn infeasible(text: &str) {
    none("infeasible", text);
}

fn unbounded(text: &str) {
    none("unbounded", text);
}

#[test]
fn the_zero_cone() {
    // The point is (2, 1).
    optimum(
        "var x[2]\nminimize x[1] + 2*x[2]\nsubject to\n x[1] + x[2] == 3\n x[1] - x[2] == 1",
        4.0,
    );
    infeasible("var x[2]\nminimize sum(x)\nsubject to\n sum(x) == 1\n 2*sum(x) == 3");
    unbounded("var x[2]\nminimize x[1]\nsubject to\n sum(x) == 0");
}

#[test]
fn the_nonnegative_cone() {
    // Both bounds hold with equality at (2/3, 2/3).
    optimum(
        "var x[2]\nminimize sum(x)\nsubject to\n x[1] + 2*x[2] >= 2\n 2*x[1] + x[2] >= 2",
        4.0 / 3.0,
    );
    infeasible("var x[2]\nminimize sum(x)\nsubject to\n sum(x) >= 3\n x <= 1");
    unbounded("var x[2] >= 0\nmaximize sum(x)\nsubject to\n x[1] >= 1");
}

#[test]
fn the_second_order_cone() {
    // At (1, 1)/sqrt(2).
    optimum(
        "var x[2]\nmaximize sum(x)\nsubject to\n norm2(x) <= 1",
        2f64.sqrt(),
    );
    infeasible("var x[2]\nminimize x[2]\nsubject to\n norm2(x) <= 1\n x[1] >= 2");
    unbounded("var x[2]\nvar t\nminimize x[1]\nsubject to\n [t; x] in soc");
}

#[test]
fn the_semidefinite_cone() {
    // X_12² <= X_11 X_22.
    optimum(
        "var X[2, 2] psd\nminimize X[1, 2]\nsubject to\n X[1, 1] == 1\n X[2, 2] == 4",
        -2.0,
    );
    infeasible("var X[2, 2] psd\nminimize X[1, 1]\nsubject to\n diag(X) == 1\n X[1, 2] == 2");
    unbounded("var X[2, 2] psd\nmaximize trace(X)\nsubject to\n X[1, 2] == 1");
}

#[test]
fn the_exponential_cone() {
    // exp(x) = 2.
    optimum("var x\nminimize exp(x) - 2*x", 2.0 - 2.0 * 2f64.ln());
    infeasible("var x\nminimize x\nsubject to\n exp(x) <= 1\n x >= 1");
    unbounded("var x\nvar t\nminimize x\nsubject to\n [x; 1; t] in exp_cone");
}

#[test]
fn the_power_cone() {
    // x^0.3 y^0.7 on x + y = 1 is largest at (0.3, 0.7).
    optimum(
        "var x[3]\nmaximize x[3]\nsubject to\n x in pow_cone(0.3)\n x[1] + x[2] == 1",
        0.3f64.powf(0.3) * 0.7f64.powf(0.7),
    );
    infeasible(
        "var x[3]\nminimize x[1]\nsubject to\n x in pow_cone(0.3)\n x[1] + x[2] <= 1\n x[3] == 2",
    );
    unbounded("var x[3]\nmaximize x[3]\nsubject to\n x in pow_cone(0.3)\n x[1] == x[2]");
}

#[test]
fn the_generalised_power_cone() {
    // x_i in proportion to the weights: (1*2²*3³)^(1/6).
    optimum(
        "var x[3]\nmaximize geo_mean(x, [1; 2; 3])\nsubject to\n sum(x) == 6",
        108f64.powf(1.0 / 6.0),
    );
    infeasible("var x[3]\nminimize x[1]\nsubject to\n geo_mean(x) >= 2\n sum(x) <= 3");
    unbounded("var x[3]\nmaximize geo_mean(x)\nsubject to\n x[1] == x[2]");
}
