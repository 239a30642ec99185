//! One problem written for members of a family, entry by entry and as vectors is one program.

use bowl::canonicalize::{Options, RULES, Source, canonicalize};
use bowl::compare::Judge;
use bowl::cone::{Cone, ConeProgram};
use bowl::convexity::check;
use bowl::elaborate::Inputs;
use bowl::pipeline::load;
use bowl::solve::conic::{ConicStatus, solve, solve_source};
use bowl::solve::{Settings, Status};

/// Rows by kind of cone, nonzeros of A and P, and the optimum.
#[derive(Debug, PartialEq)]
struct Portrait {
    variables: usize,
    equalities: usize,
    inequalities: usize,
    /// The cones of other kinds, in the order of their names.
    cones: Vec<String>,
    matrix: usize,
    quadratic: usize,
}

fn lowered(text: &str) -> ConeProgram {
    let loaded = load("text.opt", text.as_bytes(), &Inputs::default()).expect("elaborates");
    let check = check(&loaded.problem);
    let convex = check.convex().expect("is convex");
    canonicalize(convex).expect("lowers").0
}

fn portrait(program: &ConeProgram) -> Portrait {
    let rows = |wanted: fn(&Cone) -> bool| {
        let blocks = program.blocks.iter().filter(|b| wanted(&b.cone));
        blocks.map(|b| b.map.rows()).sum()
    };
    let is_zero: fn(&Cone) -> bool = |cone| matches!(cone, Cone::Zero(_));
    let is_nonnegative: fn(&Cone) -> bool = |cone| matches!(cone, Cone::Nonnegative(_));
    let others = program
        .blocks
        .iter()
        .filter(|b| !is_zero(&b.cone) && !is_nonnegative(&b.cone));
    let mut cones: Vec<String> = others
        .flat_map(|b| std::iter::repeat_n(format!("{:?}", b.cone), b.count))
        .collect();
    cones.sort();
    Portrait {
        variables: program.variables,
        equalities: rows(is_zero),
        inequalities: rows(is_nonnegative),
        cones,
        matrix: program.blocks.iter().map(|b| b.map.nonzeros()).sum(),
        quadratic: program.quadratic.nonzeros(),
    }
}

fn optimum(program: &ConeProgram) -> f64 {
    let answer = solve(program, &Settings::default());
    assert_eq!(answer.status, ConicStatus::Solved);
    let x = &answer.x;
    let linear: f64 = x.iter().zip(&program.linear).map(|(x, q)| x * q).sum();
    let quadratic = program.quadratic.triplets().map(|(i, j, p)| match i == j {
        true => 0.5 * p * x[i] * x[i],
        false => p * x[i] * x[j],
    });
    linear + quadratic.sum::<f64>() + program.constant
}

/// Both texts, behind the same declarations, make the same program.
fn assert_same(declarations: &str, texts: &[&str]) {
    let whole = |text: &&str| lowered(&format!("{declarations}\n{text}"));
    let programs: Vec<ConeProgram> = texts.iter().map(whole).collect();
    let (first, value) = (portrait(&programs[0]), optimum(&programs[0]));
    for (program, text) in programs.iter().zip(texts).skip(1) {
        assert_eq!(portrait(program), first, "{text}");
        let other = optimum(program);
        let scale = value.abs().max(1.0);
        assert!(
            (other - value).abs() <= 1e-6 * scale,
            "{text}: {other} and {value}"
        );
    }
}

#[test]
fn total_variation() {
    let terms: Vec<String> = (1..=12)
        .map(|i| format!("0.5*(x[{i}] - y[{i}])^2"))
        .chain((1..=11).map(|i| format!("2*abs(x[{} + 1] - x[{i}])", i)))
        .collect();
    let written_out = format!("minimize {}", terms.join(" + "));
    assert_same(
        "param n = 12\nparam y[n] = randn(n, seed = 1)\nvar x[n]",
        &[
            "minimize 0.5*sum_squares(x - y) + 2*norm1(diff(x))",
            "minimize 0.5*sum((x - y) .^ 2) + 2*sum(abs(x[2..n] - x[1..n-1]))",
            "minimize 0.5*sum((x[i] - y[i])^2 for i in 1..n) + 2*sum(abs(x[i+1] - x[i]) for i in 1..n-1)",
            &written_out,
        ],
    );
}

