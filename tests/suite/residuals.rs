//! Large weights, matrices in raw units and Gram matrices of high degree: residuals that are small beside the data
//! leave much of the objective open there, and a search that tries kinks one by one never ends.

use crate::both_paths::{both_find, load, solve};
use bowl::solve::Status;

const NEAR: f64 = 1e-6;

/// A residual of 1e-9 in t >= |D x| is large beside a weight of 1e5.
#[test]
fn large_weights_hide_nothing() {
    let data = |n: u32, series: &str, seed: u32| {
        format!(
            "param n = {n}\nparam t[n] = linspace(0, 1, n)\nparam y[n] = {series} + 0.1*randn(n, seed = {seed})\nvar x[n]\n"
        )
    };
    let text = data(200, "exp(t)", 5) + "minimize norm1(x - y) + 1e5*norm1(diff(x, k = 3))\n";
    both_find(&text, 17.35377218, NEAR);
    let text =
        data(400, "sin(6*t)", 14) + "minimize 0.5*sum_squares(x - y) + 1e4*norm1(diff(x, k = 3))\n";
    both_find(&text, 5.823833479, NEAR);
}

/// Moments of t in units of 1/`unit`: the determinant is that of unit 1 times a power of the unit.
#[test]
fn designs_in_raw_units_are_those_in_others() {
    let text = |unit: f64| {
        format!(
            "param t[21] = linspace(0, {unit}, 21)\nparam V[4, 21] = [ones(1, 21); t'; t' .^ 2; t' .^ 3]\nvar w[21] >= 0\n\
             maximize log_det(V*diag(w)*V')\nsubject to\n  sum(w) == 1\n"
        )
    };
    let loaded = load(&text(1.0));
    let outcome = solve(&loaded);
    let answer = outcome.conic.expect("the conic path took part");
    let objective = answer.judgement.and_then(|j| j.objective);
    let plain = objective.expect("an objective");
    for unit in [1e-2f64, 30.0, 1e2] {
        both_find(&text(unit), plain + 12.0 * unit.ln(), NEAR);
    }
}

/// Stiffnesses of 1e11 beside areas of 1e-3; conductances of 1e-6.
#[test]
fn matrices_in_the_units_of_engineers_are_solved() {
    let truss = |stiffness: f64, force: f64| {
        format!(
            "param B[8, 20] = randn(8, 20, seed = 1)\nparam L[20] = 1 + rand(20, seed = 2)\n\
             param f[8] = {force}*randn(8, seed = 3)\nvar a[20] >= 1e-6, <= 1e-2\n\
             minimize matrix_frac(f, B*diag({stiffness}*a ./ L)*B')\nsubject to\n  L'*a <= 5e-3\n"
        )
    };
    // Forces times c and stiffnesses times c^2 leave the compliance as it is.
    let loaded = load(&truss(20.0, 0.1));
    let outcome = solve(&loaded);
    for answer in [outcome.conic, outcome.gradient].into_iter().flatten() {
        assert_eq!(answer.solution.status, Status::Solved);
        let objective = answer.judgement.and_then(|j| j.objective);
        let plain = objective.expect("an objective");
        both_find(&truss(2e11, 1e4), plain, NEAR);
    }
}

/// The least value of a polynomial of degree 12 from its Gram matrix.
#[test]
fn polynomials_of_high_degree_have_their_lower_bound() {
    for (coefficients, least) in [
        ("1; 0; -3; 1; 0; 2; -5; 1; 0; 2; 1; -1; 0", -436.0686755695),
        (
            "1; 0; -2; 1; 0; 1; -1; 0.5; 0; 0.3; 0.2; -0.4; 1",
            -58.2954861683,
        ),
    ] {
        let text = format!(
            "param p[13] = [{coefficients}]\nvar Q[7, 7] psd\nvar g\nmaximize g\nsubject to\n  \
             sum(Q[i, k - i + 1] for i in 1..7 if k - i + 1 >= 1 and k - i + 1 <= 7) == p[k] for k in 1..12\n  \
             Q[7, 7] == p[13] - g\n"
        );
        both_find(&text, least, NEAR);
    }
}

/// Kinks at every step of a long horizon, and of other units than one.
#[test]
fn long_horizons_have_one_answer() {
    let text = "param T = 150\nvar x[2, 0..T]\nvar u[0..T-1] >= -1, <= 1\n\
                minimize sum(norm_inf(x[:, t]) for t in 0..T) + 0.1*sum(abs(u[t]) for t in 0..T-1)\nsubject to\n  \
                x[:, 0] == [4; 1]\n  \
                x[:, t+1] == [1, 0.1; 0, 1]*x[:, t] + [0.005; 0.1]*u[t] for t in 0..T-1\n";
    both_find(text, 152.6159090909, NEAR);
    let text = "param noise[n] = 1e-9*exp(0.7*randn(64, seed = 15))\nvar p[n] >= 0\n\
                maximize sum(log(1 + p ./ noise))\nsubject to\n  sum(p) <= 1e-6\n";
    both_find(text, 183.99446775, NEAR);
}

/// Columns of data from 1e-6 to 1e12 under a function that is no quadratic.
#[test]
fn columns_in_any_unit_are_fitted() {
    let text = "param t[100] = linspace(0, 1e6, 100)\n\
                param X[100, 5] = [ones(100), t, t .^ 2, 1e-6*sin(t/1e5), 1e3*cos(t/1e5)]\n\
                param y[100] = 3 + 2e-6*t - 1e-12*t .^ 2 + 0.01*randn(100, seed = 46)\nvar b[5]\n\
                minimize sum(huber(y - X*b, M = 0.02))\nsubject to\n  b[3] <= 0\n";
    both_find(text, 0.00884208135284, NEAR);
}
