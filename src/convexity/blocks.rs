//! Symmetry of matrices put together from blocks: `[A, x; x', t]`.

use crate::atoms::affine::{Concatenate, Direction, Transpose};
use crate::expr::{ExprId, Graph};

/// Whether block (i, j) is the transpose of block (j, i) and the diagonal blocks are `symmetric`.
pub(super) fn is_symmetric(graph: &Graph, id: ExprId, symmetric: impl Fn(ExprId) -> bool) -> bool {
    let Some(rows) = parts(graph, id, Direction::Vertical) else {
        return false;
    };
    let blocks: Vec<&[ExprId]> = rows
        .iter()
        .map(|row| parts(graph, *row, Direction::Horizontal).unwrap_or(std::slice::from_ref(row)))
        .collect();
    let side = blocks.len();
    let paired = |i: usize, j: usize| {
        let (upper, lower) = (blocks[i][j], blocks[j][i]);
        (upper == lower && symmetric(upper)) || are_transposes(graph, upper, lower)
    };
    blocks.iter().all(|row| row.len() == side) && (0..side).all(|i| (0..=i).all(|j| paired(i, j)))
}

fn parts(graph: &Graph, id: ExprId, direction: Direction) -> Option<&[ExprId]> {
    let concatenate = graph.atom_as::<Concatenate>(id)?;
    (concatenate.direction == direction).then(|| graph.arguments(id))
}

fn are_transposes(graph: &Graph, a: ExprId, b: ExprId) -> bool {
    let turned = |from: ExprId, to: ExprId| {
        graph.atom_as::<Transpose>(from).is_some() && graph.arguments(from) == [to]
    };
    turned(a, b) || turned(b, a) || constants_are_transposes(graph, a, b)
}

fn constants_are_transposes(graph: &Graph, a: ExprId, b: ExprId) -> bool {
    let (Some(a), Some(b)) = (graph.constant_leaf(a), graph.constant_leaf(b)) else {
        return false;
    };
    a.value.shape() == b.value.shape().transposed()
        && a.value.to_dense().as_ref() == &b.value.to_dense().transpose()
}
