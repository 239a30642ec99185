//! `expect`: answers that the file states.

use super::{ElaborateError, Elaborator, Result};
use crate::matrix::Matrix;
use crate::problem::{ConstraintName, Expectation, Expected};
use crate::shape::Shape;
use crate::span::Span;
use crate::spelling::known_names;
use crate::syntax::ast::{Expect, Expr, Name};
use std::sync::Arc;

/// Where the text says no `within`.
const DEFAULT_WITHIN: f64 = 1e-6;

impl Elaborator<'_> {
    pub(super) fn expectation(&mut self, expect: &Expect, span: Span) -> Result<()> {
        let subject = match expect {
            Expect::Infeasible => Expected::Infeasible,
            Expect::Unbounded => Expected::Unbounded,
            Expect::Convex => Expected::Convex,
            Expect::NotConvex => Expected::NotConvex,
            Expect::Objective { value, within } => Expected::Objective {
                value: self.number(value, "an expected objective")?,
                within: self.within(within.as_ref())?,
            },
            Expect::Value {
                subject,
                value,
                within,
            } => {
                let expression = self.expression(subject)?;
                let shape = self.graph.shape(expression);
                Expected::Value {
                    expression,
                    value: self.expected_value(value, shape)?,
                    within: self.within(within.as_ref())?,
                }
            }
            Expect::Dual {
                label,
                indices,
                value,
                within,
            } => {
                let (name, shape) = self.dual_subject(label, indices)?;
                Expected::Dual {
                    name,
                    value: self.expected_value(value, shape)?,
                    within: self.within(within.as_ref())?,
                }
            }
        };
        self.problem
            .expectations
            .push(Expectation { subject, span });
        Ok(())
    }

    fn within(&mut self, within: Option<&Expr>) -> Result<f64> {
        let Some(expr) = within else {
            return Ok(DEFAULT_WITHIN);
        };
        let within = self.number(expr, "a tolerance")?;
        if within > 0.0 {
            Ok(within)
        } else {
            Err(ElaborateError::argument(
                "a tolerance must be greater than 0",
                expr.span,
            ))
        }
    }

    /// A known value of that shape; a scalar stands for equal entries.
    fn expected_value(&mut self, expr: &Expr, shape: Shape) -> Result<Arc<Matrix>> {
        let node = self.expression(expr)?;
        let value = self.constant_value(node, "an expected value", expr.span)?;
        if let Some(number) = value.as_scalar() {
            return Ok(Arc::new(Matrix::filled(shape, number)));
        }
        if value.shape() == shape {
            return Ok(Arc::new(Matrix::Dense(value.to_dense().into_owned())));
        }
        Err(ElaborateError::argument(
            format!("a {shape} is expected to equal a {}", value.shape()),
            expr.span,
        ))
    }

    fn dual_subject(&mut self, label: &Name, indices: &[Expr]) -> Result<(ConstraintName, Shape)> {
        let mut wanted = Vec::with_capacity(indices.len());
        for index in indices {
            wanted.push(self.integer(index, "an index of a label")?);
        }
        let found = self
            .problem
            .constraints
            .iter()
            .find(|c| *c.name.label == *label.text && c.name.indices == wanted);
        let Some(constraint) = found else {
            let own = self.problem.constraints.iter().filter(|c| !c.is_inner());
            let known: Vec<&str> = own.map(|c| c.name.label.as_ref()).collect();
            let mut labels: Vec<&str> = known;
            labels.dedup();
            return Err(ElaborateError::UnknownName {
                what: "constraint",
                name: label.text.clone(),
                span: label.span,
                help: Some(known_names(
                    &label.text,
                    labels.iter().copied(),
                    "the labels above are",
                )),
            });
        };
        let left = self.graph.shape(constraint.left);
        let right = self.graph.shape(constraint.right);
        Ok((
            constraint.name.clone(),
            left.broadcast(right).unwrap_or(left),
        ))
    }
}
