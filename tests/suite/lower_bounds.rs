//! A lower bound never exceeds the optimum, whatever the point and the multipliers it is taken at.

use crate::oracle::Random;
use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Paths};
use bowl::problem::{Goal, Problem};
use bowl::solve::descent::dual_bound::Reach;
use bowl::solve::descent::lagrangian::Lagrangian;
use bowl::solve::descent::model::Model;
use bowl::solve::descent::normal_form::NormalForm;
use bowl::solve::descent::oracle::Smooth;
use bowl::solve::{Settings, Status};

const OBJECTIVES: &[&str] = &[
    "sum_squares(A*x - b) + sum_squares(x)",
    "sum_squares(x - b[1..4]) + b[5..8]'*x",
    "b[1..4]'*x",
    "sum(logistic(A*x)) - b[1..4]'*x/9",
    "log_sum_exp(A*x) + 0.3*norm1(x)",
    "norm1(A*x - b) + norm2(x)",
    "norm_inf(A*x - b)",
    "max(A*x - b) + sum_squares(x)",
    "-sum(log(x + 5)) + b[1..4]'*x",
    "quad_over_lin(A*x, x[1] + 5)",
    "exp(norm2(x)) + sum_largest(A*x, 2)",
    "lambda_max(diag(x) + ones(4, 4)) + norm2(A*x - b)",
];

const BOXES: &[&str] = &["", "  -2 <= x <= 2\n", "  x >= -3\n  sum(x) <= 2\n"];

const CONSTRAINTS: &[&str] = &[
    "sum(x) == 1",
    "A[1..2, :]*x <= 1",
    "x[1] + 2*x[2] >= x[3] - 1",
    "norm2(x) <= 2",
    "norm1(x - 1) <= 4",
    "log_sum_exp(x) <= 3",
    "square(x[1]) + exp(x[2]) <= 2",
    "sum(inv_pos(x + 4)) <= 4",
    "norm2(A*x) <= 9 + x[1]",
    "sum(entr(x + 4)) >= -25",
];

struct Numbers(Random);

impl Numbers {
    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[(self.0.next() % texts.len() as u64) as usize]
    }

    /// Between -size and size.
    fn within(&mut self, size: f64) -> f64 {
        size * (self.0.next() as f64 / u64::MAX as f64 * 2.0 - 1.0)
    }
}

fn random_problem(numbers: &mut Numbers) -> String {
    let seed = numbers.0.next() % 1000;
    let mut text = format!(
        "param A[8, 4] = randn(8, 4, seed = {seed})\nparam b[8] = randn(8, seed = {seed})\nvar x[4]\nminimize {}\nsubject to\n  x[4] <= 9\n",
        numbers.pick(OBJECTIVES)
    );
    text += numbers.pick(BOXES);
    for _ in 0..numbers.0.next() % 3 {
        text += &format!("  {}\n", numbers.pick(CONSTRAINTS));
    }
    text
}

/// The largest of the bounds at random points, multipliers and penalties.
fn largest_bound(problem: &Problem, numbers: &mut Numbers) -> f64 {
    let mut model = Model::new(NormalForm::new(problem).expect("a normal form"));
    let n = model.size;
    let reach = Reach::of(&mut model);
    let mut lagrangian = Lagrangian::new(&mut model);
    let mut largest = f64::NEG_INFINITY;
    for trial in 0..40 {
        let size = [0.1, 1.0, 5.0][trial % 3];
        let x: Vec<f64> = (0..n).map(|_| numbers.within(size)).collect();
        lagrangian.sigma = 10f64.powf(numbers.within(3.0));
        for rows in &mut lagrangian.rows {
            let multipliers = rows.multiplier.iter_mut();
            multipliers.for_each(|m| *m = numbers.within(size));
        }
        if lagrangian.evaluate(&x, &mut vec![0.0; n]).is_finite() {
            largest = largest.max(reach.bound(&lagrangian, &x));
        }
    }
    largest
}

#[test]
fn no_bound_exceeds_the_optimum() {
    let mut numbers = Numbers(Random(5));
    let (mut solved, mut bounded, mut anywhere) = (0, 0, 0);
    for _ in 0..300 {
        let text = random_problem(&mut numbers);
        let loaded = match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
            Ok(loaded) => loaded,
            Err(reports) => panic!("{text}\n{reports:?}"),
        };
        let problem = &loaded.problem;
        assert_eq!(problem.objective.goal, Goal::Minimize);
        let paths = Paths {
            conic: true,
            gradient: true,
        };
        let check = pipeline::check(problem);
        let outcome = pipeline::solve(problem, check, paths, &Settings::default());
        let (Some(conic), Some(gradient)) = (&outcome.conic, &outcome.gradient) else {
            panic!("two answers are asked for");
        };
        if conic.solution.status != Status::Solved {
            continue;
        }
        let objective = conic.judgement.as_ref().and_then(|j| j.objective);
        let optimum = objective.expect("an objective");
        let limit = optimum + 1e-6 * optimum.abs().max(1.0);
        solved += 1;
        if let Some(bound) = gradient.solution.bound {
            bounded += 1;
            assert!(bound <= limit, "{bound} above {optimum}\n{text}");
        }
        let largest = largest_bound(problem, &mut numbers);
        anywhere += usize::from(largest.is_finite());
        assert!(largest <= limit, "{largest} above {optimum}\n{text}");
    }
    let counts = [solved, bounded, anywhere];
    assert!(
        solved > 250 && bounded > 170 && anywhere > 130,
        "{counts:?}"
    );
}

/// A cone bounds what it holds: no box is needed beside it.
#[test]
fn cones_give_bounds() {
    let texts = [
        "param c[6] = randn(6, seed = 3)\nvar x[6]\nminimize c'*x\nsubject to\n  norm2(x) <= 2\n  sum(x) == 1\n",
        "param c[6] = randn(6, seed = 3)\nvar x[6]\nvar t <= 3\nminimize c'*x + t\nsubject to\n  norm2(x - 1) <= t\n",
        "param C[5, 5] = randn(5, 5, seed = 3)\nvar X[5, 5] psd\nminimize sum(C .* X)\nsubject to\n  diag(X) == 1\n",
    ];
    for text in texts {
        let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
        let problem = loaded.expect("a problem").problem;
        let check = pipeline::check(&problem);
        let paths = Paths {
            conic: true,
            gradient: true,
        };
        let outcome = pipeline::solve(&problem, check, paths, &Settings::default());
        let judged = |a: &Option<pipeline::Answer>| a.as_ref()?.judgement.as_ref()?.objective;
        let optimum = judged(&outcome.conic).expect("an optimum");
        let gradient = outcome.gradient.expect("a gradient answer");
        let bound = gradient.solution.bound;
        let bound = bound.unwrap_or_else(|| panic!("no bound for\n{text}"));
        let away = (optimum - bound) / optimum.abs().max(1.0);
        assert!(away.abs() < 1e-6, "{bound} for {optimum}\n{text}");
    }
}
