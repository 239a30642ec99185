//! Numbers that the eigenvalues of a matrix are majorised by, for sums of a function of each
//! eigenvalue.
//!
//! The sum of the k largest eigenvalues is at most u_1 + … + u_k, for all of them equal. A sum of a
//! convex (concave) function can then only grow (fall) from the eigenvalues to u, and u may be the
//! eigenvalues. Source: A. Ben-Tal, A. Nemirovski, "Lectures on modern convex optimization", 4.2.1.

use super::blocks::trace_of;
use super::eigenvalue_sum::{EigenvalueSum, End};
use super::expression;
use crate::atoms::{Along, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::expr::{Atom, ExprId, GraphFormError, Operand, Splitting};
use crate::shape::Shape;
use std::sync::Arc;

/// New falling numbers u that the eigenvalues of x are majorised by.
pub(super) fn majorising(
    x: &AffineMap,
    program: &mut ProgramBuilder,
) -> Result<AffineMap, GraphFormError> {
    let n = x.shape().rows;
    let u = program.variable(Shape::vector(n));
    let first = |k: usize| u.sum_groups(Shape::SCALAR, move |_| 0..k);
    for k in 1..n {
        let largest = largest_sum(x, k, program)?;
        program.at_most(&largest, &first(k));
    }
    program.zero(trace_of(x).minus(&first(n)));
    if n > 1 {
        let upper = u.select(Shape::vector(n - 1), 0..n - 1);
        let lower = u.select(Shape::vector(n - 1), 1..n);
        program.at_most(&lower, &upper);
    }
    Ok(u)
}

fn largest_sum(
    x: &AffineMap,
    count: usize,
    program: &mut ProgramBuilder,
) -> Result<AffineMap, GraphFormError> {
    let sum = EigenvalueSum::new(count as f64, End::Largest);
    let operand = Operand::Affine(Arc::new(x.clone()));
    sum.graph_form(&[operand], Shape::SCALAR, program)
}

/// The same in pieces: k*t + trace(Z) <= u_1 + … + u_k with Z + t*I - X, Z positive semidefinite.
pub(super) fn majorising_pieces(pieces: &mut dyn Splitting, x: ExprId) -> ExprId {
    let n = pieces.graph().shape(x).rows;
    let u = pieces.variable(Shape::vector(n));
    for k in 1..n {
        let level = pieces.variable(Shape::SCALAR);
        let above = pieces.symmetric_variable(n);
        pieces.semidefinite(above);
        let graph = pieces.graph();
        let base = expression::scaled_identity(graph, level, n);
        let sum = construct::plus(graph, above, base);
        let rest = construct::subtract(graph, sum, x);
        let trace = expression::trace(graph, above);
        let scaled = construct::scale(graph, k as f64, level);
        let largest = construct::plus(graph, scaled, trace);
        let first = first_sum(graph, u, k);
        pieces.semidefinite(rest);
        pieces.below(largest, first);
    }
    let trace = expression::trace(pieces.graph(), x);
    let total = construct::sum_along(pieces.graph(), u, Along::All);
    pieces.equal(trace, total);
    falling(pieces, u, n);
    u
}

fn first_sum(graph: &mut crate::expr::Graph, u: ExprId, count: usize) -> ExprId {
    let first = construct::gather(graph, u, Shape::vector(count), (0..count).collect());
    construct::sum_along(graph, first, Along::All)
}

fn falling(pieces: &mut dyn Splitting, u: ExprId, n: usize) {
    if n > 1 {
        let shape = Shape::vector(n - 1);
        let upper = construct::gather(pieces.graph(), u, shape, (0..n - 1).collect());
        let lower = construct::gather(pieces.graph(), u, shape, (1..n).collect());
        pieces.below(lower, upper);
    }
}
