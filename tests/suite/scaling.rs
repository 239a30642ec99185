//! Answers do not depend on the units of the data, and rounding does not grow with multipliers.

use crate::both_paths::{both_find, gradient_finds, load, objectives, solve};
use bowl::compare::{Agreement, Judge};
use bowl::solve::{Settings, Status, descent};

/// Relative.
const NEAR: f64 = 1e-6;

fn gradient_objective(text: &str) -> f64 {
    objectives(text)[1]
}

fn assert_near(found: f64, expected: f64, text: &str) {
    let error = (found - expected).abs();
    assert!(
        error <= NEAR * expected.abs(),
        "{found} for {expected}:\n{text}"
    );
}

/// log(x) >= a has a multiplier of e^a.
#[test]
fn multipliers_as_large_as_points_are_exact() {
    for a in [5.0f64, 8.0, 10.0, 12.0] {
        let text = format!("var x\nminimize x\nsubject to\n  log(x) >= {a}\n");
        both_find(&text, a.exp(), NEAR);
        let text = format!("var x\nmaximize x\nsubject to\n  exp(x) <= {:?}\n", a.exp());
        both_find(&text, a, NEAR);
    }
}

#[test]
fn small_sides_of_constraints_count_as_much_as_large_ones() {
    let text = "var x[2]\nminimize sum(x)\nsubject to\n  x[1] <= 1e-7*log(x[2])\n  x[1] >= 1e-6\n";
    gradient_finds(text, 10f64.exp() + 1e-6, NEAR);
}

/// With x in units of 1 to 10^`digits` the problem is the one without units.
#[test]
fn units_of_unknowns_change_no_optimum() {
    let data = "param A[m,10] = randn(30, 10, seed = 1515)\nparam b[m] = randn(30, seed = 1522)\n";
    for (objective, rest) in [
        ("norm2(A*(d .* x) - b) + 0.1*sum(d .* abs(x))", ""),
        ("norm1(A*(d .* x) - b) + norm2(d .* x)", ""),
        ("norm_inf(A*(d .* x) - b)", "  d .* x <= 0.2\n"),
        ("sum_squares(A*(d .* x) - b)", "  norm1(d .* x) <= 1\n"),
        ("sum(exp(A*(d .* x)))", "  sum(d .* x) == 1\n"),
    ] {
        let text = |digits: i32| {
            let units = format!("param d[n] = logspace(0, {digits}, 10)\n");
            let rest = if rest.is_empty() { "" } else { "subject to\n" }.to_owned() + rest;
            format!("{units}{data}var x[10]\nminimize {objective}\n{rest}")
        };
        let expected = gradient_objective(&text(0));
        for digits in [-8, -4, 4, 8] {
            let text = text(digits);
            let loaded = load(&text);
            let outcome = solve(&loaded);
            for answer in [outcome.conic, outcome.gradient] {
                let answer = answer.expect("both paths take part");
                assert_eq!(answer.solution.status.word(), "solved", "{text}");
                let judgement = answer.judgement.expect("a point");
                assert_near(judgement.objective.expect("an objective"), expected, &text);
            }
        }
    }
}

/// The objective, the constraints, and the optimal value by that of S = 1.
type OneUnit = (&'static str, &'static str, fn(value: f64, unit: f64) -> f64);

const ONE_UNIT: [OneUnit; 7] = [
    ("maximize sum(entr(p))", SHARES, |v, s| s * (v - s.ln())),
    ("maximize sum(log(p))", SHARES, |v, s| v + 6.0 * s.ln()),
    ("minimize sum(kl_div(p, S*w))", SHARES, |v, s| s * v),
    (
        "minimize sum(exp(p/S)) - sum(log(p + S))",
        SHARES,
        |v, s| v - 6.0 * s.ln(),
    ),
    ("minimize S*log_sum_exp(p/S)", SHARES, |v, s| s * v),
    (
        "minimize sum_squares(A*p - S*b)",
        "p >= 0\n  sum(p) <= 0.1*S",
        |v, s| s * s * v,
    ),
    (
        "minimize 0.5*sum_squares(A/S*p - b) + 2/S*norm1(p)",
        "sum(p) >= -1e3*S",
        |v, _| v,
    ),
];
const SHARES: &str = "sum(p) == S\n  w'*p <= 0.45*S";

/// All unknowns in one unit far from that of the other numbers.
#[test]
fn one_unit_of_all_unknowns_changes_no_optimum() {
    let data = "param A[m,n] = randn(30, 6, seed = 5)\nparam b[m] = randn(30, seed = 6)\n\
                param w[n] = 0.1 + rand(6, seed = 7)\n";
    for (objective, rest, by_unit) in ONE_UNIT {
        let text = |unit: f64| {
            format!("param S = {unit:e}\n{data}var p[n]\n{objective}\nsubject to\n  {rest}\n")
        };
        let alone = gradient_objective(&text(1.0));
        for unit in [1e-7, 1e-4, 1e4, 1e8] {
            let text = text(unit);
            for found in objectives(&text) {
                assert_near(found, by_unit(alone, unit), &text);
            }
        }
    }
}

