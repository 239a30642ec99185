//! Exponents of every size: powers, norms and means are exact on both paths.

use crate::both_paths::{both_find, load, objectives};
use bowl::pipeline::{self, Paths};
use bowl::solve::{Settings, Status};

/// Relative; the largest that was measured is 6e-9.
const ERROR: f64 = 3e-8;

const VECTOR: [f64; 3] = [1.0, 2.0, 3.0];

#[test]
fn powers_have_the_accuracy_of_the_solver() {
    for p in [
        1.0001,
        1.5,
        std::f64::consts::PI,
        6.0,
        0.5,
        1e-3,
        -0.01,
        -3.0,
    ] {
        let sense = if (0.0..1.0).contains(&p) {
            "maximize"
        } else {
            "minimize"
        };
        for x in [0.3f64, 2.0, 7.45] {
            let text = format!("var x\n{sense} x^({p})\nsubject to\n  x == {x}\n");
            both_find(&text, x.powf(p), ERROR);
        }
    }
    both_find(
        "var x\nminimize x^100\nsubject to\n  x == 0.3\n",
        0.3f64.powi(100),
        1e-6,
    );
}

#[test]
fn whole_even_powers_live_on_the_whole_line() {
    both_find("var x\nminimize x^6\nsubject to\n  x == -2\n", 64.0, ERROR);
    both_find(
        "var x[2]\nminimize sum(x .^ 4)\nsubject to\n  x == [-1; 3]\n",
        82.0,
        ERROR,
    );
    for p in [1.0001, 1.5, std::f64::consts::PI] {
        let text = format!("var x\nminimize pow_abs(x, {p})\nsubject to\n  x == -2\n");
        both_find(&text, 2f64.powf(p), ERROR);
    }
}

#[test]
fn norms_have_the_accuracy_of_the_solver() {
    for p in [1.0001, 1.5, std::f64::consts::PI, 100.0, 0.5, -3.0] {
        let sense = if p < 1.0 { "maximize" } else { "minimize" };
        let power: f64 = VECTOR.iter().map(|x| x.powf(p)).sum();
        let text = format!("var x[3]\n{sense} pnorm(x, {p})\nsubject to\n  x == [1; 2; 3]\n");
        both_find(&text, power.powf(1.0 / p), ERROR);
        let text = format!("var x[3]\n{sense} pnorm(x, {p})\nsubject to\n  sum(x) == 3\n");
        both_find(&text, 3f64.powf(1.0 / p), ERROR);
    }
}

#[test]
fn means_have_the_accuracy_of_the_solver() {
    for weights in [
        [1.0, 1e-3, 1e-3],
        [1.0, 3.25, 0.01],
        [100.0, 1.0, 1.0],
        [1e-6, 1.0, 1.0],
    ] {
        let total: f64 = weights.iter().sum();
        let given = format!("weights = {weights:?}");
        let logarithm = weights.iter().zip(VECTOR).map(|(w, x)| w / total * x.ln());
        let text =
            format!("var x[3]\nmaximize geo_mean(x, {given})\nsubject to\n  x == [1; 2; 3]\n");
        both_find(&text, logarithm.sum::<f64>().exp(), ERROR);
        // The best shares are the weights.
        let logarithm = weights.iter().map(|w| w / total * (w / total).ln());
        let text = format!("var x[3]\nmaximize geo_mean(x, {given})\nsubject to\n  sum(x) == 1\n");
        both_find(&text, logarithm.sum::<f64>().exp(), ERROR);
    }
    for p in [1.0, 1e-3, std::f64::consts::PI, 10.0] {
        let text =
            format!("var x[3]\nminimize inv_prod(x, p = {p})\nsubject to\n  x == [1; 2; 3]\n");
        both_find(&text, 6f64.powf(-p), ERROR);
    }
}

fn conic_finds(text: &str, expected: f64, within: f64) {
    let loaded = load(text);
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic: true,
        gradient: false,
    };
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    let answer = outcome.conic.expect("the conic path was asked");
    assert_eq!(answer.solution.status, Status::Solved, "{text}");
    let found = answer.judgement.and_then(|j| j.objective).expect("a point");
    let error = (found - expected).abs() / expected.abs().max(1.0);
    assert!(error <= within, "{text}\n{found} instead of {expected}");
}

