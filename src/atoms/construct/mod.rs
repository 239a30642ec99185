//! Constructors for derived expressions, which simplify as they build.
//!
//! Zeros vanish, ones and identities are absorbed, numbers and scalars move to the front,
//! transposes to the leaves, products associate from the vector end, equal terms add up. User text
//! is never built with these: it keeps its own form.

mod arrange;
mod coefficient;
mod known_sum;
mod peeled;
mod product;
mod sum;
mod symmetry;
mod transpose;

pub use arrange::{
    concatenate, diagonal, diagonal_matrix, diagonal_of_matrix, fill, flip, gather, inner_product,
    reshape, scatter, sum_along, unbroadcast,
};
pub use coefficient::{negate, scale, split_coefficient};
pub use peeled::through_linear;
pub use product::{divide, element_times, power, times};
pub use sum::{plus, shift, subtract, sum};
pub use symmetry::{is_symmetric, symmetric_part};
pub use transpose::transpose;

use crate::expr::{Atom, ExprId, Graph};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use crate::span::Span;
use std::sync::Arc;

/// `atom(arguments)` for arguments that are known to fit.
pub fn apply(graph: &mut Graph, atom: impl Atom, arguments: &[ExprId]) -> ExprId {
    graph
        .apply(Arc::new(atom), arguments, Span::default())
        .expect("derived expressions are built from arguments of fitting shapes")
}

pub fn ones(graph: &mut Graph, shape: Shape) -> ExprId {
    filled(graph, shape, 1.0)
}

pub fn zeros(graph: &mut Graph, shape: Shape) -> ExprId {
    filled(graph, shape, 0.0)
}

fn filled(graph: &mut Graph, shape: Shape, value: f64) -> ExprId {
    graph.constant(Matrix::filled(shape, value), None, Span::default())
}

/// The identity matrix, sparse.
pub fn identity(graph: &mut Graph, n: usize) -> ExprId {
    if n == 1 {
        return graph.number(1.0);
    }
    let identity = Matrix::Sparse(SparseMatrix::identity(n));
    graph.constant(identity, None, Span::default())
}

/// The value of a literal whose entries are all equal: an anonymous one, or `ones(m)` of the text.
fn filled_literal(graph: &Graph, id: ExprId) -> Option<f64> {
    let written = |name: &Arc<str>| name.starts_with("ones(") || name.starts_with("zeros(");
    let leaf = graph.constant_leaf(id)?;
    leaf.name.as_ref().is_none_or(written).then_some(())?;
    let entries = leaf.value.as_slice()?;
    let first = *entries.first()?;
    entries.iter().all(|&e| e == first).then_some(first)
}

/// Whether the node is a literal with all entries equal to `value`.
fn is_filled(graph: &Graph, id: ExprId, value: f64) -> bool {
    filled_literal(graph, id) == Some(value)
}

pub fn is_zero(graph: &Graph, id: ExprId) -> bool {
    is_filled(graph, id, 0.0)
}

pub fn is_one(graph: &Graph, id: ExprId) -> bool {
    is_filled(graph, id, 1.0)
}

/// Whether the node is a literal identity matrix (1×1 included).
pub fn is_identity(graph: &Graph, id: ExprId) -> bool {
    let Some(leaf) = graph.constant_leaf(id).filter(|leaf| leaf.name.is_none()) else {
        return false;
    };
    match leaf.value.as_ref() {
        Matrix::Dense(dense) => dense.shape() == (1, 1) && dense[(0, 0)] == 1.0,
        Matrix::Sparse(sparse) => sparse.is_identity(),
    }
}

/// An anonymous 1×1 number.
fn literal_number(graph: &Graph, id: ExprId) -> Option<f64> {
    let leaf = graph.constant_leaf(id)?;
    leaf.name.is_none().then(|| leaf.value.as_scalar())?
}
