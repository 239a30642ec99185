//! x .* log(x ./ y) entry by entry, and x'*log(x ./ y).

use super::view::{call, call_of, scaled};
use super::{Found, Rewriter};
use crate::atoms::affine::{Add, Divide, ElementMultiply, Multiply, Negate, Transpose};
use crate::convexity::dcp::Analysis;
use crate::expr::{ExprId, Graph};
use std::sync::Arc;

/// x .* log(x) -> -entr(x); x .* log(x ./ y) -> rel_entr(x, y); x .* log(y ./ x) -> -rel_entr(x, y).
pub(super) fn entrywise(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    graph.atom_as::<ElementMultiply>(id)?;
    let &[a, b] = graph.arguments(id) else {
        return None;
    };
    of_factors(rewriter, a, b)
}

/// a .* b, of which one is a logarithm.
fn of_factors(rewriter: &mut Rewriter<'_, '_>, a: ExprId, b: ExprId) -> Option<Found> {
    let (x, inside) = one_logarithm(rewriter.analysis, a, b)?;
    let expression = divergence(rewriter, x, inside)?;
    let domain = Some(format!("`{}` > 0", rewriter.text(x)));
    Some(Found { expression, domain })
}

/// The one of two factors that is no logarithm, and the argument of the other.
pub(super) fn one_logarithm(
    analysis: &mut Analysis<'_>,
    a: ExprId,
    b: ExprId,
) -> Option<(ExprId, ExprId)> {
    match (logarithm(analysis, a), logarithm(analysis, b)) {
        (None, Some(inside)) => Some((a, inside)),
        (Some(inside), None) => Some((b, inside)),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// y of log(y), u/v of log(u) - log(v).
fn logarithm(analysis: &mut Analysis<'_>, id: ExprId) -> Option<ExprId> {
    let graph = analysis.graph();
    if let Some(inside) = call_of(graph, id, "log") {
        return Some(inside);
    }
    graph.atom_as::<Add>(id)?;
    let &[a, b] = graph.arguments(id) else {
        return None;
    };
    let negated = |id: ExprId| {
        let inner = graph.atom_as::<Negate>(id).map(|_| graph.arguments(id)[0]);
        inner.and_then(|inner| call_of(graph, inner, "log"))
    };
    let plain = |id: ExprId| call_of(graph, id, "log");
    let (over, under) = match (plain(a), negated(b)) {
        (Some(over), Some(under)) => (over, under),
        _ => (plain(b)?, negated(a)?),
    };
    (graph.shape(over) == graph.shape(under)).then_some(())?;
    analysis.apply(Arc::new(Divide), &[over, under])
}

fn divergence(rewriter: &mut Rewriter<'_, '_>, x: ExprId, inside: ExprId) -> Option<ExprId> {
    if inside == x {
        let entropy = call(rewriter.analysis, "entr", &[x], &[])?;
        return scaled(rewriter.analysis, -1.0, entropy);
    }
    let graph = rewriter.analysis.graph();
    graph.atom_as::<Divide>(inside)?;
    let &[over, under] = graph.arguments(inside) else {
        return None;
    };
    let (other, sign) = match (over == x, under == x) {
        (true, false) => (under, 1.0),
        (false, true) => (over, -1.0),
        (true, true) | (false, false) => return None,
    };
    // The logarithm says that both have one sign.
    let is_nonnegative = |id: ExprId| rewriter.analysis.facts(id).range.is_nonnegative();
    if !is_nonnegative(x) && !is_nonnegative(other) {
        rewriter.wish(x, true);
        return None;
    }
    let relative = call(rewriter.analysis, "rel_entr", &[x, other], &[])?;
    scaled(rewriter.analysis, sign, relative)
}

/// x'*log(y) of columns -> sum(x .* log(y)).
pub(super) fn product(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    graph.atom_as::<Multiply>(id)?;
    let &[left, right] = graph.arguments(id) else {
        return None;
    };
    let (x, sign) = column_of(graph, left)?;
    if !graph.shape(right).is_column() || graph.shape(x) != graph.shape(right) {
        return None;
    }
    let terms = of_factors(rewriter, x, right)?;
    let total = call(rewriter.analysis, "sum", &[terms.expression], &[])?;
    let expression = scaled(rewriter.analysis, sign, total)?;
    Some(Found {
        expression,
        ..terms
    })
}

/// The column whose transpose a row is, and the sign before it.
fn column_of(graph: &Graph, row: ExprId) -> Option<(ExprId, f64)> {
    let inner = *graph.arguments(row).first()?;
    match graph.atom_as::<Negate>(row) {
        Some(_) => column_of(graph, inner).map(|(column, sign)| (column, -sign)),
        None => graph.atom_as::<Transpose>(row).map(|_| (inner, 1.0)),
    }
}
