//! Numbers that arithmetic makes infinite or nothing at all, and infinity where it bounds nothing.

use super::{errors, errors_with, read};

/// Text, message and the place that is marked.
const NOT_FINITE: &[(&str, &str, &str)] = &[
    ("var x\nminimize x^2 + x/0\n", "division by zero", "[2:16]"),
    ("var x\nminimize x/(2 - 2)\n", "division by zero", "[2:10]"),
    (
        "var x\nlet y = 0/0\nminimize x^2 + y\n",
        "division by zero",
        "[2:9]",
    ),
    (
        "param c[3] = [1, 0, 2]\nvar x[3]\nminimize sum(x ./ c)\n",
        "the divisor is 0 at [2]",
        "[3:14]",
    ),
    (
        "param C[2, 2] sparse = [1, 2; 0, 1]\nvar x\nminimize sum(x ./ C)\n",
        "the divisor is 0 at [2, 1]",
        "[3:14]",
    ),
    (
        "param c[2] = [0, 1]\nparam d[2] = 1 ./ c\nvar x[2]\nminimize d'*x\n",
        "the divisor is 0 at [1]",
        "[2:14]",
    ),
    (
        "param a = log(0)\nvar x\nminimize a*x\n",
        "this is -inf",
        "[1:11]",
    ),
    (
        "param a[2] = log([1, 0])\nvar x\nminimize a[1]*x\n",
        "this is -inf at [2]",
        "[1:14]",
    ),
    ("var x\nminimize x + 0*log(0)\n", "this is -inf", "[2:16]"),
    (
        "var x\nminimize x + sqrt(-1)\n",
        "`sqrt` has no finite value",
        "[2:14]",
    ),
    (
        "var x\nminimize x + (-1)^0.5\n",
        "`power` has no finite value",
        "[2:14]",
    ),
    ("var x\nminimize x*exp(1000)\n", "this is inf", "[2:12]"),
    ("var x\nminimize x*(1e200*1e200)\n", "this is inf", "[2:13]"),
    (
        "param A[2, 2] = [1e200, 0; 0, 1]\nvar x[2]\nminimize sum(A*A*x)\n",
        "this is inf at [1, 1]",
        "[3:14]",
    ),
    (
        "param A[2, 2] = [0, 0; 0, 1]\nvar x\nminimize x + log_det(A)\n",
        "`log_det` has no finite value",
        "[3:14]",
    ),
    ("var x >= 1/0\nminimize x\n", "division by zero", "[1:10]"),
    (
        "var x start 1/0\nminimize x\n",
        "division by zero",
        "[1:13]",
    ),
    (
        "var x\nminimize huber(x, M = 1/0)\n",
        "division by zero",
        "[2:23]",
    ),
    (
        "var x\nminimize x\nsubject to\n  x >= 1/0\n",
        "division by zero",
        "[4:8]",
    ),
    (
        "var x\nminimize x^2\nexpect x == 1/0\n",
        "division by zero",
        "[3:13]",
    ),
    (
        "var x\nminimize x^2\nexpect x/0 == 1\n",
        "division by zero",
        "[3:8]",
    ),
    (
        "param u = inf\nvar x\nminimize x + u\n",
        "`u` is inf, and infinity has no place in a formula",
        "[3:10]",
    ),
    (
        "var x\nminimize inf\n",
        "infinity has no place in a formula",
        "[2:10]",
    ),
    (
        "var x\nminimize inf*x\n",
        "infinity has no place in a formula",
        "[2:10]",
    ),
    (
        "param u = inf\nvar x\nminimize x\nsubject to\n  x >= 2*u\n",
        "no number satisfies this: the bound is inf",
        "[5:8]",
    ),
    (
        "param a = inf - inf\nvar x\nminimize a*x\n",
        "this is not a number",
        "[1:11]",
    ),
];

const FINITE: &[&str] = &[
    "param u[2] = [1, inf]\nvar x[2] <= u\nminimize sum(x .^ 2)\nsubject to\n  x <= 2*u\n  -u <= x <= inf\n",
    "param c[2] = [1, 3]\nvar x[2]\nminimize sum_squares(x ./ c) + 1/2\n",
    "var x\nminimize pnorm([x; 1], inf)\n",
    "param a = 1/3\nvar x\nminimize x^2 + log(a)\n",
];

#[test]
fn what_is_not_finite_is_told_where_it_stands() {
    for (text, message, place) in NOT_FINITE {
        let told = errors(text);
        assert!(
            told.contains(message) && told.contains(place),
            "{text}\n{told}"
        );
    }
    for text in FINITE {
        assert!(read(text).is_ok(), "{text}\n{}", errors(text));
    }
}

#[test]
fn what_is_not_finite_on_the_command_line_is_told_with_its_param() {
    let told = errors_with("param a = 1\nvar x\nminimize a*x\n", "a", "1/0");
    assert!(told.contains("`--set a=1/0`: division by zero"), "{told}");
}
