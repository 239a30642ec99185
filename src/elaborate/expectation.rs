//! `expect`: answers that the file states.

use super::{ElaborateError, Elaborator, Result};
use crate::matrix::Matrix;
use crate::problem::{Expectation, Expected};
use crate::shape::Shape;
use crate::span::Span;
use crate::spelling::known_names;
use crate::syntax::ast::{DualName, Expect, Expr, Name};
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
                subject,
                value,
                within,
            } => {
                let (constraints, shape) = self.dual_subject(subject)?;
                Expected::Dual {
                    name: written(subject, self.text),
                    constraints,
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

    /// The constraints of that name by position, and the shape of their multipliers: a family's
    /// scalars as one column, its columns side by side.
    fn dual_subject(&mut self, subject: &DualName) -> Result<(Vec<usize>, Shape)> {
        let (label, indices) = (&subject.label, &subject.indices);
        let mut wanted = Vec::with_capacity(indices.len());
        for index in indices {
            wanted.push(self.integer(index, "an index of a label")?);
        }
        let constraints = &self.problem.constraints;
        let own = |k: &usize| !constraints[*k].is_inner();
        let named = |k: &usize| *constraints[*k].name.label == *label.text;
        let all: Vec<usize> = (0..constraints.len()).filter(own).filter(named).collect();
        if all.is_empty() {
            return Err(self.unknown_constraint(label));
        }
        let meant = |k: &usize| {
            let name = &constraints[*k].name;
            let part = name.part.map(|part| part + 1);
            (wanted.is_empty() || name.indices == wanted)
                && (subject.part.is_none() || subject.part == part)
        };
        let chosen: Vec<usize> = all.iter().copied().filter(meant).collect();
        let Some(&first) = chosen.first() else {
            let known = constraints[all[0]].name.to_string();
            return Err(ElaborateError::argument(
                format!("no constraint `{}` has this index or part", label.text),
                label.span,
            )
            .or_help(format!("the first one is `dual({known})`")));
        };
        let members = &constraints[first].name.indices;
        let again = chosen[1..]
            .iter()
            .find(|k| constraints[**k].name.indices == *members);
        if let Some(&second) = again {
            let (a, b) = (&constraints[first].name, &constraints[second].name);
            return Err(ElaborateError::argument(
                format!("`{}` stands for several constraints", label.text),
                label.span,
            )
            .or_help(format!("name one of them: `dual({a})`, `dual({b})`")));
        }
        let shape = self.shape_of_members(&chosen, label)?;
        Ok((chosen, shape))
    }

    fn shape_of_members(&self, members: &[usize], label: &Name) -> Result<Shape> {
        let shape = |k: usize| self.problem.constraints[k].shape(&self.graph);
        let first = shape(members[0]);
        if members.len() == 1 {
            return Ok(first);
        }
        if first.is_column() && members.iter().all(|&k| shape(k) == first) {
            return Ok(match first.is_scalar() {
                true => Shape::new(members.len(), 1),
                false => Shape::new(first.rows, members.len()),
            });
        }
        let known = &self.problem.constraints[members[0]].name;
        Err(ElaborateError::argument(
            format!(
                "the members of `{}` are neither all numbers nor all columns of one length",
                label.text
            ),
            label.span,
        )
        .or_help(format!("name one of them, as in `dual({known})`")))
    }

    fn unknown_constraint(&self, label: &Name) -> ElaborateError {
        let own = self.problem.constraints.iter().filter(|c| !c.is_inner());
        let mut labels: Vec<&str> = own.map(|c| c.name.label.as_ref()).collect();
        labels.dedup();
        ElaborateError::UnknownName {
            what: "constraint",
            name: label.text.clone(),
            span: label.span,
            help: Some(known_names(
                &label.text,
                labels.iter().copied(),
                "the names above are",
            )),
        }
    }
}

/// What stands between the brackets of `dual(…)`, for messages.
fn written(subject: &DualName, text: &str) -> String {
    let mut name = subject.label.text.clone();
    if !subject.indices.is_empty() {
        let indices: Vec<&str> = subject.indices.iter().map(|i| i.span.of(text)).collect();
        name.push_str(&format!("[{}]", indices.join(", ")));
    }
    match subject.part {
        Some(part) => format!("{name} (part {part})"),
        None => name,
    }
}
