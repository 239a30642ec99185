//! `var` and `let`.

use super::axis::AxisSize;
use super::scope::{Binding, Function, Value};
use super::{ElaborateError, Elaborator, Result};
use crate::dcp::Interval;
use crate::expr::VariableId;
use crate::matrix::Matrix;
use crate::problem::{Structure, Variable};
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{self, Attribute, Expr};
use std::rc::Rc;
use std::sync::Arc;

impl Elaborator<'_> {
    pub(super) fn bind(
        &mut self,
        name: &ast::Name,
        node: crate::expr::ExprId,
        first_index: (i64, i64),
        variable: Option<usize>,
    ) {
        let value = Value {
            node,
            first_index,
            variable,
        };
        self.declare_unchecked(name, Binding::Value(value));
    }

    pub(super) fn var(&mut self, var: &ast::Var, comment: Option<&str>) -> Result<()> {
        self.check_free(&var.name)?;
        self.declare_unchecked(&var.name, Binding::Broken);
        let name = var.name.text.as_str().into();
        let position = self.unknown(var, name)?;
        let variable = &mut self.problem.variables[position];
        variable.description = comment.map(str::to_owned);
        let (node, first_index) = (variable.node, variable.first_index);
        self.bind(&var.name, node, first_index, Some(position));
        self.declared_constraints(position, var)?;
        self.given_starts(position, var)
    }

    /// A new variable of the problem, without its constraints.
    pub(super) fn unknown(&mut self, var: &ast::Var, name: Arc<str>) -> Result<usize> {
        let (shape, first_index) = self.var_shape(var)?;
        let structure = self.structure(var, shape)?;
        let has = |wanted: Attribute| var.attributes.iter().any(|a| a.attribute == wanted);
        let position = self.free_variable(name, shape, var.name.span);
        let variable = &mut self.problem.variables[position];
        variable.structure = structure;
        variable.psd = has(Attribute::Psd);
        variable.nsd = has(Attribute::Nsd);
        variable.first_index = first_index;
        if structure != Structure::Full {
            self.graph.set_symmetric(VariableId(position as u32));
        }
        Ok(position)
    }

    /// A new variable of the problem without structure.
    pub(super) fn free_variable(&mut self, name: Arc<str>, shape: Shape, span: Span) -> usize {
        let position = self.problem.variables.len();
        let id = crate::expr::VariableId(position as u32);
        let node = self.graph.variable(id, shape, span);
        let variable = Variable::plain(name, node, shape, Interval::REALS, span);
        self.problem.variables.push(variable);
        position
    }

    /// Attributes, bounds and start.
    pub(super) fn declared_constraints(&mut self, position: usize, var: &ast::Var) -> Result<()> {
        for attribute in &var.attributes {
            self.attribute_constraint(position, attribute);
        }
        for bound in &var.bounds {
            self.bound(position, bound)?;
        }
        match &var.start {
            Some(start) => self.start(position, start),
            None => Ok(()),
        }
    }

    /// Starts from the command line; a mistake there is shown at the variable.
    fn given_starts(&mut self, position: usize, var: &ast::Var) -> Result<()> {
        let inputs = self.inputs;
        let fits = |name: &Option<String>| name.as_ref().is_none_or(|n| *n == var.name.text);
        for (_, expr) in inputs.starts.iter().filter(|(name, _)| fits(name)) {
            self.start(position, expr).map_err(|error| {
                ElaborateError::argument(format!("`--start`: {error}"), var.name.span)
            })?;
        }
        Ok(())
    }

    fn var_shape(&mut self, var: &ast::Var) -> Result<(Shape, (i64, i64))> {
        let mut sizes = [(1, 1); 2];
        for (k, axis) in var.axes.iter().enumerate() {
            let slot = sizes.get_mut(k).ok_or_else(|| {
                ElaborateError::argument("a variable has at most two axes", var.name.span)
                    .or_help("every value is a matrix; use one variable for each slice")
            })?;
            *slot = match self.axis(axis)? {
                AxisSize::Known { first, length } => (first, length),
                AxisSize::Unbound(name) => {
                    return Err(self.unknown_name(&name.text, name.span).or_help(format!(
                        "the size `{}` has no value yet: write a number, `let {} = …`, or bind it by a param's data above",
                        name.text, name.text
                    )));
                }
            };
        }
        let count = sizes[0].1 as f64 * sizes[1].1 as f64;
        self.check_count(&format!("`{}`", var.name.text), count, var.name.span)?;
        let shape = Shape::new(sizes[0].1, sizes[1].1);
        Ok((shape, (sizes[0].0, sizes[1].0)))
    }

    fn structure(&self, var: &ast::Var, shape: Shape) -> Result<Structure> {
        let mut structure = Structure::Full;
        for word in &var.attributes {
            let wanted = match word.attribute {
                Attribute::Symmetric | Attribute::Psd | Attribute::Nsd => Structure::Symmetric,
                Attribute::Diagonal => Structure::Diagonal,
                Attribute::Nonneg | Attribute::Nonpos => continue,
                Attribute::Sparse => {
                    return Err(
                        ElaborateError::argument("`sparse` is for params", word.span)
                            .or_help("a variable needs no `sparse`; leave it out"),
                    );
                }
            };
            if !shape.is_square() {
                return Err(ElaborateError::argument(
                    format!(
                        "only a square matrix can be so, but `{}` is a {shape}",
                        var.name.text
                    ),
                    word.span,
                ));
            }
            if structure != Structure::Diagonal {
                structure = wanted;
            }
        }
        Ok(structure)
    }

    fn start(&mut self, position: usize, expr: &Expr) -> Result<()> {
        let node = self.expression(expr)?;
        let value = self.constant_value(node, "a start", expr.span)?;
        let shape = self.problem.variables[position].shape;
        let value = match value.as_scalar() {
            Some(number) if !shape.is_scalar() => Arc::new(Matrix::filled(shape, number)),
            _ => value,
        };
        if value.shape() != shape {
            return Err(ElaborateError::argument(
                format!(
                    "the start is a {}, but `{}` is a {shape}",
                    value.shape(),
                    self.problem.variables[position].name
                ),
                expr.span,
            ));
        }
        let dense = Matrix::Dense(value.to_dense().into_owned());
        self.problem.variables[position].start = Some(Arc::new(dense));
        Ok(())
    }

    pub(super) fn definition(&mut self, definition: &ast::Let) -> Result<()> {
        self.check_free(&definition.name)?;
        let Some(parameters) = &definition.parameters else {
            self.declare_unchecked(&definition.name, Binding::Broken);
            if let Some(inner) = &definition.inner {
                let name = &definition.name.text;
                let message = "an inner problem is the value of a function";
                return Err(ElaborateError::argument(message, inner.span)
                    .or_help(format!("write `let {name}(x) = minimize … over y`")));
            }
            let node = self.expression(&definition.body)?;
            self.bind(&definition.name, node, (1, 1), None);
            return Ok(());
        };
        let function = Function {
            name: definition.name.text.clone(),
            inner: definition.inner.clone(),
            parameters: parameters.clone(),
            body: definition.body.clone(),
            order: self.declarations,
        };
        self.declare_unchecked(&definition.name, Binding::Function(Rc::new(function)));
        Ok(())
    }

    /// The variable's range after a further bound.
    pub(super) fn narrow(&mut self, position: usize, range: Interval) {
        let variable = &mut self.problem.variables[position];
        variable.range = variable.range.meet(range);
    }
}