#[test]
fn transport() {
    assert_same(
        "param C[m, n] = rand(9, 11, seed = 1)\nvar x[m, n] >= 0",
        &[
            "minimize sum(C .* x)\nsubject to\nsum(x, each = row) == 11\nsum(x, each = column) == 9",
            "minimize sum(C[i, j]*x[i, j] for i in 1..m, j in 1..n)\nsubject to\n\
             supply[i]: sum(x[i, j] for j in 1..n) == 11 for i in 1..m\n\
             demand[j]: sum(x[i, j] for i in 1..m) == 9 for j in 1..n",
            "minimize sum(sum(C[i, j]*x[i, j] for j in 1..n) for i in 1..m)\nsubject to\n\
             supply[i]: sum(x[i, :]) == 11 for i in 1..m\n\
             demand[j]: sum(x[:, j]) == 9 for j in 1..n",
        ],
    );
}

#[test]
fn least_deviations_by_rows() {
    assert_same(
        "param A[m, n] = randn(15, 4, seed = 1)\nparam b[m] = randn(15, seed = 2)\nvar x[n]",
        &[
            "minimize norm1(A*x - b) + sum(logistic(-b .* (A*x)))",
            "minimize sum(abs(A[i, :]*x - b[i]) for i in 1..m) + sum(logistic(-b[i]*(A[i, :]*x)) for i in 1..m)",
            "minimize sum(abs(sum(A[i, j]*x[j] for j in 1..n) - b[i]) for i in 1..m) \
             + sum(logistic(-b[i]*sum(A[i, j]*x[j] for j in 1..n)) for i in 1..m)",
        ],
    );
}

#[test]
fn entropy_with_bounds() {
    assert_same(
        "param n = 10\nvar p[n]",
        &[
            "maximize sum(entr(p))\nsubject to\nsum(p) == 1\np <= 0.3\np[1..n-1] >= p[2..n]",
            "maximize sum(entr(p[i]) for i in 1..n)\nsubject to\nsum(p[i] for i in 1..n) == 1\n\
             p[i] <= 0.3 for i in 1..n\np[i] >= p[i+1] for i in 1..n-1",
        ],
    );
}

#[test]
fn optimal_control() {
    assert_same(
        "param T = 12\nparam A[4, 4] = eye(4) + 0.1*randn(4, 4, seed = 1)\n\
         param B[4, 2] = randn(4, 2, seed = 2)\nvar x[4, 0..T]\nvar u[2, 0..T-1]",
        &[
            "minimize sum_squares(x[:, 0..T-1]) + 0.1*sum_squares(u)\nsubject to\nx[:, 0] == 1\n\
             x[:, 1..T] == A*x[:, 0..T-1] + B*u\n-0.2 <= u <= 0.2",
            "minimize sum(sum_squares(x[:, t]) + 0.1*sum_squares(u[:, t]) for t in 0..T-1)\n\
             subject to\nx[:, 0] == 1\nx[:, t+1] == A*x[:, t] + B*u[:, t] for t in 0..T-1\n\
             -0.2 <= u <= 0.2",
        ],
    );
}

