//! y*f(x/y) as a perspective, and perspective(f, s) with f in a better form: perspective(x'*x, s) ->
//! perspective(sum_squares(x), s).

use super::view::{constant, scaled};
use super::{Found, Rewriter};
use crate::atoms::affine::{Divide, ElementMultiply, Multiply};
use crate::atoms::perspective::Perspective;
use crate::convexity::dcp::Analysis;
use crate::convexity::repair::Repair;
use crate::dcp::Curvature;
use crate::expr::{ExprId, Graph};
use crate::problem::{Problem, Variable};
use crate::span::Span;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// y*f(x/y), x affine -> perspective(f(x), y).
pub(super) fn written_out(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    let is_product =
        graph.atom_as::<Multiply>(id).is_some() || graph.atom_as::<ElementMultiply>(id).is_some();
    let &[left, right] = graph.arguments(id).get(..2)? else {
        return None;
    };
    if !is_product || !graph.shape(left).is_scalar() || !graph.shape(right).is_scalar() {
        return None;
    }
    let ((y, quotients), outer, f) = match quotients_below(graph, right) {
        Some(found) => (found, left, right),
        None => (quotients_below(graph, left)?, right, left),
    };
    let (factor, rest) = rewriter.affine_relation(outer, y)?;
    if rest != 0.0 {
        return None;
    }
    if !rewriter.analysis.facts(y).range.is_nonnegative() {
        rewriter.wish(y, true);
        return None;
    }
    let graph = rewriter.analysis.graph();
    let perspective = Perspective::of_parts(graph, f, &quotients);
    let over: Vec<ExprId> = quotients.iter().map(|&q| graph.arguments(q)[0]).collect();
    let mut arguments: Vec<ExprId> = over
        .into_iter()
        .map(|x| unnamed(rewriter.analysis, x))
        .collect();
    arguments.push(y);
    let whole = rewriter.analysis.apply(Arc::new(perspective), &arguments)?;
    let expression = scaled(rewriter.analysis, factor, whole)?;
    let domain = Some(format!("`{}` > 0", rewriter.text(y)));
    Some(Found { expression, domain })
}

/// A constant by its value: by its name it would read as one of the variables of f.
fn unnamed(analysis: &mut Analysis<'_>, x: ExprId) -> ExprId {
    match analysis.constant(x) {
        Some(value) => constant(analysis, value),
        None => x,
    }
}

/// The scalar y and the quotients x/y that hold all variables of the expression.
fn quotients_below(graph: &Graph, f: ExprId) -> Option<(ExprId, Vec<ExprId>)> {
    let (mut under, mut quotients) = (None, Vec::new());
    let (mut pending, mut seen) = (vec![f], FxHashSet::default());
    while let Some(id) = pending.pop() {
        if graph.is_constant(id) || !seen.insert(id) {
            continue;
        }
        match (graph.atom_as::<Divide>(id), graph.arguments(id)) {
            (Some(_), &[_, y]) if !graph.is_constant(y) => {
                if !graph.shape(y).is_scalar() || *under.get_or_insert(y) != y {
                    return None;
                }
                quotients.push(id);
            }
            (_, []) => return None,
            (_, arguments) => pending.extend(arguments),
        }
    }
    under.map(|y| (y, quotients))
}

/// f as a problem of its own, its variables in the cones around the arguments.
pub(super) fn of_better_form(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    let perspective = graph.atom_as::<Perspective>(id)?.clone();
    let arguments = graph.arguments(id).to_vec();
    let facts: Vec<_> = arguments
        .iter()
        .map(|&a| *rewriter.analysis.facts(a))
        .collect();
    let (body, root) = perspective.body();
    let variables = perspective.inner(&facts).into_iter().zip(body.ids());
    let problem = Problem {
        graph: body.clone(),
        variables: variables
            .map(|(f, node)| Variable::plain("x", node, f.shape, f.range, Span::default()))
            .collect(),
        ..Problem::default()
    };
    let better = better_form(&problem, root, &perspective)?;
    let expression = rewriter.analysis.apply(Arc::new(better), &arguments)?;
    Some(Found::everywhere(expression))
}

/// An expression equal to f everywhere, as a perspective.
fn better_form(problem: &Problem, root: ExprId, like: &Perspective) -> Option<Perspective> {
    let mut analysis = Analysis::new(problem, &[root]);
    let mut repair = Repair::new(&analysis);
    let image = repair.expression(&mut analysis, root);
    let narrowed = repair.domain(&analysis, root).is_some();
    let known = image != root && analysis.curvature(image) != Curvature::Unknown;
    (known && !narrowed).then(|| like.with_body(analysis.graph(), image))
}
