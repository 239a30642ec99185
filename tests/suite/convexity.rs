//! Verdicts of the convexity check, on problems written as text.

use bowl::convexity::{Verdict, check};
use bowl::elaborate::Inputs;
use bowl::expr::{Evaluator, evaluate_constant};
use bowl::matrix::Matrix;
use bowl::pipeline;
use bowl::problem::Problem;
use std::sync::Arc;

/// The problem that a text states.
pub fn problem(text: &str) -> Problem {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded.problem,
        Err(reports) => panic!("{text}\n{reports:?}"),
    }
}

/// The verdict on `minimize expression` with these declarations.
pub fn minimizing(declarations: &str, expression: &str) -> Verdict {
    let problem = problem(&format!("{declarations}\nminimize {expression}\n"));
    let check = check(&problem);
    check.parts()[0].1.clone()
}

pub fn text(verdict: &Verdict) -> String {
    verdict.to_string()
}

fn assert_proved(declarations: &str, expression: &str) {
    let verdict = minimizing(declarations, expression);
    assert!(
        verdict.is_proved(),
        "{declarations}\n{expression}: {}",
        text(&verdict)
    );
}

fn assert_not_proved(declarations: &str, expression: &str) {
    let verdict = minimizing(declarations, expression);
    assert!(
        !verdict.is_proved(),
        "{declarations}\n{expression}: {}",
        text(&verdict)
    );
}

#[test]
fn quadratics_are_proved_by_factorisation() {
    let lecture = "2*x[1]^2 + x[2]^2 + x[1]*x[2] - 6*x[1] - 5*x[2]";
    assert_eq!(
        text(&minimizing("var x[2]", lecture)),
        "convex (quadratic: smallest eigenvalue 0.7929)"
    );
    assert_eq!(
        text(&minimizing("var x", "2*x^2 - x^2")),
        "convex (quadratic: smallest eigenvalue 1)"
    );
    assert!(!minimizing("var x[2]", "x[1]*x[2]").is_proved());
    let cubic = "x[1]^2 - x[1]*x[2] + x[2]^2 + norm2(x)^3";
    assert_eq!(
        text(&minimizing("var x[2]", cubic)),
        "convex (quadratic part: smallest eigenvalue 0.5; the rest by DCP)"
    );
}

/// The variance as the mean square less the squared mean, over all, by row and by column.
#[test]
fn means_are_sums_of_quadratics() {
    for variance in [
        "mean(X.^2) - mean(X)^2",
        "sum(mean(X.^2, each = row) - mean(X, each = row).^2)",
        "sum(mean(X.^2, each = column) - mean(X, each = column).^2)",
        "[1; 2]'*(mean(X.^2, each = row) - mean(X, each = row).^2)",
    ] {
        let found = minimizing("var X[2, 3]", variance);
        assert!(found.is_proved(), "{variance}: {}", text(&found));
        let more = variance.replacen("mean(X", "0.9*mean(X", 1);
        assert!(!minimizing("var X[2, 3]", &more).is_proved(), "{more}");
    }
}

#[test]
fn roots_of_products_are_geometric_means() {
    let roots = [
        "sqrt(x[1]*x[2])",
        "(x[1]*x[2])^0.3",
        "prod(x)^(1/3)",
        "sqrt(x[1]*(2*x[2] + x[3]))",
        "sqrt(sqrt(x[1]*x[2])*x[3])",
    ];
    for root in roots {
        let nonnegative = minimizing("var x[3] >= 0", &format!("-{root}"));
        assert!(nonnegative.is_proved(), "{root}: {}", text(&nonnegative));
        // Two negative factors have a root too, and the two quadrants are not convex together.
        let free = minimizing("var x[3]", &format!("-{root}"));
        assert!(!free.is_proved(), "{root}: {}", text(&free));
    }
    // (x y)^0.6 grows faster than the plane.
    assert!(!minimizing("var x[2] >= 0", "-(x[1]*x[2])^0.6").is_proved());
}

