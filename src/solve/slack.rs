//! A variable that constraints are widened by: h(x) <= t, G(x) + t I >> 0.

use crate::atoms::construct;
use crate::dcp::Interval;
use crate::expr::{ExprId, Graph, VariableId};
use crate::problem::{
    Constraint, ConstraintName, Goal, Objective, Origin, Problem, Relation, Variable,
};
use crate::shape::Shape;

/// Adds t >= least, the last constraint, and makes it the objective.
pub fn minimise_slack(problem: &mut Problem, slack: ExprId, least: f64) {
    let span = problem.objective.span;
    problem.expectations.clear();
    problem.constraints.push(Constraint {
        name: ConstraintName::plain("slack >="),
        origin: Origin::Bound,
        left: problem.graph.number(least),
        relation: Relation::LessEqual,
        right: slack,
        flipped: true,
        span,
    });
    problem.objective = Objective {
        goal: Goal::Minimize,
        label: None,
        expression: Some(slack),
        span,
    };
}

/// t, the last variable.
pub fn add_slack(problem: &mut Problem, least: f64) -> ExprId {
    let id = VariableId(problem.variables.len() as u32);
    let span = problem.objective.span;
    let node = problem.graph.variable(id, Shape::SCALAR, span);
    let range = Interval::new(least, f64::INFINITY);
    let variable = Variable::plain("slack", node, Shape::SCALAR, range, span);
    problem.variables.push(variable);
    node
}

/// side + step for a side of a constraint of this shape; side + step I where it is a semidefinite one.
pub fn wider(
    graph: &mut Graph,
    side: ExprId,
    shape: Shape,
    relation: Relation,
    step: ExprId,
) -> ExprId {
    let step = match relation {
        Relation::Precedes => {
            let identity = construct::identity(graph, shape.rows);
            construct::times(graph, step, identity)
        }
        Relation::Equal | Relation::LessEqual => step,
    };
    construct::plus(graph, side, step)
}
