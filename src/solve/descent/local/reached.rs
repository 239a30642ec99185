//! Where a run of the augmented Lagrangian ended.

/// Residuals aimed at: of the rows, and of stationarity.
pub(super) const PRIMAL: f64 = 1e-10;
pub(super) const DUAL: f64 = 1e-9;
/// Residuals that are taken where they no longer fall, as a multiple of those.
pub(super) const ENOUGH: f64 = 10.0;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The residuals are as small as asked, or stopped falling; the caller judges.
    Reached,
    /// The violation stopped falling above zero.
    Infeasible,
    /// The function falls without end.
    Endless,
    /// Values or slopes at the start are not finite.
    NoStart,
    /// Time, iterations or the user.
    Limit,
}

/// Where a run ended, in all unknowns of the model.
#[derive(Clone, Debug)]
pub struct Reached {
    pub outcome: Outcome,
    pub x: Vec<f64>,
    /// Of the rows of each part.
    pub multipliers: Vec<Vec<f64>>,
    /// Of an endless fall.
    pub direction: Vec<f64>,
    pub primal: f64,
    /// |slope| of the Lagrangian.
    pub dual: f64,
}

impl Reached {
    /// Without multipliers or residuals.
    pub fn bare(outcome: Outcome, x: Vec<f64>) -> Self {
        Reached {
            outcome,
            x,
            multipliers: Vec::new(),
            direction: Vec::new(),
            primal: f64::INFINITY,
            dual: f64::INFINITY,
        }
    }

    pub(super) fn worst(&self) -> f64 {
        self.primal.max(0.1 * self.dual)
    }

    /// Ended short of the first-order conditions, where no slope tells.
    pub(super) fn may_lie_on_edge(&self) -> bool {
        let ended = !matches!(self.outcome, Outcome::Endless | Outcome::NoStart);
        ended && !self.is_within(ENOUGH)
    }

    pub(super) fn is_within(&self, factor: f64) -> bool {
        self.primal <= factor * PRIMAL && self.dual <= factor * DUAL
    }
}
