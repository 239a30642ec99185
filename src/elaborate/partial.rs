//! `let f(x) = minimize … over y subject to …`: each use brings its own inner variables and
//! constraints into the problem.

use super::scope::{Function, Local, Meaning};
use super::supremum::Primal;
use super::{ElaborateError, Elaborator, Result};
use crate::atoms::partial::Partial;
use crate::expr::ExprId;
use crate::problem::{Goal, InnerProblem, Origin};
use crate::span::Span;
use crate::syntax::ast::{self, Sense};
use std::sync::Arc;

impl Elaborator<'_> {
    /// The value of the inner problem of one use; its parameters are bound already.
    pub(super) fn inner_problem(
        &mut self,
        function: &Function,
        inner: &ast::Inner,
        used_at: Span,
    ) -> Result<ExprId> {
        let arguments = self.bound_arguments(function);
        let name = self.use_name(&function.name);
        let first = (self.problem.variables.len(), self.problem.constraints.len());
        for variable in &inner.variables {
            self.inner_variable(&name, variable)?;
        }
        for constraint in &inner.constraints {
            self.inner_constraint(&name, constraint)?;
        }
        let span = function.body.span;
        let objective = self.expression(&function.body)?;
        self.check_inner_objective(objective, span)?;
        let maximum = inner.sense == Sense::Maximize;
        let own = (self.problem.variables.len(), self.problem.constraints.len());
        let dual = self.dual(&Primal {
            used: &name,
            objective,
            maximum,
            variables: first.0..own.0,
            constraints: first.1..own.1,
            span,
        })?;
        let by_dual = dual.is_some();
        let minimum = maximum == by_dual;
        let (objective, interior) = match dual {
            Some(dual) => (dual.objective, dual.interior),
            None => (objective, None),
        };
        for constraint in &mut self.problem.constraints[first.1..] {
            constraint.origin = Origin::Inner;
        }
        let atom = Partial {
            function: function.name.as_str().into(),
            minimum,
            by_dual,
        };
        let mut operands = vec![(objective, span)];
        operands.extend(arguments.into_iter().map(|node| (node, used_at)));
        let value = self.apply(Arc::new(atom), &operands, used_at)?;
        self.problem.inner.push(InnerProblem {
            name,
            value,
            goal: match minimum {
                true => Goal::Minimize,
                false => Goal::Maximize,
            },
            objective,
            variables: first.0..self.problem.variables.len(),
            constraints: first.1..self.problem.constraints.len(),
            definition: inner.span,
            replaced: match interior {
                Some(_) => (first.0..own.0, first.1..own.1),
                None => Default::default(),
            },
            interior: interior.into_iter().collect(),
        });
        Ok(value)
    }

    fn bound_arguments(&mut self, function: &Function) -> Vec<ExprId> {
        let bound = self.frame..self.frame + function.parameters.len();
        let graph = &mut self.graph;
        let nodes = self.locals[bound].iter().map(|local| match local.meaning {
            Meaning::Number(value) => graph.number(value),
            Meaning::Node(node) | Meaning::Lanes(node) => node,
        });
        nodes.collect()
    }

    /// `f`, then `f#2` for the next use.
    pub(super) fn use_name(&mut self, function: &str) -> Arc<str> {
        let count = self.inner_uses.entry(function.to_owned()).or_insert(0);
        *count += 1;
        match *count {
            1 => function.into(),
            count => format!("{function}#{count}").into(),
        }
    }

    fn check_inner_objective(&self, objective: ExprId, span: Span) -> Result<()> {
        let shape = self.graph.shape(objective);
        if shape.is_scalar() {
            return Ok(());
        }
        let message = format!("the inner objective must be a scalar, but this is a {shape}");
        Err(ElaborateError::argument(message, span)
            .or_help("add the entries up with `sum(…)`, or take their `max(…)`"))
    }

    fn inner_variable(&mut self, used: &str, var: &ast::Var) -> Result<()> {
        let name = format!("{used}.{}", var.name.text).into();
        let position = self.unknown(var, name)?;
        let variable = &mut self.problem.variables[position];
        variable.inner = true;
        self.locals.push(Local {
            first_index: variable.first_index,
            ..Local::new(&var.name, Meaning::Node(variable.node))
        });
        self.declared_constraints(position, var)
    }

    fn inner_constraint(&mut self, used: &str, constraint: &ast::Constraint) -> Result<()> {
        if let Some(label) = &constraint.label {
            let message = "a constraint inside a function has no label";
            return Err(ElaborateError::argument(message, label.name.span)
                .or_help("every use of the function has its own; leave the label out"));
        }
        let line = self.line(constraint.span);
        self.constrain(constraint, &format!("{used}, line {line}").into())
    }
}

/// Where an expectation reads a value that the problem does not use.
pub(super) fn unused_inner(expectation: Span) -> ElaborateError {
    let message = "the problem does not use the value of an inner problem with these arguments";
    ElaborateError::argument(message, expectation)
        .or_help("its value is known only where the objective or a constraint holds it")
}
