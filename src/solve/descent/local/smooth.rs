//! Descents of an objective without constraints, by values and slopes of the objective itself.

use super::augmented::{Outcome, Reached};
use crate::problem::Problem;
use crate::solve::Settings;
use crate::solve::descent::budget::Budget;
use crate::solve::descent::found::Ending;
use crate::solve::descent::lbfgs::norm;
use crate::solve::descent::oracle::{Oracle, Smooth};
use crate::solve::descent::smooth;

pub struct Unconstrained<'s> {
    oracle: Oracle,
    settings: &'s Settings,
    budget: &'s Budget,
    pub iterations: usize,
    /// Whether the last descent left its start.
    pub has_moved: bool,
    /// Why the last descent ended short.
    pub reason: String,
}

impl<'s> Unconstrained<'s> {
    pub fn new(
        problem: &Problem,
        settings: &'s Settings,
        budget: &'s Budget,
    ) -> Result<Self, String> {
        Ok(Unconstrained {
            oracle: smooth::oracle(problem, settings)?,
            settings,
            budget,
            iterations: 0,
            has_moved: false,
            reason: String::new(),
        })
    }

    pub fn evaluations(&self) -> usize {
        self.oracle.evaluations
    }

    /// The size of the gradient at a point.
    pub fn slope(&mut self, x: &[f64]) -> f64 {
        let mut gradient = vec![0.0; x.len()];
        self.oracle.evaluate(x, &mut gradient);
        norm(&gradient)
    }

    pub fn run(&mut self, start: &[f64]) -> Reached {
        let mut gradient = vec![0.0; start.len()];
        let value = self.oracle.evaluate(start, &mut gradient);
        if !value.is_finite() || !norm(&gradient).is_finite() {
            return Reached::bare(Outcome::NoStart, start.to_vec());
        }
        let (settings, budget) = (self.settings, self.budget);
        let found = smooth::descend(&mut self.oracle, start.to_vec(), false, settings, budget);
        self.iterations += found.iterations;
        self.has_moved = found.iterations > 0;
        let (outcome, direction) = match found.ending {
            Ending::Unbounded(direction) => (Outcome::Endless, direction),
            Ending::Short(reason) => {
                self.reason = reason;
                (Outcome::Limit, Vec::new())
            }
            Ending::Solved | Ending::Infeasible(_) => (Outcome::Reached, Vec::new()),
        };
        Reached {
            direction,
            multipliers: vec![Vec::new()],
            ..Reached::bare(outcome, found.x)
        }
    }
}