/// Signs, lengths and constants have to be right in every entry.
#[test]
fn columns_that_fit_no_rewrite_stay_unknown() {
    for expression in [
        "sum(sqrt(x.^2 - 1))",
        "sum(sqrt([1; -1; 1] + x.^2))",
        "sum(log(exp(x) + [1; 0; 2]))",
        "sum(log(exp(x) - exp(x[1])))",
        "sum(x.^2 ./ x[1..3].^3)",
        "sum(sqrt(x .* (x + 1)))",
        "sum(x.^1.5 ./ (1 + x))",
    ] {
        assert_not_proved("var x[3] >= 2", expression);
    }
}

/// The formulas in backquotes of the help for `x[1] + 0*z[1] <= 9`-like constraints.
fn advised(constraint: &str) -> Vec<String> {
    let text = format!("var x\nvar z[2] >= -1\nminimize x\nsubject to\n  {constraint}\n");
    let problem = problem(&text);
    let check = check(&problem);
    let error = check.errors().into_iter().next().expect("not proved");
    let help = miette::Diagnostic::help(&error)
        .expect("advice")
        .to_string();
    help.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The sum of all entries where x = 1.3, z = (2, 0.7) and c = 1.7.
fn value(formula: &str) -> f64 {
    let text = format!(
        "param x = 1.3\nparam z[2] = [2; 0.7]\nparam c = 1.7\nvar t\nminimize t\nsubject to\n  sum({formula}) <= t\n"
    );
    let problem = problem(&text);
    let left = problem.constraints[0].left;
    evaluate_constant(&problem.graph, left)
        .expect("known")
        .get(0, 0)
}

#[test]
fn advised_formulas_mean_what_they_say() {
    for (over, under) in [
        ("z[1]^4", "2*z[1] - 0.8"),
        ("x", "x - z[1]"),
        ("x + 1", "z[2]*3"),
        ("x + z[1]^2", "-x"),
        ("exp(x)", "z[1]/2"),
        ("x^2 + 1", "z[1] + z[2]"),
    ] {
        let advice = advised(&format!("({over})/({under}) <= 1.7"));
        let sides = |relation: &str| {
            let (left, right) = relation.split_once(" <= ").expect("an inequality");
            value(left) - value(right)
        };
        let [divisor, accepted] = advice.as_slice() else {
            panic!("{advice:?}");
        };
        let (from, to) = (value(divisor) - value(under), sides(accepted));
        assert!(from.abs() < 1e-12, "{advice:?}: {from}");
        let direct = value(&format!("({over}) - 1.7*({under})"));
        assert!((to - direct).abs() < 1e-12, "{advice:?}: {to} {direct}");
    }
}

#[test]
fn advised_inverses_hold_where_they_are_given() {
    assert_eq!(advised("sqrt(x) <= 1 + 2"), ["x <= 3^2", "x >= 0"]);
    assert_eq!(advised("log1p(x) <= 2"), ["x <= exp(2) - 1", "x >= -1"]);
    assert_eq!(advised("exp(x) >= 3"), ["x >= log(3)"]);
    assert!(!advised("exp(x) >= -3").concat().contains("log"));
    let below_zero = "var x\nminimize x\nsubject to\n  sqrt(x) <= -3\n";
    let problem = problem(below_zero);
    let errors = check(&problem).errors().into_iter();
    let told: Vec<String> = errors
        .filter_map(|e| miette::Diagnostic::help(&e).map(|h| h.to_string()))
        .collect();
    assert!(!told.iter().any(|h| h.contains("^2")), "{told:?}");
}

/// 1 - sigmoid(37) has no digit that is not rounding: what seems to bend the wrong way there is convex.
#[test]
fn rounding_errors_are_no_counterexample() {
    for expression in [
        "-log(1 - tanh(x))",
        "-log((1 - tanh(x))/2)",
        "(1 + exp(x))*log(1 + exp(x)) - exp(x)*log(exp(x))",
        "-log(1 - 1/(1 + exp(-x/2 - 3)))",
        "1e17 + x^2 - 1e17",
    ] {
        let verdict = text(&minimizing("var x", expression));
        assert!(
            !verdict.starts_with("not convex"),
            "{expression}: {verdict}"
        );
    }
    let bends = text(&minimizing("var x", "log(1 - 0.5*sigmoid(x)) - 0.1*x^2"));
    assert!(bends.starts_with("not convex"), "{bends}");
}

/// log(1 + exp(x)) is exact but for its last digit, 1 + exp(x) - exp(x) beside 3e16 has none.
#[test]
fn rounded_values_spread_where_digits_cancel() {
    let problem = problem("var x\nfind x\nsubject to\n  log(1 + exp(x)) <= 1 + exp(x) - exp(x)\n");
    let sides = [problem.constraints[0].left, problem.constraints[0].right];
    let evaluator = Evaluator::new(&problem.graph, &sides);
    let point = [Arc::new(Matrix::scalar(38.0))];
    let rounded = |seed| {
        evaluator
            .evaluate_rounded(&point, seed)
            .expect("finite values")
    };
    let values = |side: usize| {
        let values = (0..6).map(|seed| rounded(seed)[side].as_scalar());
        values
            .map(|value| value.expect("a number"))
            .collect::<Vec<f64>>()
    };
    let spread = |side: usize| {
        let values = values(side);
        let most = values.iter().fold(f64::NEG_INFINITY, |m: f64, v| m.max(*v));
        most - values.iter().fold(f64::INFINITY, |m: f64, v| m.min(*v))
    };
    assert!((1e-16..1e-13).contains(&spread(0)), "{:?}", values(0));
    assert!(spread(1) > 1.0, "{:?}", values(1));
}

#[test]
fn likelihoods_and_divergences_are_proved_in_any_shape() {
    let declarations = "param A[m, n] = randn(5, 3, seed = 1)\nparam c[m] = rand(5, seed = 2)\nvar x[n]\nvar p[m] >= 0\nvar q[m] >= 0";
    for expression in [
        "-sum(c .* log(1 ./ (1 + exp(-A*x))) + (1 - c) .* log(1 - 1 ./ (1 + exp(-A*x))))",
        "-sum(log(sigmoid(A*x))) - sum(log(1 - sigmoid(A*x)))",
        "-sum(log(normcdf(A*x))) - sum(log(1 - normcdf(A*x)))",
        "sum(log(cosh(c - A*x)))",
        "sum(exp(A*x) - c .* log(exp(A*x)))",
        "p'*log(p)",
        "p'*log(p ./ c) - q'*log(c ./ q)",
        "sum(p .* log(p ./ q)) + sum(q .* log(q ./ c))",
    ] {
        assert_proved(declarations, expression);
    }
    for expression in [
        "sum(log(sigmoid(A*x)))",
        "sum(log(2 - sigmoid(A*x)))",
        "-sum(log(cosh(A*x)))",
        "sum(p .* log(q))",
        "p'*log(q ./ p)",
        "sum((p - 1) .* log(p))",
    ] {
        assert_not_proved(declarations, expression);
    }
    // Both may be negative.
    assert_not_proved("var p[2]\nvar q[2]", "sum(p .* log(p ./ q))");
}

/// M/M/1 delays: the room may be stated with unknowns on both sides, of all entries or of each.
#[test]
fn constraints_on_differences_tell_signs() {
    let proved = |delay: &str, room: &str| {
        let text = format!(
            "param uses[3, 2] = [1, 0; 1, 1; 0, 1]\nvar f[2] >= 0.5\nvar c[3]\nvar s\nlet load = uses*f\n\
             minimize {delay}\nsubject to\n  room: {room}\n"
        );
        check(&problem(&text)).summary().starts_with("convex")
    };
    let delay = "sum(1/(c[l] - load[l]) for l in 1..3)";
    for room in [
        "c >= load",
        "load <= c",
        "load - c <= 0",
        "c - load >= 0.1",
        "load[l] <= c[l] for l in 1..3",
        "c[l] - load[l] >= 0 for l in 1..3",
    ] {
        assert!(proved(delay, room), "{room}");
    }
    assert!(proved("sum(1/(s - load[l]) for l in 1..3)", "load <= s"));
    for room in [
        "c <= load",
        "c >= -load",
        "c - load >= -0.1",
        "load[l] <= c[l] for l in 1..2",
        "load[l] <= c[4 - l] for l in 1..3",
    ] {
        assert!(!proved(delay, room), "{room}");
    }
    assert!(!proved(
        "sum(1/(s - load[l]) for l in 1..3)",
        "load[1..2] <= s"
    ));
}

/// Proofs build on constraints `affine <= number`, so a counterexample must satisfy them.
#[test]
fn counterexamples_lie_where_constraints_allow() {
    let outside = problem(
        "param mu[2] = [4; 10]\nvar x[2] >= 0\nmaximize sum(x)\nsubject to\n  x <= mu\n  a: 1/(mu[1] - x[1]) <= 2\n",
    );
    for (part, verdict) in check(&outside).parts() {
        let refuted = matches!(verdict, Verdict::NotConvex(_));
        assert!(!refuted, "{part:?}: {}", text(verdict));
    }
    let inside = problem(
        "var x\nvar y\nminimize x/y + y/x\nsubject to\n  x >= 1\n  y >= 1\n  x + y <= 10\n",
    );
    let check = check(&inside);
    let Verdict::NotConvex(found) = &check.parts()[0].1 else {
        panic!("{}", text(&check.parts()[0].1));
    };
    for point in [&found.first, &found.second] {
        let [x, y] = [0, 1].map(|k: usize| point[k].as_scalar().expect("a number"));
        assert!(x >= 1.0 && y >= 1.0 && x + y <= 10.0, "{x} {y}");
    }
}

/// Points that another constraint excludes refute nothing, and are told.
#[test]
fn counterexamples_that_others_exclude_are_told() {
    let problem = problem("var x\nvar y\nminimize x*y\nsubject to\n  ball: x^2 + y^2 <= 0.0001\n");
    let check = check(&problem);
    assert_eq!(check.summary(), "not proved convex");
    let error = check.errors().into_iter().next().expect("not convex");
    let message = error.to_string();
    assert!(
        message.contains("where `ball` does not hold it is not: it is"),
        "{message}"
    );
}

/// Matrices at the edge of the cone have no inverse; 0*exp(1/0) and exp(log(-1)) are no numbers.
#[test]
fn what_has_no_value_is_no_counterexample() {
    for (declaration, expression) in [
        ("var X[2, 2] psd", "norm2(inv(X))"),
        ("var X[3, 3] psd", "lambda_max(A'*inv(X)*A)"),
        ("var s >= 0\nvar x", "s*exp(x^3/s) + s*exp(-x^3/s)"),
        ("var x[3]", "-exp(mean(log(x)))"),
        ("var x[3]", "-1/sum(inv_pos(x))"),
        ("var X[2, 2] symmetric", "-exp(0.5*log_det(X))"),
        ("var x", "-sigmoid(log(x))"),
    ] {
        let declaration = format!("param A[3, 2] = [1, 2; 0, 1; 1, 1]\n{declaration}");
        let verdict = text(&minimizing(&declaration, expression));
        assert!(
            !verdict.starts_with("not convex"),
            "{expression}: {verdict}"
        );
    }
    let bends = text(&minimizing("var X[2, 2] psd", "inv(X)[1, 2]"));
    assert!(bends.starts_with("not convex"), "{bends}");
}

/// A sign is advised where the part is proved with it.
#[test]
fn advised_signs_are_enough() {
    let help = |declaration: &str, expression: &str| {
        let problem = problem(&format!("{declaration}\nminimize {expression}\n"));
        let error = check(&problem).errors().into_iter().next();
        error.and_then(|e| miette::Diagnostic::help(&e).map(|h| h.to_string()))
    };
    let told = help("var x\nvar y", "1/(x*y)").unwrap_or_default();
    assert!(told.contains("`y >= 0` and `x >= 0`"), "{told}");
    assert!(help("var x\nvar y >= 0\nvar z >= 0", "1/(x*y)").is_none_or(|h| !h.contains("z")));
    let told = help("var x\nvar y", "x/y").unwrap_or_default();
    assert!(!told.contains("accepted"), "{told}");
}

/// Of a matrix that a constraint makes definite, and with a number before the product.
#[test]
fn inverses_of_affine_matrices_and_with_factors_are_proved() {
    let declarations = "param f[2] = [1; 2]\nparam b[2] = [1; -1]\nparam K0[2, 2] = [3, -1; -1, 2]\nvar x >= 0\nvar v[2]\nvar X[2, 2] psd";
    for expression in [
        "0.5*f'*inv(X)*f",
        "3*v'*inv(X)*v",
        "-v'*inv(X)*(-2*v)",
        "(0.1*f)'*inv(X)*f",
    ] {
        assert_proved(declarations, expression);
    }
    for expression in ["-0.5*f'*inv(X)*f", "f'*inv(X)*b", "f'*inv(K0 + x*b*b')*f"] {
        assert_not_proved(declarations, expression);
    }
    let stated = problem(&format!(
        "{declarations}\nminimize f'*inv(K0 + x*b*b')*f\nsubject to\n  K0 + x*b*b' >> 0\n"
    ));
    assert!(check(&stated).is_convex());
}

/// On half turns that bounds tell.
#[test]
fn sine_and_cosine_bend_to_one_side() {
    for (range, expression) in [
        (">= 0, <= pi", "-sin(x)"),
        (">= 0, <= pi", "-sin(x/2)"),
        (">= 0, <= 2*pi", "-sin(x/2)"),
        (">= -pi, <= 0", "sin(x)"),
        (">= -pi/2, <= pi/2", "-cos(x)"),
        (">= pi/2, <= 3*pi/2", "cos(x)"),
        (">= 0, <= pi/2", "square(1 - sin(x))"),
    ] {
        assert_proved(&format!("var x {range}"), expression);
    }
    for (range, expression) in [
        (">= 0, <= 3.2", "-sin(x)"),
        (">= 0", "-sin(x)"),
        (">= 0, <= pi", "sin(x)"),
        (">= 0, <= pi", "-cos(x)"),
        (">= 0, <= pi", "square(sin(x))"),
    ] {
        assert_not_proved(&format!("var x {range}"), expression);
    }
}

/// As geometric means, sums of logarithms and reciprocals.
#[test]
fn products_of_many_factors_are_proved() {
    let declarations = "param w[4] = [0.1, 0.2, 0.3, 0.4]\nvar e[7] >= 0";
    for expression in [
        "-prod(e[s]^w[s] for s in 1..4)",
        "-prod(e)^(1/7)",
        "-log(prod(e[1..5]))",
        "1/prod(e[1..4])",
        "-prod(e[2..5])^0.2",
    ] {
        assert_proved(declarations, expression);
    }
    for expression in ["-prod(e[1..4])", "-prod(e[1..4])^0.3", "prod(e[1..4])^0.25"] {
        assert_not_proved(declarations, expression);
    }
}

/// Bounds count for every factor of what is divided by, and so do those of a least or a largest entry.
#[test]
fn signs_that_constraints_tell_in_other_words_are_known() {
    let declarations = "param s[2] = [0.02; 0.05]\nvar x[2] >= 0\nvar y[2]";
    for (expression, constraint) in [
        ("x[1]^2/(2*(1 - x[1]*0.02))", "0.02*x[1] <= 0.95"),
        ("x[1]^2/((1 - s[1]*x[1])*3)", "s .* x <= 0.95"),
        ("x[1]^3/((50 - x[1])*(19 - x[2]))", "s .* x <= 0.95"),
        ("x[1]^2/y[1]", "min(y[1], y[2]) >= 12"),
        ("x[1]^2/(y[1] + y[2])", "min(y[1] + y[2], x[1]) >= 1"),
        ("x[1]^2/(3 - y[2])", "max(y[2], y[1]) <= 3"),
        ("sum(x.^2 ./ y)", "min(y) >= 0.1"),
        ("x[1]^2/y[2]", "min([y[1]; y[2]]) >= 1"),
    ] {
        let proved = |constraint: &str| {
            let problem = problem(&format!(
                "{declarations}\nminimize {expression}\nsubject to\n  {constraint}\n"
            ));
            check(&problem).parts()[0].1.is_proved()
        };
        assert!(proved(constraint), "{expression} where {constraint}");
        assert!(!proved("x <= 1e3"), "{expression}");
    }
    // The largest entry says nothing of the least.
    assert_not_proved(
        "var x\nvar y[2]",
        "x^2/y[1]\nsubject to\n  max(y[1], y[2]) <= 12",
    );
}
