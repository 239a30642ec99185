//! Proofs that there is no answer.

use super::Outer;
use crate::solve::descent::certificates::{
    self, Verdict, changes, infeasible, is_exact, pull_of_recession, ruled_out_by,
};
use crate::solve::descent::found::Ending;
use crate::solve::descent::newton::Newton;
use crate::solve::descent::oracle::Smooth;

/// Multiple of a point's length within which multipliers that pull at next to nothing are to rule out every point: what
/// they say is tried before it is told.
pub(super) const REACH: f64 = 1e5;

/// Times that multipliers are corrected by one factorisation.
const MOST_CORRECTIONS: usize = 3;

impl Outer<'_, '_> {
    /// That there is no answer, where what happened from `previous` to x, and to the multipliers `before`, proves it.
    pub(super) fn refuted(
        &mut self,
        x: &[f64],
        previous: &[f64],
        start: &[f64],
        before: &[Vec<f64>],
    ) -> Option<Ending> {
        let verdict = certificates::verdict(&mut self.lagrangian, x, previous, start, before);
        // The tests evaluate elsewhere.
        self.lagrangian.evaluate(x, &mut vec![0.0; x.len()]);
        match verdict {
            Verdict::None => None,
            Verdict::Infeasible(parts) => {
                let corrected = self.refuted_where_it_stays(x, before);
                corrected.or_else(|| Some(Ending::Infeasible(self.by_row(parts))))
            }
            Verdict::Unbounded(direction) => Some(Ending::Unbounded(direction)),
        }
    }

    /// That the multipliers `before` and the change since rule out every point within a reach, or why the search ends.
    pub(super) fn refuted_or_short(
        &mut self,
        x: &[f64],
        before: &[Vec<f64>],
        reach: Option<f64>,
        why: &str,
    ) -> Ending {
        let parts = reach.and_then(|reach| infeasible(&mut self.lagrangian, x, before, reach));
        match parts {
            Some(parts) => Ending::Infeasible(self.by_row(parts)),
            None => self.short(why),
        }
    }

    /// By the change of the multipliers since `before`, where what rows miss stays the same: that of points that miss least.
    pub(super) fn refuted_where_it_stays(
        &mut self,
        x: &[f64],
        before: &[Vec<f64>],
    ) -> Option<Ending> {
        let mut newton = self.newton.take()?;
        let l = &mut self.lagrangian;
        let multipliers = changes(l, before);
        let ending = match newton.factorise_softened(l, l.rho, 0.0) {
            true => self.refuted_next_to(&mut newton, x, multipliers),
            false => None,
        };
        self.newton = Some(newton);
        ending
    }

    /// By multipliers that pull at nothing, next to these: with what they pull, p, (H + J'MJ) d = -p by the last
    /// factorisation, and u + M J d for u, a few times.
    pub(super) fn refuted_next_to(
        &mut self,
        newton: &mut Newton,
        x: &[f64],
        mut multipliers: Vec<Vec<f64>>,
    ) -> Option<Ending> {
        let zeros: Vec<Vec<f64>> = multipliers.iter().map(|u| vec![0.0; u.len()]).collect();
        let mut corrections = zeros.clone();
        let mut found = None;
        for _ in 0..MOST_CORRECTIONS {
            let l = &mut self.lagrangian;
            let mut right = pull_of_recession(l, x.len(), &mut multipliers);
            right.iter_mut().for_each(|p| *p = -*p);
            newton.substitute_by_rows(l, &right, &zeros, &mut corrections)?;
            for (u, change) in multipliers.iter_mut().zip(&corrections) {
                u.iter_mut().zip(change).for_each(|(u, c)| *u += *c);
            }
            let parts = ruled_out_by(l, x, multipliers.clone(), REACH);
            self.is_certain = parts.as_ref().is_some_and(|parts| is_exact(l, x, parts));
            found = parts.or(found);
            if self.is_certain {
                break;
            }
        }
        found.map(|parts| Ending::Infeasible(self.by_row(parts)))
    }
}
