//! What is said of calls with wrong arguments: for each the message and the help, in one line each.

use super::errors;
use insta::assert_snapshot;

const DECLARATIONS: &str = "var x[3]\nvar X[3, 3] symmetric\nvar Y[2, 2] symmetric\n";

/// Joins the wrapped lines of the message and of the help.
fn brief(report: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in report.lines() {
        let line = line.trim();
        if let Some(message) = line.strip_prefix("× ") {
            lines.push(message.to_owned());
        } else if let Some(rest) = line.strip_prefix("│ ").filter(|_| lines.len() == 1) {
            lines[0] += &format!(" {rest}");
        } else if let Some(help) = line.strip_prefix("help: ") {
            lines.push(help.to_owned());
        } else if lines.len() == 2 && !line.is_empty() {
            lines[1] += &format!(" {line}");
        }
    }
    lines.join("\n    ")
}

fn table(calls: &[&str]) -> String {
    let row = |call: &&str| {
        let report = errors(&format!("{DECLARATIONS}minimize {call}\n"));
        format!("{call}\n    {}\n", brief(&report))
    };
    calls.iter().map(row).collect()
}

#[test]
fn numbers_out_of_range() {
    assert_snapshot!(table(&[
        "huber(x, M = -1)",
        "huber(x, 0/0)",
        "sum_largest(x, inf)",
        "sum_largest(x, 5)",
        "lambda_sum_largest(X, 0)",
        "pnorm(x, 0)",
        "pnorm(x, -inf)",
        "pow_abs(x, 0.5)",
        "cvar(x, 1)",
        "diff(x, 1.5)",
        "diff(x, 3)",
        "std(x, ddof = 3)",
        "reshape(x, 1e9, 1)",
        "reshape(x, -1, 3)",
        "geo_mean(x, weights = 0/0)",
        "geo_mean(x, weights = 2)",
        "geo_mean(x, weights = [0; 0; 0])",
        "diag(x, 1.5)",
        "diag(X, 3)",
        "trace_mpower(X, 3, eye(3))",
        "trace_mpower(X, 2, diag([1; -1; 1]))",
        "trace_mpower(X, 2, [1; 2])",
        "trace_mpower(X, 2, eye(2))",
        "lieb_ando(X, Y, ones(3, 2), 3)",
        "lieb_ando(X, Y, eye(2), 0.5)",
        "lieb_ando(X, Y)",
        "lambda_max(x)",
        "linearize(x)",
        "linearize(sum(x))",
        "linearize(sum(x), x)",
    ]), @r##"
    huber(x, M = -1)
        `huber`: M must be greater than 0, but it is -1
    huber(x, 0/0)
        division by zero
        correct the numbers, or the formula that takes them
    sum_largest(x, inf)
        `sum_largest`: k must be a finite number greater than 0, but it is inf
    sum_largest(x, 5)
        k is 5, but there are only 3 entries
    lambda_sum_largest(X, 0)
        `lambda_sum_largest`: k must be a finite number greater than 0, but it is 0
    pnorm(x, 0)
        `pnorm`: p must be inf or a finite number other than 0, but it is 0
    pnorm(x, -inf)
        `pnorm`: p must be inf or a finite number other than 0, but it is -inf
    pow_abs(x, 0.5)
        `pow_abs`: p must be at least 1, but it is 0.5
    cvar(x, 1)
        `cvar`: beta must be at least 0 and less than 1, but it is 1
    diff(x, 1.5)
        `diff`: k must be a whole number >= 0, but it is 1.5
    diff(x, 3)
        diff of order 3 needs more than 3 entries, but there are 3
    std(x, ddof = 3)
        `std` with ddof = 3 needs more than 3 entries, but there are 3
    reshape(x, 1e9, 1)
        `reshape`: r must be less than 1e9, but it is 1000000000
    reshape(x, -1, 3)
        `reshape`: r must be a whole number >= 0, but it is -1
    geo_mean(x, weights = 0/0)
        division by zero
        correct the numbers, or the formula that takes them
    geo_mean(x, weights = 2)
        geo_mean needs 3 weights, one for each entry, not 1
    geo_mean(x, weights = [0; 0; 0])
        `geo_mean`: some weight must be greater than 0
    diag(x, 1.5)
        `diag`: k must be a whole number, but it is 1.5
    diag(X, 3)
        a 3 x 3 has no diagonal 3: they run from -2 to 2
    trace_mpower(X, 3, eye(3))
        `trace_mpower`: with weights C, p must lie between -1 and 2, but it is 3; else the trace is neither convex nor concave
    trace_mpower(X, 2, diag([1; -1; 1]))
        `trace_mpower`: C must be positive semidefinite, but it has a negative eigenvalue
    trace_mpower(X, 2, [1; 2])
        `trace_mpower`: C must be a square matrix, but it is a vector of 2
    trace_mpower(X, 2, eye(2))
        trace_mpower takes X and C of one side, but these are a 3 x 3 and a 2 x 2
    lieb_ando(X, Y, ones(3, 2), 3)
        `lieb_ando`: t must lie between -1 and 2, but it is 3
    lieb_ando(X, Y, eye(2), 0.5)
        K must have a row for each of A and a column for each of B, 3 x 2, but it is a 2 x 2
    lieb_ando(X, Y)
        `lieb_ando` needs its argument `K`
        write `lieb_ando(A, B, K, t)`
    lambda_max(x)
        lambda_max takes a square matrix, but this is a vector of 3
    linearize(x)
        `linearize` takes a scalar, but this is a vector of 3
    linearize(sum(x))
        `linearize` expands around starts, but `x` has none
        declare it as in `var x start …`
    linearize(sum(x), x)
        `linearize` does not take 2 arguments
        write `linearize(f)`
    "##);
}

#[test]
fn names_of_other_tools() {
    assert_snapshot!(table(&[
        "hinge_loss(x)",
        "sum_square(x)",
        "normNuc(X)",
        "norms(X)",
        "square_abs(x)",
        "pow_p(x, 2)",
        "log_prod(x)",
        "prod_inv(x)",
        "rootdet(X)",
        "det_root2n(X)",
        "trace_sqrtm(X)",
        "max_entries(x)",
        "vstack(x, x)",
        "bmat(x)",
        "vdot(x, x)",
        "einsum(x)",
        "suppfunc(x)",
        "ceil(x)",
        "pf_eigenvalue(X)",
        "And(x, x)",
        "saddle_max(x)",
        "simplex(x)",
        "rotated_lorentz(x)",
        "sinhh(x)",
    ]), @r##"
    hinge_loss(x)
        there is no function `hinge_loss`
        write sum(pos(1 - x))
    sum_square(x)
        there is no function `sum_square`
        write sum_squares(x)
    normNuc(X)
        there is no function `normNuc`
        write norm_nuc(X)
    norms(X)
        there is no function `norms`
        write norm2(X, each = column)
    square_abs(x)
        there is no function `square_abs`
        write square(x)
    pow_p(x, 2)
        there is no function `pow_p`
        write x^p or x .^ p
    log_prod(x)
        there is no function `log_prod`
        write sum_log(x)
    prod_inv(x)
        there is no function `prod_inv`
        write inv_prod(x)
    rootdet(X)
        there is no function `rootdet`
        write det_rootn(X)
    det_root2n(X)
        there is no function `det_root2n`
        write sqrt(det_rootn(X))
    trace_sqrtm(X)
        there is no function `trace_sqrtm`
        write trace_mpower(X, 0.5)
    max_entries(x)
        there is no function `max_entries`
        write max(x)
    vstack(x, x)
        there is no function `vstack`
        write [x; y]
    bmat(x)
        there is no function `bmat`
        write [A, B; C, D]
    vdot(x, x)
        there is no function `vdot`
        write x'*y
    einsum(x)
        there is no function `einsum`
        write a sum over a family, `sum(… for i in 1..n)`
    suppfunc(x)
        there is no function `suppfunc`
        write its dual as an inner problem: `let s(y) = minimize b'*z over z[m] nonneg subject to A'*z == y`
    ceil(x)
        there is no function `ceil`
        it is quasiconvex only
    pf_eigenvalue(X)
        there is no function `pf_eigenvalue`
        it is log-log convex only
    And(x, x)
        there is no function `And`
        every variable is real; there are no boolean ones
    saddle_max(x)
        there is no function `saddle_max`
        it is a saddle function, and no part of the language
    simplex(x)
        there is no function `simplex`
        it is a set: write `x in simplex` under `subject to`
    rotated_lorentz(x)
        there is no function `rotated_lorentz`
        it is a set: write `[u; v; x] in rotated_soc` under `subject to`
    sinhh(x)
        there is no function `sinhh`
        did you mean `sinh`?
    "##);
}

#[test]
fn sets_with_wrong_arguments() {
    let table: String = [
        "x in lorentz",
        "x in rotated_lorentz",
        "x in exponential",
        "X in semidefinite",
        "x[1..2] in rotated_soc",
        "x[1] in geo_mean_cone",
        "x in geo_mean_cone([1; 2; 3])",
        "x in geo_mean_cone([1; -2])",
        "Y in geo_mean_hypo(eye(2))",
        "Y in geo_mean_hypo(eye(2), eye(2), 1.5)",
        "Y in geo_mean_epi(eye(2), eye(2), 0.5)",
        "Y in geo_mean_hypo(eye(2), eye(2), 0.123456789)",
        "Y in geo_mean_hypo(eye(3), eye(2), 0.5)",
        "Y in geo_mean_hypo([1, 2; 3, 4], eye(2), 0.5)",
        "x in rel_entr_epi(eye(2), eye(2))",
        "Y in rel_entr_epi(eye(2))",
    ]
    .iter()
    .map(|line| {
        let report = errors(&format!("{DECLARATIONS}find x\nsubject to\n  {line}\n"));
        format!("{line}\n    {}\n", brief(&report))
    })
    .collect();
    assert_snapshot!(table, @r##"
    x in lorentz
        there is no set `lorentz`
        write `[t; x] in soc`
    x in rotated_lorentz
        there is no set `rotated_lorentz`
        write `[u; v; x] in rotated_soc`
    x in exponential
        there is no set `exponential`
        write `[x; y; z] in exp_cone`
    X in semidefinite
        there is no set `semidefinite`
        write `X in psd`
    x[1..2] in rotated_soc
        `rotated_soc` holds vectors (u; v; x) with sum_squares(x) <= u*v, but this is a vector of 2
    x[1] in geo_mean_cone
        `geo_mean_cone` holds vectors (x; z) with abs(z) <= geo_mean(x), but this is a scalar
    x in geo_mean_cone([1; 2; 3])
        geo_mean needs 2 weights, one for each entry, not 3
    x in geo_mean_cone([1; -2])
        `geo_mean`: every weight must be a finite number of at least 0, but one is -2
    Y in geo_mean_hypo(eye(2))
        `geo_mean_hypo` has other arguments
        write `geo_mean_hypo(A, B, t)`
    Y in geo_mean_hypo(eye(2), eye(2), 1.5)
        t must lie between 0 and 1, but it is 1.5
    Y in geo_mean_epi(eye(2), eye(2), 0.5)
        t must lie between -1 and 0 or between 1 and 2, but it is 0.5
    Y in geo_mean_hypo(eye(2), eye(2), 0.123456789)
        t must be a ratio of whole numbers up to 1000, but it is 0.123456789
        only then the set has an exact form in semidefinite cones
    Y in geo_mean_hypo(eye(3), eye(2), 0.5)
        this is a 3 x 3, but the matrix in the set is a 2 x 2
    Y in geo_mean_hypo([1, 2; 3, 4], eye(2), 0.5)
        this matrix must be symmetric
    x in rel_entr_epi(eye(2), eye(2))
        `rel_entr_epi` holds square matrices, but this is a vector of 3
    Y in rel_entr_epi(eye(2))
        `rel_entr_epi` has other arguments
        write `rel_entr_epi(A, B)`
    "##);
}
