//! First-order expansions around start values.

use crate::both_paths::both_find;
use bowl::elaborate::Inputs;
use bowl::pipeline;

#[test]
fn a_linearised_objective_is_its_tangent() {
    // x^2 around 3 is 6x - 9; on 1 <= x <= 5 it is least at 1.
    let text = "var x >= 1, <= 5 start 3\nminimize linearize(x^2)\n";
    both_find(text, -3.0, 1e-8);
}

#[test]
fn a_concave_term_is_majorised_by_its_tangent() {
    // The convex part stays, log(x) around 2 is log(2) + (x - 2)/2: least at x = 1/4 of x^2 - x/2.
    let text = "var x start 2\nminimize x^2 - linearize(log(x))\n";
    both_find(text, -1.0 / 16.0 - 2f64.ln() + 1.0, 1e-8);
}

#[test]
fn matrices_expand_entry_by_entry() {
    // trace(X'X)/2 around S is <S, X> - |S|^2/2.
    let text = "var X[2, 2] symmetric start [1, 2; 2, 3]\nminimize linearize(sum_squares(X)/2)\n\
                subject to\n  X == [1, 1; 1, 1]\n";
    both_find(text, 8.0 - 9.0, 1e-7);
}

#[test]
fn outside_the_domain_there_is_no_tangent() {
    let text = "var x start -1\nminimize -linearize(log(x))\n";
    let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
    let message = loaded.err().map(|reports| format!("{:?}", reports[0]));
    let message = message.expect("an error");
    assert!(message.contains("no finite value and slope"), "{message}");
}
