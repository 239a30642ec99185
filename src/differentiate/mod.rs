//! temporary
use crate::expr::{ExprId, Graph};
pub fn gradient(graph: &mut Graph, root: ExprId, wrt: &[ExprId]) -> Vec<ExprId> {
    let _ = graph;
    wrt.iter().map(|_| root).collect()
}
