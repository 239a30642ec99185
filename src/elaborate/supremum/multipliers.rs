//! The dual over a polyhedron met with norm balls: a multiplier for each constraint as it is written.

use super::{Primal, is_affine_in};
use crate::atoms::construct;
use crate::dcp::Curvature;
use crate::elaborate::{Elaborator, Result};
use crate::expr::ExprId;
use crate::problem::{Constraint, ConstraintName, Relation};
use crate::span::Span;
use crate::syntax::ast::{self, Attribute, AttributeWord};

/// Norms with their dual norms.
const DUAL_NORMS: [(&str, &str); 5] = [
    ("norm1", "norm_inf"),
    ("norm2", "norm2"),
    ("norm_inf", "norm1"),
    ("sigma_max", "norm_nuc"),
    ("norm_nuc", "sigma_max"),
];

/// The dual objective in parts.
struct Lagrangian {
    /// Affine in the inner variables.
    terms: Vec<ExprId>,
    /// Without inner variables.
    penalties: Vec<ExprId>,
}

/// A constraint as it is priced.
enum Price {
    Affine,
    /// The dual norm, and what the norm is of.
    Norm(&'static str, ExprId),
}

impl Elaborator<'_> {
    /// Whether every constraint is affine, or a norm of something affine below a number.
    pub(super) fn is_priced(&self, primal: &Primal<'_>, inner: &[ExprId]) -> bool {
        let constraints = &self.problem.constraints[primal.constraints.clone()];
        constraints.iter().all(|c| self.price(c, inner).is_some())
    }

    pub(super) fn dual_by_multipliers(
        &mut self,
        primal: &Primal<'_>,
        terms: Vec<ExprId>,
        inner: &[ExprId],
    ) -> Result<ExprId> {
        let penalties = Vec::new();
        let mut lagrangian = Lagrangian { terms, penalties };
        for k in primal.constraints.clone() {
            let constraint = self.problem.constraints[k].clone();
            if let Some(price) = self.price(&constraint, inner) {
                self.charge(primal, &constraint, price, &mut lagrangian)?;
            }
        }
        let total = construct::sum(&mut self.graph, &lagrangian.terms);
        let slopes = self.slopes(primal, total, inner)?;
        for (slope, position) in slopes.into_iter().zip(primal.variables.clone()) {
            let label = format!("slope in {}", self.problem.variables[position].name);
            self.against_nothing(
                ConstraintName::plain(label),
                slope,
                ast::Relation::Equal,
                primal.span,
            )?;
        }
        let at_zero = self.at_zero(total, inner, primal.span)?;
        lagrangian.penalties.push(at_zero);
        Ok(construct::sum(&mut self.graph, &lagrangian.penalties))
    }

    fn price(&self, constraint: &Constraint, inner: &[ExprId]) -> Option<Price> {
        let affine = |id| is_affine_in(&self.graph, id, inner, Curvature::Constant);
        let both = affine(constraint.left) && affine(constraint.right);
        if both && constraint.relation != Relation::Precedes {
            return Some(Price::Affine);
        }
        let (norm, argument) = self.dual_norm(constraint)?;
        affine(argument).then_some(Price::Norm(norm, argument))
    }

    /// Adds a constraint with its multiplier.
    fn charge(
        &mut self,
        primal: &Primal<'_>,
        constraint: &Constraint,
        price: Price,
        lagrangian: &mut Lagrangian,
    ) -> Result<()> {
        let inequality = constraint.relation == Relation::LessEqual;
        let (excess, nonnegative) = match price {
            Price::Affine => {
                let (left, right) = (constraint.left, constraint.right);
                let excess = construct::subtract(&mut self.graph, left, right);
                (excess, inequality)
            }
            Price::Norm(_, argument) => (argument, false),
        };
        let multiplier = self.multiplier(constraint, excess, nonnegative, primal.span);
        let term = construct::inner_product(&mut self.graph, multiplier, excess);
        lagrangian.terms.push(self.signed(!primal.maximum, term));
        if let Price::Norm(norm, _) = price {
            let size = self.function(norm, (multiplier, primal.span))?;
            let penalty = construct::times(&mut self.graph, constraint.right, size);
            let penalty = self.signed(primal.maximum, penalty);
            lagrangian.penalties.push(penalty);
        }
        Ok(())
    }

    /// `norm(e) <= r` with a known r: the dual norm, and e.
    fn dual_norm(&self, constraint: &Constraint) -> Option<(&'static str, ExprId)> {
        let graph = &self.graph;
        let atom = graph.atom(constraint.left)?;
        let scalar = graph.shape(constraint.left).is_scalar();
        let known =
            graph.is_constant(constraint.right) && graph.shape(constraint.right).is_scalar();
        let below = constraint.relation == Relation::LessEqual;
        let (_, dual) = DUAL_NORMS.iter().find(|(norm, _)| *norm == atom.name())?;
        let argument = *graph.arguments(constraint.left).first()?;
        (scalar && known && below).then_some((*dual, argument))
    }

    /// A variable of the excess's shape.
    fn multiplier(
        &mut self,
        constraint: &Constraint,
        excess: ExprId,
        nonnegative: bool,
        span: Span,
    ) -> ExprId {
        let name = format!("multiplier of {}", constraint.name).into();
        let shape = self.graph.shape(excess);
        let position = self.free_variable(name, shape, span);
        self.problem.variables[position].inner = true;
        if nonnegative {
            let attribute = Attribute::Nonneg;
            self.attribute_constraint(position, &AttributeWord { attribute, span });
        }
        self.problem.variables[position].node
    }
}
