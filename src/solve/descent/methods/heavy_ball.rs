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
    /// Whether the ball is stopped where its momentum would raise the value.
    guarded: bool,
    stops: usize,
    ahead: Point,
    direction: Vec<f64>,
    before: Vec<f64>,
}

impl HeavyBall {
    pub fn new(rule: StepRule, momentum: f64, guarded: bool) -> Self {
        HeavyBall {
            steps: Chooser::new(rule),
            momentum,
            guarded,
            stops: 0,
            ahead: Point::default(),
            direction: Vec::new(),
            before: Vec::new(),
        }
    }

    /// Adds β (x - x_before) to a point that has made its step from `from`.
    fn roll_on(&mut self, objective: &mut Objective, point: &mut Point, from: &[f64], value: f64) {
        let moves = point.x.iter().zip(from.iter().zip(&self.before));
        let ahead = moves.map(|(x, (now, before))| x + self.momentum * (now - before));
        self.ahead.x.clear();
        self.ahead.x.extend(ahead);
        objective.refresh(&mut self.ahead);
        let ahead = self.ahead.value;
        if ahead.is_nan() || ahead == f64::INFINITY || self.guarded && ahead > value {
            self.stops += 1;
            return;
        }
        std::mem::swap(point, &mut self.ahead);
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
        let (from, value) = (point.x.clone(), point.value);
        downhill(&point.gradient, &mut self.direction);
        let advance = self.steps.advance(objective, point, &self.direction, k);
        if matches!(advance, Advance::Step(_)) && !self.before.is_empty() {
            self.roll_on(objective, point, &from, value);
        }
        self.before = from;
        advance
    }

    fn notes(&self) -> Vec<String> {
        match self.stops {
            0 => Vec::new(),
            1 => vec!["the ball was stopped once, where its momentum raised the value".to_owned()],
            n => vec![format!(
                "the ball was stopped {n} times, where its momentum raised the value"
            )],
        }
    }

    fn may_rise(&self) -> bool {
        true
    }
}
