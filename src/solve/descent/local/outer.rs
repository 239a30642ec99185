//! The outer loop of the augmented Lagrangian: when it ends, and the penalty of its next problem.

use super::reached::{DUAL, ENOUGH, PRIMAL, Reached};
use crate::solve::descent::lagrangian::Lagrangian;

/// A violation beyond this is one.
const FEASIBLE: f64 = 1e-6;
/// Steps of the penalty without a smaller violation after which no feasible point is near.
const HOPELESS: usize = 5;
/// Outer iterations without progress after which the best point is taken.
const PATIENCE: usize = 8;
pub(super) const GROWTH: f64 = 10.0;

/// The state of the outer loop.
pub(super) struct Outer {
    pub tolerance: f64,
    pub most_sigma: f64,
    primal: f64,
    /// Growths of the penalty since the violation last fell by half.
    vain: usize,
    least_primal: f64,
    pub best: Option<Reached>,
    since_best: usize,
}

impl Outer {
    pub fn new(tolerance: f64, most_sigma: f64) -> Self {
        Outer {
            tolerance,
            most_sigma,
            primal: f64::INFINITY,
            vain: 0,
            least_primal: f64::INFINITY,
            best: None,
            since_best: 0,
        }
    }

    pub fn remember(&mut self, reached: &Reached) {
        let better = |best: &Reached| reached.worst() < best.worst();
        if self.best.as_ref().is_none_or(better) {
            self.best = Some(reached.clone());
            self.since_best = 0;
        } else {
            self.since_best += 1;
        }
        if reached.primal <= 0.5 * self.least_primal {
            self.least_primal = reached.primal;
            self.vain = 0;
        }
    }

    /// Nothing falls any more, and what was reached is enough, or has been all for long.
    pub fn is_tired(&self) -> bool {
        let enough = self.best.as_ref().is_some_and(|b| b.is_within(ENOUGH));
        self.since_best >= PATIENCE || (enough && self.since_best > 0)
    }

    pub fn is_hopeless(&self) -> bool {
        self.vain >= HOPELESS && self.least_primal > FEASIBLE
    }

    /// The next penalty and inner tolerance.
    pub fn adapt(&mut self, l: &mut Lagrangian<'_>, reached: &Reached, converged: bool) {
        let slow = reached.primal > 0.25 * self.primal && reached.primal > 0.3 * PRIMAL;
        if slow {
            l.sigma = (GROWTH * l.sigma).min(self.most_sigma);
            self.vain += 1;
        }
        if converged {
            let next = (0.1 * self.tolerance).min(reached.primal.max(1e-30));
            self.tolerance = next.max(0.3 * DUAL);
        }
        // A penalty far above what is needed turns rounding into slopes.
        if reached.primal < 0.01 * PRIMAL && reached.dual > DUAL {
            l.sigma *= 0.1;
        }
        self.primal = reached.primal;
    }
}
