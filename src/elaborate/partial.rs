//! `let f(x) = minimize … over y subject to …`: each use brings its own inner variables and
//! constraints into the problem.

use super::scope::{Function, Local, Meaning};
use super::{ElaborateError, Elaborator, Result};
use crate::atoms::partial::Partial;
use crate::dcp::Interval;
use crate::expr::{ExprId, VariableId};
use crate::problem::{Origin, Variable};
use crate::span::Span;
use crate::syntax::ast::{self, Attribute, Sense};
use std::sync::Arc;

impl Elaborator<'_> {
    /// The inner problem of one use; its parameters are bound already.
    pub(super) fn inner_problem(
        &mut self,
        function: &Function,
        inner: &ast::Inner,
    ) -> Result<ExprId> {
        let first = self.problem.constraints.len();
        for variable in &inner.variables {
            self.inner_variable(&function.name, variable)?;
        }
        for constraint in &inner.constraints {
            self.inner_constraint(&function.name, constraint)?;
        }
        for constraint in &mut self.problem.constraints[first..] {
            constraint.origin = Origin::Inner;
        }
        let span = function.body.span;
        let objective = self.expression(&function.body)?;
        let shape = self.graph.shape(objective);
        if !shape.is_scalar() {
            let message = format!("the inner objective must be a scalar, but this is a {shape}");
            return Err(ElaborateError::argument(message, span)
                .or_help("add the entries up with `sum(…)`, or take their `max(…)`"));
        }
        let minimum = inner.sense == Sense::Minimize;
        self.apply(Arc::new(Partial { minimum }), &[(objective, span)], span)
    }

    fn inner_variable(&mut self, function: &str, var: &ast::Var) -> Result<()> {
        let (shape, first_index) = self.var_shape(var)?;
        let structure = self.structure(var, shape)?;
        let position = self.problem.variables.len();
        let node = self
            .graph
            .variable(VariableId(position as u32), shape, var.name.span);
        let has = |wanted: Attribute| var.attributes.iter().any(|a| a.attribute == wanted);
        let name = self.inner_name(&format!("{function}.{}", var.name.text));
        self.problem.variables.push(Variable {
            name,
            node,
            shape,
            structure,
            range: Interval::REALS,
            psd: has(Attribute::Psd),
            nsd: has(Attribute::Nsd),
            start: None,
            first_index,
            span: var.name.span,
            description: None,
            inner: true,
        });
        for attribute in &var.attributes {
            self.attribute_constraint(position, attribute);
        }
        self.locals.push(Local {
            name: var.name.text.clone(),
            meaning: Meaning::Node(node),
        });
        Ok(())
    }

    /// `f.y`, then `f.y#2` for the next use.
    pub(super) fn inner_name(&mut self, name: &str) -> Arc<str> {
        let count = self.inner_names.entry(name.to_owned()).or_insert(0);
        *count += 1;
        match *count {
            1 => name.into(),
            count => format!("{name}#{count}").into(),
        }
    }

    fn inner_constraint(&mut self, function: &str, constraint: &ast::Constraint) -> Result<()> {
        if let Some(label) = &constraint.label {
            let message = "a constraint inside a function has no label";
            return Err(ElaborateError::argument(message, label.name.span)
                .or_help("every use of the function has its own; leave the label out"));
        }
        let line = self.line(constraint.span);
        let label: Arc<str> = format!("{function}, line {line}").into();
        match &constraint.family {
            None => self.member(constraint, &label, &[]),
            Some(family) => self.each_member(family, &mut |elaborator, indices| {
                elaborator.member(constraint, &label, indices)
            }),
        }
    }

    /// Uses in `expect` find what the problem uses; alone they would have no value.
    pub(super) fn no_new_inner_problem(&self, variables: usize, span: Span) -> Result<()> {
        if self.problem.variables.len() == variables {
            return Ok(());
        }
        let message = "the problem does not use this partial minimum with these arguments";
        Err(ElaborateError::argument(message, span)
            .or_help("its value is known only where the objective or a constraint holds it"))
    }
}
