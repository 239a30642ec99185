//! Reading and building expressions by the names of functions.

use crate::atoms::affine::{Add, Concatenate, Direction, ElementMultiply, Multiply, Negate};
use crate::atoms::elementwise::Power;
use crate::atoms::{Along, BuildInput, Entrywise, find};
use crate::convexity::dcp::Analysis;
use crate::expr::{ExprId, Graph};
use crate::matrix::Matrix;
use crate::span::Span;
use std::sync::Arc;

/// The argument of `name(argument)`.
pub(super) fn call_of(graph: &Graph, id: ExprId, name: &str) -> Option<ExprId> {
    match (graph.atom(id)?.name() == name, graph.arguments(id)) {
        (true, [argument]) => Some(*argument),
        _ => None,
    }
}

/// X of lambda_max(X), or of sigma_max(X), which is the same for a positive semidefinite X.
pub(super) fn largest_eigenvalue_of(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let mut names = ["lambda_max", "sigma_max"].iter();
    names.find_map(|name| call_of(graph, id, name))
}

/// Base and exponent of a power, however it is written.
pub(in crate::convexity) fn power_of(graph: &Graph, id: ExprId) -> Option<(ExprId, f64)> {
    let exponent = match graph.atom_as::<Entrywise<Power>>(id) {
        Some(power) => power.0.exponent(),
        None => match graph.atom(id)?.name() {
            "sqrt" => 0.5,
            "square" => 2.0,
            "inv_pos" => -1.0,
            _ => return None,
        },
    };
    Some((*graph.arguments(id).first()?, exponent))
}

/// `name(arguments)` in the language's own functions.
pub(super) fn call(
    analysis: &mut Analysis<'_>,
    name: &str,
    arguments: &[ExprId],
    constants: &[Matrix],
) -> Option<ExprId> {
    call_along(analysis, name, arguments, constants, Along::All)
}

/// `name(arguments, each = row)` and the like.
pub(super) fn call_along(
    analysis: &mut Analysis<'_>,
    name: &str,
    arguments: &[ExprId],
    constants: &[Matrix],
    along: Along,
) -> Option<ExprId> {
    let entry = find(name)?;
    let input = BuildInput {
        shapes: arguments
            .iter()
            .map(|&a| analysis.graph().shape(a))
            .collect(),
        parameters: entry.parameters,
        constants: constants.iter().cloned().map(Arc::new).collect(),
        along,
    };
    let atom = (entry.build)(&input).ok()?;
    analysis.apply(atom, arguments)
}

pub(super) fn number(analysis: &mut Analysis<'_>, value: f64) -> ExprId {
    analysis.build(|graph| graph.number(value))
}

pub(super) fn vector(analysis: &mut Analysis<'_>, entries: Vec<f64>) -> ExprId {
    let value = match entries.as_slice() {
        [only] => Matrix::scalar(*only),
        _ => Matrix::vector(entries),
    };
    constant(analysis, value)
}

/// Data without a name.
pub(super) fn constant(analysis: &mut Analysis<'_>, value: impl Into<Arc<Matrix>>) -> ExprId {
    analysis.build(|graph| graph.constant(value, None, Span::default()))
}

/// factor*x.
pub(super) fn scaled(analysis: &mut Analysis<'_>, factor: f64, x: ExprId) -> Option<ExprId> {
    if factor == 1.0 {
        return Some(x);
    }
    if factor == -1.0 {
        return analysis.apply(Arc::new(Negate), &[x]);
    }
    let factor = number(analysis, factor);
    analysis.apply(Arc::new(Multiply), &[factor, x])
}

/// Entry by entry.
pub(super) fn times(analysis: &mut Analysis<'_>, x: ExprId, y: ExprId) -> Option<ExprId> {
    analysis.apply(Arc::new(ElementMultiply), &[x, y])
}

pub(super) fn power(analysis: &mut Analysis<'_>, x: ExprId, exponent: f64) -> Option<ExprId> {
    if exponent == 1.0 {
        return Some(x);
    }
    if exponent == 0.5 {
        return call(analysis, "sqrt", &[x], &[]);
    }
    if exponent == -1.0 {
        return call(analysis, "inv_pos", &[x], &[]);
    }
    analysis.apply(Arc::new(Entrywise(Power::new(exponent))), &[x])
}

/// The sum of all terms; the first zero is left out.
pub(super) fn sum(analysis: &mut Analysis<'_>, terms: &[ExprId]) -> Option<ExprId> {
    match terms {
        [] => Some(number(analysis, 0.0)),
        [only] => Some(*only),
        _ => analysis.apply(Arc::new(Add), terms),
    }
}

/// One above the other.
pub(super) fn stacked(analysis: &mut Analysis<'_>, parts: &[ExprId]) -> Option<ExprId> {
    match parts {
        [only] => Some(*only),
        _ => {
            let direction = Direction::Vertical;
            analysis.apply(Arc::new(Concatenate { direction }), parts)
        }
    }
}
