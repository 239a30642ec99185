//! Quadratics on the gradient path: solved directly at any size, read from their second derivatives
//! where the data is tall, and with inner means that stay cheap.

use bowl::compare::Agreement;
use bowl::elaborate::Inputs;
use bowl::expr::Evaluator;
use bowl::pipeline::{self, Loaded, Paths};
use bowl::solve::descent::model::Model;
use bowl::solve::descent::normal_form::NormalForm;
use bowl::solve::{Settings, Solution};

fn load(text: &str) -> Loaded {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded,
        Err(reports) => panic!("{text}\n{reports:?}"),
    }
}

fn both(text: &str) -> (Agreement, Solution) {
    let loaded = load(text);
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    let gradient = outcome.gradient.expect("a gradient answer");
    (outcome.agreement, gradient.solution)
}

fn is_direct(text: &str) {
    let (agreement, solution) = both(text);
    assert!(
        matches!(agreement, Agreement::Agree { difference } if difference < 1e-7),
        "{agreement:?}\n{text}"
    );
    assert_eq!(solution.work.method, "analytic", "{text}");
}

#[test]
fn dense_systems_are_solved_directly() {
    is_direct(
        "param A[900, 450] = randn(900, 450, seed = 1)\nparam b[900] = randn(900, seed = 2)\nvar x[450]\nminimize sum_squares(A*x - b) + 0.1*sum_squares(x)\n",
    );
    is_direct(
        "param A[500, 420] = randn(500, 420, seed = 1)\nparam b[500] = randn(500, seed = 2)\nvar x[420]\nminimize sum_squares(A*x - b)\nsubject to\n  x[1..100] == x[101..200]\n  A[1..20, :]*x == 1\n",
    );
    // More unknowns than data: singular.
    is_direct(
        "param A[40, 60] = randn(40, 60, seed = 1)\nvar x[60]\nminimize sum_squares(A*x - 1)\nsubject to\n  sum(x) == 1\n  2*sum(x) == 2\n",
    );
}

/// Dense data beside few coefficients of other unknowns: a product of matrices, not of their terms.
#[test]
fn fits_with_an_intercept_are_solved_directly() {
    for text in [
        "var c\nminimize sum_squares(A*x + c - b) + 0.1*sum_squares(x)\n",
        "var c[2]\nminimize sum_squares(A*x + 2*A*(x - 1) + c[1] - b) + sum((A*x)/9) + 4*(c[1] - c[2])^2 + c[2]^2\n",
        "var c[20]\nminimize sum_squares(A*(B*x + c) - b) + sum_squares(c) + sum_squares(x' * B + c')\n",
        "var c\nminimize mean((A*x + c - b).^2)\nsubject to\n  sum(A*x + c) == 7\n",
    ] {
        is_direct(&format!(
            "param A[300, 20] = randn(300, 20, seed = 1)\nparam B[20, 20] = randn(20, 20, seed = 3)\nparam b[300] = randn(300, seed = 2)\nvar x[20]\n{text}"
        ));
    }
}

#[test]
fn squared_norms_are_solved_as_sums_of_squares() {
    for text in [
        "minimize norm2(A*x - b)^2\n",
        "minimize 3 + 2*norm2(A*x - b)^2 + norm2(x)^2\nsubject to\n  sum(x) == 1\n",
        "minimize norm2(A*x)^2 + norm2(x[1..5] - 2)^2\n",
    ] {
        is_direct(&format!(
            "param A[40, 20] = randn(40, 20, seed = 1)\nparam b[40] = randn(40, seed = 2)\nvar x[20]\n{text}"
        ));
    }
}

/// Rounding is nothing beside the terms of `a'*x == 0`, though the equation has no number.
#[test]
fn equations_through_the_origin_are_solved_directly() {
    for text in [
        "minimize sum_squares(x - a)\nsubject to\n  mean(x[1..5]) == mean(x[6..9])\n",
        "minimize sum_squares(x) - a'*x\nsubject to\n  a'*x == 0\n  B*x == 0\n",
    ] {
        is_direct(&format!(
            "param a[9] = randn(9, seed = 1)\nparam B[4, 9] = randn(4, 9, seed = 2)\nvar x[9]\n{text}"
        ));
    }
}

#[test]
fn sparse_systems_are_solved_directly() {
    is_direct(
        "param n = 20000\nvar x[n]\nminimize sum_squares(x - linspace(0, 1, n)) + 10*sum_squares(diff(x))\nsubject to\n  sum(x) == 100\n  x[1..50] == 0.5\n  x[101..200] + x[301..400] == 1\n",
    );
    // Any constant may be added.
    is_direct("param n = 3000\nvar x[n]\nminimize sum_squares(diff(x) - 1)\n");
    // Terms without curvature of their own, and an equation twice.
    is_direct(
        "param n = 3000\nvar x[n]\nvar y[n]\nminimize sum_squares(y) + sum(x)\nsubject to\n  x - y == linspace(0, 1, n)\n  x - y == linspace(0, 1, n)\n",
    );
}

