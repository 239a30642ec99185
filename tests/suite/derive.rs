//! `bowl derive`: Hessians as in textbooks, bare expressions, LaTeX.

use bowl::atoms::construct;
use bowl::compare::{Difference, gradient_error, hessian_error};
use bowl::differentiate::{Block, Derivation, derive};
use bowl::elaborate::Inputs;
use bowl::expr::Evaluator;
use bowl::matrix::Matrix;
use bowl::pipeline;
use bowl::problem::Problem;
use bowl::report::{Formula, Formulas, formulas};
use bowl::shape::Shape;
use serde_json::Value;
use std::process::{Command, Output};
use std::sync::Arc;

const DATA: &str = "param A[30, 20] = randn(30, 20, seed = 1)
param B[20, 20] = randn(20, 20, seed = 2)
param a[20] = randn(20, seed = 3)
param b[30] = randn(30, seed = 4)
";

fn derived(text: &str) -> (Problem, Derivation, Formulas) {
    let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
    let problem = loaded
        .unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
        .problem;
    let derivation = derive(&problem, None, true).expect("an objective");
    let told = formulas(&problem, &derivation);
    (problem, derivation, told)
}

fn assert_checked(text: &str, problem: &Problem, derivation: &Derivation) {
    for (what, difference) in [
        ("gradient", gradient_error(problem, derivation)),
        ("Hessian", hessian_error(problem, derivation)),
    ] {
        match difference {
            Difference::By(error) => assert!(error < 1e-6, "{text}: {what} {error}"),
            Difference::NoPoint => panic!("{text}: {what} without a point"),
        }
    }
}

#[test]
fn hessians_are_those_of_the_textbook() {
    for (objective, wanted, part) in [
        ("x'*B*x", "B + B'", ""),
        ("a'*x + 3", "zeros(20, 20)", ""),
        ("sum_squares(A*x - b)", "2*A'*A", ""),
        (
            "log_sum_exp(A*x)",
            "A'*(diag(p) - p*p')*A",
            "exp(A*x - log_sum_exp(A*x))",
        ),
        (
            "sum(logistic(A*x))",
            "A'*diag((1 - p) .* p)*A",
            "sigmoid(A*x)",
        ),
        ("-sum(log(x))", "diag(1 ./ x.^2)", ""),
        ("exp(a'*x)", "exp(a'*x)*a*a'", ""),
        ("norm2(x)", "eye(20)/norm2(x) - x*x'/norm2(x)^3", ""),
        ("sum(x .^ 4)", "12*diag(x.^2)", ""),
        ("x[1]^2*x[3]", "", ""),
        (
            "sum_squares(x[2..5]) + sum_squares(diff(x)) + sum(cumsum(exp(x)))",
            "",
            "",
        ),
        ("sum_squares(x)^2 + (a'*x)*sum(x)", "", ""),
        ("quad_over_lin(A*x, sum(x) + 40)", "", ""),
        ("geo_mean(x)", "", ""),
    ] {
        let text = format!("{DATA}var x[20]\nminimize {objective}\n");
        let (problem, derivation, told) = derived(&text);
        assert_checked(objective, &problem, &derivation);
        let Formula::Matrix(found) = &told.hessian[0].formula else {
            panic!("{objective}: {:?}", told.hessian);
        };
        if !wanted.is_empty() {
            assert_eq!(found, wanted, "{objective}");
            let parts: Vec<&str> = told.shared.iter().map(|(_, text)| text.as_str()).collect();
            let wanted: Vec<&str> = Some(part).filter(|p| !p.is_empty()).into_iter().collect();
            assert_eq!(parts, wanted, "{objective}");
        }
    }
}

#[test]
fn few_entries_are_written_out() {
    let rosenbrock = "var x[2]\nminimize (1 - x[1])^2 + 100*(x[2] - x[1]^2)^2\n";
    let (problem, derivation, told) = derived(rosenbrock);
    assert_checked(rosenbrock, &problem, &derivation);
    let Formula::Matrix(found) = &told.hessian[0].formula else {
        panic!("{told:?}");
    };
    assert_eq!(
        found,
        "[800*x[1]^2 - 400*(x[2] - x[1]^2) + 2, -400*x[1]; -400*x[1], 200]"
    );
}

