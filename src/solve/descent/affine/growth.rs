//! How many coefficients the form of a node will have, told from those of its arguments.

use super::extract::AffineForms;
use super::form::AffineForm;
use crate::atoms::affine::{Add, Divide, ElementMultiply, Index, Multiply};
use crate::expr::{ExprId, Graph};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

/// About as many as the node's form has when it is made, where it may have more than its arguments;
/// else 0.
pub(super) fn coefficients(forms: &AffineForms, graph: &Graph, id: ExprId) -> usize {
    let arguments = graph.arguments(id);
    let size = graph.shape(id).size();
    let spread = |id: ExprId| forms.get(id).map_or(0, |form| broadcast(&form, size));
    if graph.atom_as::<Multiply>(id).is_some() {
        return product(forms, graph, id);
    }
    if graph.atom_as::<Add>(id).is_some()
        || graph.atom_as::<ElementMultiply>(id).is_some()
        || graph.atom_as::<Divide>(id).is_some()
    {
        return arguments.iter().map(|&a| spread(a)).sum();
    }
    if graph.atom_as::<Index>(id).is_some() {
        return arguments.first().map_or(0, |&a| spread(a));
    }
    0
}

/// Coefficients when the rows are repeated to fill `size` entries.
fn broadcast(form: &AffineForm, size: usize) -> usize {
    match form.rows() {
        rows if rows < size => form.coefficients().saturating_mul(size) / rows.max(1),
        _ => form.coefficients(),
    }
}

fn product(forms: &AffineForms, graph: &Graph, id: ExprId) -> usize {
    let (left, right) = (graph.arguments(id)[0], graph.arguments(id)[1]);
    let of = |constant: &Arc<Matrix>, varying: ExprId, met: fn(Shape) -> usize| {
        let form = forms.get(varying)?;
        let data = constant.stored().len();
        if form.run.is_some() && graph.shape(varying).is_vector() {
            return Some(data);
        }
        let columns = if form.rows() == 1 {
            1
        } else {
            met(constant.shape())
        };
        let one_by_one = |terms: usize| terms.saturating_mul(data) / columns.max(1);
        let is_vector = graph.shape(varying).is_vector();
        if is_vector && !form.blocks.is_empty() && constant.as_slice().is_some() {
            let columns: usize = form.blocks.iter().map(|b| b.size().1).sum();
            return Some(graph.shape(id).size() * columns + one_by_one(form.terms.len()));
        }
        Some(one_by_one(form.coefficients()))
    };
    let found = match (forms.constant(left), forms.constant(right)) {
        (Some(a), _) => of(a, right, |a| a.cols),
        (None, Some(b)) => of(b, left, |b| b.rows),
        (None, None) => None,
    };
    found.unwrap_or(0)
}
