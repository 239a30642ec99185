//! norm2(r)^2 written as sum_squares(r), which is smooth where r is zero and quadratic in r.

use super::rebuild::{rebuild, rebuild_below};
use crate::atoms::elementwise::Power;
use crate::atoms::reductions::{Norm2, SumSquares};
use crate::atoms::{Along, Entrywise, Reduce, construct};
use crate::expr::{ExprId, Graph};
use crate::problem::Problem;
use rustc_hash::FxHashMap;

/// Whether the node is `norm2(r)^2` over all entries.
fn is_squared_norm(graph: &Graph, id: ExprId) -> bool {
    let power = graph.atom_as::<Entrywise<Power>>(id);
    power.is_some_and(|power| power.0 == Power::new(2.0)) && is_norm(graph, graph.arguments(id)[0])
}

fn is_norm(graph: &Graph, id: ExprId) -> bool {
    let norm = graph.atom_as::<Reduce<Norm2>>(id);
    norm.is_some_and(|norm| norm.along == Along::All)
}

/// sum_squares(r) for a squared norm of r, the image of the norm being given.
fn sum_of_squares(graph: &mut Graph, id: ExprId, images: &[ExprId]) -> Option<ExprId> {
    if !is_squared_norm(graph, id) {
        return None;
    }
    let inner = graph.arguments(images[0])[0];
    Some(construct::apply(graph, Reduce::all(SumSquares), &[inner]))
}

/// The root with every squared norm replaced.
pub fn without_squared_norms(graph: &mut Graph, root: ExprId) -> ExprId {
    let images = rebuild_below(graph, &[root], FxHashMap::default(), sum_of_squares);
    images.map_or(root, |images| *images.get(&root).unwrap_or(&root))
}

/// The problem with every squared norm replaced; `None` where there is none.
pub fn with_sums_of_squares(problem: &Problem) -> Option<Problem> {
    let graph = &problem.graph;
    let mut nodes = graph.ids();
    nodes.find(|&id| is_squared_norm(graph, id))?;
    let mut written = problem.clone();
    rebuild(&mut written, FxHashMap::default(), sum_of_squares)?;
    Some(written)
}
