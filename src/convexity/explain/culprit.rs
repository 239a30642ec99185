//! The smallest expression that keeps a part from being accepted.

use crate::convexity::dcp::Analysis;
use crate::convexity::part::{Form, Need};
use crate::convexity::repair::Repair;
use crate::dcp::{Curvature, Facts, Monotonicity};
use crate::expr::{Atom, ExprId};

/// An expression that is not what it must be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Culprit {
    pub expression: ExprId,
    /// What the part asks of it.
    pub need: Need,
    /// Whether a sign on the way turned what is asked.
    pub turned: bool,
}

/// What is known, rewritten forms counted.
pub(super) struct Knowledge<'a, 'p> {
    pub analysis: &'a Analysis<'p>,
    pub repair: &'a Repair,
}

impl Knowledge<'_, '_> {
    /// Facts of the expression, with the curvature of its better form.
    pub fn facts(&self, id: ExprId) -> Facts {
        let curvature = self.analysis.curvature(self.repair.image(id));
        Facts {
            curvature,
            ..*self.analysis.facts(id)
        }
    }

    pub fn curvature(&self, id: ExprId) -> Curvature {
        self.facts(id).curvature
    }

    pub fn argument_facts(&self, id: ExprId) -> Vec<Facts> {
        let arguments = self.analysis.graph().arguments(id);
        arguments.iter().map(|&a| self.facts(a)).collect()
    }

    /// The first expression of the part that is not as asked, taken down to the smallest one
    /// that explains it.
    pub fn culprit(&self, form: Form) -> Option<Culprit> {
        let failing = |&(id, need): &(ExprId, Need)| !need.is_met(self.curvature(id));
        let (expression, need) = form.needs().into_iter().find(failing)?;
        let mut culprit = Culprit {
            expression,
            need,
            turned: false,
        };
        while let Some(inner) = self.inner(culprit) {
            culprit = inner;
        }
        Some(culprit)
    }

    /// An argument that explains the culprit better.
    fn inner(&self, culprit: Culprit) -> Option<Culprit> {
        let graph = self.analysis.graph();
        let id = culprit.expression;
        let atom = graph.atom(id)?;
        let unknown = |a: &&ExprId| self.curvature(**a) == Curvature::Unknown;
        if let Some(&expression) = graph.arguments(id).iter().find(unknown) {
            let need = culprit.need;
            return Some(Culprit {
                expression,
                need,
                turned: culprit.turned,
            });
        }
        let facts = self.argument_facts(id);
        if atom.curvature(&facts) != Curvature::Affine {
            return None;
        }
        let inner = graph
            .arguments(id)
            .iter()
            .enumerate()
            .filter_map(|(k, &expression)| {
                let turns = turns(atom.as_ref(), k, &facts)?;
                let need = if turns {
                    culprit.need.turned()
                } else {
                    culprit.need
                };
                let turned = culprit.turned != turns;
                Some(Culprit {
                    expression,
                    need,
                    turned,
                })
            });
        inner
            .into_iter()
            .find(|c| !c.need.is_met(self.curvature(c.expression)))
    }
}

/// Whether the function falls in the argument; `None` when it neither rises nor falls.
fn turns(atom: &dyn Atom, argument: usize, facts: &[Facts]) -> Option<bool> {
    match atom.monotonicity(argument, facts) {
        Monotonicity::Increasing => Some(false),
        Monotonicity::Decreasing => Some(true),
        Monotonicity::Constant | Monotonicity::Unknown => None,
    }
}
