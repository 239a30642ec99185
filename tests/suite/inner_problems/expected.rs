//! Values that a file expects are those at the inner optimum, wherever the solver left the inner
//! variables.

use super::unmet;

/// The value at fixed arguments, held by a constraint that leaves the inner variables free.
fn value(definition: &str, arguments: &[f64], expected: f64) {
    let names: Vec<String> = (1..=arguments.len()).map(|k| format!("x{k}")).collect();
    let call = format!("f({})", names.join(", "));
    let mut text = format!("{definition}\n");
    for name in &names {
        text += &format!("var {name}\n");
    }
    let square = |(name, value): (&String, &f64)| format!("square({name} - ({value}))");
    let squares: Vec<String> = names.iter().zip(arguments).map(square).collect();
    text += &format!(
        "minimize {}\nsubject to\n  {call} <= 1000\n",
        squares.join(" + ")
    );
    text += &format!("expect {call} == {expected} within 1e-6\n");
    assert_eq!(unmet(&text), [""; 0], "{text}");
    let wrong = text.replace(
        &format!("== {expected} "),
        &format!("== {} ", expected + 0.01),
    );
    assert_eq!(unmet(&wrong).len(), 2, "{wrong}");
}

#[test]
fn a_value_is_the_optimum_where_only_a_constraint_holds_it() {
    value("let f(x) = minimize abs(x - y) over y nonneg", &[-1.0], 1.0);
    value(
        "let f(x) = minimize abs(x - y) over y >= 0, <= 1",
        &[3.5],
        2.5,
    );
    // Moreau's envelope of the absolute value: |x| - 1/2 outside of [-1, 1], x^2/2 inside.
    // Proved by a rewrite: the minimum of log(1 + exp(y)) + y^2.
    value(
        "let f(x) = minimize log(1 + exp(y)) + square(x - y) over y",
        &[0.0],
        0.637578953828,
    );
    let envelope = "let f(x) = minimize abs(y) + square(x - y)/2 over y";
    value(envelope, &[3.0], 2.5);
    value(envelope, &[-0.6], 0.18);
    value(
        "let f(a, b) = minimize norm2([a; b] - y) over y[2] subject to norm2(y) <= 1",
        &[3.0, 4.0],
        4.0,
    );
}

#[test]
fn values_equal_those_of_a_search_over_the_inner_variable() {
    let least = |x: f64| {
        let steps = (0..=300_000).map(|k| -1.0 + 3.0 * f64::from(k) / 300_000.0);
        let at = |y: f64| (x - y).abs() + 0.5 * (y - 1.0).powi(2) + (0.3 * y + 0.1 * x).exp();
        steps.map(at).fold(f64::INFINITY, f64::min)
    };
    for x in [-2.0, -0.4, 0.7, 3.0] {
        let definition = "let f(x) = minimize abs(x - y) + 0.5*(y - 1)^2 + exp(0.3*y + 0.1*x) over y subject to -1 <= y <= 2";
        value(definition, &[x], (least(x) * 1e7).round() / 1e7);
    }
}

#[test]
fn a_greatest_value_is_the_optimum_too() {
    let text = "let g(c) = maximize sum(log(y)) over y[2] subject to sum(y) <= c\nvar c\nminimize square(c - 4)\nsubject to\n  g(c) >= -5\nexpect g(c) == 1.3862943611 within 1e-6\n";
    assert_eq!(unmet(text), [""; 0]);
}

#[test]
fn values_within_others_are_at_their_own_optimum() {
    // d is slack inside of e, which has no use for its optimum.
    let text = "let d(x) = minimize abs(x - y) over y subject to y >= 1\nlet e(x) = minimize max(d(x), 3) + square(z - x) over z\nvar x\nminimize square(x) + e(x)\nexpect e(x) == 3\nexpect d(x) == 1\nexpect e(x) + d(x) == 4\nexpect x == 0\n";
    assert_eq!(unmet(text), [""; 0]);
    let text = "let d(x) = minimize abs(x - y) over y subject to y >= 1\nlet e(x) = minimize 3*z over z subject to z >= d(x)\nvar x\nminimize square(x)\nsubject to\n  e(x) <= 50\nexpect e(x) == 3\n";
    assert_eq!(unmet(text), [""; 0]);
}

#[test]
fn a_value_without_an_optimum_is_told() {
    let text = "let f(x) = minimize y over y\nvar x\nminimize square(x - 3)\nsubject to\n  f(x) <= 5\nexpect f(x) == 5\n";
    let told = unmet(text);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].contains("`f(x)`") || told[0].contains("f(x)"),
        "{told:?}"
    );
    assert!(
        told[0].contains("the inner problem of `f` is unbounded there"),
        "{told:?}"
    );
}
