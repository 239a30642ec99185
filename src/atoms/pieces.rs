//! Pieces that several functions have.

use super::construct;
use crate::expr::{ExprId, Graph, Splitting};
use crate::shape::Shape;

/// x² <= y, entry by entry, or |x|² <= y for a scalar y: |(2x, y - 1)|₂ <= y + 1.
pub(crate) fn squares_below(x: ExprId, y: ExprId, pieces: &mut dyn Splitting) {
    let graph = pieces.graph();
    let doubled = construct::scale(graph, 2.0, x);
    let (sum, difference) = (
        construct::shift(graph, y, 1.0),
        construct::shift(graph, y, -1.0),
    );
    pieces.second_order(sum, &[doubled, difference]);
}

/// A new unknown that is at least x and at least 0.
pub(crate) fn positive_part(x: ExprId, pieces: &mut dyn Splitting) -> ExprId {
    let shape = pieces.graph().shape(x);
    let (part, zero) = (pieces.variable(shape), pieces.graph().number(0.0));
    pieces.below(x, part);
    pieces.below(zero, part);
    part
}

/// Takes pieces and forgets them: whether a function has some.
pub(crate) struct Probe<'a> {
    pub graph: &'a mut Graph,
    /// Of the value.
    pub shape: Shape,
}

impl Splitting for Probe<'_> {
    fn graph(&mut self) -> &mut Graph {
        self.graph
    }

    fn variable(&mut self, shape: Shape) -> ExprId {
        construct::zeros(self.graph, shape)
    }

    fn symmetric_variable(&mut self, side: usize) -> ExprId {
        construct::zeros(self.graph, Shape::new(side, side))
    }

    fn bound(&mut self) -> ExprId {
        construct::zeros(self.graph, self.shape)
    }

    fn limit(&mut self, _side: ExprId) {}

    fn limit_norm(&mut self, _tail: &[ExprId]) {}

    fn limit_power_norm(&mut self, _p: f64, _tail: ExprId) {}

    fn below(&mut self, _left: ExprId, _right: ExprId) {}

    fn equal(&mut self, _left: ExprId, _right: ExprId) {}

    fn second_order(&mut self, _head: ExprId, _tail: &[ExprId]) {}

    fn power_norm(&mut self, _p: f64, _head: ExprId, _tail: ExprId) {}

    fn relative_entropy(&mut self, _x: ExprId, _y: ExprId, _t: ExprId) {}

    fn power(&mut self, _alpha: f64, _x: ExprId, _y: ExprId, _z: ExprId) {}

    fn semidefinite(&mut self, _matrix: ExprId) {}
}
