//! No variable and no row too many: sizes of programs against the smallest forms known.

use bowl::canonicalize::canonicalize;
use bowl::convexity::check;
use bowl::elaborate::Inputs;
use bowl::pipeline::load;

/// Variables and rows of the cone program.
fn size(text: &str) -> (usize, usize) {
    let loaded = load("text.opt", text.as_bytes(), &Inputs::default())
        .unwrap_or_else(|reports| panic!("{text}\n{reports:?}"));
    let check = check(&loaded.problem);
    let convex = check.convex().unwrap_or_else(|| panic!("{text}"));
    let (program, _) = canonicalize(convex).expect("lowers");
    let rows = program.blocks.iter().map(|b| b.map.rows()).sum();
    (program.variables, rows)
}

/// Every text of the list whose program has other sizes, with both.
fn differing(declarations: &str, list: &[(&str, (usize, usize))]) -> Vec<String> {
    let one = |(text, wanted): &(&str, (usize, usize))| {
        let found = size(&format!("{declarations}\n{text}\n"));
        (found != *wanted).then(|| format!("{text}: {found:?}, not {wanted:?}"))
    };
    list.iter().filter_map(one).collect()
}

#[test]
fn objectives() {
    let wrong = differing(
        "param P[3, 3] = [2, 1, 0; 1, 2, 0; 0, 0, 1]\nparam A[5, 3] = randn(5, 3, seed = 1)\nvar x[3]",
        &[
            // The square alone is P.
            ("minimize norm2(x)^2", (3, 0)),
            ("minimize square(norm2(x))", (3, 0)),
            (
                "minimize sum_squares(x) + 3*sum_squares(x) + sum(x)",
                (3, 0),
            ),
            ("minimize quad_form(x, P)", (3, 0)),
            ("minimize x'*P*x + x[1]", (3, 0)),
            ("minimize sum_squares(diff(x))", (3, 0)),
            // One variable for each maximum, one row for each argument.
            ("minimize max(x)", (4, 3)),
            ("minimize max(max(x[1], x[2]), x[3])", (4, 3)),
            ("maximize min(x[1], min(x[2], x[3]))", (4, 3)),
            ("minimize max(x[1], x[2]) + max(x[1], x[2])", (4, 2)),
            ("minimize norm_inf(x)", (4, 6)),
            ("minimize norm1(x)", (6, 6)),
            ("minimize sum(abs(x))", (6, 6)),
            ("minimize abs(x[1]) + abs(x[2]) + abs(x[3])", (6, 6)),
            ("minimize sum(pos(x)) + sum(x)", (6, 6)),
            ("minimize norm2(A*x)", (4, 6)),
            ("minimize sum(exp(x))", (6, 9)),
            ("minimize exp(x[1]) + 2*exp(x[1])", (4, 3)),
            ("minimize log_sum_exp(x)", (6, 9)),
            ("minimize sum(logistic(x))", (9, 18)),
            ("maximize sum(log(x))", (6, 9)),
            ("maximize sum(entr(x))", (6, 9)),
            // A chain of means of two.
            ("maximize geo_mean(x)", (5, 6)),
            ("minimize sum(inv_pos(x))", (6, 9)),
            ("minimize quad_over_lin(x[1..2], x[3])", (4, 4)),
            ("minimize sum_largest(x, 2)", (7, 6)),
        ],
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn constraints() {
    let wrong = differing(
        "param P[3, 3] = [2, 1, 0; 1, 2, 0; 0, 0, 1]\nvar x[3]\nvar y\nminimize sum(x) + y\nsubject to",
        &[
            ("x <= 1", (4, 3)),
            ("abs(x) <= 1", (4, 6)),
            ("norm_inf(x) <= 1", (4, 6)),
            ("max(x) <= 1", (4, 3)),
            ("min(x) >= y", (4, 3)),
            ("max(max(x[1], x[2]), x[3]) <= y", (4, 3)),
            // One of the three sizes is what the others leave.
            ("norm1(x) <= 1", (6, 6)),
            ("norm2(x) <= y", (4, 4)),
            ("norm2(x) <= 1", (4, 4)),
            ("exp(x) <= y", (4, 9)),
            ("exp(x[1]) + exp(x[1]) <= y", (4, 3)),
            (
                "max(x[1], max(x[2], max(x[3], max(x[1] + x[2], x[2] + x[3])))) <= y",
                (4, 5),
            ),
            ("log(x) >= y", (4, 9)),
            // y may be negative where sqrt(x) is not: the power cone needs a variable between.
            ("sqrt(x[1]) >= y", (5, 4)),
            ("x[1]^2 <= y", (4, 3)),
            ("sum_squares(x) <= y", (4, 5)),
            ("sum_squares(x) <= 1", (4, 5)),
            ("quad_form(x, P) <= y", (4, 5)),
            ("quad_over_lin(x[1..2], x[3]) <= y", (4, 4)),
            ("inv_pos(x) <= y", (4, 9)),
            ("geo_mean(x[1..2]) >= y", (5, 4)),
            ("log_sum_exp(x) <= y", (6, 9)),
            ("sum(pos(x)) <= 1", (6, 6)),
        ],
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}
