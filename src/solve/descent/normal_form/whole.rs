//! Functions of definite matrices that are smooth inside their domain and have no pieces.
//!
//! In the objective they stay as they are. Behind a bound t of their own, f(X) <= t may hold with
//! room to spare, and then nothing keeps X from the edge of the domain, where slopes lose their
//! digits.

use super::Builder;
use crate::atoms::Probe;
use crate::expr::{Atom, Domain, ExprId, Kink};

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
        if self.stays_inside && atom.has_dear_pieces() {
            return true;
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
