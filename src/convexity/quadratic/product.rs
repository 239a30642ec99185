//! Terms of degree two as sums of products of entries of two affine expressions.

use super::weights::{Term, Weight};
use crate::atoms::affine::{ElementMultiply, Multiply};
use crate::atoms::elementwise::{Abs, Power};
use crate::atoms::reductions::Norm2;
use crate::atoms::{Along, Entrywise, Reduce};
use crate::convexity::dcp::Analysis;
use crate::expr::{ExprId, Graph};
use crate::matrix::Matrix;
use crate::shape::Shape;

/// More products in one term are not collected.
const MOST_PRODUCTS: usize = 20_000_000;

/// sum over `(a, b, weight)` of weight*left[a]*right[b], entries down the columns.
#[derive(Clone, Debug)]
pub(super) struct Products {
    pub left: ExprId,
    pub right: ExprId,
    pub pairs: Vec<(usize, usize, f64)>,
}

/// The term as products of affine entries; `None` when it is not of that kind.
pub(super) fn products(analysis: &mut Analysis<'_>, term: &Term) -> Option<Products> {
    let id = term.expression;
    let graph = analysis.graph();
    let size = graph.shape(id).size();
    let found = if let Some(base) = squared(graph, id) {
        let pairs = (0..size).map(|k| (k, k, term.weight.at(k)));
        squares(graph, base, pairs.collect())
    } else if let Some((left, right)) = factors(graph, id) {
        let pairs = pairs_of_factors(graph, id, left, right, &term.weight)?;
        equal_norms(graph, left, right, &pairs).or(Some(Products { left, right, pairs }))
    } else {
        named(analysis, term)
    }?;
    let affine = |id: ExprId| analysis.curvature(id).is_affine();
    (affine(found.left) && affine(found.right)).then_some(found)
}

/// e of `e .^ 2`.
fn squared(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let by_power = graph
        .atom_as::<Entrywise<Power>>(id)
        .is_some_and(|p| p.0.exponent() == 2.0);
    let by_name = graph.atom(id).is_some_and(|atom| atom.name() == "square");
    (by_power || by_name).then(|| graph.arguments(id)[0])
}

/// The two factors of a product.
fn factors(graph: &Graph, id: ExprId) -> Option<(ExprId, ExprId)> {
    let product =
        graph.atom_as::<Multiply>(id).is_some() || graph.atom_as::<ElementMultiply>(id).is_some();
    product.then(|| (graph.arguments(id)[0], graph.arguments(id)[1]))
}

/// The weighted squares of the entries of `base`; of a norm the squares of what it measures.
fn squares(graph: &Graph, base: ExprId, pairs: Vec<(usize, usize, f64)>) -> Option<Products> {
    if let Some(inner) = measured(graph, base) {
        let weight = pairs.first()?.2;
        let pairs = (0..graph.shape(inner).size())
            .map(|k| (k, k, weight))
            .collect();
        return Some(Products {
            left: inner,
            right: inner,
            pairs,
        });
    }
    let base = match graph.atom_as::<Entrywise<Abs>>(base) {
        Some(_) => graph.arguments(base)[0],
        None => base,
    };
    Some(Products {
        left: base,
        right: base,
        pairs,
    })
}

/// e of the Euclidean norm of all entries of e.
fn measured(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let norm = graph.atom_as::<Reduce<Norm2>>(id)?;
    (norm.along == Along::All).then(|| graph.arguments(id)[0])
}

/// `norm2(e)*norm2(e)` and `abs(e) .* abs(e)`.
fn equal_norms(
    graph: &Graph,
    left: ExprId,
    right: ExprId,
    pairs: &[(usize, usize, f64)],
) -> Option<Products> {
    let even = measured(graph, left).is_some() || graph.atom_as::<Entrywise<Abs>>(left).is_some();
    let diagonal = || pairs.iter().all(|(a, b, _)| a == b);
    (left == right && even && diagonal()).then(|| squares(graph, left, pairs.to_vec()))?
}

fn pairs_of_factors(
    graph: &Graph,
    id: ExprId,
    left: ExprId,
    right: ExprId,
    weight: &Weight,
) -> Option<Vec<(usize, usize, f64)>> {
    let (x, y) = (graph.shape(left), graph.shape(right));
    let whole = graph.shape(id);
    let matrix_product = graph.atom_as::<Multiply>(id).is_some();
    if !matrix_product || x.is_scalar() || y.is_scalar() {
        let at = |shape: Shape, k: usize| if shape.is_scalar() { 0 } else { k };
        let pairs = (0..whole.size()).map(|k| (at(x, k), at(y, k), weight.at(k)));
        return Some(pairs.filter(|(_, _, w)| *w != 0.0).collect());
    }
    let count = whole.size().checked_mul(x.cols)?;
    if count > MOST_PRODUCTS {
        return None;
    }
    let mut pairs = Vec::with_capacity(if whole.is_scalar() { count } else { 0 });
    for k in (0..whole.size()).filter(|&k| weight.at(k) != 0.0) {
        let (i, j) = (k % whole.rows, k / whole.rows);
        pairs.extend((0..x.cols).map(|l| (i + l * x.rows, l + j * y.rows, weight.at(k))));
    }
    Some(pairs)
}

/// `sum_squares(e)`, `quad_form(e, P)` and `quad_over_lin(e, c)`.
fn named(analysis: &mut Analysis<'_>, term: &Term) -> Option<Products> {
    let graph = analysis.graph();
    let atom = graph.atom(term.expression)?;
    let base = *graph.arguments(term.expression).first()?;
    let other = graph.arguments(term.expression).get(1).copied();
    if !graph.shape(term.expression).is_scalar() {
        return None;
    }
    let weight = term.weight.at(0);
    let size = graph.shape(base).size();
    let pairs = match (atom.name(), other) {
        ("sum_squares", None) => (0..size).map(|k| (k, k, weight)).collect(),
        ("quad_over_lin", Some(divisor)) => {
            let divisor = analysis
                .constant(divisor)?
                .as_scalar()
                .filter(|d| *d > 0.0)?;
            (0..size).map(|k| (k, k, weight / divisor)).collect()
        }
        ("quad_form", Some(matrix)) => {
            let matrix = analysis.constant(matrix)?;
            entries(&matrix)
                .map(|(i, j, v)| (i, j, weight * v))
                .collect()
        }
        _ => return None,
    };
    Some(Products {
        left: base,
        right: base,
        pairs,
    })
}

/// Nonzero entries `(row, column, value)`.
fn entries(matrix: &Matrix) -> Box<dyn Iterator<Item = (usize, usize, f64)> + '_> {
    match matrix {
        Matrix::Sparse(sparse) => Box::new(sparse.triplets()),
        Matrix::Dense(dense) => {
            let rows = dense.nrows();
            let entries = dense.as_slice().iter().enumerate();
            let nonzero = entries.filter(|(_, v)| **v != 0.0);
            Box::new(nonzero.map(move |(k, v)| (k % rows, k / rows, *v)))
        }
    }
}
