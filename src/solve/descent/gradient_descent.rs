//! Plain gradient descent with a fixed step: x - step*f'(x), the method of the lecture.

use super::oracle::{Oracle, Smooth};
use super::packing::Packing;
use super::{is_maximised, start};
use crate::atoms::construct;
use crate::differentiate::underivable;
use crate::expr::ExprId;
use crate::matrix::Matrix;
use crate::problem::Problem;
use std::sync::Arc;

/// A gradient this small beside the first counts as converged.
const CONVERGED: f64 = 1e-8;
/// A gradient this large beside the first counts as diverged.
const DIVERGED: f64 = 1e8;

/// How the descent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Converged,
    /// All iterations were used.
    Unfinished,
    /// The gradient grew beyond all bounds.
    Diverged,
}

/// A finished descent.
#[derive(Clone, Debug)]
pub struct Descent {
    pub variables: Vec<Arc<Matrix>>,
    /// In the user's sense.
    pub objective: f64,
    pub gradient_norm: f64,
    pub iterations: usize,
    pub outcome: Outcome,
}

/// Steps from the declared starts, or from `first` in every entry. Constraints are refused.
pub fn descend(
    problem: &Problem,
    step: f64,
    iterations: usize,
    first: Option<f64>,
) -> Result<Descent, String> {
    if !problem.constraints.is_empty() {
        return Err("plain gradient descent takes no constraints".to_owned());
    }
    let mut graph = problem.graph.clone();
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let mut root = problem
        .objective
        .expression
        .ok_or("there is no objective to descend")?;
    if let Some(node) = underivable(&graph, root, &nodes) {
        let name = graph.atom(node).map_or("an expression", |a| a.name());
        return Err(format!("the derivative of `{name}` is not known"));
    }
    let sign = if is_maximised(problem) { -1.0 } else { 1.0 };
    if sign < 0.0 {
        root = construct::negate(&mut graph, root);
    }
    let packing = Packing::new(problem);
    let mut oracle = Oracle::new(&mut graph, root, &nodes, &packing);
    let mut x = match first {
        Some(entry) => vec![entry; packing.size],
        None => start::point(problem, packing.size),
    };
    let mut slope = vec![0.0; x.len()];
    let mut value = oracle.evaluate(&x, &mut slope);
    let length = |slope: &[f64]| slope.iter().map(|g| g * g).sum::<f64>().sqrt();
    let scale = length(&slope);
    let mut taken = 0;
    let mut outcome = Outcome::Unfinished;
    while taken < iterations {
        x.iter_mut().zip(&slope).for_each(|(x, g)| *x -= step * g);
        value = oracle.evaluate(&x, &mut slope);
        taken += 1;
        let size = length(&slope);
        if !size.is_finite() || !value.is_finite() || size > DIVERGED * scale {
            outcome = Outcome::Diverged;
            break;
        }
        if size <= CONVERGED * scale {
            outcome = Outcome::Converged;
            break;
        }
    }
    Ok(Descent {
        variables: packing.unpack(&x, problem.variables.len()),
        objective: sign * value,
        gradient_norm: length(&slope),
        iterations: taken,
        outcome,
    })
}
