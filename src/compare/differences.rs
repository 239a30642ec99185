//! Derivatives against central differences.

use super::trial::{Noise, point};
use crate::differentiate::{Block, Derivation, SecondDerivative};
use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::{Problem, Variable};
use std::sync::Arc;

/// Steps tried, the difference nearest to the derivative counts: long steps have an error of fourth
/// order in the step, short ones the rounding of the values.
const STEPS: [f64; 4] = [1e-2, 1e-3, 1e-4, 1e-5];
/// Directions tried at the point.
const DIRECTIONS: usize = 8;
/// Rounding of a value beside its size.
const ROUNDING: f64 = 1e-6;
/// Larger blocks are not put into numbers.
const MOST_ENTRIES: usize = 4_000_000;

/// How far derivatives are from differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Difference {
    /// The worst, relative to the size of the derivatives.
    By(f64),
    /// No point with finite value and derivatives was found.
    NoPoint,
}

/// The gradient, in random directions at one point.
pub fn gradient_error(problem: &Problem, derivation: &Derivation) -> Difference {
    Differences::new(
        problem,
        derivation,
        &derivation.gradient,
        &[derivation.objective],
    )
    .map_or(Difference::NoPoint, |mut d| {
        Difference::By(d.gradient_error())
    })
}

/// The Hessian, as far as it is known: differences of the gradient.
pub fn hessian_error(problem: &Problem, derivation: &Derivation) -> Difference {
    let blocks: Vec<&SecondDerivative> = derivation
        .hessian
        .iter()
        .filter(|second| is_small(derivation, second))
        .collect();
    let roots: Vec<ExprId> = blocks
        .iter()
        .filter_map(|second| formula(&second.block))
        .collect();
    Differences::new(problem, derivation, &roots, &derivation.gradient)
        .map_or(Difference::NoPoint, |mut d| {
            Difference::By(d.hessian_error(&blocks))
        })
}

fn is_small(derivation: &Derivation, second: &SecondDerivative) -> bool {
    let size = |id: ExprId| derivation.graph.shape(id).size();
    formula(&second.block).is_some_and(|id| size(id) <= MOST_ENTRIES)
}

fn formula(block: &Block) -> Option<ExprId> {
    match *block {
        Block::Matrix(id) | Block::Applied { value: id, .. } => Some(id),
        Block::Unknown(_) => None,
    }
}

struct Differences<'p> {
    variables: Vec<Variable>,
    derivation: &'p Derivation,
    noise: Noise,
    point: Vec<Arc<Matrix>>,
    /// The derivatives there.
    known: Vec<Arc<Matrix>>,
    /// What they are derivatives of.
    values: Evaluator<'p>,
}

impl<'p> Differences<'p> {
    /// At a point where everything is finite.
    fn new(
        problem: &'p Problem,
        derivation: &'p Derivation,
        derivatives: &[ExprId],
        roots: &[ExprId],
    ) -> Option<Self> {
        let variables = problem.variables.clone();
        let mut noise = Noise(0x5eed);
        let values = Evaluator::new(&derivation.graph, roots);
        let slopes = Evaluator::new(&derivation.graph, &derivation.gradient);
        let value = Evaluator::new(&derivation.graph, &[derivation.objective]);
        let known = Evaluator::new(&derivation.graph, derivatives);
        let known = |point: &[Arc<Matrix>]| known.evaluate(&with_directions(&variables, point));
        let point = point(&variables, &mut noise, |point| {
            is_finite(&value.evaluate(point))
                && is_finite(&slopes.evaluate(point))
                && is_finite(&known(point))
        })?;
        let known = known(&point);
        Some(Differences {
            variables,
            derivation,
            noise,
            point,
            known,
            values,
        })
    }

    fn gradient_error(&mut self) -> f64 {
        let derivation = self.derivation;
        let variables = &derivation.variables;
        let size: f64 = self.known.iter().map(|g| norm(g)).sum();
        worst((0..DIRECTIONS).map(|_| {
            let directions: Vec<(usize, Matrix)> = variables
                .iter()
                .map(|&k| (k, self.noise.direction(&self.variables[k])))
                .collect();
            let pairs = self.known.iter().zip(&directions);
            let slope: f64 = pairs.map(|(g, (_, d))| inner(g, d)).sum();
            let slope = Matrix::scalar(slope);
            let value = self.values.evaluate(&self.point)[0].clone();
            let scale = size.max(ROUNDING * norm(&value));
            nearest(|step| distance(&slope, &self.difference(&directions, 0, step), scale))
        }))
    }

