//! Gradients against central differences.

use crate::expr::{Evaluator, ExprId, Graph};
use crate::matrix::Matrix;
use crate::problem::Problem;
use std::sync::Arc;

/// Relative step: the cube root of the machine's precision balances both errors.
const STEP: f64 = 6e-6;
/// Directions tried at each point.
const DIRECTIONS: usize = 8;

/// The worst |g'd - (f(x + hd) - f(x - hd))/2h| relative to max(1, |g'd|), over random directions
/// at the problem's start (or a random point). NaN where f is not finite there.
pub fn gradient_error(
    problem: &Problem,
    graph: &Graph,
    variables: &[usize],
    gradient: &[ExprId],
) -> f64 {
    let Some(objective) = problem.objective.expression else {
        return 0.0;
    };
    let mut noise = Noise(0x5eed);
    let point: Vec<Arc<Matrix>> = problem.variables.iter().map(|v| noise.start(v)).collect();
    let slopes = Evaluator::new(graph, gradient).evaluate(&point);
    let values = Evaluator::new(graph, &[objective]);
    let value = |point: &[Arc<Matrix>]| {
        let found = values.evaluate(point).pop();
        found.and_then(|v| v.as_scalar()).unwrap_or(f64::NAN)
    };
    let mut worst = 0.0;
    for _ in 0..DIRECTIONS {
        let directions: Vec<Matrix> = variables
            .iter()
            .map(|&k| noise.matrix(problem.variables[k].shape, -1.0, 1.0))
            .collect();
        let slope: f64 = slopes
            .iter()
            .zip(&directions)
            .map(|(g, d)| inner(g, d))
            .sum();
        let step = |h: f64| {
            let mut moved = point.clone();
            for (&k, direction) in variables.iter().zip(&directions) {
                moved[k] = Arc::new(along(&point[k], h, direction));
            }
            value(&moved)
        };
        let difference = (step(STEP) - step(-STEP)) / (2.0 * STEP);
        let error = (slope - difference).abs() / slope.abs().max(1.0);
        if error > worst || error.is_nan() {
            worst = error;
        }
    }
    worst
}

fn inner(a: &Matrix, b: &Matrix) -> f64 {
    a.entries()
        .iter()
        .zip(b.entries().iter())
        .map(|(a, b)| a * b)
        .sum()
}

/// x + h*d.
fn along(x: &Matrix, h: f64, d: &Matrix) -> Matrix {
    let entries = x
        .entries()
        .iter()
        .zip(d.entries().iter())
        .map(|(x, d)| x + h * d)
        .collect();
    Matrix::from_columns(x.shape(), entries)
}

/// Fixed pseudo-random numbers (SplitMix64).
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn matrix(&mut self, shape: crate::shape::Shape, low: f64, high: f64) -> Matrix {
        let entries = (0..shape.size())
            .map(|_| low + (high - low) * self.uniform())
            .collect();
        Matrix::from_columns(shape, entries)
    }

    /// The declared start, or a point well inside the declared range.
    fn start(&mut self, variable: &crate::problem::Variable) -> Arc<Matrix> {
        if let Some(start) = &variable.start {
            return start.clone();
        }
        let (lower, upper) = (variable.range.lower, variable.range.upper);
        let low = if lower.is_finite() {
            lower + 0.3
        } else {
            upper.min(1.3) - 1.0
        };
        let high = if upper.is_finite() {
            upper - 0.1
        } else {
            low + 1.0
        };
        Arc::new(self.matrix(variable.shape, low.min(high), high.max(low)))
    }
}
