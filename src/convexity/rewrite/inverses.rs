//! Inverses of positive definite matrices within convex functions: trace(inv(X)), v'*inv(X)*v, lambda_max(inv(X)).

use super::squares::is_transpose;
use super::view::{call, call_of, constant, largest_eigenvalue_of, scaled, vector};
use super::{Found, Rewriter};
use crate::atoms::affine::{Index, Multiply, Negate};
use crate::atoms::construct::split_coefficient;
use crate::atoms::quadratic::QuadraticForm;
use crate::convexity::dcp::Analysis;
use crate::convexity::symmetry;
use crate::expr::ExprId;
use crate::matrix::{Matrix, square_root_factor};

/// Entries of a multiple differ by no more.
const ROUNDING: f64 = 1e-15;

pub(super) fn rewrite(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    if !rewriter.analysis.graph().shape(id).is_scalar() {
        return None;
    }
    let (expression, x) = largest_eigenvalue(rewriter, id)
        .or_else(|| trace(rewriter, id))
        .or_else(|| form(rewriter, id))
        .or_else(|| entries(rewriter, id))
        .or_else(|| determinant(rewriter, id))?;
    let domain = Some(format!("positive definite `{}`", rewriter.text(x)));
    Some(Found { expression, domain })
}

/// X of inv(X), where it is known to be positive semidefinite, if need be by a constraint and its coefficients.
fn inverted(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<ExprId> {
    let x = call_of(rewriter.analysis.graph(), id, "inv")?;
    symmetry::learn(rewriter.analysis, rewriter.coordinates, x);
    rewriter.analysis.facts(x).psd.then_some(x)
}

/// lambda_max(inv(X)), which is sigma_max(inv(X)) too, -> 1/lambda_min(X).
fn largest_eigenvalue(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let inverse = largest_eigenvalue_of(rewriter.analysis.graph(), id)?;
    let x = inverted(rewriter, inverse)?;
    let smallest = call(rewriter.analysis, "lambda_min", &[x], &[])?;
    Some((call(rewriter.analysis, "inv_pos", &[smallest], &[])?, x))
}

/// trace(inv(X)) -> tr_inv(X), and the traces of products.
fn trace(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let graph = rewriter.analysis.graph();
    let diagonal = || call_of(graph, id, "sum").and_then(|e| call_of(graph, e, "diag"));
    let inside = call_of(graph, id, "trace").or_else(diagonal)?;
    if let Some(x) = inverted(rewriter, inside) {
        return Some((call(rewriter.analysis, "tr_inv", &[x], &[])?, x));
    }
    weighted(rewriter, inside).or_else(|| form(rewriter, inside))
}

/// The trace of c*S*inv(X) or c*inv(X)*S with S = F'F -> c*matrix_frac(F', X).
fn weighted(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let (number, factors) = factors(rewriter.analysis, id);
    let &[left, right] = factors.as_slice() else {
        return None;
    };
    let x = inverted(rewriter, left).or_else(|| inverted(rewriter, right))?;
    let known = |id| rewriter.analysis.constant(id);
    let weight = [left, right].into_iter().find_map(known)?;
    let root = square_root_factor(&weight)?.into_dense().transpose();
    let root = constant(rewriter.analysis, Matrix::Dense(root));
    let fraction = call(rewriter.analysis, "matrix_frac", &[root, x], &[])?;
    Some((scaled(rewriter.analysis, number, fraction)?, x))
}

/// c*V'*inv(X)*V and quad_form(V, inv(X)) -> c*matrix_frac(V, X); of a matrix its trace.
fn form(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let graph = rewriter.analysis.graph();
    if graph.atom_as::<QuadraticForm>(id).is_some() {
        let (v, inverse) = (graph.arguments(id)[0], graph.arguments(id)[1]);
        let x = inverted(rewriter, inverse)?;
        return Some((call(rewriter.analysis, "matrix_frac", &[v, x], &[])?, x));
    }
    let (number, factors) = factors(rewriter.analysis, id);
    let &[left, inverse, right] = factors.as_slice() else {
        return None;
    };
    let x = inverted(rewriter, inverse)?;
    let share = share(rewriter.analysis, left, right)?;
    let fraction = call(rewriter.analysis, "matrix_frac", &[right, x], &[])?;
    Some((scaled(rewriter.analysis, number * share, fraction)?, x))
}

/// c with left = c*right'.
fn share(analysis: &mut Analysis<'_>, left: ExprId, right: ExprId) -> Option<f64> {
    let graph = analysis.graph();
    let (factor, core) = split_coefficient(graph, left);
    if core.is_some_and(|core| is_transpose(graph, core, right)) {
        return Some(factor);
    }
    let (left, right) = (analysis.constant(left)?, analysis.constant(right)?);
    let (left, right) = (left.to_dense().transpose(), right.to_dense());
    let share = left.dot(&right) / right.norm_squared();
    let fits = |(l, r): (&f64, &f64)| (l - share * r).abs() <= ROUNDING * l.abs();
    let same = left.shape() == right.shape() && left.iter().zip(right.iter()).all(fits);
    (share.is_finite() && same).then_some(share)
}

/// inv(X)[i, i] -> matrix_frac(e_i, X), sum(inv(X)) -> matrix_frac(1, X).
fn entries(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let graph = rewriter.analysis.graph();
    let index = graph.atom_as::<Index>(id);
    let place = index.and_then(|index| index.positions.first().copied());
    let inverse = match place {
        Some(_) => *graph.arguments(id).first()?,
        None => call_of(graph, id, "sum")?,
    };
    let x = inverted(rewriter, inverse)?;
    let n = rewriter.analysis.graph().shape(x).rows;
    if place.is_some_and(|place| place % n != place / n) {
        return None;
    }
    let is_chosen = |k: usize| place.is_none_or(|place| k == place / n);
    let chosen = (0..n).map(|k| f64::from(u8::from(is_chosen(k))));
    let chosen = vector(rewriter.analysis, chosen.collect());
    Some((
        call(rewriter.analysis, "matrix_frac", &[chosen, x], &[])?,
        x,
    ))
}

/// log_det(inv(X)) -> -log_det(X).
fn determinant(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let inverse = call_of(rewriter.analysis.graph(), id, "log_det")?;
    let x = inverted(rewriter, inverse)?;
    let own = call(rewriter.analysis, "log_det", &[x], &[])?;
    Some((scaled(rewriter.analysis, -1.0, own)?, x))
}

/// The factors of a product that are no numbers, from the left, and the product of the numbers.
fn factors(analysis: &mut Analysis<'_>, id: ExprId) -> (f64, Vec<ExprId>) {
    let (mut number, mut factors, mut pending) = (1.0, Vec::new(), vec![id]);
    while let Some(id) = pending.pop() {
        let graph = analysis.graph();
        if graph.atom_as::<Multiply>(id).is_some() && !graph.is_constant(id) {
            pending.extend(graph.arguments(id).iter().rev());
        } else if graph.atom_as::<Negate>(id).is_some() {
            number = -number;
            pending.push(graph.arguments(id)[0]);
        } else if let Some(value) = analysis.constant(id).and_then(|c| c.as_scalar()) {
            number *= value;
        } else {
            factors.push(id);
        }
    }
    (number, factors)
}
