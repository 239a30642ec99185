//! Prices of very different size, moments of raw measurements, amounts in millions whose differences count: rows and
//! columns that no factor for each makes alike.

use crate::both_paths::{both_find, gradient_finds, load, objectives, solve};
use bowl::compare::Agreement;
use bowl::matrix::Matrix;
use bowl::solve::Status;
use bowl::solve::descent::polished;
use std::sync::Arc;

const NEAR: f64 = 1e-6;

/// At the optimum of x^a y^b z^c each good takes its exponent's share of the budget.
fn utility(exponents: &[f64], prices: &[f64], budget: f64) -> f64 {
    let total: f64 = exponents.iter().sum();
    let goods = exponents.iter().zip(prices);
    goods
        .map(|(share, price)| (share / total * budget / price).powf(*share))
        .product()
}

fn both_agree(text: &str) {
    let [conic, gradient] = objectives(text);
    assert!(
        (conic - gradient).abs() <= NEAR * conic,
        "{conic} {gradient}"
    );
}

#[test]
fn prices_of_all_sizes_leave_power_cones_solved() {
    for (exponents, prices, budget) in [
        ([0.3, 0.7].as_slice(), [0.01, 2e6].as_slice(), 5e6),
        (&[0.2, 0.3, 0.4], &[0.002, 15.0, 3e5], 1e7),
    ] {
        let names = ["x", "y", "z"];
        let goods = || names.iter().zip(exponents).zip(prices);
        let variables: String = goods()
            .map(|((name, _), _)| format!("var {name} >= 0\n"))
            .collect();
        let powers: Vec<String> = goods()
            .map(|((name, exponent), _)| format!("{name}^{exponent}"))
            .collect();
        let costs: Vec<String> = goods()
            .map(|((name, _), price)| format!("{price:?}*{name}"))
            .collect();
        let text = format!(
            "{variables}maximize {}\nsubject to\n  {} <= {budget:?}\n",
            powers.join("*"),
            costs.join(" + ")
        );
        both_find(&text, utility(exponents, prices, budget), NEAR);
    }
    let text = "param price[2] = [2e-3; 5e3]\nvar q[2]\nvar v[2] >= 0\nmaximize q[1] + 2*q[2]\nsubject to\n  \
                [v[1]; v[2]; q[1]] in pow_cone(0.7)\n  [v[2]; v[1]; q[2]] in pow_cone(0.25)\n  price'*v <= 100\n";
    both_agree(text);
}

/// The variance of a prediction, as a fraction and as the bound of the matrix that it stands for.
#[test]
fn fractions_of_raw_moments_are_those_of_their_blocks() {
    let data = "param t[m] = linspace(0, 500, 11)\nlet V = [ones(1, m); t'; (t .^ 2)']\n\
                param R[3, 3] psd = diag([1; 1e-4; 1e-12])\nparam c[3] = [1; 100; 10000]\nvar w[m] >= 0\n";
    let block = format!(
        "{data}var s\nminimize s\nsubject to\n  sum(w) == 1\n  [40*V*diag(w)*V' + R, c; c', s] >> 0\n"
    );
    let fraction =
        format!("{data}minimize matrix_frac(c, 40*V*diag(w)*V' + R)\nsubject to\n  sum(w) == 1\n");
    let [expected, _] = objectives(&block);
    both_find(&block, expected, NEAR);
    both_find(&fraction, expected, NEAR);
}

#[test]
fn traces_of_inverses_of_raw_moments_are_found() {
    let text = "param t[m] = linspace(0, 10, 11)\nlet V = [ones(1, m); t'; (t .^ 2)'; (t .^ 3)']\nvar w[m] >= 0\n\
                minimize tr_inv(V*diag(w)*V')\nsubject to\n  sum(w) == 1\n";
    both_agree(text);
}

/// Powers of the inverse of moments, as phi_p-optimal designs have them.
#[test]
fn powers_of_inverses_of_moments_are_found() {
    let data =
        "param x[m] = linspace(-1, 1, 21)\nlet V = [ones(m), x, x .^ 2, x .^ 3]\nvar w[m] nonneg\n";
    both_agree(&format!(
        "{data}minimize trace_mpower(V'*diag(w)*V, -2)\nsubject to\n  sum(w) == 1\n  sum(w[1..7]) == sum(w[15..21])\n"
    ));
    both_agree(&format!(
        "{data}minimize (x + 2)'*w\nsubject to\n  sum(w) == 1\n  trace_mpower(V'*diag(w)*V, -0.5) <= 15\n"
    ));
}

