//! Proofs along an interior search that there is no answer.

use super::{Outer, Walk};
use crate::solve::descent::certificates::ruled_out_by;
use crate::solve::descent::found::Ending;
use crate::solve::descent::newton::Newton;
use crate::solve::descent::residuals::{LOOSE, Residuals};

/// Multiple of a point's length within which a certificate is to hold: it is tried before it is told.
const REACH: f64 = 1e5;
/// A relative gap from which on multipliers may grow without end.
const DIVERGING: f64 = 10.0;

impl Outer<'_, '_> {
    /// By the multipliers, or by the last step.
    pub(super) fn refuted_inside(&mut self, walk: &Walk, start: &[f64]) -> Option<Ending> {
        let multipliers = self.next();
        if let Some(parts) = ruled_out_by(&mut self.lagrangian, &walk.x, multipliers, REACH) {
            return Some(Ending::Infeasible(self.by_row(parts)));
        }
        let kept = self.lagrangian.rows.clone();
        let ending = self.refuted(&walk.x, &walk.previous, start, &walk.before);
        self.lagrangian.rows = kept;
        self.lagrangian.evaluate_as_is(&walk.x);
        ending
    }

    /// By multipliers that pull at nothing, next to those at hand where these grow without end: with what they pull, p,
    /// (H + J'MJ) d = -p, and u + M J d for u.
    pub(super) fn refuted_by_balance(
        &mut self,
        newton: &mut Newton,
        walk: &mut Walk,
        residuals: Residuals,
    ) -> Option<Ending> {
        if residuals.primal <= LOOSE || residuals.gap <= DIVERGING {
            return None;
        }
        let mut multipliers = self.next();
        let l = &mut self.lagrangian;
        let mut right = vec![0.0; walk.x.len()];
        for (k, u) in multipliers.iter_mut().enumerate() {
            l.rule(k).project_recession(u);
            l.add_adjoint(k, u, &mut right);
        }
        right.iter_mut().for_each(|p| *p = -*p);
        let zeros: Vec<Vec<f64>> = multipliers.iter().map(|u| vec![0.0; u.len()]).collect();
        let changes = &mut walk.step.multipliers;
        newton.substitute_by_rows(l, &right, &zeros, changes)?;
        for (u, change) in multipliers.iter_mut().zip(changes) {
            u.iter_mut().zip(change).for_each(|(u, c)| *u += *c);
        }
        let parts = ruled_out_by(l, &walk.x, multipliers, REACH)?;
        Some(Ending::Infeasible(self.by_row(parts)))
    }
}
