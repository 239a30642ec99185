//! Columns taken entry by entry: `norm2([x, y], each = row)` is sqrt(x .^ 2 + y .^ 2).

use super::monomial::monomial;
use super::view::{call, call_along, power_of, scaled, stacked, vector};
use super::{Found, Rewriter, powers};
use crate::atoms::Along;
use crate::atoms::affine::{
    Add, Concatenate, Direction, Divide, ElementMultiply, Multiply, Negate,
};
use crate::convexity::dcp::Analysis;
use crate::expr::{ExprId, Graph};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

/// Terms of longer sums are not taken apart.
const MOST_TERMS: usize = 64;

/// `name` of the k-th entries of all parts, for every k; of the parts themselves where they are
/// scalars. The parts are columns of one length.
pub(super) fn across(
    analysis: &mut Analysis<'_>,
    name: &str,
    parts: &[ExprId],
    constants: &[Matrix],
) -> Option<ExprId> {
    if analysis.graph().shape(*parts.first()?).is_scalar() {
        let stack = stacked(analysis, parts)?;
        return call(analysis, name, &[stack], constants);
    }
    let table = table(analysis, parts)?;
    call_along(analysis, name, &[table], constants, Along::Rows)
}

/// Columns side by side.
fn table(analysis: &mut Analysis<'_>, columns: &[ExprId]) -> Option<ExprId> {
    match columns {
        [only] => Some(*only),
        _ => {
            let direction = Direction::Horizontal;
            analysis.apply(Arc::new(Concatenate { direction }), columns)
        }
    }
}

/// sqrt(e), e a column of sums of squares -> norms.
pub(super) fn root(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    let (base, exponent) = power_of(graph, id)?;
    if exponent != 0.5 || !is_long_column(graph, base) {
        return None;
    }
    let roots = roots(rewriter, base)?;
    call_along(rewriter.analysis, "norm2", &[roots], &[], Along::Rows).map(Found::everywhere)
}

fn is_long_column(graph: &Graph, id: ExprId) -> bool {
    graph.shape(id).is_column() && !graph.shape(id).is_scalar()
}

/// A table whose rows v have |v|² = the entries of e, the entries of v affine, or convex and
/// nonnegative.
pub(super) fn roots(rewriter: &mut Rewriter<'_, '_>, e: ExprId) -> Option<ExprId> {
    let shape = rewriter.analysis.graph().shape(e);
    let mut columns = Vec::new();
    for (addend, weight) in addends(rewriter.analysis, e)? {
        let root = root_of(rewriter, addend, weight)?;
        columns.push(spread(rewriter.analysis, root, shape)?);
    }
    table(rewriter.analysis, &columns)
}

fn root_of(rewriter: &mut Rewriter<'_, '_>, addend: ExprId, weight: f64) -> Option<ExprId> {
    let analysis = &mut *rewriter.analysis;
    if let Some(value) = analysis.constant(addend) {
        let entries: Vec<f64> = value.entries().iter().map(|v| weight * v).collect();
        let roots = entries.iter().map(|v| v.sqrt()).collect();
        return entries
            .iter()
            .all(|v| *v >= 0.0)
            .then(|| vector(analysis, roots));
    }
    if weight < 0.0 {
        return None;
    }
    if let Some(base) = square(analysis.graph(), addend) {
        return scaled(analysis, weight.sqrt(), base);
    }
    half_power(rewriter, addend, weight)
}

/// The argument of a square, however it is written.
fn square(graph: &Graph, id: ExprId) -> Option<ExprId> {
    if let Some((base, 2.0)) = power_of(graph, id) {
        return Some(base);
    }
    graph.atom_as::<ElementMultiply>(id)?;
    let arguments = graph.arguments(id);
    (arguments[0] == arguments[1]).then_some(arguments[0])
}

/// The square root of a product of powers, where that is convex and not negative.
pub(super) fn half_power(
    rewriter: &mut Rewriter<'_, '_>,
    id: ExprId,
    weight: f64,
) -> Option<ExprId> {
    let mut half = monomial(rewriter.analysis, id)?;
    if half.coefficient * weight < 0.0 {
        return None;
    }
    half.coefficient = (half.coefficient * weight).sqrt();
    for factor in &mut half.factors {
        factor.exponent *= 0.5;
    }
    half.exponents.iter_mut().for_each(|(_, w)| *w *= 0.5);
    let root = powers::rewrite(rewriter, &half)?.expression;
    let facts = rewriter.analysis.facts(root);
    (facts.curvature.is_convex() && facts.range.is_nonnegative()).then_some(root)
}

/// The terms of an entrywise sum, each with the number before it, in the user's order.
pub(super) fn addends(analysis: &mut Analysis<'_>, id: ExprId) -> Option<Vec<(ExprId, f64)>> {
    let mut found = Vec::new();
    let mut pending = vec![(id, 1.0)];
    while let Some((id, weight)) = pending.pop() {
        if found.len() + pending.len() > MOST_TERMS {
            return None;
        }
        let arguments = analysis.graph().arguments(id).to_vec();
        let graph = analysis.graph();
        if graph.atom_as::<Add>(id).is_some() {
            pending.extend(arguments.iter().rev().map(|&a| (a, weight)));
        } else if graph.atom_as::<Negate>(id).is_some() {
            pending.push((arguments[0], -weight));
        } else if let Some((inner, factor)) = multiple(analysis, id, &arguments) {
            pending.push((inner, weight * factor));
        } else {
            found.push((id, weight));
        }
    }
    Some(found)
}

/// A number times an expression.
fn multiple(
    analysis: &mut Analysis<'_>,
    id: ExprId,
    arguments: &[ExprId],
) -> Option<(ExprId, f64)> {
    let graph = analysis.graph();
    let quotient = graph.atom_as::<Divide>(id).is_some();
    let product =
        graph.atom_as::<Multiply>(id).is_some() || graph.atom_as::<ElementMultiply>(id).is_some();
    if !quotient && !product {
        return None;
    }
    let number =
        |analysis: &mut Analysis<'_>, k: usize| analysis.constant(arguments[k])?.as_scalar();
    match (number(analysis, 0), number(analysis, 1)) {
        (Some(factor), None) if product => Some((arguments[1], factor)),
        (None, Some(factor)) if product => Some((arguments[0], factor)),
        (None, Some(factor)) => Some((arguments[0], 1.0 / factor)),
        _ => None,
    }
}

/// The part in every entry of `shape`.
pub(super) fn spread(analysis: &mut Analysis<'_>, part: ExprId, shape: Shape) -> Option<ExprId> {
    if analysis.graph().shape(part) == shape {
        return Some(part);
    }
    if let Some(number) = analysis.constant(part).and_then(|value| value.as_scalar()) {
        return Some(vector(analysis, vec![number; shape.size()]));
    }
    let ones = vector(analysis, vec![1.0; shape.size()]);
    let product = analysis.apply(Arc::new(Multiply), &[ones, part])?;
    (analysis.graph().shape(product) == shape).then_some(product)
}
