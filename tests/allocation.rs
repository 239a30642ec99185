//! After the first call an evaluation of the oracle does not allocate.
//!
//! A program of its own: the counting allocator stands for all threads of the process.

use bowl::elaborate::Inputs;
use bowl::expr::ExprId;
use bowl::matrix::{Matrix, SparseMatrix};
use bowl::pipeline;
use bowl::shape::Shape;
use bowl::solve::descent::oracle::{Oracle, Smooth, TwiceSmooth};
use bowl::solve::descent::packing::Packing;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::SeqCst);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::SeqCst);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Small ones run step by step, those with `X` or `S` in fused passes.
const OBJECTIVES: &[&str] = &[
    "sum_squares(A*w - a)",
    "sum(logistic(-a .* (A*w))) + 0.1*sum_squares(w)",
    "log_sum_exp(A*w) + sum(huber(w))",
    "sum(exp(A*w/4)) + w[1]^4 + sum_squares(w[2..5])",
    "sum((w[i+1] - w[i])^2 for i in 1..7) + (w[1] + 2*w[2])^2",
    "sum_squares(A*reshape(w, 8, 1)*w' - a*ones(1, 8))",
    "sum_squares(X*w - y)",
    "sum(logistic(-y .* (X*w)))",
    "sum(logistic(S*w)) + sum_squares(w)",
];

/// Another thread of the test's own program may allocate meanwhile: the least of so many rounds
/// counts.
const ROUNDS: usize = 20;

fn inputs(text: &str) -> (String, Inputs) {
    let (tall, small) = (Shape::new(40_000, 8), Shape::new(30, 8));
    let wave = |shape: Shape| (0..shape.size()).map(|k| (k as f64).sin()).collect();
    let triplets: Vec<_> = (0..80_000)
        .map(|k| (k / 2, (5 * k) % 8, (k as f64).cos()))
        .collect();
    let vector = |shape: Shape| Shape::vector(shape.rows);
    let mut declarations = String::new();
    let mut inputs = Inputs::default();
    for (name, value) in [
        ("A", Matrix::from_columns(small, wave(small))),
        (
            "a",
            Matrix::from_columns(vector(small), wave(vector(small))),
        ),
        ("X", Matrix::from_columns(tall, wave(tall))),
        ("y", Matrix::from_columns(vector(tall), wave(vector(tall)))),
        (
            "S",
            Matrix::Sparse(SparseMatrix::from_triplets(tall, &triplets)),
        ),
    ] {
        let words = text.split(|c: char| !c.is_alphanumeric());
        if words.into_iter().any(|word| word == name) {
            let Shape { rows, cols } = value.shape();
            declarations.push_str(&format!("param {name}[{rows}, {cols}]\n"));
            inputs.data.insert(name.to_owned(), Arc::new(value));
        }
    }
    let text = format!("{declarations}var w[8]\nminimize {text}\n");
    (text, inputs)
}

fn oracle(objective: &str) -> (Oracle, usize) {
    let (text, inputs) = inputs(objective);
    let problem = match pipeline::load("test.opt", text.as_bytes(), &inputs) {
        Ok(loaded) => loaded.problem,
        Err(reports) => panic!("{text}\n{reports:?}"),
    };
    let mut graph = problem.graph.clone();
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let root = problem.objective.expression.expect("an objective");
    let packing = Packing::new(&problem);
    let oracle = Oracle::with_second(&mut graph, root, &nodes, &packing);
    (oracle, packing.size)
}

fn least_allocations(oracle: &mut Oracle, size: usize) -> usize {
    let mut x = vec![0.1; size];
    let (mut gradient, mut product) = (vec![0.0; size], vec![0.0; size]);
    let mut once = |x: &mut [f64]| {
        let before = ALLOCATIONS.load(Ordering::SeqCst);
        let value = oracle.evaluate(x, &mut gradient);
        oracle.hessian_times(x, &mut product);
        x[0] += 1e-3 * value.signum();
        ALLOCATIONS.load(Ordering::SeqCst) - before
    };
    once(&mut x);
    let rounds = (0..ROUNDS).map(|_| once(&mut x));
    rounds.min().unwrap_or(usize::MAX)
}

#[test]
fn evaluations_do_not_allocate_after_the_first() {
    let before = ALLOCATIONS.load(Ordering::SeqCst);
    for objective in OBJECTIVES {
        let (mut single, size) = oracle(objective);
        assert_eq!(least_allocations(&mut single, size), 0, "{objective}");
        let mut shared = single.clone().with_threads(2);
        let found = least_allocations(&mut shared, size);
        assert_eq!(found, 0, "{objective}, two threads");
    }
    // The counter counts.
    assert!(ALLOCATIONS.load(Ordering::SeqCst) > before);
}
