//! L-BFGS: quasi-Newton steps from the last few changes of the gradient, with a line search.
//!
//! J. Nocedal, "Updating quasi-Newton matrices with limited storage", 1980.

use super::super::lbfgs::{Memory, norm};
use super::super::line_search::{Point, Search, is_far_down, search};
use super::super::tape::product::dot;
use super::driver::{Advance, Method};
use super::objective::Objective;
use super::step::{FAR_OUT, NO_STEP, refusal};

#[derive(Clone, Debug, Default)]
pub struct QuasiNewton {
    memory: Memory,
    direction: Vec<f64>,
    trial: Point,
}

impl QuasiNewton {
    fn attempt(&mut self, objective: &mut Objective, point: &mut Point) -> Search {
        self.memory.direction(&point.gradient, &mut self.direction);
        let first = if self.memory.is_empty() {
            1.0f64.min(1.0 / norm(&point.gradient))
        } else {
            1.0
        };
        self.trial.clone_from(point);
        search(
            objective,
            point,
            &self.direction,
            first,
            false,
            &mut self.trial,
        )
    }
}

impl Method for QuasiNewton {
    fn name(&self) -> String {
        "L-BFGS".to_owned()
    }

    fn advance(&mut self, objective: &mut Objective, point: &mut Point, _k: usize) -> Advance {
        let mut found = self.attempt(objective, point);
        if found == Search::Failed && !self.memory.is_empty() {
            self.memory.clear();
            found = self.attempt(objective, point);
        }
        match found {
            Search::Step(step) => {
                // The search leaves the point before in `trial`.
                self.memory.push(&self.trial, point);
                Advance::Step(step)
            }
            Search::Endless => match is_far_down(self.trial.value) {
                true => Advance::Endless,
                false => Advance::Stalled(FAR_OUT.to_owned()),
            },
            Search::Failed => {
                let slope = dot(&point.gradient, &self.direction);
                if slope == f64::NEG_INFINITY && is_far_down(point.value) {
                    return Advance::Endless;
                }
                Advance::Stalled(refusal(slope).unwrap_or(NO_STEP).to_owned())
            }
        }
    }
}
