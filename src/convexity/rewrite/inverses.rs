//! Inverses of positive definite matrices within convex functions: trace(inv(X)), v'*inv(X)*v, lambda_max(inv(X)).

use super::squares::is_transpose;
use super::view::{call, call_of, constant, largest_eigenvalue_of, scaled, vector};
use super::{Found, Rewriter};
use crate::atoms::affine::{Index, Multiply, Negate};
use crate::atoms::quadratic::QuadraticForm;
use crate::convexity::dcp::Analysis;
use crate::expr::{ExprId, Graph};
use crate::matrix::{Matrix, square_root_factor};

pub(super) fn rewrite(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    if !rewriter.analysis.graph().shape(id).is_scalar() {
        return None;
    }
    let (expression, x) = largest_eigenvalue(rewriter.analysis, id)
        .or_else(|| trace(rewriter.analysis, id))
        .or_else(|| form(rewriter.analysis, id))
        .or_else(|| entries(rewriter.analysis, id))
        .or_else(|| determinant(rewriter.analysis, id))?;
    let domain = Some(format!("positive definite `{}`", rewriter.text(x)));
    Some(Found { expression, domain })
}

/// X of inv(X), where it is known to be positive semidefinite.
fn inverted(analysis: &Analysis<'_>, id: ExprId) -> Option<ExprId> {
    let x = call_of(analysis.graph(), id, "inv")?;
    analysis.facts(x).psd.then_some(x)
}

/// lambda_max(inv(X)), which is sigma_max(inv(X)) too, -> 1/lambda_min(X).
fn largest_eigenvalue(analysis: &mut Analysis<'_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let inverse = largest_eigenvalue_of(analysis.graph(), id)?;
    let x = inverted(analysis, inverse)?;
    let smallest = call(analysis, "lambda_min", &[x], &[])?;
    Some((call(analysis, "inv_pos", &[smallest], &[])?, x))
}

/// trace(inv(X)) -> tr_inv(X), and the traces of products.
fn trace(analysis: &mut Analysis<'_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let graph = analysis.graph();
    let diagonal = || call_of(graph, id, "sum").and_then(|e| call_of(graph, e, "diag"));
    let inside = call_of(graph, id, "trace").or_else(diagonal)?;
    if let Some(x) = inverted(analysis, inside) {
        return Some((call(analysis, "tr_inv", &[x], &[])?, x));
    }
    weighted(analysis, inside).or_else(|| form(analysis, inside))
}

/// The trace of ±S*inv(X) or ±inv(X)*S with S = F'F -> ±matrix_frac(F', X).
fn weighted(analysis: &mut Analysis<'_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let (sign, factors) = factors(analysis.graph(), id);
    let &[left, right] = factors.as_slice() else {
        return None;
    };
    let x = inverted(analysis, left).or_else(|| inverted(analysis, right))?;
    let weight = analysis
        .constant(left)
        .or_else(|| analysis.constant(right))?;
    let root = square_root_factor(&weight)?.into_dense().transpose();
    let root = constant(analysis, Matrix::Dense(root));
    let fraction = call(analysis, "matrix_frac", &[root, x], &[])?;
    Some((scaled(analysis, sign, fraction)?, x))
}

/// ±V'*inv(X)*V and quad_form(V, inv(X)) -> ±matrix_frac(V, X); of a matrix its trace.
fn form(analysis: &mut Analysis<'_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let graph = analysis.graph();
    if graph.atom_as::<QuadraticForm>(id).is_some() {
        let (v, inverse) = (graph.arguments(id)[0], graph.arguments(id)[1]);
        let x = inverted(analysis, inverse)?;
        return Some((call(analysis, "matrix_frac", &[v, x], &[])?, x));
    }
    let (sign, factors) = factors(analysis.graph(), id);
    let &[left, inverse, right] = factors.as_slice() else {
        return None;
    };
    let x = inverted(analysis, inverse)?;
    let is_same =
        is_transpose(analysis.graph(), left, right) || is_number_pair(analysis, left, right);
    if !is_same {
        return None;
    }
    let fraction = call(analysis, "matrix_frac", &[right, x], &[])?;
    Some((scaled(analysis, sign, fraction)?, x))
}

/// Whether two constants are each other's transposes.
fn is_number_pair(analysis: &mut Analysis<'_>, left: ExprId, right: ExprId) -> bool {
    match (analysis.constant(left), analysis.constant(right)) {
        (Some(left), Some(right)) => left.to_dense().transpose() == *right.to_dense(),
        (None, _) | (_, None) => false,
    }
}

/// inv(X)[i, i] -> matrix_frac(e_i, X), sum(inv(X)) -> matrix_frac(1, X).
fn entries(analysis: &mut Analysis<'_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let graph = analysis.graph();
    let index = graph.atom_as::<Index>(id);
    let place = index.and_then(|index| index.positions.first().copied());
    let inverse = match place {
        Some(_) => *graph.arguments(id).first()?,
        None => call_of(graph, id, "sum")?,
    };
    let x = inverted(analysis, inverse)?;
    let n = analysis.graph().shape(x).rows;
    if place.is_some_and(|place| place % n != place / n) {
        return None;
    }
    let is_chosen = |k: usize| place.is_none_or(|place| k == place / n);
    let chosen = (0..n).map(|k| f64::from(u8::from(is_chosen(k))));
    let chosen = vector(analysis, chosen.collect());
    Some((call(analysis, "matrix_frac", &[chosen, x], &[])?, x))
}

/// log_det(inv(X)) -> -log_det(X).
fn determinant(analysis: &mut Analysis<'_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let inverse = call_of(analysis.graph(), id, "log_det")?;
    let x = inverted(analysis, inverse)?;
    let own = call(analysis, "log_det", &[x], &[])?;
    Some((scaled(analysis, -1.0, own)?, x))
}

/// The factors of a product, from the left, and the sign before them.
fn factors(graph: &Graph, id: ExprId) -> (f64, Vec<ExprId>) {
    let (mut sign, mut factors, mut pending) = (1.0, Vec::new(), vec![id]);
    while let Some(id) = pending.pop() {
        if graph.atom_as::<Multiply>(id).is_some() && !graph.is_constant(id) {
            pending.extend(graph.arguments(id).iter().rev());
        } else if graph.atom_as::<Negate>(id).is_some() {
            sign = -sign;
            pending.push(graph.arguments(id)[0]);
        } else {
            factors.push(id);
        }
    }
    (sign, factors)
}
