//! Perspectives of expressions with kinks, and at scale 0, on both paths.

use crate::both_paths::objectives;
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

/// s*f(x/s) at x = [3; 1] and s = 2 is 2*f([1.5; 0.5]).
fn assert_scaled(definition: &str, f: &str, sense: &str) {
    let held = "var x[2] start [1; 1]\nvar s start 1\n";
    let plain =
        format!("{definition}\n{held}{sense} 2*({f})\nsubject to\n  x == [1.5; 0.5]\n  s == 2\n");
    let scaled = format!(
        "{definition}\n{held}{sense} perspective({f}, s)\nsubject to\n  x == [3; 1]\n  s == 2\n"
    );
    let loaded = pipeline::load("test.opt", plain.as_bytes(), &Inputs::default());
    let loaded = loaded.unwrap_or_else(|reports| panic!("{plain}\n{reports:?}"));
    let paths = Paths {
        conic: true,
        gradient: false,
    };
    let check = pipeline::check(&loaded.problem);
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    let best = outcome.best().and_then(|a| a.judgement.as_ref());
    assert_optimum(
        &scaled,
        best.and_then(|j| j.objective).expect("an objective"),
    );
}

#[test]
fn values_of_inner_problems_have_perspectives() {
    let minima = [
        "norm2(x - y) over y[2] subject to y in simplex(2)",
        "sum_squares(x - y) + norm1(y) over y[2] >= -0.25 subject to sum_squares(y) <= 1",
        "sum(y) over y[2] subject to exp(x) <= y + 1",
        "sum_squares(x - y) over y[2] subject to y[i] <= 0.3*i for i in 1..2",
        "trace(Y) over Y[2, 2] psd subject to [Y, x; x', 1] >> 0",
        "norm1(x - Y[:, 1]) over Y[2, 2] symmetric >= 0.1 subject to sum(Y) <= 1.5",
    ];
    for inner in minima {
        assert_scaled(&format!("let f(x) = minimize {inner}"), "f(x)", "minimize");
    }
    let definition = "let f(x) = minimize norm2(x - y) over y[2] subject to norm1(y) <= 1";
    assert_scaled(definition, "f(x) + f(2*x) + sum_squares(x) + 1", "minimize");
    let concave = "let f(x) = maximize sum(sqrt(y)) over y[2] subject to y <= x, sum(y) <= 1.5";
    assert_scaled(concave, "f(x)", "maximize");
    let nested = "let d(x) = minimize norm2(x - y) over y[2] subject to norm1(y) <= 1\n\
                  let f(x) = minimize sum_squares(x - z) over z[2] subject to d(z) <= 0.1";
    assert_scaled(nested, "f(x)", "minimize");
    for supremum in [
        "x'*y over y[2] subject to norm2(y) <= 1, sum(y) == 0.5",
        "x'*y - sum_squares(y) over y[2] subject to pnorm(y, 3) <= 1",
        "x'*y over y[2] subject to [1, y[1]; y[1], 1 + y[2]] >> 0, y[2] <= 2",
    ] {
        assert_scaled(
            &format!("let f(x) = maximize {supremum}"),
            "f(x)",
            "minimize",
        );
    }
}

#[test]
fn a_perspective_of_an_inner_problem_scales_its_set() {
    // s*d(x/s) for the distance d to the simplex is the distance to the simplex of size s.
    let text = "let d(x) = minimize norm2(x - y) over y[2] subject to y in simplex(2)\n\
                var x[2]\nvar s\nminimize perspective(d(x), s) + 0.1*s\nsubject to\n  x == [3; 1]\n";
    assert_optimum(text, 0.4);
    assert_optimum(&format!("{text}  s == 0\n"), 10f64.sqrt());
}

/// Functions that are smooth on the whole space: their perspectives have a kink at s = 0.
const SMOOTH: [&str; 18] = [
    "sum_squares(x - p)",
    "sum((x - p).^4)",
    "quad_form(x - p, [2, 1, 0; 1, 2, 0; 0, 0, 1])",
    "-quad_form(x - p, -[2, 1, 0; 1, 2, 0; 0, 0, 1])",
    "sum(exp(x - p))",
    "sum(logistic(x - p)) + sum_squares(x)",
    "log_sum_exp(x) + sum_squares(x)",
    "sum(pow_abs(x - p, 3))",
    "sum(pow_pos(p - x, 2.5)) + sum_squares(x)",
    "sum(square_pos(p - x)) + sum_squares(x)",
    "sum(huber(x - p))",
    "sum(huber_pos(p - x, 2)) + sum_squares(x)",
    "huber_circ(x - p) + 0.1*sum_squares(x)",
    "sum_square_pos(p - x) + sum_squares(x)",
    "sum(cosh(x - p))",
    "sum(sum_squares([x, x - p], each = row))",
    "max((x - p).^2) + norm2(x)",
    "sum(x.^2) + 1 + sum(inv_pos(x + 4))",
];

#[test]
fn both_paths_solve_perspectives_of_smooth_functions() {
    let rest = [
        "+ 0.1*s\nsubject to\n  sum(x) >= 1\n  x <= 2\n",
        "- 0.2*sum(x)\nsubject to\n  0.5 <= s\n  s <= 2\n  x <= 3\n",
        "+ 2*s + 0.1*sum(x)\nsubject to\n  s <= 5\n  x >= -20\n",
    ];
    for f in SMOOTH {
        for rest in rest {
            let text = format!(
                "param p[3] = [1; -0.5; 2]\nvar x[3]\nvar s\nminimize perspective({f}, s) {rest}"
            );
            let [conic, gradient] = objectives(&text);
            let near = (conic - gradient).abs() < 1e-6 * conic.abs().max(1.0);
            assert!(near, "{conic} and {gradient} for\n{text}");
        }
    }
}

#[test]
fn a_scale_just_below_zero_counts_as_zero() {
    // The optimum is 0 at x = 0, s = 0, where rounding leaves x != 0 and s < 0.
    let text = "param p[3] = randn(3, 1, seed = 3)\nvar x[3]\nvar s\n\
                minimize perspective(sum_squares(x - p), s) + s + sum(x)\nsubject to\n  s <= 5\n";
    let [conic, gradient] = objectives(text);
    assert!(conic.abs() < 1e-7 && gradient.abs() < 1e-7);
}

#[test]
fn what_is_convex_in_another_form_is_so_under_a_perspective() {
    let forms = [
        ("x'*x", "sum_squares(x)"),
        ("(x'*x)^2 + x[1]", "square(sum_squares(x)) + x[1]"),
        ("sqrt(1 + x[1]^2)", "norm2([1; x[1]])"),
        (
            "x[1]*x[2] + x'*x",
            "quad_form(x, [1, 0.5, 0; 0.5, 1, 0; 0, 0, 1])",
        ),
        ("log(exp(x[1]) + exp(x[2]))", "log_sum_exp(x[1..2])"),
    ];
    for (written, known) in forms {
        let [first, second] = [written, known].map(|f| {
            let text = format!(
                "var x[3]\nvar s\nminimize perspective({f}, s) + s + 0.1*sum(x)\nsubject to\n  \
                 sum(x) >= 1\n  s <= 4\n  x >= -2\n"
            );
            objectives(&text)
        });
        let [conic, gradient] = [first[0] - second[0], first[1] - second[1]];
        assert!(
            conic.abs() < 1e-6 && gradient.abs() < 1e-6,
            "{written}: {first:?} {second:?}"
        );
    }
}
