//! Transposes, moved to the leaves of products.

use super::peeled::Peeled;
use super::product::factors;
use super::symmetry::is_symmetric;
use super::{apply, scale, split_coefficient, through_linear, times};
use crate::atoms::affine::{Add, Multiply, Transpose};
use crate::expr::{ExprId, Graph};

/// x'.
pub fn transpose(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() {
        return x;
    }
    through_linear(graph, x, |graph, core| {
        if graph.atom_as::<Multiply>(core).is_some() {
            transposed_product(graph, core)
        } else if is_sum_of_product_rows(graph, core) {
            let terms = graph.arguments(core).to_vec();
            let columns: Vec<ExprId> = terms.iter().map(|&t| transposed_term(graph, t)).collect();
            super::sum(graph, &columns)
        } else {
            transpose_leaf(graph, core)
        }
    })
}

/// A sum of rows such as x'*A and x', which are columns without a transpose behind.
fn is_sum_of_product_rows(graph: &Graph, x: ExprId) -> bool {
    let turns = |&term: &ExprId| {
        let core = Peeled::of(graph, term).core;
        core.is_some_and(|core| {
            graph.atom_as::<Multiply>(core).is_some() || graph.atom_as::<Transpose>(core).is_some()
        })
    };
    let shape = graph.shape(x);
    let is_row = shape.rows == 1 && shape.cols > 1;
    is_row && graph.atom_as::<Add>(x).is_some() && graph.arguments(x).iter().all(turns)
}

/// A term of such a sum.
fn transposed_term(graph: &mut Graph, x: ExprId) -> ExprId {
    through_linear(graph, x, |graph, core| {
        match graph.atom_as::<Multiply>(core).is_some() {
            true => transposed_product(graph, core),
            false => transpose_leaf(graph, core),
        }
    })
}

/// (A*B*C)' = C'*B'*A'.
fn transposed_product(graph: &mut Graph, x: ExprId) -> ExprId {
    // A row of data is a column by the transposes of its factors.
    let is_row = graph.shape(x).rows == 1;
    let factors: Vec<ExprId> = factors(graph, x, !is_row)
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
