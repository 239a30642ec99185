//! Sizes and growth of cone programs.

use super::model::Model;
use bowl::canonicalize::Options;
use bowl::cone::ConeProgram;
use bowl::shape::Shape;
use std::time::Instant;

fn rows(program: &ConeProgram) -> usize {
    program.blocks.iter().map(|b| b.map.rows()).sum()
}

fn nonzeros(program: &ConeProgram) -> usize {
    program.blocks.iter().map(|b| b.map.nonzeros()).sum()
}

/// sum((x - sum(x)/n) .^ 2).
fn variance(n: usize) -> Model {
    let mut m = Model::default();
    let x = m.vector(n);
    let total = m.sum(x);
    let mean = m.over(total, n as f64);
    let centred = m.minus(x, mean);
    let objective = m.squares(centred);
    m.minimize(objective);
    m
}

/// Costs summed over a double family of scalars, supplies and demands as sums of scalars.
fn transport(n: usize) -> Model {
    let mut m = Model::default();
    let x = m.variable(Shape::new(n, n));
    let entries: Vec<_> = (0..n * n).map(|k| m.entry(x, k)).collect();
    let costs: Vec<_> = entries
        .iter()
        .enumerate()
        .map(|(k, &entry)| m.scaled(1.0 + (k % 17) as f64, entry))
        .collect();
    let objective = m.apply(bowl::atoms::affine::Add, &costs);
    m.minimize(objective);
    for i in 0..n {
        let row: Vec<_> = (0..n).map(|j| entries[i + j * n]).collect();
        let sent = m.apply(bowl::atoms::affine::Add, &row);
        m.at_most_number(sent, 1.0);
        let received = m.apply(bowl::atoms::affine::Add, &entries[i * n..(i + 1) * n]);
        m.equal_number(received, 1.0);
    }
    m.at_least_number(x, 0.0);
    m
}

/// 0.5 sum((x - y) .^ 2) + sum(abs(x[2..n] - x[1..n-1])).
fn total_variation(n: usize) -> Model {
    let mut m = Model::default();
    let x = m.vector(n);
    let y: Vec<f64> = (0..n).map(|k| (k as f64 * 0.01).sin()).collect();
    let y = m.numbers(&y);
    let residual = m.minus(x, y);
    let squares = m.squares(residual);
    let fit = m.scaled(0.5, squares);
    let (later, earlier) = (m.entries(x, 1..n), m.entries(x, 0..n - 1));
    let steps = m.minus(later, earlier);
    let sizes = m.abs(steps);
    let roughness = m.sum(sizes);
    let objective = m.plus(fit, roughness);
    m.minimize(objective);
    m
}

/// The same, every term a scalar.
fn total_variation_by_entries(n: usize) -> Model {
    let mut m = Model::default();
    let x = m.vector(n);
    let mut terms = Vec::new();
    let entries: Vec<_> = (0..n).map(|k| m.entry(x, k)).collect();
    for (k, &entry) in entries.iter().enumerate() {
        let y = m.number((k as f64 * 0.01).sin());
        let residual = m.minus(entry, y);
        let square = m.power(residual, 2.0);
        terms.push(m.scaled(0.5, square));
    }
    for pair in entries.windows(2) {
        let step = m.minus(pair[1], pair[0]);
        terms.push(m.abs(step));
    }
    let objective = m.apply(bowl::atoms::affine::Add, &terms);
    m.minimize(objective);
    m
}

/// n scalar constraints x[k] + x[k + 1] <= k.
fn scalar_constraints(n: usize) -> Model {
    let mut m = Model::default();
    let x = m.vector(n + 1);
    let entries: Vec<_> = (0..=n).map(|k| m.entry(x, k)).collect();
    for k in 0..n {
        let sum = m.plus(entries[k], entries[k + 1]);
        m.at_most_number(sum, k as f64);
    }
    let total = m.sum(x);
    m.maximize(total);
    m
}

/// sum((A*x - b) .^ 2) + sum(abs(x)).
fn lasso(rows: usize, cols: usize) -> Model {
    let mut m = Model::default();
    let x = m.vector(cols);
    let entries: Vec<f64> = (0..rows * cols).map(|k| (k as f64 * 0.7).sin()).collect();
    let a = m.table(rows, cols, &entries);
    let b = m.numbers(&entries[..rows]);
    let product = m.times(a, x);
    let residual = m.minus(product, b);
    let squares = m.squares(residual);
    let sizes = m.abs(x);
    let penalty = m.sum(sizes);
    let objective = m.plus(squares, penalty);
    m.minimize(objective);
    m
}

/// A quadratic pass over a program of this size takes minutes; a linear one well under a second.
/// The exact growth is measured by the benches, where no other test runs beside.
fn assert_linear(name: &str, m: &Model) {
    let start = Instant::now();
    let lowered = m.lower();
    let seconds = start.elapsed().as_secs_f64();
    println!("{name}: {:.1} ms", 1e3 * seconds);
    drop(lowered);
    assert!(seconds < 10.0, "{name}: {seconds} s");
}

#[test]
fn lowering_is_linear() {
    let n = 100_000;
    assert_linear("variance", &variance(n));
    assert_linear("TV as a vector", &total_variation(n));
    assert_linear("TV by entries", &total_variation_by_entries(n));
    assert_linear("scalar constraints", &scalar_constraints(n));
    assert_linear("transport", &transport(300));
    assert_linear("lasso", &lasso(1000, 1000));
}

#[test]
fn inner_sum_is_one_variable() {
    // x, the mean and the residuals; a product of the mean with each x would spoil P.
    let (program, _) = variance(1000).lower();
    assert_eq!(program.variables, 2001);
    assert_eq!(program.quadratic.nonzeros(), 1000);
    assert_eq!((rows(&program), nonzeros(&program)), (1001, 4001));
}

#[test]
fn smoothness_is_a_banded_product() {
    let n = 1000;
    let mut m = Model::default();
    let x = m.vector(n);
    let (later, earlier) = (m.entries(x, 1..n), m.entries(x, 0..n - 1));
    let steps = m.minus(later, earlier);
    let objective = m.squares(steps);
    m.minimize(objective);
    let (program, _) = m.lower();
    assert_eq!(program.variables, n);
    assert_eq!(program.quadratic.nonzeros(), 2 * n - 1);
}

#[test]
fn vector_and_entry_texts_lower_alike() {
    let (vector, _) = total_variation(500).lower();
    let (entries, _) = total_variation_by_entries(500).lower();
    assert_eq!(vector.variables, entries.variables);
    assert_eq!(vector.quadratic, entries.quadratic);
    assert_eq!(vector.linear, entries.linear);
    assert_eq!(rows(&vector), rows(&entries));
    assert_eq!(nonzeros(&vector), nonzeros(&entries));
}

#[test]
fn plain_variables_are_not_copied() {
    let primal = Options {
        boxed_dual: false,
        ..Options::default()
    };
    let (program, _) = total_variation(100).lower_with(&primal);
    assert_eq!(program.variables, 199);
    assert_eq!(rows(&program), 198);
}

#[test]
fn a_series_with_absolute_differences_is_solved_by_its_dual() {
    let (program, _) = total_variation(100).lower();
    assert_eq!(program.variables, 99);
    assert_eq!(rows(&program), 198);
    assert_eq!(program.quadratic.nonzeros(), 99 + 98);
}
