//! Functions that never vanish and yet are 0 in the numbers of the machine, as exp(-800).

use super::super::packing::Packing;
use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::Problem;

/// Values below this are on their way out of the numbers.
const TINY: f64 = 1e-100;
/// How often an argument is halved.
const MOST_HALVINGS: usize = 12;

/// A function below the objective with a result that is 0 by rounding alone at the point.
pub fn vanished(problem: &Problem, x: &[f64]) -> Option<&'static str> {
    let graph = &problem.graph;
    let below = graph.below(&[problem.objective.expression?]);
    let single = |id: &ExprId| graph.arguments(*id).len() == 1 && !graph.is_constant(*id);
    let nodes: Vec<ExprId> = below.into_iter().filter(single).collect();
    let arguments: Vec<ExprId> = nodes.iter().map(|&id| graph.arguments(id)[0]).collect();
    let packing = Packing::new(problem);
    let point = packing.unpack(x, problem.variables.len());
    let values = Evaluator::new(graph, &arguments).evaluate(&point);
    let mut pairs = nodes.iter().zip(&values);
    let (&found, _) = pairs.find(|&(&id, argument)| has_vanished(problem, id, argument))?;
    graph.atom(found).map(|atom| atom.name())
}

/// Whether an entry that is 0 is tiny but not 0 for a shorter argument.
fn has_vanished(problem: &Problem, id: ExprId, argument: &Matrix) -> bool {
    let (graph, shape) = (&problem.graph, argument.shape());
    let Some(atom) = graph.atom(id).filter(|_| graph.shape(id) == shape) else {
        return false;
    };
    let values = |share: f64| {
        let entries = argument.entries().iter().map(|e| share * e).collect();
        let mut out = vec![0.0; shape.size()];
        atom.evaluate(&[&Matrix::from_columns(shape, entries)], &mut out);
        out
    };
    let here = values(1.0);
    let mut zeros = here.iter().map(|&value| value == 0.0);
    if !zeros.any(|zero| zero) {
        return false;
    }
    (1..=MOST_HALVINGS).any(|halvings| {
        let shorter = values(0.5f64.powi(halvings as i32));
        let mut pairs = here.iter().zip(&shorter);
        pairs.any(|(&now, &then)| now == 0.0 && then != 0.0 && then.abs() < TINY)
    })
}
