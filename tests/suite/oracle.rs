//! Fused evaluations against the plain evaluator: the same values, gradients and products of the
//! Hessian to rounding, with one thread and with several.

use bowl::differentiate::{gradient, hessian_times};
use bowl::elaborate::Inputs;
use bowl::expr::{Evaluator, ExprId, Graph, VariableId};
use bowl::matrix::{Matrix, SparseMatrix};
use bowl::pipeline;
use bowl::problem::Problem;
use bowl::shape::Shape;
use bowl::solve::descent::oracle::{Oracle, Smooth, TwiceSmooth};
use bowl::solve::descent::packing::Packing;
use bowl::span::Span;
use std::sync::Arc;

/// Enough rows for several parts and a last block that is not full.
const ROWS: usize = 40_003;

/// Terms over tall data: dense, sparse, and the transposes of wide data.
const TERMS: &[&str] = &[
    "sum_squares(X*w - y)",
    "sum(logistic(-y .* (X*w + c)))",
    "sum(huber(X*w - y, M = 0.5))",
    "sum(exp(X*w/9)) + square(c)",
    "sum(logistic(S*v - y))",
    "sum((S*v + X*w - y).^2)",
    "y'*(S*v) + sum_squares(X*w)/3",
    "sum(exp(y .* (W'*w)/9))",
    "sum_squares(T'*v + s)",
    "sum(logistic(s - X*w)) + sum_squares(s)",
    "log_sum_exp(X*w)",
    "square(sum(X*w)/100) + sum(logistic(X*w - c))",
    "sum_squares(X'*(X*w)/1000)",
    "sum_squares(X'*s) + sum(logistic(s))",
    "sum(square(X*w) ./ (2 + sin(S*v)))",
];

const DECLARATIONS: &str = "var w[9]\nvar v[60]\nvar s[40003]\nvar c\n";

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between -1 and 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    fn vector(&mut self, length: usize) -> Vec<f64> {
        (0..length).map(|_| self.unit()).collect()
    }

    fn dense(&mut self, rows: usize, cols: usize) -> Matrix {
        let shape = Shape::new(rows, cols);
        Matrix::from_columns(shape, self.vector(shape.size()))
    }

    /// Four entries in each row.
    fn sparse(&mut self, rows: usize, cols: usize) -> SparseMatrix {
        let mut triplets = Vec::new();
        for row in 0..rows {
            for _ in 0..4 {
                let col = self.next() as usize % cols;
                triplets.push((row, col, self.unit()));
            }
        }
        SparseMatrix::from_triplets(Shape::new(rows, cols), &triplets)
    }
}

fn data() -> Inputs {
    let mut random = Random(7);
    let sparse = random.sparse(ROWS, 60);
    let other = random.sparse(ROWS, 60).transposed();
    let mut inputs = Inputs::default();
    for (name, value) in [
        ("X", random.dense(ROWS, 9)),
        ("W", random.dense(9, ROWS)),
        ("S", Matrix::Sparse(sparse)),
        ("T", Matrix::Sparse(other)),
        ("y", random.dense(ROWS, 1)),
    ] {
        inputs.data.insert(name.to_owned(), Arc::new(value));
    }
    inputs
}

/// The problem, with only the data that it names.
fn load(data: &Inputs, objective: &str) -> Problem {
    let mut inputs = Inputs::default();
    let mut text = DECLARATIONS.to_owned();
    for (name, value) in &data.data {
        if objective.contains(name.as_str()) {
            let Shape { rows, cols } = value.shape();
            text.push_str(&format!("param {name}[{rows}, {cols}]\n"));
            inputs.data.insert(name.clone(), value.clone());
        }
    }
    text.push_str(&format!("minimize {objective}\n"));
    match pipeline::load("test.opt", text.as_bytes(), &inputs) {
        Ok(loaded) => loaded.problem,
        Err(reports) => panic!("{text}\n{reports:?}"),
    }
}

/// Value, gradient and Hessian product by the plain evaluator.
fn plainly(
    problem: &Problem,
    packing: &Packing,
    x: &[f64],
    v: &[f64],
) -> (f64, Vec<f64>, Vec<f64>) {
    let mut graph: Graph = problem.graph.clone();
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let root = problem.objective.expression.expect("an objective");
    let count = nodes.len();
    let direction = |k: usize| (VariableId((count + k) as u32), packing.variables[k].shape);
    let directions: Vec<ExprId> = (0..count)
        .map(direction)
        .map(|(id, shape)| graph.variable(id, shape, Span::default()))
        .collect();
    let mut roots = vec![root];
    roots.extend(gradient(&mut graph, root, &nodes));
    roots.extend(hessian_times(&mut graph, root, &nodes, &directions));
    let mut values = packing.unpack(x, count);
    values.extend(packing.unpack(v, count));
    let found = Evaluator::new(&graph, &roots).evaluate(&values);
    let flat = |part: &[Arc<Matrix>]| part.iter().flat_map(|m| m.entries().to_vec()).collect();
    let value = found[0].as_scalar().expect("a scalar");
    (value, flat(&found[1..=count]), flat(&found[count + 1..]))
}

fn assert_near(fused: &[f64], plain: &[f64], what: &str) {
    let scale = plain.iter().fold(1.0f64, |m, p| m.max(p.abs()));
    for (f, p) in fused.iter().zip(plain) {
        assert!((f - p).abs() <= 1e-11 * scale, "{what}: {f} is not {p}");
    }
}

fn agrees(data: &Inputs, objective: &str, random: &mut Random) {
    let problem = load(data, objective);
    let packing = Packing::new(&problem);
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let root = problem.objective.expression.expect("an objective");
    let mut graph = problem.graph.clone();
    let mut single = Oracle::with_second(&mut graph, root, &nodes, &packing);
    let shared = single.clone().with_threads(3);
    let (mut x, mut v) = (random.vector(packing.size), random.vector(packing.size));
    let mut first = Vec::new();
    for mut oracle in [single.clone(), shared] {
        let (mut slope, mut product) = (vec![0.0; packing.size], vec![0.0; packing.size]);
        let (value, gradient, curvature) = plainly(&problem, &packing, &x, &v);
        for _ in 0..2 {
            let found = oracle.evaluate(&x, &mut slope);
            oracle.hessian_times(&v, &mut product);
            assert_near(&[found], &[value], objective);
            assert_near(&slope, &gradient, objective);
            assert_near(&product, &curvature, objective);
        }
        first.push((slope, product));
    }
    assert_eq!(
        first[0], first[1],
        "{objective}: threads change the rounding"
    );
    // Nothing of an earlier point stays behind.
    std::mem::swap(&mut x, &mut v);
    let mut slope = vec![0.0; packing.size];
    single.evaluate(&v, &mut slope);
    single.evaluate(&x, &mut slope);
    let (_, gradient, _) = plainly(&problem, &packing, &x, &v);
    assert_near(&slope, &gradient, objective);
}

#[test]
fn fused_terms_agree_with_the_plain_evaluator() {
    let (data, mut random) = (data(), Random(11));
    for objective in TERMS {
        agrees(&data, objective, &mut random);
    }
}

#[test]
fn random_sums_of_fused_terms_agree_with_the_plain_evaluator() {
    let (data, mut random) = (data(), Random(13));
    for _ in 0..12 {
        let mut pick = || TERMS[random.next() as usize % TERMS.len()];
        let objective = format!("{} + 0.5*({}) - 0.25*({})", pick(), pick(), pick());
        agrees(&data, &objective, &mut random);
    }
}