/// The objective in one unit, the unknowns in another.
#[test]
fn bounded_entropies_are_solved_in_every_unit() {
    let value = |unit: f64, cost: f64| {
        let text = format!(
            "param S = {unit:e}\nparam C = {cost:e}\nparam a[n] = rand(6, seed = 6403)\nvar p[n]\n\
             maximize C*sum(entr(p))\nsubject to\n  sum(p) == 2*S\n  a'*p <= 0.82*S\n  \
             sum(exp(p/S)) <= 73\n  sum(entr(p/S)) >= -1.2\n  p >= 0\n"
        );
        (objectives(&text), text)
    };
    let (alone, _) = value(1.0, 1.0);
    for unit in [1e-6, 1e3, 1e7f64] {
        for cost in [1e-6, 100.0] {
            let (found, text) = value(unit, cost);
            let expected = cost * unit * (alone[1] - 2.0 * unit.ln());
            for found in found {
                assert_near(found, expected, &text);
            }
        }
    }
}

/// Half of an answer of 1e-8 violates bounds of that size, if by little.
#[test]
fn small_answers_are_not_beaten_by_points_that_violate_small_bounds() {
    let text = "var p[4]\nminimize 1e3*sum(p) + sum(exp(1e7*p))\nsubject to\n  p >= 7.8e-9\n";
    let loaded = load(text);
    let outcome = solve(&loaded);
    assert!(
        matches!(outcome.agreement, Agreement::Agree { .. }),
        "{:?}",
        outcome.agreement
    );
}

const UNITS: [f64; 4] = [1e-12, 1e-9, 1e-5, 1e4];

const OBJECTIVES: [(&str, &str); 6] = [
    ("minimize", "sum_squares(A*x - b) + norm1(x)"),
    ("minimize", "norm2(A*x - b) + 0.3*norm1(x)"),
    ("minimize", "norm_inf(A*x - b)"),
    ("minimize", "sum(huber(A*x - b)) + max(x)"),
    ("maximize", "b'*A*x - 2*sum_squares(x) - log_sum_exp(x)"),
    ("minimize", "sum_squares(A*x - b) + sum(exp(x))"),
];

/// A factor of the objective is one of the optimal value, to the accuracy of any other.
#[test]
fn units_of_the_objective_change_no_optimum() {
    let data = "param A[m,n] = randn(12, 5, seed = 3)\nparam b[m] = randn(12, seed = 4)\n";
    for (goal, objective) in OBJECTIVES {
        for rest in ["", "subject to\n  sum(x) == 1\n  x >= -0.5\n"] {
            let text = |unit: f64| format!("{data}var x[n]\n{goal} {unit:e}*({objective})\n{rest}");
            let expected = gradient_objective(&text(1.0));
            for unit in UNITS {
                let text = text(unit);
                let found = objectives(&text);
                for found in found {
                    assert_near(found, unit * expected, &text);
                }
            }
        }
    }
}

/// Answers to a small objective agree where they are near in its own unit only.
#[test]
fn small_objectives_are_compared_in_their_own_unit() {
    for (unit, slack) in [(1.0, 1e-3), (1e-9, 1e-3)] {
        let text =
            format!("var x[2]\nminimize {unit:e}*(sum_squares(x - 1) + 1)\nsubject to\n  x <= 3\n");
        let loaded = load(&text);
        let outcome = solve(&loaded);
        assert!(
            matches!(outcome.agreement, Agreement::Agree { .. }),
            "{text}"
        );
        let judge = bowl::compare::Judge::new(&loaded.problem);
        let answer = outcome.conic.expect("a conic answer");
        let mut moved = answer.solution.clone();
        let entries = vec![1.0 + slack, 1.0 + 30.0 * slack];
        moved.variables = vec![std::sync::Arc::new(bowl::matrix::Matrix::vector(entries))];
        let judgements = [&answer.solution, &moved].map(|s| judge.judge(s));
        let agreement = bowl::compare::agree(
            loaded.problem.objective.goal,
            Some((&answer.solution, judgements[0].as_ref())),
            Some((&moved, judgements[1].as_ref())),
        );
        assert!(
            matches!(agreement, Agreement::Disagree { .. }),
            "{agreement:?} for {text}"
        );
    }
}

/// The trace of P falls to the edge of the definite matrices.
#[test]
fn fractions_of_singular_matrices_have_their_value() {
    for (c, length) in [
        ("[3; -4]", 5.0),
        ("[1; 2; -2; 4]", 5.0),
        ("[0.03; 0.04]", 0.05),
    ] {
        let text = format!(
            "param c[n] = {c}\nvar P[n,n] symmetric\nminimize matrix_frac(c, P) + trace(P)\n\
             subject to\n  P << 30*eye(n)\n"
        );
        both_find(&text, 2.0 * length, NEAR);
    }
}

