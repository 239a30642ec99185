//! Transposes, moved to the leaves of products.

use super::arrange::diagonal_of_matrix;
use super::product::chain;
use super::{apply, scale, split_coefficient, times};
use crate::atoms::affine::{Divide, Multiply, Transpose};
use crate::expr::{ExprId, Graph};

/// x'.
pub fn transpose(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() {
        return x;
    }
    let (factor, core) = split_coefficient(graph, x);
    let Some(core) = core else { return x };
    let transposed = transpose_core(graph, core);
    scale(graph, factor, transposed)
}

fn transpose_core(graph: &mut Graph, x: ExprId) -> ExprId {
    let arguments = graph.arguments(x);
    if graph.atom_as::<Multiply>(x).is_some() {
        return transposed_product(graph, x);
    }
    if graph.atom_as::<Divide>(x).is_some() && graph.shape(arguments[1]).is_scalar() {
        let (x, divisor) = (arguments[0], arguments[1]);
        let transposed = transpose_leaf(graph, x);
        return super::divide(graph, transposed, divisor);
    }
    transpose_leaf(graph, x)
}

/// (s*A*B*C)' = s*C'*B'*A'.
fn transposed_product(graph: &mut Graph, x: ExprId) -> ExprId {
    let arguments = graph.arguments(x);
    let (left, right) = (arguments[0], arguments[1]);
    if graph.shape(left).is_scalar() {
        let transposed = transpose_leaf(graph, right);
        return times(graph, left, transposed);
    }
    if graph.shape(right).is_scalar() {
        let transposed = transpose_leaf(graph, left);
        return times(graph, right, transposed);
    }
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
