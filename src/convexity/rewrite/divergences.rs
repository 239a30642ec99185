//! x .* log(x ./ y) entry by entry, and x'*log(x ./ y).

use super::view::{call, call_of, scaled, times};
use super::{Found, Rewriter};
use crate::atoms::affine::{Divide, ElementMultiply, Multiply, Negate, Transpose};
use crate::expr::{ExprId, Graph};

/// x .* log(x) -> -entr(x); x .* log(x ./ y) -> rel_entr(x, y); x .* log(y ./ x) -> -rel_entr(x, y).
pub(super) fn entrywise(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    graph.atom_as::<ElementMultiply>(id)?;
    let &[a, b] = graph.arguments(id) else {
        return None;
    };
    let (x, inside) = match (call_of(graph, a, "log"), call_of(graph, b, "log")) {
        (None, Some(inside)) => (a, inside),
        (Some(inside), None) => (b, inside),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    let expression = divergence(rewriter, x, inside)?;
    let domain = Some(format!("`{}` > 0", rewriter.text(x)));
    Some(Found { expression, domain })
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
    let has_logarithm = [x, right]
        .iter()
        .any(|&side| call_of(graph, side, "log").is_some());
    if !graph.shape(right).is_column() || graph.shape(x) != graph.shape(right) || !has_logarithm {
        return None;
    }
    let terms = times(rewriter.analysis, x, right)?;
    let terms = entrywise(rewriter, terms)?;
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