#[test]
fn blocks_stand_between_all_pairs_of_variables() {
    let text =
        format!("{DATA}var x[20]\nvar y[30]\nvar t\nminimize y'*A*x + t*sum(exp(x)) + t^3\n");
    let (problem, derivation, told) = derived(&text);
    assert_checked(&text, &problem, &derivation);
    let found: Vec<(String, String)> = told
        .hessian
        .iter()
        .map(|second| match &second.formula {
            Formula::Matrix(text) => (format!("{}{}", second.row, second.column), text.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    let wanted = [
        ("xx", "t*diag(exp(x))"),
        ("xy", "A'"),
        ("xt", "exp(x)"),
        ("yy", "zeros(30, 30)"),
        ("yt", "zeros(30)"),
        ("tt", "6*t"),
    ];
    let wanted = wanted.map(|(pair, text)| (pair.to_owned(), text.to_owned()));
    assert_eq!(found, wanted);
}

#[test]
fn matrices_have_hessians_along_directions() {
    let text = "var X[3, 3] symmetric\nminimize -log_det(X)\n";
    let (problem, derivation, told) = derived(text);
    assert_checked(text, &problem, &derivation);
    let Formula::Applied { direction, text } = &told.hessian[0].formula else {
        panic!("{told:?}");
    };
    assert_eq!(
        (direction.as_str(), text.as_str()),
        ("D", "inv(X)*D*inv(X)")
    );
}

#[test]
fn functions_of_symmetric_parts_have_the_symmetric_gradient() {
    for (declared, objective, wanted) in [
        ("X[3, 3]", "log_det(X)", "inv((X + X')/2)"),
        ("X[3, 3] symmetric", "log_det(X)", "inv(X)"),
        ("X[3, 3] diagonal", "log_det(X)", "inv(X)"),
        (
            "X[3, 3]",
            "log_det(X*X' + eye(3))",
            "2*inv(X*X' + eye(3))*X",
        ),
        ("X[3, 3] symmetric", "log_det(M*X*M')", "M'*inv(M*X*M')*M"),
        ("X[3, 3] symmetric", "log_det(2*X + S)", "2*inv(2*X + S)"),
        (
            "X[3, 3]",
            "matrix_frac(b, X)",
            "-inv((X + X')/2)*b*b'*inv((X + X')/2)",
        ),
        ("X[3, 3]", "tr_inv(X)", "-inv((X + X')/2)*inv((X + X')/2)"),
        ("X[3, 3]", "det_inv(X)", ""),
        ("X[3, 3]", "det_rootn(X + X')", ""),
    ] {
        let start = "start [3, 1, 0; 0, 4, 1; -1, 0, 5]";
        let start = if declared == "X[3, 3]" { start } else { "" };
        let text = format!(
            "param M[3, 3] = randn(3, 3, seed = 1)
param S[3, 3] symmetric = [2, 1, 0; 1, 2, 0; 0, 0, 3]
param b[3] = [1; 2; 3]
var {declared} {start}\nminimize {objective}\n"
        );
        let (problem, derivation, told) = derived(&text);
        assert_checked(&text, &problem, &derivation);
        assert!(told.notes.is_empty(), "{text}: {:?}", told.notes);
        if !wanted.is_empty() {
            assert_eq!(told.gradient[0].1, wanted, "{text}");
        }
    }
}

#[test]
fn slopes_of_a_skew_part_are_zero() {
    let text = "var X[2, 2] start [3, 1; -1, 2]\nminimize -log_det(X)\n";
    let (problem, derivation, _) = derived(text);
    assert_checked(text, &problem, &derivation);
    let evaluator = Evaluator::new(&derivation.graph, &derivation.gradient);
    let point = Matrix::from_columns(Shape::new(2, 2), vec![3.0, -1.0, 1.0, 2.0]);
    let found = evaluator.evaluate(&[Arc::new(point)]);
    let wanted = [-1.0 / 3.0, 0.0, 0.0, -0.5];
    for (found, wanted) in found[0].entries().iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-15, "{found} {wanted}");
    }
}

#[test]
fn what_has_no_second_derivative_is_said_to_have_none() {
    for objective in ["lambda_max(X)", "norm_nuc(X)"] {
        let text = format!("var X[3, 3] symmetric\nminimize {objective}\n");
        let Ok(loaded) = pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) else {
            panic!("{objective}");
        };
        let derivation = derive(&loaded.problem, None, true).expect("an objective");
        assert!(
            matches!(derivation.hessian[0].block, Block::Unknown(_)),
            "{objective}"
        );
        let told = formulas(&loaded.problem, &derivation);
        assert!(!told.meanings.is_empty(), "{objective}: {told:?}");
    }
}

