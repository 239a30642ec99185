//! Logistic regression, 5000 x 200, on both paths: seconds, and how far each gradient is from zero.
//!
//! `cargo bench --bench paths`

use bowl::elaborate::Inputs;
use bowl::expr::ExprId;
use bowl::pipeline::{self, Loaded};
use bowl::problem::Problem;
use bowl::solve::descent::oracle::{Oracle, Smooth};
use bowl::solve::descent::packing::Packing;
use bowl::solve::{Settings, Solution, conic, descent};
use std::time::Instant;

const TEXT: &str = "\
param X[5000, 200] = randn(5000, 200, seed = 1)
param w0[200] = randn(200, seed = 2)/10
param y[5000] = sign(X*w0 + randn(5000, seed = 3))
var w[200]
minimize sum(logistic(-y .* (X*w)))
";

/// The gradient aimed at, relative to that at zero.
const ACCURACY: f64 = 1e-8;
/// Times faster that the gradient path is held to be.
const TARGET: f64 = 20.0;
const GRADIENT_ROUNDS: usize = 15;
const CONIC_ROUNDS: usize = 3;

fn main() {
    let Loaded { problem, .. } = pipeline::load("bench.opt", TEXT.as_bytes(), &Inputs::default())
        .expect("the text is right");
    let check = pipeline::check(&problem);
    let convex = check.convex().expect("a convex problem");
    let settings = Settings::default();
    let (descent, gradient) = timed(GRADIENT_ROUNDS, || {
        descent::solve(&problem, true, &settings)
    });
    let (conic, other) = timed(CONIC_ROUNDS, || conic::solve_problem(convex, &settings));
    for (seconds, solution) in [(descent, &gradient), (conic, &other)] {
        let slope = relative_gradient(&problem, solution);
        let method = &solution.work.method;
        println!(
            "{method:<32}{:>10.1} ms   relative gradient {slope:.1e}",
            1e3 * seconds
        );
    }
    let times = conic / descent;
    let reached = relative_gradient(&problem, &gradient) <= ACCURACY;
    let verdict = if times >= TARGET && reached {
        ""
    } else {
        "  short of the target"
    };
    println!("the gradient path is {times:.0} times faster{verdict}");
}

/// Median seconds, and the last solution.
fn timed(rounds: usize, mut solve: impl FnMut() -> Solution) -> (f64, Solution) {
    let mut seconds = Vec::new();
    let mut last = None;
    for _ in 0..rounds {
        let start = Instant::now();
        last = Some(solve());
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    (seconds[rounds / 2], last.expect("at least one round"))
}

/// |gradient| at the solution over |gradient| at zero.
fn relative_gradient(problem: &Problem, solution: &Solution) -> f64 {
    let mut graph = problem.graph.clone();
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let root = problem.objective.expression.expect("an objective");
    let packing = Packing::new(problem);
    let mut oracle = Oracle::new(&mut graph, root, &nodes, &packing);
    let mut norm = |x: &[f64]| {
        let mut gradient = vec![0.0; packing.size];
        oracle.evaluate(x, &mut gradient);
        gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
    };
    norm(&solution.variables[0].entries()) / norm(&vec![0.0; packing.size])
}