/// Degree 5: the determinant in the unit of [0, 1] times unit^30.
#[test]
fn determinants_of_nearly_dependent_moments_are_found() {
    let text = |unit: f64| {
        format!(
            "param t[31] = linspace(0, {unit}, 31)\nlet V = [ones(1, 31); t'; (t .^ 2)'; (t .^ 3)'; (t .^ 4)'; (t .^ 5)']\n\
             var w[31] >= 0\nmaximize log_det(V*diag(w)*V')\nsubject to\n  sum(w) == 1\n"
        )
    };
    for unit in [1f64, 10.0, 100.0] {
        gradient_finds(&text(unit), 30.0 * unit.ln() - 37.06620134, NEAR);
    }
}

/// A column of 1e-8 beside one of 1e5 has slopes that are rounding beside the other's from the start.
#[test]
fn small_columns_of_smooth_objectives_are_not_overlooked() {
    let text = |unit: f64| {
        format!(
            "param u[40] = rand(40, seed = 7)\nparam v[40] = rand(40, seed = 8)\n\
             param s[40] = pos(sign(u - v + randn(40, seed = 9)))\nvar a\nvar b\nvar c\n\
             let z = a + b*1e5*u + c*{unit:?}*v\nminimize sum(logistic(z)) - s'*z\n"
        )
    };
    let [plain, _] = objectives(&text(1.0));
    both_find(&text(1e-8), plain, NEAR);
}

/// Payments of 1e7 that must meet to 1e-6.
#[test]
fn large_amounts_meet_as_exactly_as_small_ones() {
    let text = "param price[b] = [102; 99; 101; 98; 98; 104; 100; 101; 102; 94]\n\
                param coupon[b] = [5; 3.5; 5; 3.5; 4; 9; 6; 8; 9; 7]\nparam mature[b] = [1; 2; 2; 3; 4; 5; 5; 6; 7; 8]\n\
                param owe[8] = [12e6; 18e6; 20e6; 20e6; 16e6; 15e6; 12e6; 10e6]\nvar n[b] >= 0\nvar surplus[0..8] >= 0\n\
                minimize price'*n + surplus[0]\nsubject to\n  \
                year[t]: sum(coupon[i]*n[i] for i in 1..b if mature[i] >= t) + sum(100*n[i] for i in 1..b if mature[i] == t) \
                + 1.02*surplus[t-1] == owe[t] + surplus[t] for t in 1..8\n";
    let stocks = "param need[6] = [3; 8; 6; 9; 2; 7]*1e6\nvar buy[6] >= 0\nvar stock[6]\n\
                  minimize sum_squares(buy)/1e12 + sum(pos(stock))/1e7\nsubject to\n  stock[1] == 2e6 + buy[1] - need[1]\n  \
                  stock[t] == stock[t-1] + buy[t] - need[t] for t in 2..6\n  stock >= 0\n";
    for text in [text, stocks] {
        let loaded = load(text);
        let outcome = solve(&loaded);
        for answer in [&outcome.conic, &outcome.gradient].into_iter().flatten() {
            assert_eq!(answer.solution.status, Status::Solved, "{text}");
            let violation = answer.judgement.as_ref().map(|j| j.violation);
            assert!(violation.is_some_and(|v| v <= 1e-8), "{violation:?}{text}");
        }
        assert!(
            matches!(outcome.agreement, Agreement::Agree { .. }),
            "{text}"
        );
    }
}

/// Points next to these answers miss a matrix of 1e-9 by less than constraints of size 1 may be missed.
#[test]
fn answers_of_small_matrices_are_not_beaten_by_points_outside() {
    let text = "var P[2, 2] psd\nvar tau >= 0\nlet m1 = 3e4\nlet m2 = 3e4^2 + 1.5e4^2\n\
                minimize P[1, 1] + 2*m1*P[1, 2] + m2*P[2, 2]\nsubject to\n  \
                P - [1 - tau*80000, tau/2; tau/2, 0] >> 0\n";
    both_find(text, 1.0 / (1.0 + (10.0f64 / 3.0).powi(2)), NEAR);
}

/// Both matrices of the mean are on the edge of their cones.
#[test]
fn means_of_two_unknown_matrices_are_found_at_the_edge() {
    let text = "param K[2, 2] = [1, 0.3; 0, 0.8]\nvar A[2, 2] psd\nvar B[2, 2] psd\nmaximize lieb_ando(A, B, K, 0.5)\n\
                subject to\n  trace(A) == 1\n  trace(B) == 1\n  A[1, 1] >= 0.7\n  trace([0.2, 0.1; 0.1, 0.9]*B) <= 0.4\n";
    both_agree(text);
}

