//! Pieces of linear matrix inequalities, as expressions.

use crate::atoms::affine::{Direction, LinearMap, Trace};
use crate::atoms::construct;
use crate::expr::{ExprId, Graph, Splitting};
use crate::shape::Shape;

/// [A, B; B', C].
pub(crate) fn block_matrix(graph: &mut Graph, a: ExprId, b: ExprId, c: ExprId) -> ExprId {
    let transposed = construct::transpose(graph, b);
    let upper = construct::concatenate(graph, Direction::Horizontal, &[a, b]);
    let lower = construct::concatenate(graph, Direction::Horizontal, &[transposed, c]);
    construct::concatenate(graph, Direction::Vertical, &[upper, lower])
}

/// Σ x_ii.
pub(crate) fn trace(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() {
        return x;
    }
    construct::apply(graph, LinearMap(Trace), &[x])
}

/// t*I.
pub(crate) fn scaled_identity(graph: &mut Graph, t: ExprId, side: usize) -> ExprId {
    let identity = construct::identity(graph, side);
    construct::times(graph, t, identity)
}

/// The diagonal of a lower triangular Z with [X, Z; Z', diag(Z)] positive semidefinite: its product
/// is at most det(X), with equality for some Z.
///
/// Source: A. Ben-Tal, A. Nemirovski, "Lectures on modern convex optimization", 4.2.1.
pub(super) fn triangular_diagonal(pieces: &mut dyn Splitting, x: ExprId) -> ExprId {
    let side = pieces.graph().shape(x).rows;
    let entries = pieces.variable(Shape::vector(side * (side + 1) / 2));
    let lower = (0..side).flat_map(|j| (j..side).map(move |i| i + j * side));
    let graph = pieces.graph();
    let shape = Shape::new(side, side);
    let factor = construct::scatter(graph, shape, vec![lower.collect()], &[entries]);
    let diagonal = construct::diagonal(graph, factor);
    let corner = construct::diagonal_matrix(graph, diagonal);
    let block = block_matrix(graph, x, factor, corner);
    pieces.semidefinite(block);
    diagonal
}