#[test]
fn functions_filters_and_weights() {
    assert_same(
        "param n = 12\nparam w[n] = rand(n, seed = 1)\nparam y[n] = randn(n, seed = 2)\nvar x[n]\n\
         let cost(a, b) = huber(a - b, 0.5) + 0.1*a^2",
        &[
            "minimize sum(w .* (huber(x - y, 0.5) + 0.1*x .^ 2)) + sum(cumsum(ones(n)) .* exp(x))",
            "minimize sum(w[i]*cost(x[i], y[i]) for i in 1..n) + sum(i*exp(x[i]) for i in 1..n)",
        ],
    );
    assert_same(
        "param n = 30\nparam y[n] = randn(n, seed = 2)\nvar x[n]",
        &[
            "minimize sum_squares(x[1..n by 2] - y[1..n by 2]) + sum(abs(x))",
            "minimize sum((x[i] - y[i])^2 for i in 1..n by 2) + sum(abs(x[i]) for i in 1..n if i > 0)",
        ],
    );
}

#[test]
fn lasso() {
    assert_same(
        "param A[m, n] = randn(20, 6, seed = 1)\nparam b[m] = randn(20, seed = 2)\nvar x[n]",
        &[
            "minimize 0.5*sum_squares(A*x - b) + 2*norm1(x)",
            "minimize 0.5*norm2(A*x - b)^2 + 2*sum(abs(x))",
            "minimize 0.5*sum((A[i, :]*x - b[i])^2 for i in 1..m) + 2*sum(abs(x[j]) for j in 1..n)",
            "minimize 0.5*sum((sum(A[i, j]*x[j] for j in 1..n) - b[i])^2 for i in 1..m) \
             + sum(2*abs(x[j]) for j in 1..n)",
        ],
    );
}

#[test]
fn ridge_and_huber() {
    assert_same(
        "param A[m, n] = randn(20, 6, seed = 1)\nparam b[m] = randn(20, seed = 2)\nvar x[n]",
        &[
            "minimize sum(huber(A*x - b, 1)) + 0.3*sum_squares(x)",
            "minimize sum(huber(A[i, :]*x - b[i], 1) for i in 1..m) + 0.3*sum(x[j]^2 for j in 1..n)",
        ],
    );
}

#[test]
fn portfolio() {
    assert_same(
        "param F[n, k] = randn(12, 3, seed = 1)\nparam mu[n] = rand(12, seed = 2)\n\
         param d[n] = rand(12, seed = 3)\nvar w[n] >= 0",
        &[
            "minimize sum_squares(F'*w) + sum(d .* w .^ 2) - mu'*w\nsubject to\nsum(w) == 1\nw <= 0.4",
            "minimize sum(sum(F[i, j]*w[i] for i in 1..n)^2 for j in 1..k) \
             + sum(d[i]*w[i]^2 for i in 1..n) - sum(mu[i]*w[i] for i in 1..n)\nsubject to\n\
             sum(w[i] for i in 1..n) == 1\ncap[i]: w[i] <= 0.4 for i in 1..n",
        ],
    );
}

#[test]
fn semidefinite() {
    assert_same(
        "param n = 5\nparam R[n, n] = rand(n, n, seed = 1)\nvar X[n, n] psd",
        &[
            "maximize sum(R .* X)\nsubject to\ndiag(X) == 1",
            "maximize sum(R[i, j]*X[i, j] for i in 1..n, j in 1..n)\nsubject to\nX[i, i] == 1 for i in 1..n",
            "maximize trace(R'*X)\nsubject to\ndiag(X) == ones(n)",
        ],
    );
}

#[test]
fn logistic_and_exponentials() {
    assert_same(
        "param A[m, n] = randn(15, 4, seed = 1)\nparam b[m] = randn(15, seed = 2)\nvar x[n]",
        &[
            "minimize sum(logistic(A*x .* b)) + norm1(x)",
            "minimize sum(logistic(b[i]*(A[i, :]*x)) for i in 1..m) + sum(abs(x[j]) for j in 1..n)",
        ],
    );
    assert_same(
        "param n = 9\nparam c[n] = rand(n, seed = 1)\nvar x[n]",
        &[
            "minimize sum(exp(x - c)) + sum(x .^ 4)\nsubject to\nlog(x + 3) >= 0.1\nnorm2(x) <= 2",
            "minimize sum(exp(x[i] - c[i]) for i in 1..n) + sum(x[i]^4 for i in 1..n)\nsubject to\n\
             log(x[i] + 3) >= 0.1 for i in 1..n\nnorm2([x[i] for i in 1..n]) <= 2",
        ],
    );
}

