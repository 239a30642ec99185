//! What is read otherwise than it is written, and so proved: inverses, perspectives, quotients with data.

use crate::convexity::{minimizing, problem, text};
use bowl::convexity::check;
use bowl::elaborate::random::Generator;
use bowl::expr::Evaluator;
use bowl::matrix::Matrix;
use bowl::shape::Shape;
use std::sync::Arc;

#[test]
fn inverses_of_definite_matrices_are_proved() {
    let data = "param v[2] = [1; 2]\nparam S[2, 2] = [2, 1; 1, 2]\nvar u[2]\nvar V[2, 2]";
    for expression in [
        "trace(inv(X))",
        "sum(diag(inv(X + S)))",
        "trace(S*inv(X))",
        "trace(V'*inv(X)*V)",
        "v'*inv(X)*v",
        "u'*inv(X)*u",
        "quad_form(v, inv(X))",
        "inv(X)[2, 2]",
        "sum(inv(X))",
        "lambda_max(inv(X))",
        "sigma_max(inv(X))",
    ] {
        let declared = minimizing(&format!("{data}\nvar X[2, 2] psd"), expression);
        assert!(declared.is_proved(), "{expression}: {}", text(&declared));
        let free = minimizing(&format!("{data}\nvar X[2, 2] symmetric"), expression);
        assert!(text(&free).starts_with("not convex"), "{expression}");
        let bounded = format!(
            "{data}\nvar X[2, 2] symmetric\nminimize {expression}\nsubject to\n  X >> 0.1*eye(2)\n"
        );
        assert!(check(&problem(&bounded)).is_convex(), "{expression}");
    }
}

#[test]
fn signs_before_inverses_are_kept() {
    let data = "param v[2] = [1; 2]\nparam S[2, 2] = [2, 1; 1, 2]\nparam Z[2, 2] = [2, 1; 1, -2]\nvar X[2, 2] psd";
    for expression in [
        "trace(-S*inv(X))",
        "trace(inv(X)*(-S))",
        "-trace(inv(X))",
        "trace(Z*inv(X))",
        "-v'*inv(X)*v",
        "v'*(-inv(X))*v",
        "trace(-inv(X))",
    ] {
        assert!(!minimizing(data, expression).is_proved(), "{expression}");
    }
}

#[test]
fn perspectives_written_out_are_proved() {
    for expression in [
        "y*exp(x/y)",
        "2*y*exp(2*x/y)",
        "y*huber(x/y)",
        "y*sqrt(1 + (x/y)^2)",
        "y*max(x/y, 0)",
        "y*norm2(u/y)",
        "y*log(sum(exp(u/y)))",
        "sum(y*exp(u[i]/y) for i in 1..3)",
        "y*(exp(1/y) - 1)",
        "(y + 1)*exp(x/(y + 1))",
        "-y*log1p(x/y)",
    ] {
        let proved = minimizing("var x\nvar y >= 0\nvar u[3]", expression);
        assert!(proved.is_proved(), "{expression}: {}", text(&proved));
        let free = minimizing("var x\nvar y\nvar u[3]", expression);
        assert!(
            !free.is_proved() || expression.contains("log1p"),
            "{expression}"
        );
    }
}

/// What was read is told so that it means the same: perspective(exp(x^2), y) would be another function.
#[test]
fn perspectives_are_written_as_they_read_back() {
    let told = |expression: &str| text(&minimizing("var x\nvar y >= 0", expression));
    assert!(told("y*exp(x/y)").contains("`perspective(exp(x), y)`"));
    for expression in ["y*exp(x^2/y)", "y*exp(1/y)", "y*((x + 1)/y)^4"] {
        let told = told(expression);
        assert!(!told.contains("perspective"), "{told}");
    }
}

#[test]
fn data_and_bounds_count_entry_by_entry() {
    let data = "param s[3] = [1; 2; 3]\nparam c[3] = [2; 3; 14]\nvar q[3] >= 1\nvar x[3]\nvar f[3] >= 0\nvar T[2, 2] psd\nvar h[2] >= [0; -1]";
    for (expression, proved) in [
        ("sum(s ./ q)", true),
        ("s'*(c ./ q)", true),
        ("sum(1 ./ (s .* q))", true),
        ("sum(x.^2 .* s ./ q)", true),
        ("sum(f ./ (c - f))", true),
        ("sum(f[i]/(c[i] - f[i]) for i in 1..3)", true),
        ("sum((c - s - 4) ./ q)", false),
        ("sum(f ./ (0.8*c - f))", false),
        ("T[1, 2]^2/T[2, 2]", true),
        ("1/T[1, 2]", false),
        ("h[1]^3", true),
        ("h[2]^3", false),
    ] {
        let text = format!("{data}\nminimize {expression}\nsubject to\n  f <= 0.9*c\n");
        let problem = problem(&text);
        assert_eq!(check(&problem).is_convex(), proved, "{expression}");
    }
}