/// At the answer the entries of the cones differ by the p-th power: 2^100 beside 2.
#[test]
fn steep_powers_far_from_one_have_the_accuracy_of_the_solver() {
    for p in [4, 6, 8, 12, 20, 100] {
        for x in [0.5f64, 2.0, 100.0] {
            let best = x.powi(p);
            let text = format!("var x\nminimize x^{p}\nsubject to\n  x == {x}\n");
            both_find(&text, best, 1e-6);
            // A bound below the tolerance is no bound.
            if best > 1e-3 {
                let text = format!("var x\nmaximize x\nsubject to\n  x^{p} <= {best:e}\n");
                conic_finds(&text, x, 1e-6);
            }
        }
    }
}

/// Over the distances to ±s and ±s/2 the best x is 0, by symmetry.
#[test]
fn sums_of_steep_powers_have_the_accuracy_of_the_solver() {
    for p in [8, 20, 100] {
        for size in [1.0f64, 2.0, 50.0] {
            let text = format!(
                "param b[4] = {size} * [1; -1; 0.5; -0.5]\nvar x\nminimize sum(pow_abs(x - b, {p}))\n"
            );
            let best = 2.0 * (size.powi(p) + (size / 2.0).powi(p));
            both_find(&text, best, 1e-6);
        }
    }
}

#[test]
fn objectives_too_steep_for_products_of_slopes_are_solved_in_a_larger_unit() {
    // The slopes at 0 are about 1e204 and more, their squares no numbers.
    both_find(
        "var x\nminimize (x - 80)^100 + (x - 120)^100\n",
        2.0 * 20f64.powi(100),
        ERROR,
    );
    both_find(
        "var x[2]\nminimize sum((x - 90) .^ 80)\nsubject to\n  x <= 40\n",
        2.0 * 50f64.powi(80),
        ERROR,
    );
}

/// Entries at a kink inside, the norm bounded by nothing else, the constraint bent.
#[test]
fn norms_agree_under_bent_constraints() {
    for p in [1.2, 2.1, 2.5, 3.0, 10.0] {
        let text = format!(
            "param B[m,n] = randn(16, 8, seed = 77038)\nparam z[n] = rand(8, seed = 77042)\nvar x[n]\n\
             minimize 10*pnorm(pos(B*x), {p})\nsubject to\n  sum_squares(B*(x - z)) <= 4\n"
        );
        let [conic, gradient] = objectives(&text);
        assert!((conic - gradient).abs() <= 1e-6 * conic, "{text}");
    }
}

#[test]
fn reciprocals_of_long_products_have_the_accuracy_of_the_solver() {
    for n in [4, 5, 12, 30] {
        let text = format!(
            "param B[m,n] = randn({}, {n}, seed = 1)\nparam z[n] = rand({n}, seed = 51)\nvar x[n] >= 0\n\
             minimize 3*inv_prod(x + 0.3) + norm2(B*(x - z))\n\
             subject to\n  norm1(x - z) <= 1\n  sum(exp(x)) <= sum(exp(z)) + 1\n",
            2 * n
        );
        let [conic, gradient] = objectives(&text);
        assert!(
            (conic - gradient).abs() <= 1e-6 * conic,
            "{text}{conic} {gradient}"
        );
    }
}

/// The curvature of |x|^p at 0 is infinite for p < 2; where that stops the smooth form, cones go on.
#[test]
fn powers_whose_slopes_turn_without_end_are_bounded() {
    for p in [1.05, 1.2] {
        for bound in ["norm2(x - z) <= 0.5", "B*x <= B*z + 0.3"] {
            let text = format!(
                "param B[m,n] = randn(10, 5, seed = 8)\nparam c[n] = randn(5, seed = 9)\nparam z[n] = rand(5, seed = 10)\n\
                 var x[n]\nminimize sum(pow_abs(x - z, {p})) + 0.1*c'*x\n\
                 subject to\n  {bound}\n  sum(pow_abs(x - z, 1.5)) <= 0.8\n"
            );
            let [conic, gradient] = objectives(&text);
            assert!((conic - gradient).abs() <= 1e-6, "{text}{conic} {gradient}");
        }
    }
}
