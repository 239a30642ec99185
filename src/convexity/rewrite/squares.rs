//! Sums of squares as the square of a norm: x'x, sqrt(1 + x^2), sqrt(x'*P*x).

use super::entrywise::half_power;
use super::view::{
    call, constant, largest_eigenvalue_of, number, power, power_of, scaled, stacked, sum, vector,
};
use super::{Found, Rewriter};
use crate::atoms::affine::{Multiply, Transpose};
use crate::convexity::quadratic::{
    Term, Weight, coordinate_vector, square_of, terms, whole_polynomial,
};
use crate::expr::{ExprId, Graph};
use crate::matrix::{Matrix, SparseMatrix, square_root_factor};
use crate::shape::Shape;
use nalgebra::DMatrix;
use std::sync::Arc;

/// Terms beyond this many are not taken apart one by one.
const MOST_TERMS: usize = 10_000;

/// `x'*x` -> `sum_squares(x)`; a scalar `e*e` -> `e^2`.
pub(super) fn product(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    graph.atom_as::<Multiply>(id)?;
    let (left, right) = (graph.arguments(id)[0], graph.arguments(id)[1]);
    if !graph.shape(id).is_scalar() {
        return None;
    }
    if left == right {
        return power(rewriter.analysis, left, 2.0).map(Found::everywhere);
    }
    if !is_transpose(graph, left, right) {
        return None;
    }
    call(rewriter.analysis, "sum_squares", &[right], &[]).map(Found::everywhere)
}

/// lambda_max(X'*X) -> sigma_max(X)^2.
pub(super) fn largest_eigenvalue(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    let square = largest_eigenvalue_of(graph, id)?;
    graph.atom_as::<Multiply>(square)?;
    let &[left, right] = graph.arguments(square) else {
        return None;
    };
    if !is_transpose(graph, left, right) {
        return None;
    }
    let largest = call(rewriter.analysis, "sigma_max", &[right], &[])?;
    power(rewriter.analysis, largest, 2.0).map(Found::everywhere)
}

/// Whether one of the two is written as the transpose of the other.
pub(super) fn is_transpose(graph: &Graph, a: ExprId, b: ExprId) -> bool {
    let of = |a: ExprId, b: ExprId| {
        graph.atom_as::<Transpose>(a).is_some() && graph.arguments(a)[0] == b
    };
    of(a, b) || of(b, a)
}

/// sqrt(e) with e a sum of squares -> a norm.
pub(super) fn root(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    let (base, exponent) = power_of(graph, id)?;
    if exponent != 0.5 || !graph.shape(id).is_scalar() {
        return None;
    }
    let root = root_vector(rewriter, base)?;
    call(rewriter.analysis, "norm2", &[root], &[]).map(Found::everywhere)
}

/// v with |v|² = e, the entries of v affine, or convex and nonnegative.
pub(super) fn root_vector(rewriter: &mut Rewriter<'_, '_>, e: ExprId) -> Option<ExprId> {
    if !rewriter.analysis.graph().shape(e).is_scalar() {
        return None;
    }
    by_terms(rewriter, e).or_else(|| by_factor(rewriter, e))
}

/// Every term a square by itself.
fn by_terms(rewriter: &mut Rewriter<'_, '_>, e: ExprId) -> Option<ExprId> {
    let terms = terms(rewriter.analysis, e);
    if terms.len() > MOST_TERMS {
        return None;
    }
    let mut parts = Vec::with_capacity(terms.len());
    // Terms come in falling order of their ids; the user's order reads better.
    for term in terms.iter().rev() {
        parts.push(root_of_term(rewriter, term)?);
    }
    stacked(rewriter.analysis, &parts)
}

fn root_of_term(rewriter: &mut Rewriter<'_, '_>, term: &Term) -> Option<ExprId> {
    let Weight::Uniform(weight) = term.weight else {
        return None;
    };
    if weight < 0.0 {
        return None;
    }
    let analysis = &mut *rewriter.analysis;
    if let Some(value) = analysis.constant(term.expression) {
        let total = weight * value.entries().iter().sum::<f64>();
        return (total >= 0.0).then(|| number(analysis, total.sqrt()));
    }
    if let Some(base) = square_of(analysis, term) {
        let root = scaled(analysis, weight.sqrt(), base)?;
        let column = analysis.graph().shape(root).is_column();
        return match column {
            true => Some(root),
            false => call(analysis, "norm2", &[root], &[]),
        };
    }
    let scalar = rewriter.analysis.graph().shape(term.expression).is_scalar();
    scalar
        .then(|| half_power(rewriter, term.expression, weight))
        .flatten()
}

