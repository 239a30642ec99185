//! Which constraints of an infeasible problem are told to contradict each other, and that a
//! direction alone is no proof of an unbounded problem.

use bowl::compare::{Agreement, Judge, improvement};
use bowl::elaborate::Inputs;
use bowl::matrix::Matrix;
use bowl::pipeline::{self, Loaded, Paths};
use bowl::solve::{Certificate, Settings};
use std::sync::Arc;

fn load(text: &str) -> Loaded {
    pipeline::load("test.opt", text.as_bytes(), &Inputs::default())
        .unwrap_or_else(|reports| panic!("{text}\n{reports:?}"))
}

/// Names of the smallest contradiction, both paths agreeing that there is one.
fn contradiction(text: &str) -> Vec<String> {
    let loaded = load(text);
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    let both = outcome.agreement == Agreement::BothInfeasible;
    assert!(both, "{text}\n{:?}", outcome.agreement);
    let subset = outcome.contradictory.expect("a contradiction");
    assert!(subset.each_needed, "{text}\n{subset:?}");
    let names = subset.constraints.iter();
    names.map(|c| c.name.to_string()).collect()
}

#[test]
fn only_the_constraints_that_contradict_are_named() {
    let one_member = "param c[4] = [1; 2; 9; 3]\nvar x[4] >= 0\nvar y[3]\nminimize sum(x)\nsubject to\n  budget: sum(x) <= 5\n  need[i]: x[i] >= c[i] for i in 1..4\n  total: sum(y) == 3\n  a: y[1] <= y[2]\n";
    assert_eq!(contradiction(one_member), ["x >=", "budget", "need[3]"]);
    let cycle = "var y[3]\nminimize y[1]\nsubject to\n  a: y[1] <= y[2]\n  b: y[2] <= y[3]\n  c: y[3] <= y[1] - 1\n  d: sum(y) <= 100\n";
    assert_eq!(contradiction(cycle), ["a", "b", "c"]);
    let bound = "var x <= 2\nvar y\nminimize y\nsubject to\n  sum: x + y >= 10\n  low: norm2([x; y]) <= 9\n  cap: y <= 6\n";
    assert_eq!(contradiction(bound), ["x <=", "sum", "cap"]);
    let two = "var x\nminimize x\nsubject to\n  a: x >= 3\n  b: x <= 1\n  c: x <= 2\n";
    assert_eq!(contradiction(two).len(), 2);
    let matrices = "var X[2,2] symmetric\nminimize trace(X)\nsubject to\n  a: X >> eye(2)\n  b: trace(X) <= 1\n  c: X[1,2] == 0\n";
    assert_eq!(contradiction(matrices), ["a", "b"]);
}

/// Entries that nothing else holds need multipliers of exactly 0; functions of definite matrices have no value at 0.
#[test]
fn contradictory_matrices_are_named() {
    for (text, names) in [
        (
            "param a[2] = [1; 2]\nvar X[2, 2] symmetric\nminimize trace(X)\nsubject to\n  a: [X, a; a', 1] >> 0\n  b: trace(X) <= 4\n",
            &["a", "b"][..],
        ),
        (
            "var X[3, 3] symmetric\nminimize trace(X)\nsubject to\n  a: X >> 0\n  b: trace(X) <= 1\n  c: log_det(X) >= -3\n",
            &["b", "c"],
        ),
        (
            "var X[3, 3] symmetric\nminimize X[1,2]\nsubject to\n  b: trace(X) <= 3\n  c: tr_inv(X) <= 2.9\n",
            &["b", "c"],
        ),
        (
            "var X[4, 4] symmetric\nminimize X[1,4]\nsubject to\n  psd: X >> 0\n  d: diag(X) == 1\n  n[i]: X[i,i+1] >= 0.95 for i in 1..3\n  c: X[1,4] <= 0.2\n",
            &["psd", "d", "n[1]", "n[2]", "n[3]", "c"],
        ),
    ] {
        let mut found = contradiction(text);
        let mut expected: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_direction_that_makes_it_worse_proves_nothing() {
    for (text, direction, proves) in [
        ("var x\nmaximize x\nsubject to\n  x >= 0\n", 1.0, true),
        ("var x\nmaximize -x\nsubject to\n  x >= 0\n", 1.0, false),
        ("var x\nminimize -x\nsubject to\n  x >= 0\n", 1.0, true),
        ("var x\nminimize x\nsubject to\n  x >= 0\n", 1.0, false),
        ("var x\nminimize x\nsubject to\n  x >= 0\n", -1.0, false),
    ] {
        let loaded = load(text);
        let judge = Judge::new(&loaded.problem);
        let certificate = Certificate {
            direction: vec![Arc::new(Matrix::scalar(direction))],
            ..Certificate::default()
        };
        let found = improvement(&loaded.problem, &judge, &certificate);
        assert_eq!(found.is_some(), proves, "{text}{direction}");
    }
}