#[test]
fn wrong_derivatives_do_not_pass() {
    let text = format!("{DATA}var x[20]\nminimize sum_squares(A*x - b)\n");
    let (problem, mut derivation, _) = derived(&text);
    let Block::Matrix(hessian) = derivation.hessian[0].block else {
        panic!("a matrix");
    };
    let (graph, gradient) = (&mut derivation.graph, derivation.gradient[0]);
    let wrong_hessian = construct::scale(graph, 1.001, hessian);
    let wrong_gradient = construct::scale(graph, 1.001, gradient);
    let mut wrong = derivation.clone();
    wrong.hessian[0].block = Block::Matrix(wrong_hessian);
    let Difference::By(error) = hessian_error(&problem, &wrong) else {
        panic!("a point");
    };
    assert!(error > 1e-4, "{error}");
    derivation.gradient = vec![wrong_gradient];
    let Difference::By(error) = gradient_error(&problem, &derivation) else {
        panic!("a point");
    };
    assert!(error > 1e-4, "{error}");
}

#[test]
fn symmetric_variables_raise_no_false_alarm() {
    for text in [
        "var X[3, 3] symmetric\nminimize log_det(X + 20*eye(3))\n",
        "var X[4, 4] psd\nminimize -log_det(X) + trace(X)\n",
        "var X[3, 3] symmetric\nminimize tr_inv(X)\n",
        "var X[3, 3] diagonal\nminimize -log_det(X) + sum_squares(X)\n",
        "var x[3] nonneg start [0; 0; 0]\nminimize sum(entr(x)) + norm1(x)\n",
    ] {
        let (problem, derivation, _) = derived(text);
        assert_checked(text, &problem, &derivation);
    }
}

fn bowl(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bowl"))
        .arg("derive")
        .args(arguments)
        .output()
        .expect("bowl runs")
}

/// What is written, and that it passes `--check`.
fn told(arguments: &[&str]) -> String {
    let output = bowl(arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {text}{error}"
    );
    text
}