/// Sorted products under a bound, against the sums of the largest entries that they are.
#[test]
fn bounds_of_sorted_products_are_kept() {
    let text = |left: &str| {
        format!(
            "param a[n] = randn(12, seed = 5)\nvar x[n]\nminimize sum_squares(x - a)\n\
             subject to\n  d: {left} <= 1.5\n"
        )
    };
    let short = gradient_objective(&text("dotsort(x, [5, 3, 3, 1])"));
    let long = gradient_objective(&text(
        "2*sum_largest(x, 1) + 2*sum_largest(x, 3) + sum_largest(x, 4)",
    ));
    assert_near(short, long, "dotsort");
    let large = "param a[n] = randn(400, seed = 5)\nparam w[n] = randn(400, seed = 6)\nvar x[n]\n\
                 minimize sum_squares(x - a)\nsubject to\n  dotsort(x, w) <= 10\n";
    objectives(large);
}

/// At x = 0 the row exp(x) - 1 - t has slopes 1 and -1, which cancel along half of all directions of ±1.
#[test]
fn rows_whose_slopes_cancel_keep_their_scale() {
    for seed in 1..12 {
        let text = format!(
            "param B[m,n] = randn(24, 8, seed = {seed})\nparam z[n] = rand(8, seed = {})\n\
             var x[n] >= 0\nminimize 0.1*sum(exp(abs(x) - 1)) + 10*sum(max(exp(x) - 1, 0))\n\
             subject to\n  sum_squares(B*(x - z)) <= 4\n",
            100 + seed
        );
        let [conic, gradient] = objectives(&text);
        assert_near(gradient, conic, &text);
    }
}

/// Bounds at 0 and equations beside unknowns of 1e8.
#[test]
fn answers_in_large_units_lie_on_their_bounds_and_equations() {
    for text in [
        "param n = 100\nparam a[n] = 1e6*exp(randn(n, seed = 44))\nvar p[n] >= 0\nmaximize sum(log(a + p))\nsubject to\n  sum(p) == 1e8\n",
        "param T = 30\nparam D[T] = 1e8*(1 + 0.3*sin(linspace(0, 6, T)))\nvar g[T, 3] >= 0\n\
         minimize sum(2e-8*g[:, 1] + 1e-16*square(g[:, 1])) + sum(5e-8*g[:, 2]) + sum(1e-7*g[:, 3])\nsubject to\n  \
         sum(g, each = row) == D\n  g[:, 1] <= 6e7\n  abs(diff(g[:, 2])) <= 5e6\n",
        "param T = 24\nparam w[T] = 278 + 5*sin(linspace(0, 12, T))\nvar h[0..T] >= 293, <= 297\nvar q[T] >= 0, <= 8000\n\
         minimize 1e-4*sum(q)\nsubject to\n  h[0] == 294\n  \
         heat[t]: 5e6*(h[t] - h[t - 1]) == 1800*(q[t] - (h[t - 1] - w[t])/0.005) for t in 1..T\n  h[T] >= 294\n",
        "param S = 1e5\nparam a[n] = rand(7, seed = 4135)\nvar p[n]\nminimize 1e-2*S*sum(logistic(p/S))\nsubject to\n  \
         sum(p) == 4.28294*S\n  a'*p <= 0.812889*S\n  sum(entr(p/S)) >= -2.68712\n  p >= 0\n",
    ] {
        let loaded = load(text);
        let solution = descent::solve(&loaded.problem, true, &Settings::default());
        let judged = Judge::new(&loaded.problem)
            .judge(&solution)
            .expect("a point");
        assert_eq!(solution.status, Status::Solved, "{text}");
        assert!(judged.violation <= 1e-6, "{text}{}", judged.violation);
    }
}

/// A cost of 1e-8 is nothing beside 1e9, and yet decides.
#[test]
fn small_costs_of_large_unknowns_count() {
    let text = "param D[10] = 1e9*(1 + rand(10, seed = 2))\nvar g[10, 2] >= 0\n\
                minimize sum(g[:, 1])*1e-8 + 2e-8*sum(g[:, 2])\nsubject to\n  \
                sum(g, each = row) == D\n  g[:, 1] <= 1.2*1e9\n";
    let [conic, gradient] = objectives(text);
    assert_near(gradient, conic, text);
}

/// What is as small as its unit is judged in it, and a constant has none.
#[test]
fn objectives_without_size_are_solved() {
    for text in [
        "var x[2] >= 0\nminimize 0\nsubject to\n  sum(x) == 1\n",
        "var x[2] >= 0\nminimize 0*x[1]\nsubject to\n  sum(x) == 1\n",
    ] {
        assert_eq!(objectives(text), [0.0, 0.0], "{text}");
    }
}
