//! What the objective and each constraint must be.

use super::dcp::Analysis;
use crate::dcp::Curvature;
use crate::expr::ExprId;
use crate::problem::{Goal, Problem, Relation};
use smallvec::{SmallVec, smallvec};

/// The objective or a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Objective,
    /// By position in the problem's list.
    Constraint(usize),
}

impl Part {
    /// The objective, if there is one, and all constraints.
    pub fn all(problem: &Problem) -> impl Iterator<Item = Part> + use<> {
        let objective = problem.objective.expression.map(|_| Part::Objective);
        let count = problem.constraints.len();
        objective
            .into_iter()
            .chain((0..count).map(Part::Constraint))
    }

    /// As a report names it.
    pub fn name(self, problem: &Problem) -> String {
        match self {
            Part::Objective => match &problem.objective.label {
                Some(label) => label.to_string(),
                None => "objective".to_owned(),
            },
            Part::Constraint(k) => problem.constraints[k].name.to_string(),
        }
    }

    /// The expressions as the user wrote them.
    pub(super) fn form(self, problem: &Problem) -> Option<Form> {
        match self {
            Part::Objective => {
                let expression = problem.objective.expression?;
                match problem.objective.goal {
                    Goal::Minimize => Some(Form::Minimize(expression)),
                    Goal::Maximize => Some(Form::Maximize(expression)),
                    Goal::Find => None,
                }
            }
            Part::Constraint(k) => {
                let constraint = problem.constraints.get(k)?;
                let (left, right) = (constraint.left, constraint.right);
                Some(match constraint.relation {
                    Relation::Equal => Form::Equal(left, right),
                    Relation::LessEqual => Form::LessEqual(left, right),
                    Relation::Precedes => Form::Precedes(left, right),
                })
            }
        }
    }
}

/// A part with its expressions, which rewrites may exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Minimize(ExprId),
    Maximize(ExprId),
    Equal(ExprId, ExprId),
    LessEqual(ExprId, ExprId),
    Precedes(ExprId, ExprId),
}

/// What an expression must be proved to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Convex,
    Concave,
    Affine,
}

impl Need {
    /// What is asked of e where this is asked of -e.
    pub fn turned(self) -> Need {
        match self {
            Need::Convex => Need::Concave,
            Need::Concave => Need::Convex,
            Need::Affine => Need::Affine,
        }
    }

    pub fn is_met(self, curvature: Curvature) -> bool {
        match self {
            Need::Convex => curvature.is_convex(),
            Need::Concave => curvature.is_concave(),
            Need::Affine => curvature.is_affine(),
        }
    }
}

impl Form {
    /// The same part with its expressions exchanged.
    pub fn map(self, mut f: impl FnMut(ExprId) -> ExprId) -> Form {
        match self {
            Form::Minimize(objective) => Form::Minimize(f(objective)),
            Form::Maximize(objective) => Form::Maximize(f(objective)),
            Form::Equal(left, right) => Form::Equal(f(left), f(right)),
            Form::LessEqual(left, right) => Form::LessEqual(f(left), f(right)),
            Form::Precedes(left, right) => Form::Precedes(f(left), f(right)),
        }
    }

    /// Every expression and what it must be.
    pub fn needs(self) -> SmallVec<[(ExprId, Need); 2]> {
        match self {
            Form::Minimize(objective) => smallvec![(objective, Need::Convex)],
            Form::Maximize(objective) => smallvec![(objective, Need::Concave)],
            Form::Equal(left, right) | Form::Precedes(left, right) => {
                smallvec![(left, Need::Affine), (right, Need::Affine)]
            }
            Form::LessEqual(left, right) => smallvec![(left, Need::Convex), (right, Need::Concave)],
        }
    }

    /// Whether the composition rule accepts the part as it stands.
    pub fn is_accepted(self, analysis: &Analysis<'_>) -> bool {
        let mut needs = self.needs().into_iter();
        needs.all(|(id, need)| need.is_met(analysis.curvature(id))) && self.is_symmetric(analysis)
    }

    /// Whether the sides of a semidefinite relation are symmetric; true of any other form.
    pub fn is_symmetric(self, analysis: &Analysis<'_>) -> bool {
        match self {
            Form::Precedes(left, right) => {
                analysis.facts(left).symmetric && analysis.facts(right).symmetric
            }
            Form::Minimize(_) | Form::Maximize(_) | Form::Equal(..) | Form::LessEqual(..) => true,
        }
    }
}
