//! Values of functions as CVXPY 1.9 computes them, row by row of `tests/data/atom_values.tsv`.
//!
//! Each row names an expression of CVXPY, its arguments (row by row, several parted by `;`) and
//! the value. [`TEXTS`] says the same in `.opt`; what cannot be said yet stands in [`MISSING`].

use bowl::elaborate::{Inputs, elaborate};
use bowl::expr::evaluate_constant;
use bowl::problem::Problem;
use bowl::syntax::parse;
use serde_json::Value;

const ROWS: &str = include_str!("../data/atom_values.tsv");

/// CVXPY's expression and bowl's of `x`, `y`, `z`, `w`; where matrices need another text than
/// vectors the name ends in " of a matrix".
const TEXTS: &[(&str, &str)] = &[
    ("cp.abs", "abs(x)"),
    ("cp.diag", "diag(x)"),
    ("cp.diff", "diff(x)"),
    ("cp.entr", "entr(x)"),
    ("cp.exp", "exp(x)"),
    ("cp.geo_mean", "geo_mean(x)"),
    ("cp.harmonic_mean", "harmonic_mean(x)"),
    ("cp.huber", "huber(x)"),
    ("cp.kl_div", "kl_div(x, y)"),
    ("cp.lambda_max", "lambda_max(x)"),
    ("cp.lambda_min", "lambda_min(x)"),
    ("cp.log", "log(x)"),
    ("cp.log_sum_exp", "log_sum_exp(x)"),
    ("log_sum_exp_axis_1", "log_sum_exp(x, each = row)"),
    ("cp.matrix_frac", "matrix_frac(x, y)"),
    ("cp.maximum", "max(x, y, z, w)"),
    ("cp.min", "min(x)"),
    ("cp.minimum", "min(x, y, z, w)"),
    ("cp.minimum of a matrix", "min(x, y, z)"),
    ("cp.pnorm", "pnorm(x, 2)"),
    ("cp.pos", "pos(x)"),
    ("cp.rel_entr", "rel_entr(x, y)"),
    ("cp.trace", "trace(x)"),
    ("cp.tv", "tv(x)"),
    ("cp.upper_tri", "upper_tri(x)"),
    ("lambda x: (x + Constant(0)) ** 2", "(x + 0) .^ 2"),
    ("lambda x: cp.diff(x, 0)", "diff(x, 0)"),
    ("lambda x: cp.diff(x, 2)", "diff(x, 2)"),
    (
        "lambda x: cp.kron(np.array([[1, 2], [3, 4], [5, 6]]), x)",
        "kron([1, 2; 3, 4; 5, 6], x)",
    ),
    (
        "lambda x: cp.kron(x, np.array([[1, 2], [3, 4]]))",
        "kron(x, [1, 2; 3, 4])",
    ),
    ("lambda x: cp.max(x, axis=1)", "max(x, each = row)"),
    (
        "lambda x: cp.mixed_norm(x, 1, 'inf')",
        "mixed_norm(x, 1, inf)",
    ),
    ("lambda x: cp.mixed_norm(x, 1, 1)", "mixed_norm(x, 1, 1)"),
    ("lambda x: cp.norm(x, 'fro')", "norm2(x)"),
    ("lambda x: cp.norm(x, 'nuc')", "norm_nuc(x)"),
    ("lambda x: cp.norm(x, 1)", "norm1(x)"),
    (
        "lambda x: cp.norm(x, 1) of a matrix",
        "max(norm1(x, each = column))",
    ),
    ("lambda x: cp.norm(x, 2)", "norm2(x)"),
    ("lambda x: cp.norm(x, 2) of a matrix", "sigma_max(x)"),
    ("lambda x: cp.pnorm(x, 'inf')", "pnorm(x, inf)"),
    ("lambda x: cp.pnorm(x, -0.4)", "pnorm(x, -0.4)"),
    ("lambda x: cp.pnorm(x, 0.5)", "pnorm(x, 0.5)"),
    ("lambda x: cp.pnorm(x, 1)", "pnorm(x, 1)"),
    (
        "lambda x: cp.pnorm(x, 2, axis=0)",
        "pnorm(x, 2, each = column)",
    ),
    (
        "lambda x: cp.pnorm(x, 2, axis=1)",
        "pnorm(x, 2, each = row)",
    ),
    ("lambda x: cp.pnorm(x, 3)", "pnorm(x, 3)"),
    ("lambda x: cp.power(x, -1)", "x^(-1)"),
    ("lambda x: cp.power(x, 1)", "power(x, 1)"),
    ("lambda x: cp.power(x, 1.34)", "x^1.34"),
    (
        "lambda x: cp.sum_largest(cp.abs(x), 3)",
        "sum_largest(abs(x), 3)",
    ),
    ("lambda x: cp.sum_largest(x, 3)", "sum_largest(x, 3)"),
    ("lambda x: x ** 0.25", "x^0.25"),
    ("lambda x: x ** 0.32", "x .^ 0.32"),
    ("lambda x: x ** 0.9", "x .^ 0.9"),
    ("lambda x: x[2:0:-1]", "x[3..2 by -1]"),
    ("lambda x: x[3:0:-1]", "x[3..2 by -1]"),
    ("lambda x: x[[1, 2]]", "x[[2; 3], :]"),
    ("lambda x: x[[1, 2], [0, 2]]", "[x[2, 1]; x[3, 3]]"),
];

