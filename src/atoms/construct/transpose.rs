//! Transposes, moved to the leaves of products.

use super::arrange::diagonal_of_matrix;
use super::product::chain;
use super::{apply, through_linear, times};
use crate::atoms::affine::{Multiply, Transpose};
use crate::expr::{ExprId, Graph};

/// x'.
pub fn transpose(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() {
        return x;
    }
    through_linear(graph, x, |graph, core| {
        if graph.atom_as::<Multiply>(core).is_some() {
            transposed_product(graph, core)
        } else {
            transpose_leaf(graph, core)
        }
    })
}

/// (A*B*C)' = C'*B'*A'.
fn transposed_product(graph: &mut Graph, x: ExprId) -> ExprId {
    let factors: Vec<ExprId> = chain(graph, x)
        .into_iter()
        .rev()
        .map(|factor| transpose_leaf(graph, factor))
        .collect();
    let from_right = factors.last().is_some_and(|&f| graph.shape(f).is_column());
    let mut parts = factors.into_iter();
    let product = if from_right {
        parts
            .next_back()
            .map(|last| parts.rfold(last, |y, x| times(graph, x, y)))
    } else {
        parts
            .next()
            .map(|first| parts.fold(first, |x, y| times(graph, x, y)))
    };
    product.unwrap_or(x)
}

/// One transpose, dropped where it changes nothing.
fn transpose_leaf(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() {
        return x;
    }
    if graph.atom_as::<Transpose>(x).is_some() {
        return graph.arguments(x)[0];
    }
    if is_symmetric(graph, x) {
        return x;
    }
    if let Some(value) = super::filled_literal(graph, x) {
        let shape = graph.shape(x).transposed();
        return super::filled(graph, shape, value);
    }
    apply(graph, Transpose, &[x])
}

/// Whether x' = x is plain: a symmetric constant, a diagonal matrix, or A'*A.
fn is_symmetric(graph: &Graph, x: ExprId) -> bool {
    if let Some(leaf) = graph.constant_leaf(x) {
        return leaf.value.is_symmetric();
    }
    if diagonal_of_matrix(graph, x).is_some() {
        return true;
    }
    if graph.atom_as::<Multiply>(x).is_some() {
        let (a, b) = (graph.arguments(x)[0], graph.arguments(x)[1]);
        let transposes =
            |a, b| graph.atom_as::<Transpose>(a).is_some() && graph.arguments(a)[0] == b;
        return transposes(a, b) || transposes(b, a);
    }
    false
}
