//! The Hessian as expressions: a matrix for each pair of variables, where there is one.

use super::entries::{by_entries, is_picked};
use super::gradient::{gradient, inner_products, underivable};
use super::linear::matrix_of;
use crate::atoms::construct;
use crate::expr::{ExprId, Graph, VariableId};
use crate::span::Span;

/// Vectors of which single entries are used are differentiated entry by entry up to this size.
const MOST_PICKED: usize = 8;
/// So are vectors of at most this many entries where no formula for the whole is found.
const MOST_APART: usize = 4;

/// The second derivatives in one pair of variables, the first along the rows.
#[derive(Clone, Copy, Debug)]
pub enum Block {
    /// The matrix, of the first variable's entries by the second's. Where one of the two is a scalar
    /// and the other a matrix: of the matrix's shape.
    Matrix(ExprId),
    /// The block applied to a direction of the second variable's shape: of the first one's shape.
    Applied { direction: ExprId, value: ExprId },
    /// The function at this node has no second derivative in the language.
    Unknown(ExprId),
}

/// The block of `root` in x and y; `fresh` names a variable that is not in use.
pub fn hessian_block(
    graph: &mut Graph,
    root: ExprId,
    x: ExprId,
    y: ExprId,
    fresh: VariableId,
) -> Block {
    let slope = gradient(graph, root, &[y])[0];
    if let Some(node) = underivable(graph, slope, &[x]) {
        return Block::Unknown(node);
    }
    if graph.shape(y).is_scalar() {
        return Block::Matrix(gradient(graph, slope, &[x])[0]);
    }
    if graph.shape(x).is_scalar() {
        return row_block(graph, root, x, y);
    }
    let vectors = graph.shape(x).is_vector() && graph.shape(y).is_vector();
    let largest = graph.shape(x).size().max(graph.shape(y).size());
    if vectors && largest <= MOST_PICKED && is_picked(graph, root, x) && is_picked(graph, root, y) {
        return Block::Matrix(by_entries(graph, root, x, y));
    }
    let direction = graph.variable(fresh, graph.shape(y), Span::default());
    let along = inner_products(graph, &[slope], &[direction]);
    let value = gradient(graph, along, &[x])[0];
    let whole = vectors
        .then(|| matrix_of(graph, value, direction))
        .flatten();
    match whole {
        Some(matrix) => Block::Matrix(matrix),
        None if vectors && largest <= MOST_APART => Block::Matrix(by_entries(graph, root, x, y)),
        None => Block::Applied { direction, value },
    }
}

/// Of a scalar x: a row, or of y's shape where y is a matrix.
fn row_block(graph: &mut Graph, root: ExprId, x: ExprId, y: ExprId) -> Block {
    let slope = gradient(graph, root, &[x])[0];
    if let Some(node) = underivable(graph, slope, &[y]) {
        return Block::Unknown(node);
    }
    let second = gradient(graph, slope, &[y])[0];
    Block::Matrix(match graph.shape(y).is_column() {
        true => construct::transpose(graph, second),
        false => second,
    })
}
