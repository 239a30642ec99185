//! How far a point with multipliers is from optimal, and when that is near enough.

/// Residuals that count as solved: primal; stationarity and gap.
pub const PRIMAL: f64 = 1e-8;
pub const DUAL: f64 = 1e-7;
/// How far below these the iteration goes on while it gains.
pub const PRECISE: f64 = 0.05;
/// What an accurate point is left with.
pub const LOOSE: f64 = 1e-6;

/// How far an iterate is from optimal, all relative.
#[derive(Clone, Copy, Debug)]
pub struct Residuals {
    pub primal: f64,
    pub dual: f64,
    pub gap: f64,
    /// The share of stationarity in the gap.
    pub loss: f64,
    /// The gap beside the scale of the objective where its value is small.
    pub scaled_gap: f64,
    /// The gap beside the value alone.
    pub bare_gap: f64,
    /// The dual value.
    pub value: f64,
}

impl Residuals {
    /// Good enough to be called accurate when nothing improves any more.
    pub fn is_accurate(self) -> bool {
        self.primal.max(0.1 * self.dual).max(0.1 * self.scaled_gap) <= LOOSE
    }

    pub fn worst(self) -> f64 {
        self.primal.max(0.1 * self.dual).max(0.1 * self.gap)
    }

    pub fn is_solved(self) -> bool {
        self.is_within(1.0)
    }

    /// Within a multiple of the residuals that count as solved.
    pub fn is_within(self, factor: f64) -> bool {
        self.primal <= factor * PRIMAL && self.dual <= factor * DUAL && self.gap <= factor * DUAL
    }
}