#[test]
fn bare_expressions_are_derived_for_all_sizes() {
    for (arguments, wanted) in [
        (
            vec!["x'*A*x"],
            vec![
                "df/dx   = (A + A')*x",
                "d2f/dx2 = A + A'",
                "x is a vector of n, A is n x n",
            ],
        ),
        (
            vec!["sum_squares(A*x - b)"],
            vec![
                "= 2*A'*(A*x - b)",
                "= 2*A'*A",
                "A is m x n, x is a vector of n, b is a vector of m",
            ],
        ),
        (vec!["norm2(x)"], vec!["eye(n)/norm2(x) - x*x'/norm2(x)^3"]),
        (
            vec!["a*x'*x", "--declare", "a scalar"],
            vec!["2*a*x", "2*a*eye(n)"],
        ),
        (
            vec!["exp(-x'*P*x)", "--declare", "P symmetric"],
            vec!["-2*exp(-x'*P*x)*P*x", "P is n x n symmetric"],
        ),
        (vec!["log_det(X)"], vec!["df/dX", "inv((X + X')/2)"]),
        (
            vec!["log_det(X)", "--declare", "X symmetric"],
            vec!["= inv(X)", "= -inv(X)*D*inv(X)"],
        ),
        (
            vec!["trace(A*X*B)"],
            vec!["A'*B'", "A is m x n, X is n x k, B is k x m"],
        ),
        (vec!["y'*log(x)", "--wrt", "y"], vec!["df/dy", "log(x)"]),
        (
            vec!["x'*(A + eye(n))*x/n"],
            vec!["(A + eye(n))*x", "x is a vector of n"],
        ),
        (
            vec!["100*(x[2] - x[1]^2)^2 + (1 - x[1])^2"],
            vec!["[-400*", "x is a vector of 2"],
        ),
        (vec!["u'*v"], vec!["df/du", "df/dv", "d2f/dudv"]),
        (vec!["quad_form(x, P)"], vec!["P + P'"]),
        (vec!["sum(huber(x, M = 2))"], vec!["df/dx"]),
        (vec!["mean(x)^2"], vec!["2*ones(n, n)/n^2"]),
        (
            vec!["variance(x)"],
            vec!["= 2*(x - mean(x))/n\n", "= 2*eye(n)/n - 2*ones(n, n)/n^2\n"],
        ),
        (
            vec!["variance(x, ddof = 1)"],
            vec![
                "= 2*(x - mean(x))/(n - 1)\n",
                "= 2*eye(n)/(n - 1) - 2*ones(n, n)/(n*(n - 1))\n",
            ],
        ),
        (
            vec!["std(x)"],
            vec![
                "= (1/sqrt(n))*(x - mean(x))/norm2(x - mean(x))\n",
                "- (1/sqrt(n^3))*ones(n, n)/p -",
            ],
        ),
        (
            vec!["sum_squares(mean(x) - x)"],
            vec!["= -2*(mean(x) - x)\n", "= 2*eye(n) - 2*ones(n, n)/n\n"],
        ),
        (
            vec!["a/b", "--declare", "a scalar", "--declare", "b scalar"],
            vec!["d2f/dadb = -1/b^2\n", "d2f/db2  = 2*a/b^3\n"],
        ),
        (
            vec!["t^3/(1 - t)^2", "--declare", "t scalar"],
            vec!["= 3*t^2/(1 - t)^2 + 2*t^3/(1 - t)^3\n"],
        ),
        (
            vec!["exp(-x'*A*x)/sum(x)^2", "--declare", "A symmetric"],
            vec!["df/dx   = "],
        ),
        (
            vec!["x'*A*x/(x'*x)"],
            vec!["= A*x/(x'*x) - 2*x'*A*x*x/(x'*x)^2 + A'*x/(x'*x)\n"],
        ),
        (
            vec!["-x'*x/sum(x)"],
            vec!["= x'*x*ones(n)/sum(x)^2 - 2*x/sum(x)\n"],
        ),
        (vec!["x'*A*y", "--wrt", "y"], vec!["= A'*x\n"]),
        (vec!["sum(exp(x))/sum(x)"], vec!["*ones(1, n)/sum(x)^3"]),
        (vec!["mean(X)"], vec!["/(m*n)"]),
        (
            vec!["mean(X)^2"],
            vec!["2*mean(X)*ones(m, n)/(m*n)\n", "/(m^2*n^2)"],
        ),
        (vec!["std(x, ddof = 1)"], vec!["1/sqrt(n - 1)"]),
        (vec!["variance(X)"], vec!["= 2*(X - mean(X))/(m*n)\n"]),
        (vec!["-x'*x"], vec!["df/dx   = -2*x"]),
        (
            vec!["-2*t^2", "--declare", "t scalar"],
            vec!["df/dt", "-4*t"],
        ),
    ] {
        let mut all = vec!["--hessian", "--check"];
        all.extend(&arguments);
        let text = told(&all);
        for phrase in wanted {
            assert!(
                text.contains(phrase),
                "{arguments:?}: no `{phrase}` in\n{text}"
            );
        }
        // The numbers that stood for sizes are gone.
        for number in ["23", "27", "31", "35", "43", "713", "945", "989"] {
            assert!(!text.contains(number), "{arguments:?}: {text}");
        }
    }
}

