//! The sparse Newton system solves what products with the Lagrangian's curvature say, also by rows.

use bowl::elaborate::Inputs;
use bowl::pipeline;
use bowl::solve::descent::lagrangian::{Lagrangian, Rows, Scratch};
use bowl::solve::descent::model::Model;
use bowl::solve::descent::newton::Sparse;
use bowl::solve::descent::normal_form::NormalForm;
use bowl::solve::descent::oracle::Smooth;

/// Entries that differ without a pattern.
fn entry(k: usize, seed: f64) -> f64 {
    (12.9898 * k as f64 + 78.233 * seed).sin() * 1.5
}

/// |H*d - b| / |b| of the sparse solution for several points, penalties and shifts.
fn worst_residual(text: &str) -> f64 {
    let loaded = match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded,
        Err(reports) => panic!("{text}\n{reports:?}"),
    };
    let form = NormalForm::new(&loaded.problem).expect("a normal form");
    let mut model = Model::new(form);
    let n = model.size;
    let mut lagrangian = Lagrangian::new(&mut model);
    lagrangian.sizes = (0..n).map(|k| [1.0, 0.1, 10.0][k % 3]).collect();
    lagrangian.unit = 0.5;
    let start: Vec<f64> = (0..n).map(|k| entry(k, 0.0)).collect();
    lagrangian.evaluate(&start, &mut vec![0.0; n]);
    let mut sparse = Sparse::new(&mut lagrangian, f64::INFINITY)
        .unwrap_or_else(|| panic!("no sparse system for {text}"));
    let mut worst = 0.0f64;
    for (seed, sigma) in [(1.0, 1.0), (2.0, 30.0), (3.0, 0.05), (4.0, 1e4)] {
        lagrangian.sigma = sigma;
        lagrangian.rho = 0.0;
        let shift = 0.3 / sigma;
        let x: Vec<f64> = (0..n).map(|k| entry(k, seed)).collect();
        let right: Vec<f64> = (0..n).map(|k| entry(k, seed + 0.5)).collect();
        lagrangian.evaluate(&x, &mut vec![0.0; n]);
        let found = sparse
            .solve(&mut lagrangian, shift, &right)
            .expect("a solution");
        let mut image = vec![0.0; n];
        lagrangian.curvature_times(&found, &mut image, &mut Scratch::default());
        let shifted = found.iter().zip(lagrangian.shifts(shift));
        let rest = image.iter().zip(shifted).zip(&right);
        let rest = rest
            .map(|((h, (d, s)), b)| (h + s * d - b).powi(2))
            .sum::<f64>();
        let size = right.iter().map(|b| b * b).sum::<f64>();
        worst = worst.max((rest / size).sqrt());
        worst = worst.max(worst_multiplier(&mut sparse, &lagrangian, &right));
    }
    worst
}

/// How far multipliers are from σM(J*d + y), beside σ|J*d + y|.
fn worst_multiplier(sparse: &mut Sparse, lagrangian: &Lagrangian<'_>, right: &[f64]) -> f64 {
    let list = |rows: &Rows| (0..rows.value.len()).map(|k| entry(k, 7.0)).collect();
    let shifts: Vec<Vec<f64>> = lagrangian.rows.iter().map(list).collect();
    let mut multipliers = shifts.clone();
    let zeros = multipliers.iter_mut();
    zeros.for_each(|rows| rows.fill(0.0));
    let d = sparse
        .substitute_by_rows(lagrangian, right, &shifts, &mut multipliers)
        .expect("a solution by rows");
    let mut worst = 0.0f64;
    for ((part, shift), found) in lagrangian.model.parts.iter().zip(&shifts).zip(&multipliers) {
        let jacobian = part.map.all_rows();
        let image = |row: usize| jacobian.column(row).map(|(j, a)| a * d[j]).sum::<f64>();
        let moved: Vec<f64> = (0..shift.len()).map(|k| image(k) + shift[k]).collect();
        let mut expected = vec![0.0; moved.len()];
        part.rule.curvature_times(&moved, &mut expected);
        let missed = found.iter().zip(&expected);
        let missed = missed.map(|(f, e)| (f - lagrangian.sigma * e).powi(2));
        let size: f64 = moved.iter().map(|m| m * m).sum();
        let missed = missed.sum::<f64>() / size;
        worst = worst.max(missed.sqrt() / lagrangian.sigma);
    }
    worst
}

fn assert_solved(text: &str) {
    let residual = worst_residual(text);
    assert!(residual < 1e-8, "{residual:.1e} for\n{text}");
}

