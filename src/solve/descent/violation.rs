//! How far a point in free entries is from the user's constraints.

use super::packing::Packing;
use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::{Problem, slackness};
use std::sync::Arc;

/// The sides of all constraints, ready to be evaluated.
pub struct Violation<'p> {
    problem: &'p Problem,
    sides: Evaluator<'p>,
}

impl<'p> Violation<'p> {
    pub fn of(problem: &'p Problem) -> Self {
        let sides = problem.constraints.iter().flat_map(|c| [c.left, c.right]);
        let sides: Vec<ExprId> = sides.collect();
        Violation {
            problem,
            sides: Evaluator::new(&problem.graph, &sides),
        }
    }

    /// The worst violation, infinite where a side has no value, and whose it is by position.
    pub fn worst(&self, packing: &Packing, x: &[f64]) -> (f64, Option<usize>) {
        let point = packing.unpack(x, self.problem.variables.len());
        let sides = self.sides.evaluate(&point);
        let mut worst = (0.0, None);
        for (k, constraint) in self.problem.constraints.iter().enumerate() {
            let (left, right) = (&sides[2 * k], &sides[2 * k + 1]);
            let violation = constraint.relation.violation(left, right);
            if violation.is_nan() {
                return (f64::INFINITY, Some(k));
            }
            if violation > worst.0 {
                worst = (violation, Some(k));
            }
        }
        worst
    }

    /// Σ λ'(left - right), which vanishes at an optimum with its multipliers, one list for each constraint.
    pub fn slackness(&self, packing: &Packing, x: &[f64], multipliers: &[Vec<f64>]) -> f64 {
        let point = packing.unpack(x, self.problem.variables.len());
        let sides = self.sides.evaluate(&point);
        let pairs = sides.chunks(2).zip(multipliers);
        let of_one = |(sides, multipliers): (&[Arc<Matrix>], &Vec<f64>)| {
            slackness(multipliers, &sides[0], &sides[1])
        };
        pairs.map(of_one).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atoms::elementwise::Log;
    use crate::atoms::{Entrywise, construct};
    use crate::dcp::Interval;
    use crate::expr::VariableId;
    use crate::problem::{Constraint, ConstraintName, Origin, Relation, Variable};
    use crate::shape::Shape;
    use crate::span::Span;

    /// log(x) == 1.
    #[test]
    fn what_is_no_number_violates_without_end() {
        let mut problem = Problem::default();
        let (shape, span) = (Shape::SCALAR, Span::default());
        let x = problem.graph.variable(VariableId(0), shape, span);
        let left = construct::apply(&mut problem.graph, Entrywise(Log), &[x]);
        let right = problem.graph.number(1.0);
        let variable = Variable::plain("x", x, shape, Interval::REALS, span);
        problem.variables.push(variable);
        problem.constraints.push(Constraint {
            name: ConstraintName::plain("level"),
            origin: Origin::Line,
            left,
            relation: Relation::Equal,
            right,
            flipped: false,
            span,
        });
        let packing = Packing::new(&problem);
        let violation = Violation::of(&problem);
        assert_eq!(
            violation.worst(&packing, &[f64::NAN]),
            (f64::INFINITY, Some(0))
        );
        assert_eq!(violation.worst(&packing, &[1.0]), (1.0, Some(0)));
        assert!(violation.worst(&packing, &[1f64.exp()]).0 < 1e-15);
    }
}
