//! Sums that are known without adding up: of equal entries, of I, of x - mean(x) and of u*v'.

use super::peeled::Peeled;
use super::{apply, filled, filled_literal, is_identity, is_zero, split_coefficient, times, zeros};
use crate::atoms::affine::{Add, Multiply};
use crate::atoms::reductions::{Mean, Sum};
use crate::atoms::{Along, Reduce};
use crate::expr::{ExprId, Graph};
use crate::shape::Shape;

/// The shape of a sum, and how many entries each of its entries adds up.
pub(super) fn result(shape: Shape, along: Along) -> (Shape, usize) {
    match along {
        Along::All => (Shape::SCALAR, shape.size()),
        Along::Rows => (Shape::vector(shape.rows), shape.cols),
        Along::Columns => (Shape::new(1, shape.cols), shape.rows),
    }
}

/// The sum of an expression without a number in front, where it is known.
pub(super) fn known_sum(graph: &mut Graph, x: ExprId, along: Along) -> Option<ExprId> {
    let shape = graph.shape(x);
    let (result, length) = result(shape, along);
    if let Some(value) = filled_literal(graph, x) {
        return Some(filled(graph, result, value * length as f64));
    }
    if is_identity(graph, x) {
        let value = match along {
            Along::All => shape.rows as f64,
            Along::Rows | Along::Columns => 1.0,
        };
        return Some(filled(graph, result, value));
    }
    if result.is_scalar() && is_centred(graph, x) {
        return Some(zeros(graph, result));
    }
    rank_one_sum(graph, x, along)
}

/// c - mean(c) or its negative.
fn is_centred(graph: &Graph, x: ExprId) -> bool {
    let [a, b] = graph.arguments(x) else {
        return false;
    };
    let is_mean_of = |mean: ExprId, of: ExprId| {
        let mean_of_all = |reduce: &Reduce<Mean>| reduce.along == Along::All;
        graph.atom_as(mean).is_some_and(mean_of_all) && graph.arguments(mean)[0] == of
    };
    let ((p, a), (q, b)) = (split_coefficient(graph, *a), split_coefficient(graph, *b));
    let (Some(a), Some(b)) = (a, b) else {
        return false;
    };
    graph.atom_as::<Add>(x).is_some() && p == -q && (is_mean_of(a, b) || is_mean_of(b, a))
}

/// The columns of u*v' add up to sum(u)*v', its rows to sum(v)*u.
fn rank_one_sum(graph: &mut Graph, x: ExprId, along: Along) -> Option<ExprId> {
    graph.atom_as::<Multiply>(x)?;
    let [u, row] = graph.arguments(x) else {
        return None;
    };
    let (u, row) = (*u, *row);
    let (left, right) = (graph.shape(u), graph.shape(row));
    if left.cols != 1 || left.rows == 1 || right.rows != 1 || right.cols == 1 {
        return None;
    }
    let total = |graph: &mut Graph, x| match is_centred(graph, x) {
        true => graph.number(0.0),
        false => {
            let (function, along) = (Sum, Along::All);
            apply(graph, Reduce { function, along }, &[x])
        }
    };
    match along {
        Along::All => None,
        Along::Columns => {
            let sum = total(graph, u);
            Some(times(graph, sum, row))
        }
        Along::Rows => {
            let row = super::transpose(graph, row);
            let sum = total(graph, row);
            Some(times(graph, sum, u))
        }
    }
}

/// The sum of a sum where that of every term is known.
pub(super) fn sum_of_terms(graph: &mut Graph, x: ExprId, along: Along) -> Option<ExprId> {
    graph.atom_as::<Add>(x)?;
    let shape = graph.shape(x);
    let terms = graph.arguments(x).to_vec();
    let known: Option<Vec<ExprId>> = terms
        .into_iter()
        .map(|term| {
            let front = Peeled::of(graph, term);
            let core = front.core.filter(|&core| graph.shape(core) == shape)?;
            let sum = known_sum(graph, core, along)?;
            if is_zero(graph, sum) {
                return Some(sum);
            }
            let inner = Peeled::of(graph, sum);
            let core = inner.core;
            Some(front.join(inner).build(graph, core))
        })
        .collect();
    known.map(|known| super::sum(graph, &known))
}
