//! Nesterov's method: a gradient step from a point ahead, y = x + β (x - x_before), with
//! β = (k - 1)/(k + 2) unless one is given. Where the step turns against the last move, k starts
//! anew.
//!
//! Y. Nesterov, "A method for solving the convex programming problem with convergence rate
//! O(1/k²)", 1983; restarts: B. O'Donoghue and E. Candès, "Adaptive restart for accelerated gradient
//! schemes", 2015.

use super::super::line_search::Point;
use super::driver::{Advance, Method};
use super::gradient::downhill;
use super::objective::Objective;
use super::step::{Chooser, StepRule};
use super::wording::number;

/// Backtracking asks for the whole decrease that a step 1/L gives: t/2 |f'(y)|².
const DECREASE: f64 = 0.5;

#[derive(Clone, Debug)]
pub struct Nesterov {
    steps: Chooser,
    momentum: Option<f64>,
    direction: Vec<f64>,
    before: Vec<f64>,
    ahead: Point,
    /// Steps since the last restart.
    age: usize,
    restarts: usize,
}

impl Nesterov {
    pub fn new(rule: StepRule, momentum: Option<f64>) -> Self {
        Nesterov {
            steps: Chooser::with(rule, DECREASE),
            momentum,
            direction: Vec::new(),
            before: Vec::new(),
            ahead: Point::default(),
            age: 0,
            restarts: 0,
        }
    }

    /// y, with its value and gradient.
    fn look_ahead(&mut self, objective: &mut Objective, point: &Point) {
        let age = self.age as f64;
        let momentum = self.momentum.unwrap_or((age - 1.0) / (age + 2.0));
        if self.before.is_empty() || momentum <= 0.0 {
            self.ahead.clone_from(point);
            return;
        }
        self.ahead.x.clear();
        let moves = point.x.iter().zip(&self.before);
        self.ahead
            .x
            .extend(moves.map(|(x, before)| x + momentum * (x - before)));
        objective.refresh(&mut self.ahead);
        if !self.ahead.is_finite() {
            // Ahead the domain has ended.
            self.ahead.clone_from(point);
            self.restart();
        }
    }

    fn restart(&mut self) {
        self.age = 0;
        self.restarts += 1;
    }
}

impl Method for Nesterov {
    fn name(&self) -> String {
        let momentum = self.momentum.map_or(String::new(), |momentum| {
            format!(", momentum {}", number(momentum))
        });
        format!("Nesterov's method, {}{momentum}", self.steps.rule)
    }

    fn advance(&mut self, objective: &mut Objective, point: &mut Point, k: usize) -> Advance {
        self.age += 1;
        self.look_ahead(objective, point);
        downhill(&self.ahead.gradient, &mut self.direction);
        let advance = self
            .steps
            .advance(objective, &mut self.ahead, &self.direction, k);
        if !matches!(advance, Advance::Step(_)) {
            return advance;
        }
        let moved = self.ahead.x.iter().zip(&point.x);
        let turn: f64 = moved
            .zip(&self.direction)
            .map(|((new, old), d)| d * (new - old))
            .sum();
        if self.momentum.is_none() && turn < 0.0 {
            self.restart();
        }
        std::mem::swap(&mut self.before, &mut point.x);
        std::mem::swap(point, &mut self.ahead);
        advance
    }

    fn notes(&self) -> Vec<String> {
        match self.restarts {
            0 => Vec::new(),
            1 => vec!["the momentum was restarted once".to_owned()],
            n => vec![format!("the momentum was restarted {n} times")],
        }
    }

    fn may_rise(&self) -> bool {
        true
    }
}
