//! Backtracking: halve the step until the value falls by a share of what the slope promises.
//!
//! L. Armijo, "Minimization of functions having Lipschitz continuous first partial derivatives",
//! 1966. Near the answer, where values no longer differ, the slope decides instead (W. Hager and
//! H. Zhang, 2005).

use super::super::super::line_search::Point;
use super::super::super::tape::product::dot;
use super::{Chooser, LONGEST, Length, NO_STEP, Objective};

/// f(x + t d) <= f(x) + DECREASE t f'(x; d).
pub const DECREASE: f64 = 0.3;
const SHRINK: f64 = 0.5;
/// Values this close (relative) count as equal.
const ROUNDING: f64 = 1e-12;
const MOST_TRIALS: usize = 120;

impl Chooser {
    /// From twice the last length, or from 1.
    pub(super) fn backtrack(
        &mut self,
        objective: &mut Objective,
        point: &Point,
        direction: &[f64],
        slope: f64,
    ) -> Length {
        let mut step = self.last.map_or(1.0, |last| last / SHRINK);
        for _ in 0..MOST_TRIALS {
            self.try_at(objective, point, direction, step);
            if self.trial.has_fallen_from(point.value) {
                return Length::Endless;
            }
            if step > LONGEST {
                return self.far_out();
            }
            if self.trial.is_finite() && self.accepts(point, direction, step, slope) {
                return Length::Tried(step);
            }
            step *= SHRINK;
        }
        Length::Failed(NO_STEP.to_owned())
    }

    fn accepts(&self, point: &Point, direction: &[f64], step: f64, slope: f64) -> bool {
        let promised = self.decrease * step * slope;
        let is_felt = promised.abs() > f64::EPSILON * point.value.abs();
        if is_felt && self.trial.value <= point.value + promised {
            return true;
        }
        let near = self.trial.value <= point.value + ROUNDING * point.value.abs();
        let trial_slope = dot(&self.trial.gradient, direction);
        near && trial_slope <= (2.0 * self.decrease - 1.0) * slope
    }
}
