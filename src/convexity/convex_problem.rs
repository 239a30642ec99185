//! A problem that is proved convex.

use crate::dcp::{Facts, Interval};
use crate::expr::{ExprId, Graph};
use crate::problem::Problem;
use std::borrow::Cow;

/// A problem whose every part is proved convex, in the form that the composition rule accepts: a
/// part that was proved by a rewrite stands here rewritten. Only the check makes one.
#[derive(Debug)]
pub struct ConvexProblem<'p> {
    pub(super) problem: &'p Problem,
    pub(super) graph: Cow<'p, Graph>,
    pub(super) objective: Option<ExprId>,
    pub(super) sides: Vec<(ExprId, ExprId)>,
    pub(super) facts: Vec<Facts>,
    /// Whether each part, the objective first where there is one, equals what was written
    /// everywhere, not on its domain alone.
    pub(super) everywhere: Vec<bool>,
}

impl<'p> ConvexProblem<'p> {
    /// What the user wrote.
    pub fn problem(&self) -> &'p Problem {
        self.problem
    }

    /// The problem with each part in its proved form: what the user wrote where the composition
    /// rule accepts that.
    pub fn proved(&self) -> Cow<'p, Problem> {
        let problem = self.problem;
        let written = problem.constraints.iter().map(|c| (c.left, c.right));
        if self.objective == problem.objective.expression && written.eq(self.sides.iter().copied())
        {
            return Cow::Borrowed(problem);
        }
        let mut proved = problem.clone();
        proved.graph = self.graph.clone().into_owned();
        proved.objective.expression = self.objective;
        for (constraint, &(left, right)) in proved.constraints.iter_mut().zip(&self.sides) {
            (constraint.left, constraint.right) = (left, right);
        }
        Cow::Owned(proved)
    }

    /// The roots of the proved forms in the order of [`Problem::roots`], each `None` where it equals
    /// the written one on its domain only.
    pub fn equal_roots(&self) -> Vec<Option<ExprId>> {
        let objective = self.objective.map(|id| vec![id]);
        let sides = self.sides.iter().map(|&(left, right)| vec![left, right]);
        let parts = objective.into_iter().chain(sides).zip(&self.everywhere);
        let roots = parts.flat_map(|(roots, &everywhere)| {
            roots
                .into_iter()
                .map(move |root| everywhere.then_some(root))
        });
        roots.collect()
    }

    /// Holds the expressions below: the problem's own graph, or an extension of it by rewrites with
    /// the same ids for the user's expressions.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// To be minimised (convex) or maximised (concave); `None` for `find`.
    pub fn objective(&self) -> Option<ExprId> {
        self.objective
    }

    /// Holds every value of the objective, by the rules alone.
    pub fn objective_range(&self) -> Interval {
        let facts = self.objective.map(|id| self.facts(id).range);
        facts.unwrap_or(Interval::REALS)
    }

    /// Left and right side of constraint `k`: `<=` convex and concave, `==` both affine, `<<` both
    /// affine with a symmetric difference.
    pub fn sides(&self, k: usize) -> (ExprId, ExprId) {
        self.sides[k]
    }

    /// What is known of an expression below the objective or a side; for any other node of the
    /// graph nothing but its shape.
    pub fn facts(&self, id: ExprId) -> &Facts {
        &self.facts[id.index()]
    }

    /// What is proved of every node, by node.
    pub fn all_facts(&self) -> &[Facts] {
        &self.facts
    }
}
