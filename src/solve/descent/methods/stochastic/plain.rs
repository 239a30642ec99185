//! The stochastic gradient: x - t g with g the gradient's estimate from a mini-batch.
//!
//! H. Robbins and S. Monro, "A stochastic approximation method", 1951.

use super::super::super::line_search::Point;
use super::super::driver::{Advance, Method};
use super::super::objective::Objective;
use super::super::rows::RowSum;
use super::super::step::StepRule;

#[derive(Clone, Debug)]
pub struct Stochastic {
    rows: RowSum,
    /// The rate of pass k.
    rate: StepRule,
    gradient: Vec<f64>,
    passes: usize,
}

impl Stochastic {
    /// `rate` must be known beforehand.
    pub fn new(rows: RowSum, rate: StepRule) -> Self {
        Stochastic {
            rows,
            rate,
            gradient: Vec::new(),
            passes: 0,
        }
    }
}

impl Method for Stochastic {
    fn name(&self) -> String {
        format!(
            "stochastic gradient, {} of {} rows at a time, {}",
            self.rows.batch, self.rows.rows, self.rate
        )
    }

    fn advance(&mut self, objective: &mut Objective, point: &mut Point, k: usize) -> Advance {
        let Some(rate) = self.rate.scheduled(k) else {
            return Advance::Stalled("the rate is not known beforehand".to_owned());
        };
        self.gradient.resize(point.x.len(), 0.0);
        for _ in 0..self.rows.batches() {
            self.rows.next_gradient(&point.x, &mut self.gradient);
            let pairs = point.x.iter_mut().zip(&self.gradient);
            pairs.for_each(|(x, g)| *x -= rate * g);
        }
        self.passes += 1;
        objective.refresh(point);
        Advance::Step(rate)
    }

    fn passes(&self) -> usize {
        self.passes
    }

    fn takes_rows(&self) -> bool {
        true
    }

    fn may_rise(&self) -> bool {
        true
    }
}
