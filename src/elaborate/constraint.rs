//! Constraints: lines under `subject to`, bounds and attributes of variables.

use super::attribute::attribute_word;
use super::{ElaborateError, Elaborator, Result};
use crate::dcp::Interval;
use crate::expr::ExprId;
use crate::matrix::{Matrix, SparseMatrix};
use crate::problem::{Constraint, ConstraintName, Origin, Relation};
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{self, Attribute, AttributeWord, Bound, ConstraintBody};
use std::sync::Arc;

/// One comparison before it is put in order.
pub(super) struct Comparison {
    pub left: (ExprId, Span),
    pub relation: ast::Relation,
    pub right: (ExprId, Span),
    pub span: Span,
}

impl Elaborator<'_> {
    pub(super) fn constraint(&mut self, constraint: &ast::Constraint) -> Result<()> {
        let label = self.label(constraint)?;
        self.constrain(constraint, &label)
    }

    /// The constraint itself, or each member of its family.
    pub(super) fn constrain(
        &mut self,
        constraint: &ast::Constraint,
        label: &Arc<str>,
    ) -> Result<()> {
        match &constraint.family {
            None => self.member(constraint, label, &[]),
            Some(family) => self.each_member(family, &mut |elaborator, indices| {
                elaborator.member(constraint, label, indices)
            }),
        }
    }

    fn label(&mut self, constraint: &ast::Constraint) -> Result<Arc<str>> {
        let Some(label) = &constraint.label else {
            return Ok(format!("line {}", self.line(constraint.span)).into());
        };
        let name: Arc<str> = label.name.text.as_str().into();
        let first = self.names_used.insert(name.clone(), label.name.span);
        if let Some(first) = first {
            return Err(ElaborateError::DeclaredTwice {
                name: label.name.text.clone(),
                first,
                span: label.name.span,
            });
        }
        let wanted = constraint.family.as_ref().map_or(0, |f| f.generators.len());
        if !label.indices.is_empty() && label.indices.len() != wanted {
            return Err(ElaborateError::statement(
                format!(
                    "the label has {} indices, but `for` has {wanted}",
                    label.indices.len()
                ),
                "this label",
                label.name.span,
            )
            .or_help("name each index of the `for`, or none"));
        }
        Ok(name)
    }

    fn member(
        &mut self,
        constraint: &ast::Constraint,
        label: &Arc<str>,
        indices: &[i64],
    ) -> Result<()> {
        let mut name = ConstraintName {
            label: label.clone(),
            indices: indices.to_vec(),
            part: None,
        };
        match &constraint.body {
            ConstraintBody::Relations { first, rest } => {
                let mut left = (self.expression(first)?, first.span);
                for (k, (relation, _, side)) in rest.iter().enumerate() {
                    let right = (self.expression(side)?, side.span);
                    name.part = (rest.len() > 1).then_some(k as u32);
                    self.compare(
                        name.clone(),
                        Origin::Line,
                        Comparison {
                            left,
                            relation: *relation,
                            right,
                            span: left.1.to(right.1),
                        },
                    )?;
                    left = right;
                }
                Ok(())
            }
            ConstraintBody::Membership { element, set } => {
                let node = self.expression(element)?;
                self.membership(name, (node, element.span), set)
            }
        }
    }

    /// Adds one comparison, `<=` way round.
    pub(super) fn compare(
        &mut self,
        name: ConstraintName,
        origin: Origin,
        comparison: Comparison,
    ) -> Result<()> {
        let flipped = matches!(
            comparison.relation,
            ast::Relation::GreaterEqual | ast::Relation::SucceedsEqual
        );
        let (mut left, mut right) = (comparison.left, comparison.right);
        if flipped {
            (left, right) = (right, left);
        }
        let relation = match comparison.relation {
            ast::Relation::Equal => Relation::Equal,
            ast::Relation::LessEqual | ast::Relation::GreaterEqual => Relation::LessEqual,
            ast::Relation::PrecedesEqual | ast::Relation::SucceedsEqual => Relation::Precedes,
        };
        self.check_sides(relation, &mut left, &mut right)?;
        self.check_infinity(relation, left, right)?;
        self.problem.constraints.push(Constraint {
            name,
            origin,
            left: left.0,
            relation,
            right: right.0,
            flipped,
            span: comparison.span,
        });
        Ok(())
    }

    fn check_sides(
        &mut self,
        relation: Relation,
        left: &mut (ExprId, Span),
        right: &mut (ExprId, Span),
    ) -> Result<()> {
        if relation == Relation::Precedes {
            self.widen_zero(left, right.0);
            self.widen_zero(right, left.0);
        }
        let (a, b) = (self.graph.shape(left.0), self.graph.shape(right.0));
        let fits = match relation {
            Relation::Equal | Relation::LessEqual => a.broadcast(b).is_some(),
            Relation::Precedes => a == b && a.is_square(),
        };
        if fits {
            return Ok(());
        }
        let message = match relation {
            Relation::Precedes if a == b => {
                format!("`<<` and `>>` compare square symmetric matrices, but this is a {a}")
            }
            _ => format!("cannot compare a {a} with a {b}"),
        };
        let help = match relation {
            Relation::Precedes if a.is_scalar() || b.is_scalar() => {
                "a number c stands for no matrix here: write `c*eye(n)`"
            }
            Relation::Precedes if a == b && a.is_vector() => {
                "entries are compared with `<=` and `>=`"
            }
            Relation::Precedes => "both sides must be square and of the same size",
            Relation::Equal | Relation::LessEqual if a.transposed() == b => {
                "transpose one of them with `'`"
            }
            Relation::Equal | Relation::LessEqual => {
                "sides must have the same shape, or one of them be a scalar"
            }
        };
        let help = Some(help.to_owned());
        let label = |(_, span): (ExprId, Span), shape: Shape| {
            miette::LabeledSpan::new_with_span(Some(format!("a {shape}")), span)
        };
        Err(ElaborateError::Shape {
            message,
            labels: vec![label(*left, a), label(*right, b)],
            help,
        })
    }

    /// Infinity bounds nothing, `x <= inf`; nothing is beyond it.
    fn check_infinity(
        &mut self,
        relation: Relation,
        left: (ExprId, Span),
        right: (ExprId, Span),
    ) -> Result<()> {
        let any = |wrong: f64| match relation {
            Relation::LessEqual => [wrong, wrong],
            Relation::Equal | Relation::Precedes => [wrong, -wrong],
        };
        let sides = [(left, any(f64::INFINITY)), (right, any(f64::NEG_INFINITY))];
        let mut wrong = None;
        for ((side, span), infinities) in sides {
            let Some(value) = self.infinite_value(side)? else {
                continue;
            };
            let found = infinities.into_iter().find(|i| value.stored().contains(i));
            wrong = wrong.or(found.map(|infinity| (span, infinity)));
        }
        match wrong {
            None => Ok(()),
            Some((span, infinity)) => Err(ElaborateError::argument(
                format!("no number satisfies this: the bound is {infinity}"),
                span,
            )
            .or_help(
                "`x <= inf` and `x >= -inf` leave x free; other relations to infinity cannot hold",
            )),
        }
    }

    /// The scalar 0 beside a matrix is the zero matrix.
    fn widen_zero(&mut self, side: &mut (ExprId, Span), other: ExprId) {
        let shape = self.graph.shape(other);
        if self.graph.scalar_leaf(side.0) == Some(0.0) && !shape.is_scalar() {
            let zeros = Matrix::Sparse(SparseMatrix::zeros(shape));
            side.0 = self.graph.constant(zeros, None, side.1);
        }
    }

    /// `nonneg`, `psd` and the like on a variable; `symmetric` and `diagonal` are its structure.
    pub(super) fn attribute_constraint(&mut self, position: usize, word: &AttributeWord) {
        let variable = &self.problem.variables[position];
        let (node, shape) = (variable.node, variable.shape);
        let word_of = attribute_word(word.attribute);
        let name = ConstraintName::plain(format!("{} {word_of}", variable.name));
        let (relation, flipped) = match word.attribute {
            Attribute::Nonneg => (Relation::LessEqual, true),
            Attribute::Nonpos => (Relation::LessEqual, false),
            Attribute::Psd => (Relation::Precedes, true),
            Attribute::Nsd => (Relation::Precedes, false),
            Attribute::Symmetric | Attribute::Diagonal | Attribute::Sparse => return,
        };
        match word.attribute {
            Attribute::Nonneg => self.narrow(position, Interval::NONNEGATIVE),
            Attribute::Nonpos => self.narrow(position, Interval::NONPOSITIVE),
            Attribute::Psd
            | Attribute::Nsd
            | Attribute::Symmetric
            | Attribute::Diagonal
            | Attribute::Sparse => {}
        }
        let zero = match relation {
            Relation::Precedes => {
                let zeros = Matrix::Sparse(SparseMatrix::zeros(shape));
                self.graph.constant(zeros, None, word.span)
            }
            Relation::Equal | Relation::LessEqual => self.graph.number(0.0),
        };
        let (left, right) = if flipped { (zero, node) } else { (node, zero) };
        self.problem.constraints.push(Constraint {
            name,
            origin: Origin::Attribute,
            left,
            relation,
            right,
            flipped,
            span: word.span,
        });
    }

    /// `>= 0`, `<= 1`, `== c` behind a variable.
    pub(super) fn bound(&mut self, position: usize, bound: &Bound) -> Result<()> {
        let right = self.expression(&bound.value)?;
        let variable = &self.problem.variables[position];
        let left = (variable.node, variable.span);
        let sign = bound.relation.sign();
        let name = ConstraintName::plain(format!("{} {sign}", variable.name));
        let comparison = Comparison {
            left,
            relation: bound.relation,
            right: (right, bound.value.span),
            span: bound.span,
        };
        // The bound of an inner variable may hold the function's arguments.
        if variable.inner && !self.graph.is_constant(right) {
            return self.compare(name, Origin::Bound, comparison);
        }
        let value = self.constant_value(right, "a bound", bound.value.span)?;
        let free = match bound.relation {
            ast::Relation::GreaterEqual => Some(f64::NEG_INFINITY),
            ast::Relation::LessEqual => Some(f64::INFINITY),
            ast::Relation::Equal | ast::Relation::PrecedesEqual | ast::Relation::SucceedsEqual => {
                None
            }
        };
        if free.is_some_and(|free| value.stored().iter().all(|entry| *entry == free)) {
            return Ok(());
        }
        if matches!(value.as_ref(), Matrix::Dense(_)) {
            self.narrow(position, bounded_range(bound.relation, &value));
        }
        self.compare(name, Origin::Bound, comparison)
    }
}

/// Where the entries of a variable lie in that relation to a known value.
fn bounded_range(relation: ast::Relation, value: &Matrix) -> Interval {
    let stored = Interval::of(value.stored().iter().copied());
    match relation {
        ast::Relation::GreaterEqual => Interval::new(stored.lower, f64::INFINITY),
        ast::Relation::LessEqual => Interval::new(f64::NEG_INFINITY, stored.upper),
        ast::Relation::Equal => Interval::of(value.entries().iter().copied()),
        ast::Relation::PrecedesEqual | ast::Relation::SucceedsEqual => Interval::REALS,
    }
}