#[test]
fn flags_stay_flags() {
    let output = bowl(&["--x"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("unexpected argument '--x'"), "{told}");
    let help = bowl(&["-h"]);
    let told = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(told.contains("Usage: bowl derive"), "{told}");
}

#[test]
fn what_cannot_conform_is_told() {
    for (arguments, wanted) in [
        (
            vec!["A*x"],
            "this is a vector of m, and a gradient is that of a scalar",
        ),
        (
            vec!["a*x"],
            "cannot multiply a vector of m by a vector of n",
        ),
        (vec!["x'*y + A"], "a gradient is that of a scalar"),
        (vec!["x + A*x + A'*x"], "a gradient is that of a scalar"),
        (vec!["sum(x + [1, 2] + [1, 2, 3])"], "cannot add"),
        (vec!["log_det(x)"], "does not take a vector"),
        (vec!["x'*x/y"], "cannot divide by a vector"),
        (vec!["x^2"], "`^` takes a scalar"),
        (vec!["frobnicate(x)"], "there is no function `frobnicate`"),
        (
            vec!["sum(vec(X)) + sum(kron(A, B))"],
            "none of those of its arguments",
        ),
        (
            vec!["sum(x[i] for i in 1..n)"],
            "needs sizes that are numbers",
        ),
        (
            vec!["x'*x", "--declare", "y scalar"],
            "`y` is declared, but it is not in the expression",
        ),
        (vec!["x'*x", "--wrt", "y"], "there is no `y`"),
        (vec!["x'*x", "--set", "x=1"], "a bare expression has none"),
        (vec!["missing.opt"], "there is no such file"),
        (
            vec!["no/such.file"],
            "`no/such.file`: there is no such file",
        ),
        (vec!["no/such"], "`no/such`: there is no such file"),
        (
            vec!["no/such.opt"],
            "cannot read `no/such.opt`: there is no such file",
        ),
        (vec!["3"], "no name in the expression"),
    ] {
        let output = bowl(&arguments);
        let error = String::from_utf8_lossy(&output.stderr).replace("\n  │ ", " ");
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {error}");
        assert!(
            error.contains(wanted),
            "{arguments:?}: no `{wanted}` in\n{error}"
        );
    }
    assert_eq!(
        bowl(&["x'*x", "--declare", "x bright"]).status.code(),
        Some(2)
    );
}

#[test]
fn formulas_are_written_for_papers() {
    let text = told(&["log_sum_exp(A*x)", "--hessian", "--format", "latex"]);
    for line in [
        "\\begin{align*}",
        "  \\nabla_{x} f &= A^\\top \\exp\\left(A x - \\operatorname{log\\_sum\\_exp}\\left(A x\\right)\\right) \\\\",
        "  \\nabla^2_{x} f &= A^\\top \\left(\\operatorname{diag}\\left(p\\right) - p p^\\top\\right) A \\\\",
        "\\end{align*}",
    ] {
        assert!(
            text.lines().any(|own| own == line),
            "no `{line}` in\n{text}"
        );
    }
}

#[test]
fn programs_read_hessians_as_json() {
    let text = told(&[
        "sum(logistic(A*x))",
        "--hessian",
        "--check",
        "--format",
        "json",
    ]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report["hessian"][0]["row"], "x");
    assert_eq!(report["hessian"][0]["formula"], "A'*diag((1 - p) .* p)*A");
    assert_eq!(report["where"]["p"], "sigmoid(A*x)");
    assert!(
        report["hessian_difference_error"]
            .as_f64()
            .is_some_and(|e| e < 1e-6)
    );
}

/// A kink below a power above one is none; and the name that should be a number is the one that is not declared so.
#[test]
fn notes_and_advice_name_what_is_meant() {
    for (expression, is_kinked) in [
        ("norm2(A*x - b)^2", false),
        ("abs(x[1])^1.5 + pos(x[2])^2", false),
        ("norm2(x)^2 + norm2(x)", true),
        ("abs(x[1])", true),
        ("norm1(x)^2", true),
    ] {
        let text = format!(
            "param A[2,2] = [1, 2; 3, 4]\nparam b[2] = [1; 2]\nvar x[2]\nminimize {expression}\n"
        );
        let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
        let problem = loaded.expect("a problem").problem;
        let derivation = derive(&problem, None, false).expect("an objective");
        assert_eq!(!derivation.kinked.is_empty(), is_kinked, "{expression}");
    }
    for (expression, name) in [
        ("sum_squares(A*x - b) + lambda*norm1(x)", "lambda"),
        ("lambda*norm1(x) + sum_squares(A*x - b)", "lambda"),
        ("sum_squares(A*x - b)/m", "m"),
        ("x^3", "x"),
    ] {
        let output = bowl(&[expression]);
        let text = String::from_utf8_lossy(&output.stderr).replace(['\n', ' '], "");
        let wanted = format!("--declare'{name}scalar'");
        assert!(text.contains(&wanted), "{expression}: {text}");
    }
}
