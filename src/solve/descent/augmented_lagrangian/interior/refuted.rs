//! Proofs along an interior search that there is no answer.

use super::super::refuted::REACH;
use super::{Outer, Walk};
use crate::solve::descent::certificates::ruled_out_by;
use crate::solve::descent::found::Ending;
use crate::solve::descent::newton::Newton;
use crate::solve::descent::residuals::{LOOSE, Residuals};

/// A relative gap from which on multipliers may grow without end.
const DIVERGING: f64 = 10.0;

impl Outer<'_, '_> {
    /// By the multipliers, or by the last step.
    pub(super) fn refuted_inside(
        &mut self,
        newton: &mut Newton,
        walk: &Walk,
        start: &[f64],
    ) -> Option<Ending> {
        let multipliers = self.next();
        if let Some(parts) = ruled_out_by(&mut self.lagrangian, &walk.x, multipliers, REACH) {
            let corrected = self.refuted_next_to(newton, &walk.x, parts.clone());
            return corrected.or_else(|| Some(Ending::Infeasible(self.by_row(parts))));
        }
        let kept = self.lagrangian.rows.clone();
        let ending = self.refuted(&walk.x, &walk.previous, start, &walk.before);
        self.lagrangian.rows = kept;
        self.lagrangian.evaluate_as_is(&walk.x);
        ending
    }

    /// By multipliers that pull at nothing, next to those at hand where these grow without end.
    pub(super) fn refuted_by_balance(
        &mut self,
        newton: &mut Newton,
        walk: &Walk,
        residuals: Residuals,
    ) -> Option<Ending> {
        if residuals.primal <= LOOSE || residuals.gap <= DIVERGING {
            return None;
        }
        let multipliers = self.next();
        self.refuted_next_to(newton, &walk.x, multipliers)
    }
}
