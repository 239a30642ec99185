//! The step of J. Barzilai and J. Borwein, "Two-point step size gradient methods", 1988:
//! t = s's / s'y with s the last change of the point and y that of the gradient. The value may rise,
//! but not above the highest of the last ten, else the step is shortened (M. Raydan, "The Barzilai
//! and Borwein gradient method for the large scale unconstrained minimization problem", 1997).

use super::super::super::line_search::Point;
use super::{Chooser, Length, NO_STEP, Objective};
use std::collections::VecDeque;

/// Values that the highest is taken of.
const REMEMBERED: usize = 10;
/// The share of the promised decrease below the highest.
const DECREASE: f64 = 1e-4;
const ROUNDING: f64 = 1e-12;
const MOST_TRIALS: usize = 60;

/// The point before this one.
#[derive(Clone, Debug, Default)]
pub struct Change {
    x: Vec<f64>,
    gradient: Vec<f64>,
    values: VecDeque<f64>,
}

impl Change {
    pub fn remember(&mut self, point: &Point) {
        self.x.clone_from(&point.x);
        self.gradient.clone_from(&point.gradient);
        if self.values.len() == REMEMBERED {
            self.values.pop_front();
        }
        self.values.push_back(point.value);
    }

    fn highest(&self, value: f64) -> f64 {
        self.values.iter().fold(value, |m, v| m.max(*v))
    }

    /// `None` at first, and where the curvature along the change is not positive.
    pub fn length(&self, point: &Point) -> Option<f64> {
        if self.x.len() != point.x.len() {
            return None;
        }
        let (mut squares, mut curvature) = (0.0, 0.0);
        let changes = point.x.iter().zip(&self.x);
        let turns = point.gradient.iter().zip(&self.gradient);
        for ((x, x0), (g, g0)) in changes.zip(turns) {
            squares += (x - x0) * (x - x0);
            curvature += (x - x0) * (g - g0);
        }
        let step = squares / curvature;
        (curvature > 0.0 && step.is_finite()).then_some(step)
    }
}

impl Chooser {
    /// The step, quartered until the value is not above the highest of the last ten.
    pub(super) fn spectral(
        &mut self,
        objective: &mut Objective,
        point: &Point,
        direction: &[f64],
        first: f64,
        slope: f64,
    ) -> Length {
        let highest = self.change.highest(point.value);
        let highest = highest + ROUNDING * highest.abs();
        let mut step = first;
        for _ in 0..MOST_TRIALS {
            self.try_at(objective, point, direction, step);
            if self.trial.is_finite() && self.trial.value <= highest + DECREASE * step * slope {
                return Length::Tried(step);
            }
            step *= 0.25;
        }
        Length::Failed(NO_STEP.to_owned())
    }
}
