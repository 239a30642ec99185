//! Functions of definite matrices that are smooth inside their domain and have no pieces.
//!
//! In the objective they stay as they are. Behind a bound t of their own, f(X) <= t may hold with
//! room to spare, and then nothing keeps X from the edge of the domain, where slopes lose their
//! digits.

use super::Builder;
use crate::atoms::construct;
use crate::expr::{Atom, Domain, ExprId, Graph, Kink, Splitting};
use crate::shape::Shape;

impl Builder {
    /// Whether the node is such a function of affine arguments.
    pub(super) fn is_whole(&mut self, id: ExprId) -> bool {
        let Some(atom) = self.graph.atom(id).cloned() else {
            return false;
        };
        let arguments = self.graph.arguments(id).to_vec();
        let definite = (0..arguments.len()).any(|k| is_definite(atom.as_ref(), k));
        let bends = |a: &ExprId| self.knowledge.is_rough_below(*a);
        if !definite || !matches!(atom.kink(), Kink::Smooth) || arguments.iter().any(bends) {
            return false;
        }
        let shape = self.graph.shape(id);
        let graph = &mut self.graph;
        atom.split(&arguments, &mut Probe { graph, shape }).is_err()
    }
}

fn is_definite(atom: &dyn Atom, argument: usize) -> bool {
    matches!(
        atom.domain(argument),
        Domain::PositiveSemidefinite | Domain::PositiveDefinite
    )
}

/// Takes pieces and forgets them.
struct Probe<'a> {
    graph: &'a mut Graph,
    /// Of the value.
    shape: Shape,
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

    fn below(&mut self, _left: ExprId, _right: ExprId) {}

    fn second_order(&mut self, _head: ExprId, _tail: &[ExprId]) {}

    fn relative_entropy(&mut self, _x: ExprId, _y: ExprId, _t: ExprId) {}

    fn power(&mut self, _alpha: f64, _x: ExprId, _y: ExprId, _z: ExprId) {}

    fn semidefinite(&mut self, _matrix: ExprId) {}
}
