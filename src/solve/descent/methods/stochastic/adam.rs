//! Adam: steps scaled entry by entry by running means of the gradient and of its squares,
//! m = β₁ m + (1-β₁) g, v = β₂ v + (1-β₂) g², x - t (m/(1-β₁ⁿ)) / (sqrt(v/(1-β₂ⁿ)) + ε).
//!
//! D. Kingma and J. Ba, "Adam: a method for stochastic optimization", 2015.

use super::super::super::line_search::Point;
use super::super::driver::{Advance, Method};
use super::super::objective::Objective;
use super::super::rows::RowSum;
use super::super::step::StepRule;

const FIRST: f64 = 0.9;
const SECOND: f64 = 0.999;
const SMALL: f64 = 1e-8;

#[derive(Clone, Debug)]
pub struct Adam {
    /// Or why there are no rows: then the whole gradient is used.
    rows: Result<RowSum, String>,
    /// The rate of pass k.
    rate: StepRule,
    gradient: Vec<f64>,
    mean: Vec<f64>,
    squares: Vec<f64>,
    /// n: updates so far.
    updates: i32,
    passes: usize,
}

impl Adam {
    /// `rate` must be known beforehand.
    pub fn new(rows: Result<RowSum, String>, rate: StepRule) -> Self {
        Adam {
            rows,
            rate,
            gradient: Vec::new(),
            mean: Vec::new(),
            squares: Vec::new(),
            updates: 0,
            passes: 0,
        }
    }

    fn update(&mut self, rate: f64, x: &mut [f64]) {
        self.updates = self.updates.saturating_add(1);
        let first = 1.0 - FIRST.powi(self.updates);
        let second = 1.0 - SECOND.powi(self.updates);
        let means = self.mean.iter_mut().zip(&mut self.squares);
        for ((x, g), (m, v)) in x.iter_mut().zip(&self.gradient).zip(means) {
            *m = FIRST * *m + (1.0 - FIRST) * g;
            *v = SECOND * *v + (1.0 - SECOND) * g * g;
            *x -= rate * (*m / first) / ((*v / second).sqrt() + SMALL);
        }
    }
}

impl Method for Adam {
    fn name(&self) -> String {
        let rows = match &self.rows {
            Ok(rows) => format!("{} of {} rows at a time", rows.batch, rows.rows),
            Err(_) => "the whole gradient".to_owned(),
        };
        format!("Adam, {rows}, {}", self.rate)
    }

    fn advance(&mut self, objective: &mut Objective, point: &mut Point, k: usize) -> Advance {
        let Some(rate) = self.rate.scheduled(k) else {
            return Advance::Stalled("the rate is not known beforehand".to_owned());
        };
        for list in [&mut self.gradient, &mut self.mean, &mut self.squares] {
            list.resize(point.x.len(), 0.0);
        }
        let batches = self.rows.as_ref().map_or(1, RowSum::batches);
        for _ in 0..batches {
            match &mut self.rows {
                Ok(rows) => rows.next_gradient(&point.x, &mut self.gradient),
                Err(_) => self.gradient.clone_from(&point.gradient),
            }
            self.update(rate, &mut point.x);
        }
        self.passes += usize::from(self.rows.is_ok());
        objective.refresh(point);
        Advance::Step(rate)
    }

    fn notes(&self) -> Vec<String> {
        let reason = self.rows.as_ref().err();
        reason
            .map(|reason| format!("{reason}; every step used the whole gradient"))
            .into_iter()
            .collect()
    }

    fn passes(&self) -> usize {
        self.passes
    }

    fn takes_rows(&self) -> bool {
        self.rows.is_ok()
    }

    fn may_rise(&self) -> bool {
        true
    }
}
