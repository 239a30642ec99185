//! Transposes, moved to the leaves of products.

use super::arrange::diagonal_of_matrix;
use super::product::chain;
use super::{apply, scale, split_coefficient, through_linear, times};
use crate::atoms::affine::{Add, Multiply, Transpose};
use crate::atoms::spectral::Inverse;
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
        .map(|factor| transpose_factor(graph, factor))
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

/// A number in front of a factor stays in front.
fn transpose_factor(graph: &mut Graph, x: ExprId) -> ExprId {
    match split_coefficient(graph, x) {
        (number, Some(core)) if core != x => {
            let transposed = transpose_leaf(graph, core);
            scale(graph, number, transposed)
        }
        (_, _) => transpose_leaf(graph, x),
    }
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

/// Whether x' = x is plain: a symmetric constant, a diagonal matrix, A'*A or A + A'.
fn is_symmetric(graph: &Graph, x: ExprId) -> bool {
    if let Some(leaf) = graph.constant_leaf(x) {
        return leaf.value.is_symmetric();
    }
    if diagonal_of_matrix(graph, x).is_some() {
        return true;
    }
    if graph.atom_as::<Inverse>(x).is_some() {
        let leaf = graph.constant_leaf(graph.arguments(x)[0]);
        return leaf.is_some_and(|leaf| leaf.value.is_symmetric());
    }
    let pair = graph.atom_as::<Multiply>(x).is_some() || graph.atom_as::<Add>(x).is_some();
    if pair && let [a, b] = *graph.arguments(x) {
        let transposes =
            |a, b| graph.atom_as::<Transpose>(a).is_some() && graph.arguments(a)[0] == b;
        return transposes(a, b) || transposes(b, a);
    }
    false
}