/// Random points between points: of what is called convex none lies above the chord.
#[test]
fn what_is_read_otherwise_is_convex_as_it_is_written() {
    let data = "param s[3] = [1; 2; 3]\nparam S[2, 2] = [2, 1; 1, 2]\nvar q[3] >= 1\nvar x[3]\nvar y >= 0\nvar X[2, 2] psd";
    for expression in [
        "trace(S*inv(X))",
        "x[1..2]'*inv(X)*x[1..2]",
        "lambda_max(inv(X))",
        "y*exp(x[1]/y)",
        "2*y*norm2(x/y)",
        "sum(x.^2 .* s ./ q)",
        "sum(s ./ q.^2)",
        "sum(q ./ (q + s))*-1",
        "q[1]^1.25/q[2]^0.25",
        "q[1]^1.1/q[2]^0.9",
        "q[1]^3/(q[2]*q[3])",
        "q[1]^2/(q[2]*q[3])",
        "q[1]^4/q[2]^3",
        "exp(x[1])*q[1]^-2",
        "exp(x[1])/(q[1]*q[2])",
        "log_det(inv(X))",
        "q[1]*(log(q[1]) - log(q[2]))",
        "(-log(q[1]) + log(q[2]))*q[1]",
        "sum(q .* (log(q) - log(s)))",
        "q'*(log(q) - log(s))",
        "lambda_max(X'*X)",
        "trace(X*X) + trace(inv(X))",
        "2*x[1]^2 + x[1]*x[2] + x[2]^2 + trace(S*inv(X))",
        "log(q[1]*q[2]) - 3*log(q[1]) - 2*log(q[2])",
        "3*norm1(x) - 2*norm1(x)",
        "2*norm1(x) - 3*norm1(x)",
    ] {
        let problem = problem(&format!("{data}\nminimize {expression}\n"));
        let verdict = &check(&problem).parts()[0].1.clone();
        let objective = problem.objective.expression.expect("an objective");
        let evaluator = Evaluator::new(&problem.graph, &[objective]);
        let value = |t: f64, seed: u64| {
            let point = points(seed).into_iter().zip(points(seed + 1));
            let between = point.map(|(a, b)| mixed(&a, &b, t));
            let value = evaluator.evaluate(&between.collect::<Vec<_>>())[0].as_scalar();
            value.expect("a number")
        };
        let bends = (0..200).all(|seed| {
            let chord = 0.3 * value(0.0, seed) + 0.7 * value(1.0, seed);
            value(0.7, seed) <= chord + 1e-9 * chord.abs().max(1.0)
        });
        assert_eq!(
            verdict.is_proved(),
            bends,
            "{expression}: {}",
            text(verdict)
        );
    }
}

/// (1 - t)*a + t*b.
fn mixed(a: &Matrix, b: &Matrix, t: f64) -> Arc<Matrix> {
    let (a_entries, b_entries) = (a.entries(), b.entries());
    let pairs = a_entries.iter().zip(b_entries.iter());
    let entries = pairs.map(|(a, b)| (1.0 - t) * a + t * b);
    Arc::new(Matrix::from_columns(a.shape(), entries.collect()))
}

/// q, x, y and X inside their bounds.
fn points(seed: u64) -> Vec<Matrix> {
    let mut random = Generator::new(seed);
    let mut next = move || random.uniform();
    let q = (0..3).map(|_| 1.0 + 5.0 * next()).collect();
    let x = (0..3).map(|_| 4.0 * next() - 2.0).collect();
    let y = 0.1 + 3.0 * next();
    let [a, b, c] = [next() + 0.1, 2.0 * next() - 1.0, next() + 0.1];
    // L*L' with L = [a, 0; b, c].
    let square = vec![a * a, a * b, a * b, b * b + c * c];
    vec![
        Matrix::vector(q),
        Matrix::vector(x),
        Matrix::scalar(y),
        Matrix::from_columns(Shape::new(2, 2), square),
    ]
}

/// 200 squares of 3000 entries are not multiplied out, billions of products, where another term stays unknown anyway.
#[test]
fn squares_beside_what_stays_unknown_are_left_as_they_are() {
    let data = "param A[200, 3000] = randn(200, 3000, seed = 1)\nvar x[3000]\nvar y";
    let beside = minimizing(data, "sum_squares(A*x) + 1/y");
    assert!(!beside.is_proved(), "{}", text(&beside));
    let data = format!("{data} >= 0");
    assert!(minimizing(&data, "sum_squares(A*x) + 1/y").is_proved());
}

/// A term that cancels would take its domain with it: log(x) - log(x) is no zero at x = -1.
#[test]
fn terms_that_cancel_keep_their_domain() {
    let cancelled = minimizing("var x", "log(x) - log(x) + abs(x) - 0.5*abs(x)");
    assert!(!cancelled.is_proved(), "{}", text(&cancelled));
    let bound = "var u[2]\nvar v[2]\nminimize sum(u)\nsubject to\n  19*sum(pos(u)) <= sum(v) + sum(pos(u))\n";
    assert!(check(&problem(bound)).is_convex());
}
