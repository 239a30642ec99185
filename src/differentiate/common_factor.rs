//! Sums of products that end alike: D*A - p*p'*A is (D - p*p')*A.

use crate::atoms::affine::{Divide, Multiply, Negate};
use crate::atoms::construct;
use crate::expr::{ExprId, Graph};

/// The sum, a matrix at the right end of every term taken out.
pub(super) fn factored_sum(graph: &mut Graph, terms: &[ExprId]) -> ExprId {
    let Some(last) = common_end(graph, terms) else {
        return construct::sum(graph, terms);
    };
    let rest: Vec<ExprId> = terms.iter().map(|&t| without(graph, t, last)).collect();
    let rest = construct::sum(graph, &rest);
    construct::times(graph, rest, last)
}

/// The longest product of matrices with which all terms end, if they are several.
fn common_end(graph: &Graph, terms: &[ExprId]) -> Option<ExprId> {
    let (first, others) = terms.split_first()?;
    let other_ends: Vec<Vec<ExprId>> = others.iter().map(|&t| ends(graph, t)).collect();
    let worthwhile = !others.is_empty();
    let mut candidates = ends(graph, *first).into_iter().filter(|_| worthwhile);
    candidates.find(|end| {
        let identity = construct::is_identity(graph, *end);
        !identity && other_ends.iter().all(|ends| ends.contains(end))
    })
}

/// The matrices with which a term ends, the longest first: of 2*P*Q*R/c the products P*Q*R and Q*R,
/// and R.
fn ends(graph: &Graph, term: ExprId) -> Vec<ExprId> {
    let is_matrix = |id| graph.shape(id).rows > 1 && graph.shape(id).cols > 1;
    let path = std::iter::successors(Some(term), |&id| next(graph, id));
    path.filter(|&id| is_matrix(id) && !is_scaled(graph, id))
        .collect()
}

/// The part of a product behind its first factor, or without its sign or divisor.
fn next(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let arguments = graph.arguments(id);
    if graph.atom_as::<Multiply>(id).is_some() {
        return Some(arguments[1]);
    }
    is_scaled(graph, id).then(|| arguments[0])
}

fn is_scaled(graph: &Graph, id: ExprId) -> bool {
    let arguments = graph.arguments(id);
    let scalar = |k: usize| graph.shape(arguments[k]).is_scalar();
    graph.atom_as::<Negate>(id).is_some()
        || graph.atom_as::<Divide>(id).is_some() && scalar(1)
        || graph.atom_as::<Multiply>(id).is_some() && scalar(0)
}

/// The term without the matrix at its end.
fn without(graph: &mut Graph, term: ExprId, last: ExprId) -> ExprId {
    let path = std::iter::successors(Some(term), |&id| next(graph, id));
    let path: Vec<ExprId> = path.take_while(|&id| id != last).collect();
    let size = graph.shape(last).rows;
    let identity = construct::identity(graph, size);
    path.into_iter().rev().fold(identity, |rest, id| {
        let arguments = graph.arguments(id).to_vec();
        if graph.atom_as::<Negate>(id).is_some() {
            construct::negate(graph, rest)
        } else if graph.atom_as::<Divide>(id).is_some() {
            construct::divide(graph, rest, arguments[1])
        } else {
            construct::times(graph, arguments[0], rest)
        }
    })
}
