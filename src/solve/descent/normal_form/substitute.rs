//! Kinked subexpressions replaced by new variables.

use super::{Builder, Unhandled};
use crate::dcp::{Curvature, Monotonicity};
use crate::expr::{Atom, ExprId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl Builder {
    /// The expression with each outermost rough node replaced by a variable that bounds it.
    pub(super) fn smoothed(&mut self, root: ExprId) -> Result<ExprId, Unhandled> {
        self.knowledge.grow(&self.graph);
        let (order, cuts) = self.outermost(root);
        let mut images: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for cut in cuts {
            let image = self.outer_variable(cut)?;
            images.insert(cut, image);
        }
        for id in order {
            let arguments = self.graph.arguments(id).to_vec();
            if images.contains_key(&id) || !arguments.iter().any(|a| images.contains_key(a)) {
                continue;
            }
            let replaced: Vec<ExprId> = arguments
                .iter()
                .map(|a| images.get(a).copied().unwrap_or(*a))
                .collect();
            let image = self.applied_like(id, &replaced)?;
            images.insert(id, image);
        }
        Ok(images.get(&root).copied().unwrap_or(root))
    }

    /// The atom of `id` applied to other arguments of the same shapes.
    pub(super) fn applied_like(
        &mut self,
        id: ExprId,
        arguments: &[ExprId],
    ) -> Result<ExprId, Unhandled> {
        let Some(atom) = self.graph.atom(id).cloned() else {
            return Ok(id);
        };
        let span = self.graph.span(id);
        let atom = self.convex_beyond(id, arguments).unwrap_or(atom);
        self.graph
            .apply(atom, arguments, span)
            .map_err(|error| error.message)
    }

    /// Nodes above the outermost rough ones, rising, and those themselves.
    fn outermost(&self, root: ExprId) -> (Vec<ExprId>, Vec<ExprId>) {
        let (mut order, mut cuts) = (Vec::new(), Vec::new());
        let mut pending = vec![root];
        let mut seen = rustc_hash::FxHashSet::default();
        while let Some(id) = pending.pop() {
            if !seen.insert(id) || !self.knowledge.is_rough_below(id) {
                continue;
            }
            if self.knowledge.is_rough(id) {
                cuts.push(id);
            } else {
                order.push(id);
                pending.extend_from_slice(self.graph.arguments(id));
            }
        }
        order.sort();
        cuts.sort();
        (order, cuts)
    }

    /// The variable that bounds a rough node from its outer side.
    fn outer_variable(&mut self, id: ExprId) -> Result<ExprId, Unhandled> {
        match self.knowledge.facts(&self.graph, id).curvature {
            Curvature::Convex => self.bounding_variable(id, true),
            Curvature::Concave => self.bounding_variable(id, false),
            // Both at once.
            Curvature::Affine => {
                let variable = self.bounding_variable(id, true)?;
                self.split(id, variable, None, false)?;
                Ok(variable)
            }
            Curvature::Constant | Curvature::Unknown => {
                Err(self.refusal(id, "whose curvature does not follow from the rules"))
            }
        }
    }

    /// Arguments that are not affine replaced by variables on their outer side: where the function
    /// is convex and increasing, or concave and decreasing, argument <= variable, else the other
    /// way round. Where the problem need not be convex they stay as they are.
    pub(super) fn affine_arguments(
        &mut self,
        id: ExprId,
        convex: bool,
    ) -> Result<Vec<ExprId>, Unhandled> {
        let arguments = self.graph.arguments(id).to_vec();
        let atom = self.graph.atom(id).cloned();
        let mut result = Vec::with_capacity(arguments.len());
        for (k, &argument) in arguments.iter().enumerate() {
            if let Some(image) = self.affine_image(argument)? {
                result.push(image);
                continue;
            }
            if self.local {
                result.push(argument);
                continue;
            }
            let variable = self.lift_for(argument);
            let increasing = match self.monotonicity(atom.as_ref(), &arguments, k) {
                Monotonicity::Increasing => true,
                Monotonicity::Decreasing => false,
                Monotonicity::Constant | Monotonicity::Unknown => {
                    return Err(self.refusal(id, "of an argument that is not affine"));
                }
            };
            let gap = match increasing == convex {
                true => self.difference(argument, variable),
                false => self.difference(variable, argument),
            };
            self.tasks.push(super::Task::Below(gap, None));
            result.push(variable);
        }
        Ok(result)
    }

    pub(super) fn monotonicity(
        &mut self,
        atom: Option<&Arc<dyn Atom>>,
        arguments: &[ExprId],
        k: usize,
    ) -> Monotonicity {
        let facts: Vec<_> = arguments
            .iter()
            .map(|&a| *self.knowledge.facts(&self.graph, a))
            .collect();
        atom.map_or(Monotonicity::Unknown, |a| a.monotonicity(k, &facts))
    }

    pub(super) fn refusal(&self, id: ExprId, why: &str) -> Unhandled {
        let name = self.graph.atom(id).map_or("an expression", |a| a.name());
        format!("`{name}` {why}")
    }
}
