//! Odd powers of what is nowhere negative.
//!
//! x^3 is convex on x >= 0 only. On their way the methods leave a range a little, and there it falls
//! without end: max(x, 0)^3 is the same on the range and convex everywhere.

use super::{Builder, Unhandled};
use crate::atoms::Entrywise;
use crate::atoms::elementwise::{PowPos, Power};
use crate::expr::{Atom, ExprId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl Builder {
    /// What takes the place of the nodes at and above such powers.
    pub(super) fn without_odd_powers(
        &mut self,
        roots: &[ExprId],
    ) -> Result<FxHashMap<ExprId, ExprId>, Unhandled> {
        let mut images: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in self.graph.reachable(roots) {
            let arguments = self.graph.arguments(id);
            let moved = arguments.iter().any(|a| images.contains_key(a));
            if !moved && self.odd_exponent(id).is_none() {
                continue;
            }
            let replaced = arguments.iter().map(|a| *images.get(a).unwrap_or(a));
            let replaced: Vec<ExprId> = replaced.collect();
            let image = self.applied_like(id, &replaced)?;
            if image != id {
                images.insert(id, image);
            }
        }
        Ok(images)
    }

    /// In the place of an odd power what is convex on the whole line.
    pub(super) fn convex_beyond(
        &mut self,
        id: ExprId,
        arguments: &[ExprId],
    ) -> Option<Arc<dyn Atom>> {
        let exponent = self.odd_exponent(id)?;
        let range = self.knowledge.facts(&self.graph, *arguments.first()?).range;
        range
            .is_nonnegative()
            .then(|| Arc::new(Entrywise(PowPos::new(exponent))) as Arc<dyn Atom>)
    }

    fn odd_exponent(&self, id: ExprId) -> Option<f64> {
        let power = &self.graph.atom_as::<Entrywise<Power>>(id)?.0;
        power.is_bent_and_odd().then(|| power.exponent())
    }
}
