//! Optima on the boundary of a function's domain, where rounding leaves it; and constraints that
//! contradict a domain.

use crate::both_paths::{load, solve};
use bowl::compare::Agreement;

/// Text and optimum.
const ON_THE_BOUNDARY: &[(&str, f64)] = &[
    ("var x\nminimize x^1.5 + x\n", 0.0),
    ("var x\nvar y\nminimize quad_over_lin(x, y) + y\n", 0.0),
    (
        "var x[3]\nminimize sum(x)\nsubject to\n  sum(entr(x)) >= 0\n  norm1(x) <= 2\n",
        0.0,
    ),
    (
        "var x[3]\nminimize sum_squares(x + 1)\nsubject to\n  sum(entr(x)) >= 0\n",
        3.0,
    ),
    (
        "var x[2]\nvar y[2]\nminimize rel_entr(x[1], y[1]) + rel_entr(x[2], y[2]) + sum(x) + sum(y)\nsubject to\n  sum(x) == 1\n  x[1] <= 0\n",
        2.0,
    ),
];

/// Problems where a factor of zero stands before a function whose domain ends at the optimum.
const UNWEIGHTED: &[(&str, f64)] = &[
    // 3 log(3/4) + log(1/4).
    (
        "param c[3] = [3, 0, 1]\nvar p[3]\nmaximize c'*log(p)\nsubject to\n  p in simplex(3)\n",
        -2.249_340_578_475_233,
    ),
    (
        "param c[3] = [3, 0, 1]\nvar p[3]\nmaximize sum(c .* log(p))\nsubject to\n  sum(p) <= 1\n",
        -2.249_340_578_475_233,
    ),
    ("param c = 0\nvar x\nminimize (x + 1)^2 + c*log(x)\n", 1.0),
    ("var x\nminimize (x + 1)^2 - 0*sqrt(x - 1)\n", 4.0),
    (
        "var x[2]\nminimize sum_squares(x + 1) + 0*inv_prod(x)\n",
        2.0,
    ),
    ("var x >= 0\nminimize 0*log(x) + x\n", 0.0),
    ("var X[2, 2] psd\nminimize 0*log_det(X) + trace(X)\n", 0.0),
    (
        "param A[2, 3] = [1, 0, 2; 0, 0, 1]\nvar x[3]\nminimize sum_squares(x + 1) + sum(A*-sqrt(x))\n",
        // The columns of A add up to 1, 0 and 3: (x + 1)^2 - c*sqrt(x) at its least, three times.
        0.878_492_789_873_726 + 1.0 + 0.045_332_655_685_165,
    ),
];

/// Constraints beside which `[1; 0; 2]'*x` over the simplex has the optimum 0, at a vertex.
const INACTIVE: &[&str] = &[
    "sum(entr(x)) >= -0.9",
    "geo_mean(x) >= 0",
    "sum(x .^ 1.5) <= 2",
    "pnorm(x, 0.5) >= 0.3",
    "sum(kl_div(x, 1)) <= 8",
    "sum(x .^ 0.3) >= 0.1",
];

/// Constraints beside which trace(C*X) over X of trace one has C's smallest eigenvalue as optimum,
/// where X is singular.
const SINGULAR: &[&str] = &["trace_mpower(X, 0.5) >= 0.1", "det_rootn(X) >= 0"];

fn assert_optimum(text: &str, expected: f64) {
    let loaded = load(text);
    let outcome = solve(&loaded);
    let agree = matches!(outcome.agreement, Agreement::Agree { .. });
    assert!(agree, "{text}\n{:?}", outcome.agreement);
    for answer in [&outcome.conic, &outcome.gradient] {
        let judgement = answer.as_ref().and_then(|a| a.judgement.as_ref());
        let objective = judgement.and_then(|j| j.objective).expect("an objective");
        let error = (objective - expected).abs();
        assert!(error <= 1e-6, "{objective} instead of {expected}\n{text}");
    }
}

#[test]
fn optima_on_the_boundary_of_a_domain_are_found() {
    for (text, expected) in ON_THE_BOUNDARY {
        assert_optimum(text, *expected);
    }
    for (text, expected) in UNWEIGHTED {
        assert_optimum(text, *expected);
    }
    for constraint in INACTIVE {
        let text = format!(
            "var x[3]\nminimize [1; 0; 2]'*x\nsubject to\n  x in simplex(3)\n  {constraint}\n"
        );
        assert_optimum(&text, 0.0);
    }
    for constraint in SINGULAR {
        let text = format!(
            "param C[2, 2] = [1, 0.3; 0.3, 2]\nvar X[2, 2] symmetric\nminimize trace(C*X)\nsubject to\n  trace(X) == 1\n  {constraint}\n"
        );
        // The smaller root of (1 - s)*(2 - s) = 0.09.
        assert_optimum(&text, 1.5 - 0.34f64.sqrt());
    }
}

#[test]
fn constraints_that_contradict_a_domain_are_named_with_it() {
    for (text, names) in [
        (
            "var x\nmaximize log(x)\nsubject to\n  e: x <= -1\n",
            "e; domain of log(x)",
        ),
        (
            "var x[2]\nfind x\nsubject to\n  e: x[2] <= -1\n  g: quad_over_lin(x[1], x[2]) <= 10\n",
            "e; g or e; domain of quad_over_lin(x[1], x[2])",
        ),
        (
            "var x[3]\nminimize sum(x)\nsubject to\n  s: x in exp_cone\n  c: x[3] <= -1\n",
            "s; c or c; domain of rel_entr(x[2], x[3])",
        ),
        (
            "var p[4]\nmaximize sum(entr(p))\nsubject to\n  a: sum(p) == 1\n  b: [1; 2; 3; 4]'*p == 5\n",
            "a; b; domain of entr(p)",
        ),
        (
            "var X[2, 2] symmetric\nmaximize log_det(X)\nsubject to\n  e: trace(X) <= -1\n",
            "e; domain of log_det(X)",
        ),
        (
            "var x\nminimize -sqrt(x - 1)\nsubject to\n  e: x <= 3\n  f: x <= 0.5\n",
            "f; domain of sqrt(x - 1)",
        ),
    ] {
        let loaded = load(text);
        let outcome = solve(&loaded);
        assert_eq!(outcome.word(), "infeasible", "{text}");
        let subset = outcome.contradictory.expect("a contradiction");
        let found: Vec<String> = subset
            .constraints
            .iter()
            .map(|c| c.name.to_string())
            .collect();
        let found = found.join("; ");
        assert!(names.split(" or ").any(|n| n == found), "{found}\n{text}");
        assert!(subset.each_needed, "{text}");
    }
}
