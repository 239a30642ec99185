//! Gradient descent: x - t f'(x), the method of the lecture.
//!
//! A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", 1847.

use super::super::line_search::Point;
use super::driver::{Advance, Method};
use super::objective::Objective;
use super::step::{Chooser, StepRule};

#[derive(Clone, Debug)]
pub struct Gradient {
    steps: Chooser,
    direction: Vec<f64>,
}

impl Gradient {
    pub fn new(rule: StepRule) -> Self {
        Gradient {
            steps: Chooser::new(rule),
            direction: Vec::new(),
        }
    }
}

impl Method for Gradient {
    fn name(&self) -> String {
        format!("gradient descent, {}", self.steps.rule)
    }

    fn advance(&mut self, objective: &mut Objective, point: &mut Point, k: usize) -> Advance {
        downhill(&point.gradient, &mut self.direction);
        self.steps.advance(objective, point, &self.direction, k)
    }
}

/// direction = -gradient.
pub fn downhill(gradient: &[f64], direction: &mut Vec<f64>) {
    direction.clear();
    direction.extend(gradient.iter().map(|g| -g));
}