/// The functions are asked for their curvature before a first point that has a value is found.
#[test]
fn starts_without_a_value_end_no_search() {
    let text = "param C[3, 3] psd = [2, 0.5, 0; 0.5, 1, 0; 0, 0, 0]\nvar X[3, 3] psd\nmaximize trace_logm(X, C)\n\
                subject to\n  trace(X) <= 4\n  norm2(X - eye(3)) <= 1.2\n  X[3, 3] >= 0.5\n";
    both_agree(text);
}

/// Where the thrust of 48 kN vanishes, its bound holds to less than a newton.
const LANDING: &str = r"param T = 20
param dt = 1
param mass = 2400
param g[3] = [0; 0; -9.81]
var p[3, 0..T]
var v[3, 0..T]
var F[3, T]
var s[T] >= 0, <= 48000
minimize fuel: sum(s)*dt/2200
subject to
  p0: p[:, 0] == [150; -100; 500]
  v0: v[:, 0] == [-20; 15; -75]
  land: p[:, T] == 0
  soft: v[:, T] == 0
  motion[t]: p[:, t] == p[:, t-1] + dt/2*(v[:, t] + v[:, t-1])   for t in 1..T
  newton[t]: v[:, t] == v[:, t-1] + dt*(F[:, t]/mass + g)        for t in 1..T
  thrust[t]: norm2(F[:, t]) <= s[t]                              for t in 1..T
  tilt[t]:   F[3, t] >= 0.8*s[t]                                 for t in 1..T
  glide[t]:  p[3, t] >= 0.7*norm2(p[1..2, t])                    for t in 1..T
";

/// A boiler of 30 MW that stays off.
const HEAT: &str = r"param T = 24
param heat[T] = [21, 19, 18, 18, 20, 26, 38, 45, 42, 36, 30, 27, 25, 24, 24, 26, 31, 39, 44, 41, 36, 31, 27, 23]
param spot[T] = [38, 34, 31, 30, 33, 41, 66, 88, 92, 75, 61, 50, 44, 41, 43, 52, 69, 97, 118, 104, 82, 63, 52, 44]
param gas = 9.2e-9
param Pmax = 14e6
param cop = 2.9
var boiler[T] >= 0, <= 30e6
var pump[T] >= 0, <= Pmax
var tank[T] >= 0, <= 4.5e11
minimize cost: 3600*gas/0.92*sum(boiler) + spot'*pump*3600/3.6e9
subject to
  initial: tank[1] == 1e11 + 3600*(boiler[1] + cop*pump[1] - 1e6*heat[1])
  store[t]: tank[t] == 0.998*tank[t-1] + 3600*(boiler[t] + cop*pump[t] - 1e6*heat[t])   for t in 2..T
  close: tank[T] >= 1e11
";

#[test]
fn what_vanishes_beside_large_amounts_does_so_exactly() {
    both_agree(LANDING);
    gradient_finds(HEAT, 12150.548537, NEAR);
}

/// Second differences of 1e-9 at levels of 50 are 4e-6 of an objective of 0.6, where no slope says so any more.
#[test]
fn small_objectives_of_large_levels_are_as_accurate() {
    for seed in 1..=6 {
        let text = format!(
            "param y[n] = 50 + 8*randn(60, seed = {seed})\nvar q[n, 3] >= 25\n\
             minimize sum(scalene(y[1] - q[1, k], 0.5, 0.2) for k in 1..3) + 20*sum(norm1(diff(q[:, k], 2)) for k in 1..3)\n\
             subject to\n  order[k]: q[:, k] + 1 <= q[:, k + 1] for k in 1..2\n"
        );
        gradient_finds(&text, 0.6, 1e-8);
    }
}

/// Two rows of 1397 that an answer misses by 1e-7 of its entries.
#[test]
fn answers_are_put_onto_the_few_rows_they_miss() {
    let text = "var x[700]\nminimize sum_squares(x - 1e6)\nsubject to\n  pairs: x[1..699] + x[2..700] <= 2e6\n  \
                triples: x[1..698] + x[2..699] + x[3..700] <= 4e6\n";
    let loaded = load(text);
    let mut entries = vec![1e6; 700];
    entries[5] += 0.1;
    let point = [Arc::new(Matrix::vector(entries))];
    let moved = polished(&loaded.problem, &point).expect("rows to go onto");
    let x = moved[0].entries();
    assert!(
        x.windows(2)
            .all(|pair| pair[0] + pair[1] <= 2e6 * (1.0 + 1e-15))
    );
    assert!((x[5] - 1e6).abs() < 0.1 && x.iter().all(|x| (x - 1e6).abs() < 0.2));
}
