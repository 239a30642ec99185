//! Descents of an objective without constraints, by values and slopes of the objective itself.

use super::edges::{self, Edge, Held};
use super::reached::{Outcome, Reached};
use crate::problem::Problem;
use crate::solve::Settings;
use crate::solve::descent::budget::Budget;
use crate::solve::descent::found::{Ending, Found};
use crate::solve::descent::lbfgs::norm;
use crate::solve::descent::oracle::{Oracle, Smooth};
use crate::solve::descent::smooth;

pub struct Unconstrained<'s> {
    oracle: Oracle,
    budget: &'s Budget,
    pub iterations: usize,
    /// Whether some function is not defined everywhere.
    is_limited: bool,
    /// Entries that the last descent left on an edge of the domain.
    pub edges: Vec<Edge>,
    /// Whether the last descent left its start.
    pub has_moved: bool,
    /// Why the last descent ended short.
    pub reason: String,
}

impl<'s> Unconstrained<'s> {
    pub fn new(problem: &Problem, settings: &Settings, budget: &'s Budget) -> Result<Self, String> {
        Ok(Unconstrained {
            oracle: smooth::oracle(problem, settings)?,
            budget,
            iterations: 0,
            is_limited: edges::are_possible(problem),
            edges: Vec::new(),
            has_moved: false,
            reason: String::new(),
        })
    }

    pub fn evaluations(&self) -> usize {
        self.oracle.evaluations
    }

    /// Whether the objective rises from the edges on the way inside.
    pub fn edges_hold(&mut self, x: &[f64]) -> bool {
        edges::hold(&mut self.oracle, x, &self.edges)
    }

    /// The size of the gradient at a point.
    pub fn slope(&mut self, x: &[f64]) -> f64 {
        let mut gradient = vec![0.0; x.len()];
        self.oracle.evaluate(x, &mut gradient);
        norm(&gradient)
    }

    /// Along the edges of the domain where the way ends there.
    fn descended(&mut self, start: &[f64], unit: f64) -> Found {
        self.has_moved = false;
        let mut x = start.to_vec();
        loop {
            let mut held = Held {
                function: &mut self.oracle,
                edges: &self.edges,
            };
            let mut found = smooth::descend(&mut held, x, unit, self.budget);
            self.iterations += found.iterations;
            self.has_moved |= found.iterations > 0;
            let is_short = matches!(found.ending, Ending::Short(_));
            let may_end = self.is_limited && !self.budget.is_spent();
            if !is_short
                || !may_end
                || !edges::put_on(&mut self.oracle, &mut found.x, &mut self.edges)
            {
                return found;
            }
            x = found.x;
        }
    }

    pub fn run(&mut self, start: &[f64]) -> Reached {
        self.edges.clear();
        let mut gradient = vec![0.0; start.len()];
        let value = self.oracle.evaluate(start, &mut gradient);
        if !value.is_finite() || !norm(&gradient).is_finite() {
            return Reached::bare(Outcome::NoStart, start.to_vec());
        }
        let found = self.descended(start, norm(&gradient));
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
