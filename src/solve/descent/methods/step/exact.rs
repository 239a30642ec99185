//! The exact step: where the directional derivative is zero.
//!
//! For a quadratic it is -g'd / d'Hd. Else the root is bracketed by the sign of the derivative and
//! found by regula falsi, the weight of an end that stays halved (the Illinois rule).

use super::super::super::line_search::Point;
use super::super::super::tape::product::dot;
use super::{Chooser, LONGEST, Length, NO_STEP, Objective};

/// The directional derivative that counts as zero beside the first.
const ZERO: f64 = 1e-9;
const MOST_TRIALS: usize = 100;
/// The bracket that counts as a point.
const NARROW: f64 = 1e-15;

impl Chooser {
    pub(super) fn exact(
        &mut self,
        objective: &mut Objective,
        point: &Point,
        direction: &[f64],
        slope: f64,
    ) -> Length {
        if !objective.quadratic {
            return self.root(objective, point, direction, slope);
        }
        let mut image = vec![0.0; direction.len()];
        objective.hessian_at(&point.x, direction, &mut image);
        let curvature = dot(direction, &image);
        if curvature > 0.0 {
            Length::Chosen(-slope / curvature)
        } else {
            Length::Endless
        }
    }

    fn root(
        &mut self,
        objective: &mut Objective,
        point: &Point,
        direction: &[f64],
        slope: f64,
    ) -> Length {
        let mut bracket = Bracket {
            low: (0.0, slope),
            high: None,
            stayed: Stayed::Neither,
        };
        let mut step = self.last.unwrap_or(1.0);
        for _ in 0..MOST_TRIALS {
            self.try_at(objective, point, direction, step);
            if self.trial.has_fallen_from(point.value) {
                return Length::Endless;
            }
            if step > LONGEST {
                return self.far_out();
            }
            let trial = dot(&self.trial.gradient, direction);
            let finite = self.trial.is_finite();
            if finite && trial.abs() <= ZERO * slope.abs() {
                return Length::Tried(step);
            }
            // Past a hill the derivative may be negative again; then the end is moved to the middle.
            let weight = if finite && trial > 0.0 { trial } else { -slope };
            if !finite || trial > 0.0 || self.trial.value > point.value {
                bracket.lower_the_end(step, weight);
            } else {
                bracket.raise_the_start(step, trial);
            }
            match bracket.next(step) {
                Some(next) => step = next,
                None => break,
            }
        }
        let low = bracket.low.0;
        if low > 0.0 {
            self.try_at(objective, point, direction, low);
            return Length::Tried(low);
        }
        Length::Failed(NO_STEP.to_owned())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Stayed {
    Neither,
    Low,
    High,
}

/// Steps with a falling and a rising function, with the weight of each.
struct Bracket {
    low: (f64, f64),
    high: Option<(f64, f64)>,
    stayed: Stayed,
}

impl Bracket {
    fn lower_the_end(&mut self, step: f64, weight: f64) {
        self.high = Some((step, weight));
        if self.stayed == Stayed::Low {
            self.low.1 *= 0.5;
        }
        self.stayed = Stayed::Low;
    }

    fn raise_the_start(&mut self, step: f64, slope: f64) {
        self.low = (step, slope);
        if let (Stayed::High, Some((_, weight))) = (self.stayed, self.high.as_mut()) {
            *weight *= 0.5;
        }
        self.stayed = Stayed::High;
    }

    /// `None` when the bracket is a point.
    fn next(&self, step: f64) -> Option<f64> {
        let Some((end, weight)) = self.high else {
            return Some(2.0 * step);
        };
        let width = end - self.low.0;
        let share = (self.low.1 / (self.low.1 - weight)).clamp(0.01, 0.99);
        (width > NARROW * end).then_some(self.low.0 + width * share)
    }
}
