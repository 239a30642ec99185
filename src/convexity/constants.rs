//! Values of constant expressions, and what their data says of them.

use crate::dcp::{Curvature, Facts, Interval};
use crate::expr::{ExprId, Graph, NodeKind, evaluate_atom};
use crate::matrix::{Matrix, definiteness};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// The definiteness of a constant up to this side is found out at once; a larger one is factorised
/// only when a rule asks.
const SMALL_SIDE: usize = 32;

/// Values of the constant nodes met so far, each computed once.
#[derive(Debug, Default)]
pub(super) struct Constants {
    values: FxHashMap<ExprId, Arc<Matrix>>,
    /// Constants whose definiteness a rule asks for.
    asked: FxHashSet<ExprId>,
}

impl Constants {
    /// Finds the constants below `order` (rising) whose definiteness matters; hands back those that
    /// nothing asked for before.
    pub fn mark_questions(&mut self, graph: &Graph, order: &[ExprId]) -> Vec<ExprId> {
        let mut asked = FxHashSet::default();
        for &id in order.iter().rev() {
            let Some(atom) = graph.atom(id) else { continue };
            let asks = atom.asks_definiteness() || asked.contains(&id);
            let square = |a: &ExprId| graph.shape(*a).is_square() && !graph.shape(*a).is_scalar();
            if asks {
                asked.extend(graph.arguments(id).iter().copied().filter(square));
            }
        }
        let constant = asked.into_iter().filter(|&id| graph.is_constant(id));
        let fresh: Vec<ExprId> = constant.filter(|id| !self.asked.contains(id)).collect();
        self.asked.extend(&fresh);
        fresh
    }

    /// The facts of a constant node, whose arguments were met before.
    pub fn facts(&mut self, graph: &Graph, id: ExprId) -> Facts {
        let value = self.value(graph, id);
        let shape = value.shape();
        let range = value_range(&value);
        let symmetric = shape.is_scalar() || (shape.is_square() && value.is_symmetric());
        let decide = shape.rows <= SMALL_SIDE || self.asked.contains(&id);
        let (psd, nsd) = match symmetric && decide {
            true if shape.is_scalar() => (range.is_nonnegative(), range.is_nonpositive()),
            true => definiteness(&value),
            false => (false, false),
        };
        Facts {
            shape,
            range,
            curvature: Curvature::Constant,
            symmetric,
            psd,
            nsd,
        }
    }

    /// The value of a constant node, whose arguments were met before.
    pub fn value(&mut self, graph: &Graph, id: ExprId) -> Arc<Matrix> {
        if let Some(value) = self.values.get(&id) {
            return value.clone();
        }
        let value = match graph.kind(id) {
            NodeKind::Constant(constant) => return constant.value.clone(),
            NodeKind::Variable(_) => Arc::new(Matrix::zeros(graph.shape(id))),
            NodeKind::Apply(atom) => {
                let arguments: Vec<Arc<Matrix>> = graph
                    .arguments(id)
                    .iter()
                    .map(|&a| self.value(graph, a))
                    .collect();
                let arguments: Vec<&Matrix> = arguments.iter().map(AsRef::as_ref).collect();
                Arc::new(evaluate_atom(atom.as_ref(), &arguments, graph.shape(id)))
            }
        };
        self.values.insert(id, value.clone());
        value
    }
}

/// The smallest interval around all entries; those that a sparse matrix leaves out are zero.
fn value_range(value: &Matrix) -> Interval {
    let stored = Interval::of_list(value.stored());
    let full = value.stored().len() == value.shape().size();
    if full {
        stored
    } else {
        stored.hull(Interval::point(0.0))
    }
}
