//! What the help of a near miss says to write is read without an error.

use bowl::syntax::{parse, parse_expression};
use miette::Diagnostic;

const MISTAKES: [&str; 60] = [
    "variable x(3)",
    "variables x(3) y",
    "var x[2], y[3]",
    "parameter A(3, 4)",
    "maximise sum(x)",
    "min: sum(x)",
    "minimize: sum(x)",
    "Maximize cost: sum(x)",
    "s.t. x >= 0",
    "such that x + 2y < 3",
    "subject to: x >= 0",
    "minimize sum(x) s.t. x >= 0",
    "minimize x(1:2) subject to x >= 0",
    "minimize sum(x[1:2:9]) + x[:3]*x[2:] + x[a+1:end-1]",
    "var x[0:T]",
    "subject to c: sum(w) = 1",
    "subject to c[i]: w[i] < 1 for i in 1:n if i ~= 3 && i = 2",
    "param n := 5",
    "let y == 3",
    "let f x y = x + y",
    "var x > 0 < 1",
    "var x = 3",
    "var X[3, 3] PSD",
    "subject to x =< 1",
    "minimize norm(x, 1) + norm(y) + norm(z, inf) + norm(Z, 'fro') + norm(v, 3)",
    "minimize np.linalg.norm(A@x - b, 2)**2",
    "minimize transpose(x)*x + transpose(x + y)*x",
    "minimize x.T@A@x + x^T*x + yᵀ*y + z′",
    "minimize x{2} + 2*{x + 1}",
    "minimize sum(i in 1..n) c[i]*x[i] + 3",
    "minimize sum{i in 1:n} x[i]",
    "minimize sum_{i=1}^n x[i]^2 + 3",
    "minimize sum_{i=1}^{n-1} x[i]",
    "minimize sum(x[i], i in 1..n)",
    "minimize sum(x[i] for i = 1:n)",
    "minimize sum(x[i] for i in range(2, n))",
    "minimize A[i][j] + A[i j]",
    "param A = [1 2; 3 4]",
    "param A = [1, 2\n 3, 4]",
    "param A = [a 2b c(1)]",
    "subject to x >= 0 && x <= 1",
    "subject to x >= 0, y >= 0",
    "minimize 2x + 3(x + 1) + (x)(y) - 2x^2",
    "minimize f(2x, -3y)",
    "expect x = 1",
    "param A = csv(“data.csv”)",
    "param A = csv('data.csv', columns = 1:10)",
    "minimize 3 − x × y · −z ÷ 2",
    "minimize |x - y| + ||A*x - b||_1",
    "minimize x² + (x + 1)³",
    "for i=1:n",
    "for i in range(n):\n x[i] >= 0",
    "minimize dot(x, y) + dot(x + 1, y)^2 + 1/dot(x, x)",
    "minimize cp.sum_squares(cp.pos(x))",
    "minimize (x + y).sum() + x.T.sum()",
    "n = 5",
    "cost = c'*x",
    "minimize +x + [1, +2]",
    "minimize x[1...3]",
    "minimize x*transpose(dot(a, b)*c)",
];

#[test]
fn every_correction_is_read() {
    for text in MISTAKES {
        let text = format!("var x[9]\n{text}");
        let errors = parse(&text).expect_err("a mistake");
        for error in errors {
            let help = error
                .help()
                .map(|help| help.to_string())
                .unwrap_or_default();
            let correction = correction(&help);
            assert!(reads(correction), "{text}\n{error}\nhelp: {help}");
        }
    }
}

/// The text in the backquotes behind `write` or `line:`.
fn correction(help: &str) -> &str {
    let begin = help.find("write `").map(|at| at + 7);
    let begin = begin.or_else(|| help.find("line: `").map(|at| at + 7));
    let rest = &help[begin.expect("the help shows what to write")..];
    rest.split('`').next().unwrap_or_default()
}

/// Whether a text is a statement, an expression, or part of one that stands in a bracket.
fn reads(text: &str) -> bool {
    parse(&format!("subject to\n{text}")).is_ok()
        || parse_expression(text).is_ok()
        || parse_expression(&format!("x[{text}]")).is_ok()
        || parse_expression(&format!("sum(x {text})")).is_ok()
}
