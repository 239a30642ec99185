//! The problems, as a user writes them.

use super::hand::{self, ByHand};
use bowl::elaborate::Inputs;
use bowl::expr::ExprId;
use bowl::matrix::{Matrix, SparseMatrix};
use bowl::pipeline;
use bowl::shape::Shape;
use bowl::solve::descent::oracle::{Oracle, Smooth};
use bowl::solve::descent::packing::Packing;
use std::sync::Arc;

const DENSE: Shape = Shape {
    rows: 20_000,
    cols: 500,
};
const SPARSE: Shape = Shape {
    rows: 100_000,
    cols: 5_000,
};
/// Nonzeros in each row of the sparse data, 1 %.
const ROW_NONZEROS: usize = 50;

/// Which sum over the rows of X*w.
#[derive(Clone, Copy)]
pub enum Loss {
    /// (z - y)².
    Squares,
    /// log(1 + exp(-y*z)).
    Logistic,
}

impl Loss {
    fn text(self, shape: Shape) -> String {
        let objective = match self {
            Loss::Squares => "sum_squares(X*w - y)",
            Loss::Logistic => "sum(logistic(-y .* (X*w)))",
        };
        let Shape { rows, cols } = shape;
        format!("param X[{rows}, {cols}]\nparam y[{rows}]\nvar w[{cols}]\nminimize {objective}\n")
    }
}

pub struct Case {
    pub name: &'static str,
    loss: Loss,
    data: Arc<Matrix>,
    labels: Arc<Matrix>,
    pub x: Vec<f64>,
}

/// Value and gradient behind one call.
pub struct Compiled {
    oracle: Oracle,
    pub gradient: Vec<f64>,
}

impl Compiled {
    pub fn evaluate(&mut self, x: &[f64]) -> f64 {
        self.oracle.evaluate(x, &mut self.gradient)
    }
}

impl Case {
    pub fn oracle(&self, threads: usize) -> Compiled {
        let mut inputs = Inputs::default();
        inputs.data.insert("X".to_owned(), self.data.clone());
        inputs.data.insert("y".to_owned(), self.labels.clone());
        let text = self.loss.text(self.data.shape());
        let loaded =
            pipeline::load("bench.opt", text.as_bytes(), &inputs).expect("the text is right");
        let problem = loaded.problem;
        let mut graph = problem.graph.clone();
        let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
        let root = problem.objective.expression.expect("an objective");
        let packing = Packing::new(&problem);
        Compiled {
            oracle: Oracle::new(&mut graph, root, &nodes, &packing).with_threads(threads),
            gradient: vec![0.0; packing.size],
        }
    }

    pub fn by_hand(&self, threads: usize) -> ByHand {
        let labels = self.labels.entries().into_owned();
        let data = match self.data.as_ref() {
            Matrix::Dense(dense) => hand::Data::dense(dense.as_slice().to_vec(), dense.nrows()),
            Matrix::Sparse(sparse) => hand::Data::by_rows(sparse),
        };
        ByHand::new(data, labels, self.loss, self.x.len(), threads)
    }

    /// Asserts that both compute the same.
    pub fn check(&self, oracle: &mut Compiled, by_hand: &mut ByHand) {
        let (own, hand) = (oracle.evaluate(&self.x), by_hand.evaluate(&self.x));
        assert!(
            (own - hand).abs() <= 1e-9 * hand.abs(),
            "{own} is not {hand}"
        );
        let largest = by_hand.gradient.iter().fold(0.0f64, |m, g| m.max(g.abs()));
        for (own, hand) in oracle.gradient.iter().zip(&by_hand.gradient) {
            assert!((own - hand).abs() <= 1e-9 * largest, "{own} is not {hand}");
        }
    }
}

pub fn least_squares() -> Case {
    dense("least squares 20000 x 500", Loss::Squares)
}

pub fn logistic() -> Case {
    dense("logistic 20000 x 500", Loss::Logistic)
}

fn dense(name: &'static str, loss: Loss) -> Case {
    let mut random = Random(1);
    let entries = random.vector(DENSE.size());
    case(name, loss, Matrix::from_columns(DENSE, entries), random)
}

pub fn sparse_logistic() -> Case {
    let mut random = Random(2);
    let mut triplets = Vec::new();
    for row in 0..SPARSE.rows {
        for _ in 0..ROW_NONZEROS {
            let column = (random.next() % SPARSE.cols as u64) as usize;
            triplets.push((row, column, random.unit()));
        }
    }
    let data = SparseMatrix::from_triplets(SPARSE, &triplets);
    case(
        "sparse logistic 100000 x 5000",
        Loss::Logistic,
        Matrix::Sparse(data),
        random,
    )
}

fn case(name: &'static str, loss: Loss, data: Matrix, mut random: Random) -> Case {
    let shape = data.shape();
    let labels = random
        .vector(shape.rows)
        .iter()
        .map(|v| v.signum())
        .collect();
    Case {
        name,
        loss,
        data: Arc::new(data),
        labels: Arc::new(Matrix::vector(labels)),
        x: random.vector(shape.cols),
    }
}

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 8
    }

    /// Between -1/2 and 1/2.
    fn unit(&mut self) -> f64 {
        self.next() as f64 / (1u64 << 56) as f64 - 0.5
    }

    fn vector(&mut self, length: usize) -> Vec<f64> {
        (0..length).map(|_| self.unit()).collect()
    }
}
