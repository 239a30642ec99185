//! Whether other constraints exclude the points of a counterexample.

use super::Counterexample;
use crate::convexity::part::Part;
use crate::expr::{Evaluator, ExprId};
use crate::problem::{Constraint, Problem};
use std::cmp::Ordering::Less;
use std::sync::Arc;

/// Points that miss a constraint by less are taken to satisfy it.
const CLEAR: f64 = 1e-6;

impl Counterexample {
    /// The first constraint, other than the part itself, that one of the two points does not satisfy.
    pub(in crate::convexity) fn excluded_by<'p>(
        &self,
        problem: &'p Problem,
        part: Part,
    ) -> Option<&'p Constraint> {
        let is_other = |k: usize| part != Part::Constraint(k);
        let constraints = problem.constraints.iter().enumerate();
        let others: Vec<&Constraint> = constraints
            .filter(|(k, _)| is_other(*k))
            .map(|(_, constraint)| constraint)
            .collect();
        let sides: Vec<ExprId> = others.iter().flat_map(|c| [c.left, c.right]).collect();
        let evaluator = Evaluator::new(&problem.graph, &sides);
        let points = [&self.first, &self.second].map(|point| evaluator.evaluate(point));
        let misses = |(k, constraint): (usize, &&Constraint)| {
            let relation = constraint.relation;
            let missed = |sides: &Vec<Arc<_>>| relation.violation(&sides[2 * k], &sides[2 * k + 1]);
            // What is no number lies outside a domain.
            points
                .iter()
                .any(|sides| missed(sides).partial_cmp(&CLEAR) != Some(Less))
        };
        let found = others.iter().enumerate().find(|pair| misses(*pair))?;
        Some(found.1)
    }
}
