//! How a function with kinks, or with an edge to its domain, is put before the gradient path: in
//! pieces whose proximal operators are known.

use super::graph::{ExprId, Graph};
use crate::dcp::Interval;
use crate::shape::Shape;

/// Takes down `f(x) <= t` of a convex f, or `t <= f(x)` of a concave one, piece by piece.
///
/// All expressions handed over are affine in the arguments, the bound and the new variables,
/// unless [`Splitting::below`] is told a smooth convex left side.
pub trait Splitting {
    /// Where the pieces' expressions are built.
    fn graph(&mut self) -> &mut Graph;

    /// What is known of the values of an expression.
    fn range(&mut self, _expression: ExprId) -> Interval {
        Interval::REALS
    }

    /// A new unknown.
    fn variable(&mut self, shape: Shape) -> ExprId;

    /// A new unknown that the pieces keep from falling below zero.
    fn nonnegative_variable(&mut self, shape: Shape) -> ExprId {
        self.variable(shape)
    }

    /// A new unknown symmetric matrix.
    fn symmetric_variable(&mut self, side: usize) -> ExprId;

    /// t, of the shape of the value.
    fn bound(&mut self) -> ExprId;

    /// side <= t for a convex f, t <= side for a concave one; entry by entry, a scalar against all.
    fn limit(&mut self, side: ExprId);

    /// |tail|₂ <= t, over all entries of the tail, of a scalar convex f.
    fn limit_norm(&mut self, tail: &[ExprId]);

    /// |tail|_p <= t for 1 < p < ∞, over all entries of the tail, of a scalar convex f.
    fn limit_power_norm(&mut self, p: f64, tail: ExprId);

    /// left <= right, entry by entry; `left` affine or smooth and convex, `right` affine.
    fn below(&mut self, left: ExprId, right: ExprId);

    /// left == right, entry by entry, both affine.
    fn equal(&mut self, left: ExprId, right: ExprId);

    /// |tail|₂ <= head for each entry of the head; a scalar head has all entries of the tail below
    /// it.
    fn second_order(&mut self, head: ExprId, tail: &[ExprId]);

    /// |tail|_p <= head for 1 < p < ∞, over all entries of the tail, the head a scalar.
    fn power_norm(&mut self, p: f64, head: ExprId, tail: ExprId);

    /// x*log(x/y) <= t, entry by entry.
    fn relative_entropy(&mut self, x: ExprId, y: ExprId, t: ExprId);

    /// x^α*y^(1-α) >= |z| with x, y >= 0, entry by entry.
    fn power(&mut self, alpha: f64, x: ExprId, y: ExprId, z: ExprId);

    /// The symmetric matrix has no negative eigenvalue.
    fn semidefinite(&mut self, matrix: ExprId);
}

/// The function has no such form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole;

/// One lane of a value that has several: its bound is one entry of the whole bound.
#[derive(Debug)]
pub struct Lane<'a, S: Splitting + ?Sized> {
    /// Of the whole value.
    pub whole: &'a mut S,
    /// This lane's bound.
    pub bound: ExprId,
    /// Whether the function is convex.
    pub convex: bool,
}

impl<S: Splitting + ?Sized> Splitting for Lane<'_, S> {
    fn graph(&mut self) -> &mut Graph {
        self.whole.graph()
    }

    fn range(&mut self, expression: ExprId) -> Interval {
        self.whole.range(expression)
    }

    fn variable(&mut self, shape: Shape) -> ExprId {
        self.whole.variable(shape)
    }

    fn symmetric_variable(&mut self, side: usize) -> ExprId {
        self.whole.symmetric_variable(side)
    }

    fn bound(&mut self) -> ExprId {
        self.bound
    }

    fn limit(&mut self, side: ExprId) {
        if self.convex {
            self.whole.below(side, self.bound);
        } else {
            self.whole.below(self.bound, side);
        }
    }

    fn limit_norm(&mut self, tail: &[ExprId]) {
        self.whole.second_order(self.bound, tail);
    }

    fn limit_power_norm(&mut self, p: f64, tail: ExprId) {
        self.whole.power_norm(p, self.bound, tail);
    }

    fn below(&mut self, left: ExprId, right: ExprId) {
        self.whole.below(left, right);
    }

    fn equal(&mut self, left: ExprId, right: ExprId) {
        self.whole.equal(left, right);
    }

    fn second_order(&mut self, head: ExprId, tail: &[ExprId]) {
        self.whole.second_order(head, tail);
    }

    fn power_norm(&mut self, p: f64, head: ExprId, tail: ExprId) {
        self.whole.power_norm(p, head, tail);
    }

    fn relative_entropy(&mut self, x: ExprId, y: ExprId, t: ExprId) {
        self.whole.relative_entropy(x, y, t);
    }

    fn power(&mut self, alpha: f64, x: ExprId, y: ExprId, z: ExprId) {
        self.whole.power(alpha, x, y, z);
    }

    fn semidefinite(&mut self, matrix: ExprId) {
        self.whole.semidefinite(matrix);
    }
}
