//! Nonlinear conjugate gradients: d = -g + max(0, g'(g - g_before)/g_before'g_before) d_before,
//! begun anew where d does not lead downhill.
//!
//! R. Fletcher and C. Reeves, "Function minimization by conjugate gradients", 1964; the factor of
//! E. Polak and G. Ribière, 1969, cut off at zero (J. Gilbert and J. Nocedal, 1992).

use super::super::line_search::Point;
use super::super::tape::product::dot;
use super::driver::{Advance, Method};
use super::gradient::downhill;
use super::objective::Objective;
use super::step::{Chooser, StepRule};

#[derive(Clone, Debug)]
pub struct Conjugate {
    steps: Chooser,
    direction: Vec<f64>,
    before: Vec<f64>,
}

impl Conjugate {
    pub fn new(rule: StepRule) -> Self {
        Conjugate {
            steps: Chooser::new(rule),
            direction: Vec::new(),
            before: Vec::new(),
        }
    }

    fn turn(&mut self, gradient: &[f64]) {
        let size = dot(&self.before, &self.before);
        let change = dot(gradient, gradient) - dot(gradient, &self.before);
        let factor = change / size;
        if factor.is_nan() || factor <= 0.0 || !factor.is_finite() {
            downhill(gradient, &mut self.direction);
            return;
        }
        for (d, g) in self.direction.iter_mut().zip(gradient) {
            *d = factor * *d - g;
        }
        if dot(&self.direction, gradient) >= 0.0 {
            downhill(gradient, &mut self.direction);
        }
    }
}

impl Method for Conjugate {
    fn name(&self) -> String {
        format!("conjugate gradients, {}", self.steps.rule)
    }

    fn advance(&mut self, objective: &mut Objective, point: &mut Point, k: usize) -> Advance {
        if self.before.is_empty() {
            downhill(&point.gradient, &mut self.direction);
        } else {
            self.turn(&point.gradient);
        }
        self.before.clone_from(&point.gradient);
        self.steps.advance(objective, point, &self.direction, k)
    }
}