    fn hessian_error(&mut self, blocks: &[&SecondDerivative]) -> f64 {
        let mut errors = vec![0.0];
        for (k, second) in blocks.iter().enumerate() {
            let place = |v: usize| self.derivation.variables.iter().position(|&w| w == v);
            let Some(row) = place(second.row) else {
                continue;
            };
            for _ in 0..DIRECTIONS {
                let (direction, product) = self.product(second, k);
                let slope = self.values.evaluate(&self.point)[row].clone();
                let scale = norm(&self.known[k]).max(ROUNDING * norm(&slope));
                let moves = [(second.column, direction)];
                errors.push(nearest(|step| {
                    distance(&product, &self.difference(&moves, row, step), scale)
                }));
            }
        }
        worst(errors.into_iter())
    }

    /// A direction, and the block times it; of a block that is known in one direction alone, that one.
    fn product(&mut self, second: &SecondDerivative, k: usize) -> (Matrix, Matrix) {
        let (x, y) = (&self.variables[second.row], &self.variables[second.column]);
        if let Block::Applied { .. } = second.block {
            return (
                fixed_direction(&self.variables, second.column),
                (*self.known[k]).clone(),
            );
        }
        let direction = self.noise.direction(y);
        let block = self.known[k].entries();
        let d = direction.entries();
        let rows = x.shape.size();
        let product = (0..rows).map(|i| (0..d.len()).map(|j| block[i + j * rows] * d[j]).sum());
        (
            direction.clone(),
            Matrix::from_columns(x.shape, product.collect()),
        )
    }

    /// The slope of root `root` in some variables' directions, of fourth order in the step.
    fn difference(&self, directions: &[(usize, Matrix)], root: usize, step: f64) -> Matrix {
        let at = |h: f64| {
            let mut moved = self.point.clone();
            for (k, direction) in directions {
                moved[*k] = Arc::new(combined(&self.point[*k], 1.0, direction, h));
            }
            self.values.evaluate(&moved)[root].clone()
        };
        let near = combined(&at(step), 1.0, &at(-step), -1.0);
        let far = combined(&at(2.0 * step), 1.0, &at(-2.0 * step), -1.0);
        combined(&near, 8.0 / (12.0 * step), &far, -1.0 / (12.0 * step))
    }
}

/// The values of the variables, then a direction for each of them.
fn with_directions(variables: &[Variable], point: &[Arc<Matrix>]) -> Vec<Arc<Matrix>> {
    let mut all = point.to_vec();
    let directions = (0..variables.len()).map(|k| fixed_direction(variables, k));
    all.extend(directions.map(Arc::new));
    all
}

fn fixed_direction(variables: &[Variable], k: usize) -> Matrix {
    Noise(0xd1f + k as u64).direction(&variables[k])
}

/// The largest; NaN when one is.
fn worst(errors: impl Iterator<Item = f64>) -> f64 {
    errors.fold(0.0, |worst: f64, error| {
        if error.is_nan() || worst.is_nan() {
            f64::NAN
        } else {
            worst.max(error)
        }
    })
}

/// The least error over the steps, NaN when none has one.
fn nearest(error: impl Fn(f64) -> f64) -> f64 {
    STEPS.into_iter().map(error).fold(f64::NAN, f64::min)
}

/// |a - b| beside `scale`; zero where both vanish.
fn distance(a: &Matrix, b: &Matrix, scale: f64) -> f64 {
    let apart = norm(&combined(a, 1.0, b, -1.0));
    if apart == 0.0 { 0.0 } else { apart / scale }
}

fn is_finite(values: &[Arc<Matrix>]) -> bool {
    values
        .iter()
        .all(|value| value.stored().iter().all(|entry| entry.is_finite()))
}

fn norm(a: &Matrix) -> f64 {
    inner(a, a).sqrt()
}

fn inner(a: &Matrix, b: &Matrix) -> f64 {
    let (a, b) = (a.entries(), b.entries());
    a.iter().zip(b.iter()).map(|(a, b)| a * b).sum()
}

/// s*a + t*b.
fn combined(a: &Matrix, s: f64, b: &Matrix, t: f64) -> Matrix {
    let (a_entries, b_entries) = (a.entries(), b.entries());
    let pairs = a_entries.iter().zip(b_entries.iter());
    Matrix::from_columns(a.shape(), pairs.map(|(a, b)| s * a + t * b).collect())
}
