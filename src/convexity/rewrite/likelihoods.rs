//! Logarithms of probabilities and of exponentials, in any shape.

use super::view::{call, call_of, number, power_of, scaled, sum};
use super::{Found, Rewriter};
use crate::atoms::affine::{Add, Divide, Negate};
use crate::convexity::dcp::Analysis;
use crate::expr::{ExprId, Graph};

/// Of σ(x) = 1/(1 + exp(-x)), of the normal distribution function, of their complements; of exp and of cosh.
pub(super) fn rewrite(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let argument = call_of(rewriter.analysis.graph(), id, "log")?;
    let analysis = &mut *rewriter.analysis;
    if let Some(x) = call_of(analysis.graph(), argument, "exp") {
        return Some(Found::everywhere(x));
    }
    if let Some(x) = call_of(analysis.graph(), argument, "cosh") {
        return log_cosh(analysis, x).map(Found::everywhere);
    }
    let (probability, sign) = match complement(analysis.graph(), argument) {
        Some(rest) => (rest, -1.0),
        None => (argument, 1.0),
    };
    if let Some(x) = call_of(analysis.graph(), probability, "normcdf") {
        let x = scaled(analysis, sign, x)?;
        return call(analysis, "log_normcdf", &[x], &[]).map(Found::everywhere);
    }
    let (x, inner) = sigmoid(analysis.graph(), probability)?;
    let x = scaled(analysis, -sign * inner, x)?;
    let loss = call(analysis, "logistic", &[x], &[])?;
    scaled(analysis, -1.0, loss).map(Found::everywhere)
}

/// log(exp(x) + exp(-x)) - log(2) = logistic(2x) - x - log(2).
fn log_cosh(analysis: &mut Analysis<'_>, x: ExprId) -> Option<ExprId> {
    let twice = scaled(analysis, 2.0, x)?;
    let loss = call(analysis, "logistic", &[twice], &[])?;
    let less = scaled(analysis, -1.0, x)?;
    let shift = number(analysis, -std::f64::consts::LN_2);
    sum(analysis, &[loss, less, shift])
}

/// e of 1 - e.
fn complement(graph: &Graph, id: ExprId) -> Option<ExprId> {
    graph.atom_as::<Add>(id)?;
    let negated = |id: ExprId| {
        graph.atom_as::<Negate>(id)?;
        graph.arguments(id).first().copied()
    };
    match *graph.arguments(id) {
        [one, e] if is_one(graph, one) => negated(e),
        [e, one] if is_one(graph, one) => negated(e),
        _ => None,
    }
}

/// x and s of σ(s*x), s one or minus one.
fn sigmoid(graph: &Graph, id: ExprId) -> Option<(ExprId, f64)> {
    if let Some(x) = call_of(graph, id, "sigmoid") {
        return Some((x, 1.0));
    }
    let divisor = match graph.atom_as::<Divide>(id) {
        Some(_) => match *graph.arguments(id) {
            [one, divisor] if is_one(graph, one) => divisor,
            _ => return None,
        },
        None => power_of(graph, id).filter(|(_, p)| *p == -1.0)?.0,
    };
    graph.atom_as::<Add>(divisor)?;
    let power = match *graph.arguments(divisor) {
        [one, power] if is_one(graph, one) => power,
        [power, one] if is_one(graph, one) => power,
        _ => return None,
    };
    Some((call_of(graph, power, "exp")?, -1.0))
}

fn is_one(graph: &Graph, id: ExprId) -> bool {
    graph.scalar_leaf(id) == Some(1.0)
}
