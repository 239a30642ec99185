//! Expressions that share their parts: linear in their nodes, though a tree of them would have
//! 2^60 leaves.

use bowl::compare::Agreement;
use bowl::differentiate::gradient;
use bowl::elaborate::Inputs;
use bowl::expr::{ExprId, print};
use bowl::pipeline::{self, Loaded, Paths};
use bowl::solve::Settings;
use std::fmt::Write;

const LEVELS: usize = 60;

/// f0(y) = step of y, f1(y) = step of f0(y), …; `use` stands around the last.
fn nested(step: impl Fn(&str) -> String, text: &str) -> Loaded {
    let mut file = String::from("var x\n");
    for level in 0..LEVELS {
        let inner = match level {
            0 => "y".to_owned(),
            _ => format!("f{}(y)", level - 1),
        };
        let _ = writeln!(file, "let f{level}(y) = {}", step(&inner));
    }
    file.push_str(&text.replace("f(", &format!("f{}(", LEVELS - 1)));
    load(&file)
}

fn load(file: &str) -> Loaded {
    match pipeline::load("test.opt", file.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded,
        Err(reports) => panic!("{file}\n{reports:?}"),
    }
}

/// Both paths agree on the value; tree and gradient are told in a bounded text.
fn solved(loaded: &Loaded, value: f64) {
    let problem = &loaded.problem;
    let check = pipeline::check(problem);
    assert!(check.is_convex(), "{}", loaded.text);
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    let settings = Settings {
        time_limit: Some(20.0),
        ..Settings::default()
    };
    let outcome = pipeline::solve(problem, check, paths, &settings);
    let agree = matches!(outcome.agreement, Agreement::Agree { .. });
    assert!(agree, "{:?}\n{}", outcome.agreement, loaded.text);
    let judgement = outcome.gradient.and_then(|a| a.judgement);
    let found = judgement.and_then(|j| j.objective).unwrap_or(f64::NAN);
    assert!(
        (found - value).abs() <= 1e-6 * value.abs().max(1.0),
        "{found} for {value}\n{}",
        loaded.text
    );
}

fn gradient_text(loaded: &Loaded) -> String {
    let mut graph = loaded.problem.graph.clone();
    let root = loaded.problem.objective.expression.expect("an objective");
    let nodes: Vec<ExprId> = loaded.problem.variables.iter().map(|v| v.node).collect();
    let slope = gradient(&mut graph, root, &nodes)[0];
    print(&graph, slope, &["x"]).text
}

#[test]
fn doubled_sums_are_linear() {
    // 2^60*x/2^60 + (x - 1)^2 is least at 1/2.
    let sum = nested(
        |y| format!("{y} + {y}"),
        "minimize f(x)/1152921504606846976 + (x - 1)^2\n",
    );
    solved(&sum, 0.75);
    assert!(gradient_text(&sum).len() < 10_000);
}

#[test]
fn sums_of_neighbours_are_linear() {
    // Fibonacci numbers: f_k = f_(k-1) + f_(k-2).
    let mut file = String::from("var x[3]\nlet f0(y) = y\nlet f1(y) = y\n");
    for k in 2..LEVELS {
        let _ = writeln!(
            file,
            "let f{k}(y) = 0.5*(f{}(y) + f{}(y) + 0.1)",
            k - 1,
            k - 2
        );
    }
    let _ = writeln!(
        file,
        "minimize norm1(f{}(x)) + sum_squares(x - 4)\nsubject to\n  f{}(x) <= 3",
        LEVELS - 1,
        LEVELS - 2
    );
    let loaded = load(&file);
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    assert!(
        matches!(outcome.agreement, Agreement::Agree { .. }),
        "{:?}",
        outcome.agreement
    );
}

#[test]
fn doubled_kinks_are_linear() {
    let kinks = nested(
        |y| format!("max({y}, {y} - 1)"),
        "minimize f(x) + (x - 1)^2\n",
    );
    solved(&kinks, 0.75);
    let positive = nested(
        |y| format!("0.5*pos({y}) + 0.5*abs({y})"),
        "minimize f(x) + (x - 1)^2\n",
    );
    solved(&positive, 0.75);
}

#[test]
fn doubled_bounds_are_linear() {
    let bounds = nested(
        |y| format!("max({y}, {y} - 1)"),
        "minimize (x - 3)^2\nsubject to\n  f(x) <= 1\n",
    );
    solved(&bounds, 4.0);
}

#[test]
fn doubled_smooth_terms_are_linear() {
    let smooth = nested(
        |y| format!("log_sum_exp([{y}, {y}]) - log(2)"),
        "minimize f(x) + (x - 1)^2\n",
    );
    solved(&smooth, 0.75);
    assert!(gradient_text(&smooth).len() < 10_000);
    let powers = nested(
        |y| format!("0.5*{y} + 0.25*{y} + 0.25*{y}"),
        "minimize exp(f(x)) - 2*x\n",
    );
    solved(&powers, 2.0 - 2.0 * 2f64.ln());
}