/// e = x'Px + q'x + r = |F [x; 1]|² with F'F = [P, q/2; q'/2, r].
fn by_factor(rewriter: &mut Rewriter<'_, '_>, e: ExprId) -> Option<ExprId> {
    let polynomial = whole_polynomial(rewriter.analysis, rewriter.coordinates, e)?;
    if !polynomial.straight.is_empty() || polynomial.bent.is_empty() {
        return None;
    }
    let n = polynomial.bent.len();
    let mut triplets: Vec<_> = polynomial.matrix.triplets().collect();
    for (i, (_, q)) in polynomial
        .bent
        .iter()
        .enumerate()
        .filter(|(_, (_, q))| *q != 0.0)
    {
        triplets.push((i, n, 0.5 * q));
        triplets.push((n, i, 0.5 * q));
    }
    triplets.push((n, n, polynomial.constant));
    let whole = SparseMatrix::from_triplets(Shape::new(n + 1, n + 1), &triplets);
    let factor = square_root_factor(&Matrix::Sparse(whole))?.into_dense();
    let places: Vec<usize> = polynomial.bent.iter().map(|(c, _)| *c).collect();
    let x = coordinate_vector(rewriter.analysis, rewriter.coordinates, &places)?;
    affine_image(rewriter, &factor, x)
}

/// F [x; 1].
fn affine_image(
    rewriter: &mut Rewriter<'_, '_>,
    factor: &DMatrix<f64>,
    x: ExprId,
) -> Option<ExprId> {
    let n = factor.ncols() - 1;
    let linear = Matrix::Dense(factor.columns(0, n).into_owned());
    let shift: Vec<f64> = factor.column(n).iter().copied().collect();
    let analysis = &mut *rewriter.analysis;
    let linear = constant(analysis, linear);
    let product = analysis.apply(Arc::new(Multiply), &[linear, x])?;
    if shift.iter().all(|s| *s == 0.0) {
        return Some(product);
    }
    let shift = vector(analysis, shift);
    sum(analysis, &[product, shift])
}

/// `sum(abs(x) .^ p)^(1/p)` -> `pnorm(x, p)`.
pub(super) fn norm(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    let (inner, outer) = power_of(graph, id)?;
    let powers = super::view::call_of(graph, inner, "sum")?;
    let (base, p) = power_of(graph, powers)?;
    if !graph.shape(id).is_scalar() || p <= 1.0 || (p * outer - 1.0).abs() > 1e-12 {
        return None;
    }
    let even = p % 2.0 == 0.0;
    let inside = super::view::call_of(graph, base, "abs");
    let nonnegative = rewriter.analysis.facts(base).range.is_nonnegative();
    let argument = match inside {
        Some(argument) => argument,
        None if even || nonnegative => base,
        None => return None,
    };
    let found = call(
        rewriter.analysis,
        "pnorm",
        &[argument],
        &[Matrix::scalar(p)],
    )?;
    Some(Found::everywhere(found))
}

/// (sqrt(x) + sqrt(y))^2 -> x + y + 2*geo_mean([x; y]).
pub(super) fn square_of_roots(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let (base, exponent) = power_of(rewriter.analysis.graph(), id)?;
    if exponent != 2.0 || !rewriter.analysis.graph().shape(id).is_scalar() {
        return None;
    }
    let mut roots = Vec::new();
    for term in terms(rewriter.analysis, base).into_iter().rev() {
        let Weight::Uniform(weight) = term.weight else {
            return None;
        };
        let (inner, half) = power_of(rewriter.analysis.graph(), term.expression)?;
        let fits = half == 0.5 && weight > 0.0;
        let scalar = rewriter.analysis.graph().shape(inner).is_scalar();
        if !fits || !scalar || roots.len() > 8 {
            return None;
        }
        roots.push((inner, weight));
    }
    if roots.len() < 2 {
        return None;
    }
    let mut parts = Vec::new();
    for (k, &(x, a)) in roots.iter().enumerate() {
        parts.push(scaled(rewriter.analysis, a * a, x)?);
        for &(y, b) in &roots[..k] {
            let pair = stacked(rewriter.analysis, &[y, x])?;
            let mean = call(
                rewriter.analysis,
                "geo_mean",
                &[pair],
                &[Matrix::scalar(1.0)],
            )?;
            parts.push(scaled(rewriter.analysis, 2.0 * a * b, mean)?);
        }
    }
    sum(rewriter.analysis, &parts).map(Found::everywhere)
}
