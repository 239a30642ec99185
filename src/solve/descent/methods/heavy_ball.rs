//! The heavy ball: x - t f'(x) + β (x - x_before).
//!
//! B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.

use super::super::line_search::Point;
use super::driver::{Advance, Method};
use super::gradient::downhill;
use super::objective::Objective;
use super::step::{Chooser, StepRule};
use super::wording::number;

#[derive(Clone, Debug)]
pub struct HeavyBall {
    steps: Chooser,
    /// β.
    momentum: f64,
    direction: Vec<f64>,
    before: Vec<f64>,
}

impl HeavyBall {
    pub fn new(rule: StepRule, momentum: f64) -> Self {
        HeavyBall {
            steps: Chooser::new(rule),
            momentum,
            direction: Vec::new(),
            before: Vec::new(),
        }
    }
}

impl Method for HeavyBall {
    fn name(&self) -> String {
        format!(
            "heavy ball, {}, momentum {}",
            self.steps.rule,
            number(self.momentum)
        )
    }

    fn advance(&mut self, objective: &mut Objective, point: &mut Point, k: usize) -> Advance {
        let from = point.x.clone();
        downhill(&point.gradient, &mut self.direction);
        let advance = self.steps.advance(objective, point, &self.direction, k);
        if matches!(advance, Advance::Step(_)) && !self.before.is_empty() {
            let moves = from.iter().zip(&self.before);
            for (x, (now, before)) in point.x.iter_mut().zip(moves) {
                *x += self.momentum * (now - before);
            }
            objective.refresh(point);
        }
        self.before = from;
        advance
    }

    fn may_rise(&self) -> bool {
        true
    }
}
