//! Functions whose infinite values, outside their domain, an outer function makes finite: exp(log(x)) would be 0 at
//! x = -1, and 1/inv_pos(x) too.
//!
//! In what is proved convex the rules exclude this: there an infinite value stays infinite, and keeps points out.

use super::domains;
use crate::expr::{ExprId, Graph, evaluate_atom};
use crate::matrix::Matrix;
use crate::problem::Problem;

/// Products with more data keep what is infinite as it is.
const MOST_DATA: usize = 100_000;

/// These functions, of the `bounded` ones among `nodes`, which rise.
pub(super) fn hidden(problem: &Problem, nodes: &[ExprId], bounded: &[ExprId]) -> Vec<ExprId> {
    let graph = &problem.graph;
    let above = domains::above(graph, nodes, bounded);
    let mut made_finite = Vec::new();
    for &id in nodes {
        let arguments = graph.arguments(id);
        let infinite = (0..arguments.len()).filter(|&k| above.contains(&arguments[k]));
        made_finite.extend(
            infinite
                .filter(|&k| makes_finite(graph, id, k))
                .map(|k| arguments[k]),
        );
    }
    domains::within(graph, bounded, &made_finite)
}

/// Whether the function has a finite value where an argument is infinite, the others being one.
fn makes_finite(graph: &Graph, id: ExprId, argument: usize) -> bool {
    let is_large = |&a: &ExprId| graph.is_constant(a) && graph.shape(a).size() > MOST_DATA;
    let Some(atom) = graph.atom(id) else {
        return false;
    };
    if graph.arguments(id).iter().any(is_large) {
        return false;
    }
    let value = |infinite: f64| {
        let fill = |k: usize| if k == argument { infinite } else { 1.0 };
        let arguments = graph.arguments(id).iter().enumerate();
        let filled = arguments.map(|(k, &a)| {
            let shape = graph.shape(a);
            Matrix::from_columns(shape, vec![fill(k); shape.size()])
        });
        let filled: Vec<Matrix> = filled.collect();
        evaluate_atom(
            atom.as_ref(),
            &filled.iter().collect::<Vec<_>>(),
            graph.shape(id),
        )
    };
    let is_finite = |infinite: f64| value(infinite).stored().iter().all(|e| e.is_finite());
    is_finite(f64::INFINITY) || is_finite(f64::NEG_INFINITY)
}
