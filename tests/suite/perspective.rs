//! Perspectives of expressions with kinks, and at scale 0, on both paths.

use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Paths};
use bowl::solve::Settings;

fn assert_optimum(text: &str, expected: f64) {
    let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
    let loaded = loaded.unwrap_or_else(|reports| panic!("{text}\n{reports:?}"));
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    for answer in [&outcome.conic, &outcome.gradient] {
        let answer = answer.as_ref().expect("an answer");
        assert_eq!(answer.solution.status.word(), "solved", "{text}");
        let found = answer.judgement.as_ref().and_then(|j| j.objective);
        let found = found.expect("an objective");
        let close = (found - expected).abs() < 1e-6;
        assert!(close, "{found} instead of {expected} for\n{text}");
    }
}

#[test]
fn a_kink_moves_with_the_scale() {
    // s*|x/s - 1| = |x - s|.
    let at = |s: f64| {
        format!("var x\nvar s\nminimize perspective(abs(x - 1), s)\nsubject to\n x == 1\n s == {s}")
    };
    assert_optimum(&at(4.0), 3.0);
    assert_optimum(&at(0.5), 0.5);
    assert_optimum(&at(0.0), 1.0);
}

#[test]
fn constants_are_scaled() {
    // s*(|x|/s + 1) = |x| + s.
    assert_optimum(
        "var x[2]\nvar s\nminimize perspective(norm2(x) + 1, s)\nsubject to\n x == [3; 4]\n s >= 2",
        7.0,
    );
}

#[test]
fn the_scale_of_a_concave_expression_is_nonnegative() {
    // s*log(1/s) is largest at s = 1/e, and 0 at s = 0.
    let text = "var x\nvar s\nmaximize perspective(log(x), s)\nsubject to\n x == 1";
    assert_optimum(text, (-1.0f64).exp());
    assert_optimum(&format!("{text}\n s <= 0"), 0.0);
}

#[test]
fn what_is_not_a_perspective_is_refused() {
    let refused = |text: &str| {
        let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
        loaded.err().map(|reports| format!("{:?}", reports[0]))
    };
    let message = refused("var x\nminimize perspective(exp(x), x)").expect("an error");
    assert!(message.contains("inside of it as well"), "{message}");
    let message = refused("var x[2]\nvar s\nminimize perspective(x, s)").expect("an error");
    assert!(message.contains("two scalars"), "{message}");
}
