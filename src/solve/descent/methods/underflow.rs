//! Functions that are level by rounding alone: exp(-800) counts as 0, and tanh(20) as 1.

use super::super::packing::Packing;
use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::Problem;

/// Values below this are on their way out of the numbers.
const TINY: f64 = 1e-100;
/// Values of this share of their limit beside it are on their way to it.
const CLOSE: f64 = 1e-6;
/// How often an argument is halved.
const MOST_HALVINGS: usize = 12;

/// A function of the objective whose slope counts as 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub name: &'static str,
    /// Whether the function itself counts as 0, not as another limit.
    pub vanishes: bool,
}

/// A function below the objective that is level at the point by rounding alone.
pub fn level(problem: &Problem, x: &[f64]) -> Option<Level> {
    let graph = &problem.graph;
    let below = graph.below(&[problem.objective.expression?]);
    let single = |id: &ExprId| graph.arguments(*id).len() == 1 && !graph.is_constant(*id);
    let nodes: Vec<ExprId> = below.into_iter().filter(single).collect();
    let arguments: Vec<ExprId> = nodes.iter().map(|&id| graph.arguments(id)[0]).collect();
    let packing = Packing::new(problem);
    let point = packing.unpack(x, problem.variables.len());
    let values = Evaluator::new(graph, &arguments).evaluate(&point);
    let mut pairs = nodes.iter().zip(&values);
    pairs.find_map(|(&id, argument)| of_node(problem, id, argument))
}

fn of_node(problem: &Problem, id: ExprId, argument: &Matrix) -> Option<Level> {
    let (graph, shape) = (&problem.graph, argument.shape());
    let atom = graph.atom(id).filter(|_| graph.shape(id) == shape)?;
    let values = |share: f64| {
        let entries = argument.entries().iter().map(|e| share * e).collect();
        let mut out = vec![0.0; shape.size()];
        atom.evaluate(&[&Matrix::from_columns(shape, entries)], &mut out);
        out
    };
    let (here, farther) = (values(1.0), values(2.0));
    let is_level = |k: &usize| here[*k] == farther[*k] && argument.entries()[*k] != 0.0;
    let level: Vec<usize> = (0..here.len()).filter(is_level).collect();
    if level.is_empty() {
        return None;
    }
    (1..=MOST_HALVINGS).find_map(|halvings| {
        let shorter = values(0.5f64.powi(halvings as i32));
        let mut near = level.iter().filter(|&&k| is_close(shorter[k], here[k]));
        near.next().map(|&k| Level {
            name: atom.name(),
            vanishes: here[k] == 0.0,
        })
    })
}

/// Whether a value is its limit but for rounding, and not for none.
fn is_close(value: f64, limit: f64) -> bool {
    let apart = (value - limit).abs();
    let most = if limit == 0.0 {
        TINY
    } else {
        CLOSE * limit.abs()
    };
    apart > 0.0 && apart < most
}
