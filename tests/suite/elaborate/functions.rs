//! Functions of the file are expanded once for each list of arguments.

use super::{errors, read};
use bowl::expr::Evaluator;
use bowl::matrix::Matrix;
use bowl::problem::Problem;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The objective where the only variable, a scalar, is `at`.
fn objective(problem: &Problem, at: f64) -> f64 {
    let root = problem.objective.expression.expect("an objective");
    let evaluator = Evaluator::new(&problem.graph, &[root]);
    let values = evaluator.evaluate(&[Arc::new(Matrix::scalar(at))]);
    values[0].as_scalar().expect("a scalar")
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (1..=count).map(line).collect()
}

fn quickly<T>(test: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = test();
    assert!(start.elapsed() < Duration::from_secs(20));
    result
}

#[test]
fn nested_definitions_cost_linear_time() {
    let doubling = lines(60, |k| {
        format!("let f{k}(x) = f{}(x) + f{}(x)\n", k - 1, k - 1)
    });
    let text = format!("let f0(x) = x + 1\n{doubling}var x\nminimize f60(x)\n");
    let problem = quickly(|| read(&text)).expect("a problem");
    assert!(problem.graph.len() < 200);
    assert_eq!(objective(&problem, 3.0), 4.0 * 2f64.powi(60));
}

#[test]
fn exponents_are_read_once() {
    let text = format!("var x\nminimize {}x\n", "1^".repeat(190));
    let problem = quickly(|| read(&text)).expect("a problem");
    assert_eq!(objective(&problem, 3.0), 1.0);
}

#[test]
fn chains_of_abbreviations_cost_linear_time() {
    let chain = lines(100_000, |k| format!("let a{k} = a{} + 1\n", k - 1));
    let text = format!("var x\nlet a0 = x\n{chain}minimize a100000\n");
    let problem = quickly(|| read(&text)).expect("a problem");
    assert_eq!(objective(&problem, 3.0), 100_003.0);
}

#[test]
fn deep_calls_are_refused() {
    let deep = lines(5_000, |k| format!("let f{k}(x) = f{}(x) + 1\n", k - 1));
    let text = format!("let f0(x) = x\n{deep}var x\nminimize f5000(x)\n");
    let message = quickly(|| errors(&text));
    assert!(message.contains("nested more than 500 deep"), "{message}");
}

#[test]
fn functions_do_not_use_themselves() {
    let message = errors("let f(x) = f(x)\nvar x\nminimize f(x)\n");
    assert!(
        message.contains("is used in its own definition"),
        "{message}"
    );
    let mutual = "let f(x) = g(x)\nlet g(x) = f(x)\nvar x\nminimize f(x)\n";
    let message = errors(mutual);
    assert!(
        message.contains("is declared below the function that uses it"),
        "{message}"
    );
}

#[test]
fn a_body_sees_what_stands_above_it() {
    let text = "param a = 2\nlet f(x) = a*x\nvar x\nminimize f(x)\n";
    assert_eq!(objective(&read(text).expect("a problem"), 3.0), 6.0);
}

#[test]
fn a_body_sees_nothing_of_its_caller() {
    let text = "let f(x) = x + t\nvar x\nminimize sum(f(x) for t in 1..3)\n";
    assert!(errors(text).contains("there is no name `t`"));
}

#[test]
fn equal_calls_with_other_arguments_differ() {
    let text = "let f(x, k) = x + k\nvar x\nminimize sum(f(x, k) for k in 1..3) + f(2*x, 1)\n";
    assert_eq!(objective(&read(text).expect("a problem"), 3.0), 22.0);
}

/// One exponent for each entry, of data and of unknowns.
#[test]
fn powers_take_an_exponent_for_each_entry() {
    let text = "param p[4] = [0.5; 2; -1; 2]\nvar x\nlet all = [4; x; 8; 3] .^ p\nminimize all[1] + 10*all[2] + 100*all[3] + 1000*all[4] + sum(x .^ [1, 2; 0, 3])\n";
    let problem = read(text).expect("a problem");
    let expected = 2.0 + 10.0 * 9.0 + 12.5 + 9000.0 + (3.0 + 9.0 + 1.0 + 27.0);
    assert_eq!(objective(&problem, 3.0), expected);
    let message = errors("param p[2] = [1; 2]\nvar x[3]\nminimize sum(x .^ p)\n");
    assert!(
        message.contains("a vector of 3 to the power of a vector of 2"),
        "{message}"
    );
    let message = errors("param p[2] = [1; 2]\nvar x[2]\nminimize sum(p .^ x)\n");
    assert!(message.contains("known exponent"), "{message}");
}

/// t (t - 1) … (t - d + 1) is 1 for d = 0.
#[test]
fn products_without_members_are_one() {
    let text = "let falling(t, d) = prod(t - a for a in 0..d-1)\nvar x\nminimize falling(5, 0)*x + falling(5, 2)\n";
    assert_eq!(objective(&read(text).expect("a problem"), 3.0), 23.0);
}
