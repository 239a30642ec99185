//! Problems over the points that satisfy their linear equations, against the same problems in all unknowns.

use crate::both_paths::{gradient_finds, load, objectives};
use bowl::compare::Judge;
use bowl::elaborate::Inputs;
use bowl::pipeline;
use bowl::problem::{Problem, Relation};
use bowl::solve::descent::{self, solve_over_equations};
use bowl::solve::{Settings, Solution, Status};
use nalgebra::DMatrix;
use std::path::{Path, PathBuf};

/// Without inputs the states grow a thousandfold, and so do the multipliers of the equations that bind them.
const UNSTABLE: &str = "param T = 100\nparam A[3,3] = [1, 0.2, 0; 0, 1, 0.2; -0.2, 0, 0.95]\n\
    param B[3,1] = [0; 0; 0.1]\nvar x[3, 0..T]\nvar u[1, 0..T-1]\n";

#[test]
fn states_of_unstable_systems_are_solved_for() {
    let moves = "d[t]: x[:,t+1] == A*x[:,t] + B*u[:,t] for t in 0..T-1";
    let norms = "norm1(vec(u)) + sum(norm2(x[:,t]) for t in 0..T)";
    for (objective, constraints) in [
        (
            norms,
            format!("x[:,0] == [1; 0; 1]\n  {moves}\n  -1 <= u <= 1"),
        ),
        (
            norms,
            format!("{moves}\n  x[:,0] == [1; 0; 1]\n  -1 <= u <= 1"),
        ),
        (
            "sum_squares(u) + sum(huber(x)) - sum(log(1.5 - u))",
            format!("x[:,0] == [1; 0; 1]\n  {moves}\n  sum_squares(u[1,0..20]) <= 5\n  u >= -1"),
        ),
    ] {
        let text = format!("{UNSTABLE}minimize {objective}\nsubject to\n  {constraints}\n");
        let [conic, gradient] = objectives(&text);
        let error = (conic - gradient).abs() / conic.abs();
        assert!(error <= 1e-6 && conic > 1e3, "{text}{conic} {gradient}");
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "opt") {
            found.push(path);
        }
    }
}

fn solved_objective(problem: &Problem, solution: &Solution) -> Option<f64> {
    let judged = Judge::new(problem).judge(solution)?;
    let is_good = solution.status == Status::Solved && judged.flaw(1e-6).is_none();
    is_good.then_some(judged.objective?)
}

#[test]
fn files_with_equations_have_the_same_optimum() {
    let mut paths = Vec::new();
    files(Path::new("problems"), &mut paths);
    let mut compared = 0;
    for path in paths {
        let name = path.display().to_string();
        let text = std::fs::read(&path).expect("a file");
        let inputs = Inputs {
            directory: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            ..Inputs::default()
        };
        let loaded = pipeline::load(&name, &text, &inputs).expect("a problem");
        let problem = &loaded.problem;
        let is_equation = |c: &bowl::problem::Constraint| c.relation == Relation::Equal;
        if !problem.constraints.iter().any(is_equation) || !pipeline::check(problem).is_convex() {
            continue;
        }
        let settings = Settings::default();
        let whole = descent::solve(problem, true, &settings);
        let Some(expected) = solved_objective(problem, &whole) else {
            continue;
        };
        let Some(over) = solve_over_equations(problem, &settings) else {
            continue;
        };
        let found = solved_objective(problem, &over).unwrap_or(f64::NAN);
        let error = (found - expected).abs() / expected.abs().max(1.0);
        assert!(
            error <= 1e-6,
            "{name}: {found}, not {expected}; {:?}",
            over.status
        );
        compared += 1;
    }
    assert!(compared >= 20, "{compared} files compared");
}

#[test]
fn multipliers_of_solved_equations_follow_from_the_others() {
    for (objective, constraints) in [
        ("sum_squares(A*x - b)", "e: E*x == f\n  g: x <= 0.3"),
        (
            "sum(exp(x)) + sum_squares(x)",
            "e: E*x == f\n  g: sum_squares(x) <= 0.5*sum_squares(f)",
        ),
        (
            "sum_squares(x) + norm1(A*x - b)",
            "e: E*x == f\n  f: S[1,2] + 2*x[1] == 1\n  g: S << eye(2)",
        ),
    ] {
        let text = format!(
            "param A[9, 6] = randn(9, 6, seed = 3)\nparam b[9] = randn(9, seed = 4)\n\
             param E[3, 6] = randn(3, 6, seed = 5)\nparam f[3] = randn(3, seed = 6)\n\
             var x[6]\nvar S[2, 2] symmetric\nminimize {objective} + sum_squares(S - 1)\nsubject to\n  {constraints}\n"
        );
        let loaded = load(&text);
        let whole = descent::solve(&loaded.problem, true, &Settings::default());
        let over = solve_over_equations(&loaded.problem, &Settings::default());
        let over = over.unwrap_or_else(|| panic!("no answer over the equations of\n{text}"));
        assert_eq!(
            (&whole.status, &over.status),
            (&Status::Solved, &Status::Solved),
            "{text}"
        );
        let duals = |solution: &Solution| {
            let duals = solution.duals.iter().flatten();
            duals
                .flat_map(|d| d.entries().into_owned())
                .collect::<Vec<f64>>()
        };
        let (whole, over) = (duals(&whole), duals(&over));
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-6 * b.abs().max(1.0);
        assert!(whole.iter().any(|d| d.abs() > 0.1), "{whole:?}");
        assert!(
            whole.iter().zip(&over).all(near),
            "{text}{whole:?}\n{over:?}"
        );
    }
}

/// A matrix of rank two and errors in some entries are told apart by their norms (E. J. Candès, X. Li, Y. Ma and J. Wright,
/// "Robust principal component analysis?", 2011): 1900 unknowns in all, 1276 over the points where they make the data.
#[test]
fn large_matrices_are_told_apart_over_equations() {
    let (m, n) = (26, 24);
    let text = "param low[m, n] = [[sin(0.7*i)*cos(1.3*j) + cos(1.1*i)*sin(0.4*j) for i in 1..m] for j in 1..n]\n\
                param errors[m, n] = [[5*step(sin(3.7*i*j) - 0.98) for i in 1..m] for j in 1..n]\n\
                var L[m, n]\nvar S[m, n]\nminimize norm_nuc(L) + norm1(S)/sqrt(m)\nsubject to\n  \
                split: L + S == low + errors\n";
    let text = format!("let m = {m}\nlet n = {n}\n{text}");
    let at = |k: usize| k as f64 + 1.0;
    let low = DMatrix::from_fn(m, n, |i, j| {
        let (i, j) = (at(i), at(j));
        (0.7 * i).sin() * (1.3 * j).cos() + (1.1 * i).cos() * (0.4 * j).sin()
    });
    let wrong = DMatrix::from_fn(m, n, |i, j| (3.7 * at(i) * at(j)).sin() > 0.98);
    let count = wrong.iter().filter(|wrong| **wrong).count();
    assert!(count > 20);
    let expected = low.singular_values().sum() + 5.0 * count as f64 / (m as f64).sqrt();
    gradient_finds(&text, expected, 1e-6);
}
