//! Semidefinite matrices that linear rows hold singular lose rows and columns, and nothing else changes.

use crate::both_paths::{answer_by_gradients, both_find, gradient_finds, objectives};
use bowl::elaborate::Inputs;
use bowl::pipeline;
use bowl::solve::descent::normal_form::NormalForm;

const NEAR: f64 = 1e-6;

/// Constraints on X of side 6, and the side of what has to be semidefinite then.
const SINGULAR: &[(&str, usize)] = &[
    ("diag(X) == 1\n  X[1, 2] == 1", 5),
    ("diag(X) == 4\n  X[1, 2] == 4\n  X[3, 4] == -4", 4),
    // One class of three, by one pair more than it takes.
    (
        "diag(X) == 1\n  X[1, 2] == 1\n  X[2, 3] == 1\n  X[1, 3] == 1",
        4,
    ),
    (
        "X[1, 1] == 4\n  X[2, 2] == 9\n  X[1, 2] == 6\n  trace(X) == 20",
        5,
    ),
    ("trace(X) == 4\n  X*v == 0", 5),
    ("trace(X) == 4\n  v'*X == 0\n  X*ones(6) == 0", 4),
    ("diag(X) == 1\n  v'*X*v == 0", 5),
    ("diag(X) == 1\n  sum(X) <= 0", 6),
    ("trace(X) == 4\n  sum(X) == 0\n  X[6, 6] == 0", 4),
    ("diag(X) == 1\n  X[1, 2] == 0.999", 6),
    (
        "trace(X) == 3\n  X*[1; 1; 0; 0; 0; 0] == 0\n  X*[1; 2; 0; 0; 0; 0] == 0",
        4,
    ),
];

fn text(constraints: &str) -> String {
    format!(
        "param C[6, 6] = randn(6, 6, seed = 7)\nparam v[6] = [1; -2; 0.5; 3; 0; 1]\nvar X[6, 6] psd\n\
         minimize sum((C + C') .* X) + 0.1*sum_squares(X)\nsubject to\n  {constraints}\n"
    )
}

/// The largest side of a semidefinite part.
fn side(text: &str) -> usize {
    let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
    let problem = loaded.expect("a problem").problem;
    let form = NormalForm::new(&problem).expect("a normal form");
    let parts = form.parts.iter();
    let sides = parts.filter_map(|part| part.rule.as_positive_semidefinite());
    sides.map(|rule| rule.side).max().unwrap_or(0)
}

#[test]
fn rows_and_columns_of_null_vectors_are_taken_out() {
    for (constraints, expected) in SINGULAR {
        assert_eq!(side(&text(constraints)), *expected, "{constraints}");
    }
}

#[test]
fn what_is_left_has_the_same_optimum() {
    for (constraints, _) in SINGULAR {
        let text = text(constraints);
        let [conic, _] = objectives(&text);
        gradient_finds(&text, conic, NEAR);
    }
}

/// X = P*Z*P' with Z of side 2: entries 1 and 2, and 3 and 4 are one. -2*Z[1, 2] is least at Z[1, 2] = 1.
#[test]
fn classes_of_equal_entries_are_found_one_by_one() {
    let text = "var X[4, 4] psd\nminimize -X[1, 3] - X[2, 4] + X[1, 4]^2\nsubject to\n  diag(X) == 1\n  \
                X[1, 2] == 1\n  X[3, 4] == 1\n";
    assert_eq!(side(text), 2);
    both_find(text, -1.0, NEAR);
}

/// A multiplier of the matrix that is left is one of the whole, where the rows themselves tell that X*v = 0.
#[test]
fn multipliers_of_told_null_vectors_are_kept() {
    let text = "param C[3, 3] = [1, 2, 0; 2, 4, 1; 0, 1, 3]\nvar X[3, 3] symmetric\nminimize sum(C .* X)\nsubject to\n  \
                definite: X in psd\n  trace(X) == 2\n  level: X*ones(3) == 0\n";
    assert_eq!(side(text), 2);
    let answer = answer_by_gradients(text, "solved");
    let duals = answer.solution.duals.expect("multipliers");
    let (multiplier, x) = (&duals[0], &answer.solution.variables[0]);
    let product = multiplier.to_dense().dot(&x.to_dense());
    assert!(product.abs() < 1e-6, "{product}");
    assert!(multiplier.to_dense().norm() > 0.1);
    let judgement = answer.judgement.expect("a judgement");
    assert!(judgement.violation < 1e-7);
}

#[test]
fn pairs_that_cannot_be_equal_are_infeasible() {
    let text = "var X[3, 3] psd\nminimize trace(X)\nsubject to\n  diag(X) == 1\n  X[1, 2] == 1\n  X[2, 3] == 1\n  \
                X[1, 3] <= 0.5\n";
    answer_by_gradients(text, "infeasible");
}