/// Expressions of the table that bowl cannot say, and why.
const MISSING: &[(&str, &str)] = &[];

struct Row<'t> {
    expression: &'t str,
    arguments: Vec<Value>,
    value: Value,
}

fn rows() -> Vec<Row<'static>> {
    let parsed = |text: &str| serde_json::from_str(text).expect("the table holds JSON arrays");
    let row = |line: &'static str| {
        let fields: Vec<&str> = line.split('\t').collect();
        Row {
            expression: fields[0],
            arguments: fields[2].split("; ").map(parsed).collect(),
            value: parsed(fields[3]),
        }
    };
    ROWS.lines().skip(1).map(row).collect()
}

/// All numbers of nested arrays, row by row.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        other => other.as_f64().into_iter().collect(),
    }
}

fn is_matrix(value: &Value) -> bool {
    value.as_array().is_some_and(|rows| rows[0].is_array())
}

/// A number, a vector `[1; 2]` or a matrix `[1, 2; 3, 4]`.
fn literal(value: &Value) -> String {
    let Value::Array(rows) = value else {
        return value.to_string();
    };
    let row = |row: &Value| {
        let entries: Vec<String> = numbers(row).iter().map(f64::to_string).collect();
        entries.join(", ")
    };
    let rows: Vec<String> = rows.iter().map(row).collect();
    format!("[{}]", rows.join("; "))
}

impl Row<'_> {
    fn text(&self) -> Option<&'static str> {
        let find = |name: &str| TEXTS.iter().find(|(theirs, _)| *theirs == name);
        let of_matrix = format!("{} of a matrix", self.expression);
        let special = find(&of_matrix).filter(|_| is_matrix(&self.arguments[0]));
        special
            .or_else(|| find(self.expression))
            .map(|(_, ours)| *ours)
    }

    /// bowl's value, row by row; `None` when the text is refused.
    fn found(&self, text: &str) -> Option<Vec<f64>> {
        let mut file = String::new();
        for (name, value) in ["x", "y", "z", "w"].iter().zip(&self.arguments) {
            file += &format!("let {name} = {}\n", literal(value));
        }
        file += &format!("let result = {text}\nvar unused\nfind unused\nsubject to\n");
        file += "  row: result == result\n  unused == 0\n";
        let problem = elaborated(&file)?;
        let value = evaluate_constant(&problem.graph, problem.constraints[0].left)?;
        let shape = value.shape();
        let places = (0..shape.rows).flat_map(|i| (0..shape.cols).map(move |j| (i, j)));
        Some(places.map(|(i, j)| value.get(i, j)).collect())
    }

    fn agrees(&self, found: &[f64]) -> bool {
        let expected = numbers(&self.value);
        let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-11 * b.abs().max(1.0);
        expected.len() == found.len() && found.iter().zip(&expected).all(close)
    }
}

fn elaborated(text: &str) -> Option<Problem> {
    let file = parse(text).ok()?;
    elaborate(text, &file, &Inputs::default()).ok()
}

#[test]
fn values_are_those_of_cvxpy() {
    let mut wrong = Vec::new();
    for row in rows() {
        let name = row.expression;
        let missing = MISSING.iter().any(|(theirs, _)| *theirs == name);
        match row.text().and_then(|text| row.found(text)) {
            Some(_) if missing => wrong.push(format!("{name}: strike it from MISSING")),
            Some(found) if !row.agrees(&found) => {
                wrong.push(format!("{name}: {found:?} instead of {}", row.value));
            }
            None if !missing => wrong.push(format!("{name}: not expressible")),
            Some(_) | None => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_is_read_whole() {
    assert_eq!(rows().len(), 70);
    let named = |name: &str| rows().iter().any(|row| row.expression == name);
    for (name, _) in TEXTS.iter().chain(MISSING) {
        let name = name.strip_suffix(" of a matrix").unwrap_or(name);
        assert!(named(name), "no row is called {name}");
    }
}