#[test]
fn direct_solutions_carry_multipliers() {
    let (_, solution) = both(
        "param n = 1000\nvar x[n]\nminimize sum_squares(x)/2\nsubject to\n  x[1] - x[2] == 1\n  sum(x) == 0\n",
    );
    // x = (1/2, -1/2, 0, …): x + λ(1, -1, 0, …) + μ = 0.
    let duals = solution.duals.expect("multipliers");
    assert!((duals[0].get(0, 0) + 0.5).abs() < 1e-9);
    assert!(duals[1].get(0, 0).abs() < 1e-9);
}

#[test]
fn falls_without_end_are_seen_directly() {
    for text in [
        "var x[3]\nminimize sum_squares(diff(x)) + sum(x)\n",
        "param n = 1000\nvar x[n]\nminimize sum_squares(diff(x) - 1) + 0.001*sum(x)\n",
        "param n = 300\nvar x[n]\nvar y[n]\nminimize sum_squares(y) + sum(x)\nsubject to\n  x[1] - x[2] + y[1] == 1\n  x[3] == 2*x[4]\n",
    ] {
        let (agreement, solution) = both(text);
        assert_eq!(agreement, Agreement::BothUnbounded, "{text}");
        assert_eq!(solution.work.method, "analytic", "{text}");
    }
}

#[test]
fn contradictions_among_equations_stay_infeasible() {
    let (agreement, _) = both(
        "param n = 1000\nvar x[n]\nminimize sum_squares(x)\nsubject to\n  diff(x) == 1\n  x[1] - x[n] == 5\n",
    );
    assert_eq!(agreement, Agreement::BothInfeasible);
}

/// Coefficients of all affine forms in the normal form.
fn coefficients(text: &str) -> usize {
    let form = NormalForm::new(&load(text).problem).expect("a normal form");
    form.parts.iter().map(|p| p.form.coefficients()).sum()
}

#[test]
fn inner_means_are_linear_in_size() {
    let n = 20_000;
    for text in [
        "minimize norm1(x - mean(x)) + sum_squares(x - 1)\n",
        "minimize avg_abs_dev(x) + sum_squares(x - 1)\n",
        "minimize std(x) + sum_squares(x - 1)\n",
        "minimize variance(x) + norm1(x - 1)\n",
        "minimize sum_squares(x - 1)\nsubject to\n  x - mean(x) <= 0.2\n  x[1..9] == sum(x)\n",
        "minimize sum(x)\nsubject to\n  norm2(x - mean(x)) <= 1\n",
        "minimize max(x - 2*sum(x)) + norm1(cumsum(x))\n",
    ] {
        let text = format!("param n = {n}\nvar x[n]\n{text}");
        let found = coefficients(&text);
        assert!(found <= 12 * n, "{found} coefficients for\n{text}");
    }
}

#[test]
fn inner_means_agree_on_both_paths() {
    for text in [
        "minimize norm1(x - mean(x)) + 0.5*sum_squares(x - linspace(0, 1, n))\n",
        "minimize avg_abs_dev(x) + 0.01*sum_squares(x - linspace(0, 1, n))\nsubject to\n  x <= 0.7\n",
        "minimize sum_squares(x - linspace(0, 1, n))\nsubject to\n  x - mean(x) <= 0.2\n",
        "minimize variance(x) + sum_squares(x - linspace(0, 1, n))\nsubject to\n  x <= 0.7\n",
    ] {
        let text = format!("param n = 2000\nvar x[n]\n{text}");
        let (agreement, _) = both(&text);
        assert!(
            matches!(agreement, Agreement::Agree { .. }),
            "{agreement:?}\n{text}"
        );
    }
}

/// f by a model that has been evaluated often, and by the user's own expression.
#[test]
fn tall_data_read_from_second_derivatives_keeps_its_digits() {
    let text = "param A[3000, 20] = randn(3000, 20, seed = 5)\nparam noise[3000] = randn(3000, seed = 6)\nparam b[3000] = 1000*(A*ones(20)) + 0.00001*noise\nvar x[20]\nminimize sum_squares(A*x - b)\n";
    let problem = load(text).problem;
    let root = problem.objective.expression.expect("an objective");
    let mut model = Model::new(NormalForm::new(&problem).expect("a normal form"));
    let evaluator = Evaluator::new(&problem.graph, &[root]);
    let mut gradient = vec![0.0; 20];
    for step in 0..60 {
        // From 0 towards the optimum near 1000, half of the way at a time.
        let rest = 1000.0 * 0.5f64.powi(step);
        let x: Vec<f64> = (0..20)
            .map(|k| 1000.0 - rest * (1.0 + 0.1 * f64::from(k)))
            .collect();
        let value = model.values(&x, &mut []);
        model.gradient(&[], &mut gradient);
        let exact = evaluator.evaluate(&model.packing.unpack(&x, 1))[0].get(0, 0);
        assert!(
            (value - exact).abs() <= 1e-7 * exact,
            "step {step}: {value:e} for {exact:e}"
        );
    }
    assert!(model.is_expanded(), "the data is still read");
}
