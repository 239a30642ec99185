//! Which constraints of an infeasible problem are told to contradict each other, and that a
//! direction alone is no proof of an unbounded problem.

use crate::both_paths::{load, solve};
use bowl::compare::{self, Agreement, Judge, improvement};
use bowl::matrix::Matrix;
use bowl::problem::Relation;
use bowl::solve::Certificate;
use std::sync::Arc;

/// Names of the smallest contradiction, both paths agreeing that there is one.
fn contradiction(text: &str) -> Vec<String> {
    let loaded = load(text);
    let outcome = solve(&loaded);
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

/// At the least value of a maximum, a sum of absolute values or a norm of many terms slopes jump in every direction.
#[test]
fn contradictions_at_kinks_of_many_terms_are_proved() {
    let data = "param A[60, 10] = randn(60, 10, seed = 1)\nparam b[60] = randn(60, seed = 2)\nvar x[10]\nminimize sum_squares(x)\nsubject to\n";
    for (constraints, names) in [
        ("  a: max(abs(A*x - b)) <= 0.5\n", &["a"][..]),
        (
            "  a: min(b - A*x) >= -1.8\n  b: norm_inf(x) <= 0.05\n",
            &["a", "b"],
        ),
        ("  a: norm1(A*x - b) <= 1\n", &["a"]),
        ("  a: ptp(A*x - b) <= 0.5\n", &["a"]),
        ("  a: sum(pos(A*x - b)) + sum(neg(A*x - b)) <= 5\n", &["a"]),
        ("  a: sum(max(A*x - b, b - A*x, 1)) <= 61\n", &["a"]),
        (
            "  a: sum(norm2([A*x, b], each = row)) <= 50\n  b: b'*A*x >= 40\n",
            &["a", "b"],
        ),
        ("  a: sum(scalene(A*x - b, 0.9, 0.1)) <= 1\n", &["a"]),
    ] {
        assert_eq!(
            contradiction(&format!("{data}{constraints}")),
            names,
            "{constraints}"
        );
    }
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

/// Unknowns that only equations and matrix inequalities hold leave no slope of a combination to rounding: unstable
/// systems have no Lyapunov matrix, forces are too small for a distance, the largest three are less than their mean.
#[test]
fn combinations_of_free_unknowns_contradict() {
    for (text, names) in [
        (
            "param A[3, 3] = [0.05, 1, 0; 0, -2, 1; 0, 0, -3]\nvar P[3, 3] symmetric\nfind P\nsubject to\n  pos: P >> 0.1*eye(3)\n  down: A'*P + P*A << -0.01*eye(3)\n",
            ["pos", "down"].as_slice(),
        ),
        (
            "var x[2, 0..6]\nvar f[6]\nminimize norm1(f)\nsubject to\n  first: x[:, 0] == [-900; 0.4]\n  go[t]: x[:, t+1] == [1, 20; 0.003, 1]*x[:, t] + [0.5; 0.05]*f[t+1] for t in 0..5\n  most: norm_inf(f) <= 8\n  last: x[:, 6] == 0\n",
            &[
                "first", "go[0]", "go[1]", "go[2]", "go[3]", "go[4]", "go[5]", "most", "last",
            ],
        ),
        (
            "var x[12] >= 0\nminimize sum_squares(x - 1)\nsubject to\n  middle: mean(x) == 1\n  top: sum_largest(x, 3) <= 2.9\n",
            &["middle", "top"],
        ),
    ] {
        let found = contradiction(text);
        let mut sorted: Vec<&str> = found.iter().map(String::as_str).collect();
        sorted.sort_by_key(|name| names.iter().position(|known| known == name));
        assert_eq!(sorted, names, "{text}");
    }
}

/// Multipliers by chance, moved or not, prove nothing of constraints that a point satisfies.
#[test]
fn what_has_a_point_has_no_contradiction() {
    let text = "param A[3, 4] = randn(3, 4, seed = 5)\nparam x0[4] = randn(4, seed = 6)\nvar x[4]\nvar P[2, 2] symmetric\n\
                find x, P\nsubject to\n  A*x == A*x0\n  norm_inf(x) <= norm_inf(x0)\n  sum_largest(x, 2) <= sum_largest(x0, 2)\n  \
                P >> eye(2)\n  trace(P) <= 3\n  x <= x0 + 1\n";
    let loaded = load(text);
    let problem = &loaded.problem;
    let mut state = 1u64;
    let mut number = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    for _ in 0..300 {
        let multiplier = |c| {
            let shape = problem.constraint_shape(c);
            let mut entries: Vec<f64> = (0..shape.size()).map(|_| number()).collect();
            if c.relation == Relation::Equal {
                entries.iter_mut().for_each(|e| *e -= 0.5);
            }
            Arc::new(Matrix::from_columns(shape, entries))
        };
        let certificate = Certificate {
            multipliers: problem.constraints.iter().map(multiplier).collect(),
            ..Certificate::default()
        };
        assert_eq!(compare::contradiction(problem, &certificate, &[]), None);
    }
}

/// Functions without a value at the origin: the combination is read from the points that the paths came to.
#[test]
fn contradictions_far_from_the_origin_are_proved() {
    for (text, names) in [
        (
            "param arrive[3] nonneg = [4; 7; 2.5]\nvar mu[3]\nminimize [3, 2, 5]'*mu\nsubject to\n  delay: sum(arrive[i]*inv_pos(mu[i] - arrive[i]) for i in 1..3) <= 1.2\n  staff: sum(mu) <= 18\n",
            ["delay", "staff"],
        ),
        (
            "param calls[n] = [42; 30; 55; 18; 27]\nvar mu[n]\nminimize sum(mu .^ 1.1)\nsubject to\n  wait: inv_pos(mu - calls) <= 0.05\n  budget: sum(mu) <= 250\n",
            ["wait", "budget"],
        ),
    ] {
        let mut found = contradiction(text);
        found.sort_by_key(|name| names.iter().position(|known| known == name));
        assert_eq!(found, names, "{text}");
    }
}

/// What grows does so without the entries that have come to their ends, and along which squares stay as they are.
#[test]
fn logarithms_of_what_nothing_limits_are_unbounded() {
    for text in [
        "param w[n] = [3; 1; 2; 5; 1.5; 0.7]\nparam price[n] = [2; 0; 4; 1; 0; 3]\nvar x[n] >= 0\nmaximize w'*log(1 + x)\nsubject to\n  price'*x + 0.1*sum(price .* x .^ 1.5) <= 100\n",
        "param y[m] = [2.1; 3.4; 1.7; 4.4; 2.9; 3.3]\nparam X[m, p] = [[sin(1.3*i*j) + cos(i + j) for i in 1..6] for j in 1..9]\nvar a >= 0\nvar c[p]\nmaximize m*log(a) - 0.5*sum_squares(a*y - X*c)\n",
    ] {
        let outcome_word = solve(&load(text)).word();
        assert_eq!(outcome_word, "unbounded", "{text}");
    }
    // With as many observations as unknowns and more, the likelihood ends.
    let bounded = "param y[m] = [2.1; 3.4; 1.7; 4.4; 2.9; 3.3]\nparam X[m, p] = [[sin(1.3*i*j) + cos(i + j) for i in 1..6] for j in 1..3]\nvar a >= 0\nvar c[p]\nmaximize m*log(a) - 0.5*sum_squares(a*y - X*c)\n";
    assert_ne!(solve(&load(bounded)).word(), "unbounded");
}

/// Directions that rounding leaves beside equations are moved onto them, and points on which equations fail by a little
/// too.
#[test]
fn logarithms_that_grow_along_equations_are_unbounded() {
    for text in [
        "var x\nvar y\nmaximize log(x) + log(y)\nsubject to\n  x - y == 1\n",
        "param R[2, 3] = [1.3, 1.2, 1; 0.9, 0.7, 1]\nvar w[3]\nmaximize [0.4; 0.6]'*log(R*w)\nsubject to\n  sum(w) == 1\n",
        "var x[3]\nvar y[3] >= 0\nminimize sum(rel_entr(x, y))\nsubject to\n  sum(x) == 1\n  y[1] == y[2]\n",
    ] {
        let loaded = load(text);
        let outcome = solve(&loaded);
        assert_eq!(outcome.agreement, Agreement::BothUnbounded, "{text}");
    }
    // Both sums are fixed, by rows that nearly depend on each other.
    let bounded = "var x\nvar y\nmaximize log(x) + log(y)\nsubject to\n  x - y == 1\n  x - 0.999999*y == 20\n";
    let loaded = load(bounded);
    let outcome = solve(&loaded);
    assert!(
        matches!(outcome.agreement, Agreement::Agree { .. }),
        "{:?}",
        outcome.agreement
    );
}

/// Too few samples: S is singular, and the likelihood rises without end along X with S*X = 0.
#[test]
fn likelihoods_of_too_few_samples_are_unbounded() {
    let samples = "param A[2, 4] = [0.3, -1.2, 0.5, 0.9; 1.1, 0.4, -0.6, 0.2]\nlet S = A'*A/2";
    for rest in [
        "var X[4, 4] psd\nminimize trace(S*X) - log_det(X)\n",
        "var X[4, 4] symmetric\nmaximize log_det(X) - trace(S*X)\nsubject to\n  X[1, 4] == 0\n",
    ] {
        let text = format!("{samples}\n{rest}");
        assert_eq!(solve(&load(&text)).word(), "unbounded", "{text}");
    }
    // Next to singular is another thing: the optimum lies at 1e7.
    let rest = "var X[4, 4] psd\nminimize trace(S*X) + 1e-7*trace(X) - log_det(X)\n";
    let text = format!("{samples}\n{rest}");
    assert_ne!(solve(&load(&text)).word(), "unbounded", "{text}");
}

/// Speed limits that leave no way to the end of the hall, over states that follow from inputs far back.
#[test]
fn states_that_cannot_be_reached_are_found_by_gradients() {
    for steps in [30, 60] {
        let last = steps - 1;
        let text = format!(
            "let A = [1, 0.1, 0, 0; 0, 1, 0.12, 0; 0, 0, 1, 0.1; 0, -0.02, -0.45, 0.985]\nlet B = [0.005; 0.1; 0; -0.08]\n\
             var x[4, 0..{steps}]\nvar u[0..{last}]\nminimize sum_squares(u) + 4*sum_squares(x[3, :])\nsubject to\n  \
             initial: x[:, 0] == 0\n  dynamics[t]: x[:, t+1] == A*x[:, t] + B*u[t] for t in 0..{last}\n  \
             speed: abs(x[2, :]) <= 0.9\n  sway: abs(x[3, :]) <= 0.15\n  arrive: x[:, {steps}] == [9; 0; 0; 0]\n"
        );
        crate::both_paths::answer_by_gradients(&text, "infeasible");
    }
}

/// Weights next to those of a design, beside totals of 1e7: what rounds off the kinks at the design must be small beside
/// its weights, and multipliers of next to nothing leave slopes there.
#[test]
fn small_kinks_beside_large_totals_are_no_hindrance() {
    let text = "param n = 400\nparam d[n] = [300 + 200*sin(1.3*i) for i in 1..n]\n\
                param X[n, 4] = [ones(n), [20 + 60*abs(sin(3*i)) for i in 1..n], [step(cos(5*i)) for i in 1..n], \
                [3e4*exp(sin(7*i)) for i in 1..n]]\nparam total[4] = 1.15*X'*d\nvar w[n] >= 0\n\
                minimize sum((w[i] - d[i])^2/d[i] for i in 1..n)\nsubject to\n  \
                known[j]: X[:, j]'*w == total[j] for j in 1..4\n  close: abs(w - d) <= 0.04*d\n";
    let loaded = load(text);
    let outcome = solve(&loaded);
    let agree = outcome.agreement == Agreement::BothInfeasible;
    assert!(agree, "{:?}", outcome.agreement);
    let subset = outcome.contradictory.expect("a contradiction");
    let mut names = subset.constraints.iter().map(|c| c.name.to_string());
    assert!(names.any(|name| name == "close"), "{subset:?}");
}