/// One long row, unknowns that bend with all others, neighbours that bend together, and what begins to bend on the way.
#[test]
fn few_products_read_the_derivatives_of_bent_rows() {
    let texts = [
        "minimize sum_squares(x - 1)\nsubject to\n  linspace(1, 40, 40)'*exp(x) <= 50",
        "minimize sum_squares(x - 1)\nsubject to\n  sum(log_sum_exp([0; x[k] + 2*t]) for k in 1..40) + exp(t) <= 50",
        "minimize norm1(x - t)\nsubject to\n  link[k]: log_sum_exp([x[k]; x[k+1]; t]) <= 2 + x[k] for k in 1..39",
        "minimize norm1(x) + t^2\nsubject to\n  square_pos(x[k] - 1) + exp(t)/40 <= 2 - x[k+1] for k in 1..39",
        "minimize sum(exp(x - t))\nsubject to\n  exp(sum_squares(x[1..5])) <= 30\n  exp(x[3] - t) <= 5",
        "minimize log_sum_exp(x) + sum_squares(x - 1)\nsubject to\n  link[k]: log_sum_exp([x[k]; x[k+1] - 1]) <= x[k+2] + 2 for k in 1..38",
        "minimize log_sum_exp(randn(9, 40, seed = 1)*x) + exp(sum(x)/9) + sum_squares(x) + t^2\nsubject to\n  link[k]: exp(x[k] - x[k+1]/2) <= t + 2 for k in 1..39",
    ];
    for text in texts {
        let text = format!("var x[40]\nvar t\n{text}\n");
        assert_solved(&text);
    }
}

#[test]
fn every_kind_of_part_has_its_place() {
    let texts = [
        "var x[8]\nminimize sum_squares(x - 1) + 3*norm1(diff(x))",
        "var x[8] >= -1, <= 2\nminimize sum_squares(diff(x)) + x[1]\nsubject to\n  sum(x) == 1",
        "var x[8]\nminimize max(x) + norm2(x[1..5] - 2) + norm2(diff(x))",
        "var x[8]\nminimize sum_largest(x, 3) + norm_inf(diff(x))",
        "var x[8]\nvar t\nminimize t\nsubject to\n  norm2(x - 3) <= t + x[1]\n  norm2(diff(x)) <= 1 + x[2]",
        "var x[8]\nmaximize sum(entr(x)) - quad_over_lin(x[2..3], x[1])\nsubject to\n  sum(x) == 2",
        "var x[8]\nminimize -sum(log(x[1..4])) + sum(inv_pos(x[5..8]))\nsubject to\n  geo_mean(x[1..4]) >= 1\n  sum(kl_div(x[1..3], x[4..6])) <= 2",
        "param A[12, 8] = randn(12, 8, seed = 4)\nvar x[8]\nminimize sum(kl_div(A*x + 9, 3 - A*x)) + sum_squares(x)\nsubject to\n  geo_mean(x[1..2]) >= 1",
        "param P[8,8] = eye(8) + ones(8)*ones(8)'\nvar x[8]\nminimize quad_form(x, P)\nsubject to\n  x >= 1\n  norm1(x) <= 20",
        "var x[8]\nminimize sum(logistic(3*diff(x) - 1)) + sum(x .^ 4) + sum_squares(diff(x))/2\nsubject to\n  norm1(x) <= 20\n  x[1..4] + x[5..8] == 1",
        "param A[6, 8] = randn(6, 8, seed = 1)\nvar x[8]\nminimize 2*log_sum_exp(A*x - 1) + 3*[1, 2, 3]'*exp(A[1..3, :]*x) + quad_form(x[1..2], [2, 1; 1, 3])\nsubject to\n  x <= 3",
        "param A[6, 8] = randn(6, 8, seed = 2)\nvar X[8, 3]\nminimize sum(log_sum_exp(A*X, each = row)) + sum_squares(X)\nsubject to\n  sum(X) == 1",
        "var X[3,3] symmetric\nminimize sum_squares(X - 1) + sum(abs(X))\nsubject to\n  X[1,2] + X[3,1] == 1",
        "param A[6, 8] = randn(6, 8, seed = 3)\nvar x[8]\nminimize sum_squares(x) + norm1(diff(x))\nsubject to\n  log_sum_exp(A*x) <= 3\n  sum(exp(x[1..3])) <= 4",
        "var x[8]\nminimize norm1(x - 1) + exp(sum_squares(x[2..4]))\nsubject to\n  square(sum_squares(x[1..3])) + x[8] <= 2",
        "var x[8]\nminimize sum_squares(x - 1)\nsubject to\n  dotsort(x, [3, 2.5, 1, 0, 0, -1, -2, -4]) <= 2",
    ];
    for text in texts {
        let text = format!("{text}\n");
        assert_solved(&text);
    }
}

/// Functions of the eigenvalues of small matrices in many unknowns: of every sum of eigenvalues, and cones.
#[test]
fn spectral_parts_of_many_unknowns_have_their_place() {
    let texts = [
        "maximize log_det(V'*diag(w)*V) - sum_squares(w)\nsubject to\n  sum(w) == 1\n  w <= 0.3",
        "minimize tr_inv(V'*diag(w)*V + eye(3)) + sum_squares(w)\nsubject to\n  sum(w) == 1",
        "maximize lambda_min(V'*diag(w)*V) + 0.1*log_det(eye(2) + V[:, 1..2]'*diag(w)*V[:, 1..2]) - sum_squares(w)\nsubject to\n  sum(w) == 1",
        "minimize sum(w) + max(w) + sum_squares(w)\nsubject to\n  sum(w[k]*V[k, :]'*V[k, :] for k in 1..60) >> eye(3)",
        "minimize matrix_frac([1; 2; 0], V'*diag(w)*V) + sum_squares(w - 1)\nsubject to\n  norm1(w[1..9]) <= 2",
    ];
    for text in texts {
        let text = format!("param V[60, 3] = randn(60, 3, seed = 5)\nvar w[60] >= 0\n{text}\n");
        assert_solved(&text);
    }
}
