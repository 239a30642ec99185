//! Penalty, proximal weight and inner tolerance from one outer iteration of the augmented Lagrangian to
//! the next, tied to the effort that the inner problem took.

use super::lagrangian::Lagrangian;
use super::residuals::{DUAL, PRECISE, PRIMAL, Residuals};

/// Least and largest penalty, in the unit of curvature.
const SIGMA: (f64, f64) = (1e-6, 1e12);
/// The least proximal weight, in the unit of curvature, and the least where the minimiser seems to lie
/// far out.
const LEAST_RHO: f64 = 1e-9;
const FINEST_RHO: f64 = 1e-15;
/// The least tolerance of inner problems, where that is enough and at all.
const COARSE: f64 = 0.5 * PRIMAL;
const FINEST: f64 = 1e-14;
/// Outer iterations before a tolerance that was not reached is tried again.
const REST: usize = 3;

/// Effort of one inner minimisation.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    good: usize,
    bad: usize,
    pub most: usize,
}

pub const NEWTON: Effort = Effort {
    good: 12,
    bad: 30,
    most: 60,
};
pub const GRADIENT: Effort = Effort {
    good: 400,
    bad: 1500,
    most: 3000,
};

impl Effort {
    pub fn grade(self, iterations: usize) -> Grade {
        if iterations == 0 {
            Grade::Nothing
        } else if iterations <= self.good {
            Grade::Little
        } else if iterations <= self.bad {
            Grade::Some
        } else {
            Grade::Much
        }
    }
}

/// How hard an inner problem was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    Nothing,
    Little,
    Some,
    Much,
}

#[derive(Debug)]
pub struct Pace {
    /// Of the inner problem, relative.
    pub tolerance: f64,
    /// The least tolerance.
    precision: f64,
    /// Outer iterations for which it stays.
    rest: usize,
    /// Whether the last inner problem was solved to its tolerance.
    is_sharp: bool,
    least_rho: f64,
    /// The last primal residual.
    primal: f64,
    /// The last gap.
    gap: f64,
}

impl Pace {
    pub fn new() -> Self {
        Pace {
            tolerance: 1e-1,
            precision: COARSE,
            rest: 0,
            is_sharp: true,
            least_rho: LEAST_RHO,
            primal: f64::INFINITY,
            gap: f64::INFINITY,
        }
    }

    /// Whether a gradient of this size solves an inner problem whose tolerance asks for `aim`: finer
    /// than [`COARSE`] is wanted, not needed.
    pub fn is_solved(&mut self, size: f64, aim: f64) -> bool {
        self.is_sharp = size <= aim;
        size <= aim * (COARSE / self.tolerance).max(1.0)
    }

    /// The next σ, ρ and tolerance.
    pub fn adapt(&mut self, l: &mut Lagrangian<'_>, converged: bool, effort: Grade, r: Residuals) {
        let misses = r.primal > 0.25 * self.primal && r.primal > 0.3 * PRIMAL;
        let stays_open =
            r.gap > 0.25 * self.gap && r.gap > DUAL && r.loss < 0.5 * r.gap && r.dual < DUAL;
        let slow = misses || stays_open;
        let unit = l.unit;
        let (least, most) = (SIGMA.0 * unit, SIGMA.1 * unit);
        match (converged, effort) {
            (true, Grade::Nothing | Grade::Little) => {
                l.sigma = if slow { 3.0 * l.sigma } else { l.sigma };
                l.rho = (0.1 * l.rho).max(self.least_rho * unit);
            }
            (true, Grade::Some) => {
                l.sigma = if slow { 2.0 * l.sigma } else { l.sigma };
                l.rho = (0.3 * l.rho).max(self.least_rho * unit);
            }
            (true, Grade::Much) => {}
            (false, _) => {
                l.sigma = (0.3 * l.sigma).max(least);
                l.rho = (3.0 * l.rho).min(0.1 * unit);
            }
        }
        l.sigma = l.sigma.min(most);
        if r.primal < 0.01 * r.dual && r.primal < 0.1 * PRIMAL {
            l.sigma = (0.1 * l.sigma).max(least);
        }
        self.sharpen(r, stays_open && converged && effort == Grade::Nothing);
        if converged {
            let next = (0.3 * self.tolerance).min(0.1 * r.primal.max(1e-30));
            self.tolerance = next.max(self.precision);
        }
        self.primal = r.primal;
        self.gap = r.gap;
    }

    /// A finer least tolerance where what the inner problem leaves keeps the gap open, or where it takes no step at all
    /// and the gap stays; a coarser one for a while where that was not reached.
    fn sharpen(&mut self, r: Residuals, stays: bool) {
        if !self.is_sharp && self.precision < COARSE {
            self.precision = (10.0 * self.precision).min(COARSE);
            self.tolerance = self.tolerance.max(self.precision);
            self.rest = REST;
        } else if self.rest > 0 {
            self.rest -= 1;
        } else if (r.loss > 0.5 * r.gap || stays)
            && !r.is_within(PRECISE)
            && self.tolerance <= self.precision
        {
            self.precision = (0.1 * self.precision).max(FINEST);
            self.least_rho = (0.1 * self.least_rho).max(FINEST_RHO);
        }
    }
}