/// Every rule of the lowering, turned off.
fn without_each_rule() -> impl Iterator<Item = Options> {
    let rules = RULES.iter();
    rules.map(|rule| Options::default().without(rule).expect("is a rule"))
}

#[test]
fn no_rule_changes_the_answer() {
    let data = "param n = 14\nparam y[n] = randn(n, seed = 1)\nparam A[m, n] = randn(60, n, seed = 2)\n\
                param b[m] = 3*randn(60, seed = 3)\nvar x[n]\n";
    for text in [
        "minimize 0.5*sum_squares(x - y) + 2*norm1(diff(x))",
        "minimize 3 + sum((x[i] - y[i])^2 for i in 1..n) + sum(max(x[i+1] - 2*x[i], 0.1 + x[i]) for i in 1..n-1) + sum(x)",
        "maximize -sum_squares(3*x - y) - norm1(A[1..5, :]*x - b[1..5])",
        "minimize sum_squares(A*x - b) + norm1(x)",
        "minimize sum(huber(A*x - b, 1)) + 0.1*sum_squares(x)",
        "minimize 2*sum(huber(A*x - b, 0.5))\nsubject to\nx >= 0",
        "minimize sum_squares(diff(x)) + sum_squares(x - y) + max(x)",
    ] {
        let loaded = load(
            "text.opt",
            format!("{data}{text}").as_bytes(),
            &Inputs::default(),
        );
        let problem = loaded.expect("elaborates").problem;
        let check = check(&problem);
        let convex = check.convex().expect("is convex");
        let judge = Judge::new(&problem);
        let value = |options: &Options| {
            let source = Source::of_convex(convex);
            let solution = solve_source(&source, options, &Settings::default());
            assert_eq!(solution.status, Status::Solved, "{text}: {options:?}");
            judge
                .judge(&solution)
                .expect("has a point")
                .objective
                .expect("has a value")
        };
        let best = value(&Options::default());
        for options in without_each_rule() {
            let other = value(&options);
            let scale = best.abs().max(1.0);
            assert!(
                (other - best).abs() <= 1e-6 * scale,
                "{text}: {best}, {other}: {options:?}"
            );
        }
    }
}

/// A dense matrix goes into P without being copied by rows, whatever its factor and sign.
#[test]
fn the_products_of_a_shared_matrix_are_those_of_its_rows() {
    let program = |squares: &str| {
        lowered(&format!(
            "param A[60, 8] = randn(60, 8, seed = 1)\nparam b[60] = randn(60, seed = 2)\nvar x[8]\nminimize {squares}\n"
        ))
    };
    // The rows of a stack are written out.
    let expected = program("sum_squares([A*x - b; 0*x[1]])");
    assert_eq!(expected.quadratic.nonzeros(), 36);
    for squares in [
        "sum_squares(A*x - b)",
        "sum_squares(b - A*x)",
        "0.25*sum_squares(2*b - 2*(A*x))",
        "4*sum_squares(A*(x/2) - b/2)",
    ] {
        let found = program(squares);
        let close = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-11);
        assert!(found.blocks.is_empty(), "{squares}");
        assert_eq!(found.quadratic.nonzeros(), 36, "{squares}");
        assert!(
            close(&found.quadratic.values, &expected.quadratic.values),
            "{squares}"
        );
        assert!(close(&found.linear, &expected.linear), "{squares}");
        assert!(
            (found.constant - expected.constant).abs() < 1e-11,
            "{squares}"
        );
    }
}
