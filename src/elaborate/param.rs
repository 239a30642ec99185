//! `param`: a known value, its shape and the sizes it binds.

use super::axis::AxisSize;
use super::scope::{Binding, is_constant};
use super::{ElaborateError, Elaborator, Result, Setting};
use crate::matrix::Matrix;
use crate::problem::Param;
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{self, Axis, Expr, ExprKind};
use miette::Diagnostic;
use std::sync::Arc;

impl<'a> Elaborator<'a> {
    pub(super) fn param(&mut self, param: &ast::Param, comment: Option<&str>) -> Result<()> {
        let outcome = self.read_param(param, comment);
        if outcome.is_err() {
            self.break_sizes(&param.axes);
        }
        outcome
    }

    /// Sizes that a failed param would have bound are not reported as unknown later.
    fn break_sizes(&mut self, axes: &[Axis]) {
        for axis in axes {
            if let Axis::Length(expr) = axis
                && let ExprKind::Name(text) = expr.kind.as_ref()
                && self.find(text).is_none()
                && !is_constant(text)
            {
                let name = ast::Name {
                    text: text.clone(),
                    span: expr.span,
                };
                self.declare_unchecked(&name, Binding::Broken);
            }
        }
    }

    fn read_param(&mut self, param: &ast::Param, comment: Option<&str>) -> Result<()> {
        self.check_free(&param.name)?;
        self.declare_unchecked(&param.name, Binding::Broken);
        let value = self.param_value(param)?;
        let (value, first_index) = self.fit(param, value)?;
        let value = self.checked_attributes(param, value)?;
        let name: Arc<str> = param.name.text.as_str().into();
        let value = Arc::new(value);
        let node = self
            .graph
            .constant(value.clone(), Some(name.clone()), param.name.span);
        self.problem.params.push(Param {
            name,
            value,
            span: param.name.span,
            description: comment.map(str::to_owned),
        });
        self.bind(&param.name, node, first_index, None);
        Ok(())
    }

    /// From `--set`, from `--data`, or from the file.
    fn param_value(&mut self, param: &ast::Param) -> Result<Matrix> {
        let name = &param.name.text;
        let inputs = self.inputs;
        let set = inputs.settings.iter().rev().find(|s| s.name == *name);
        let value = match (set, inputs.data.get(name), &param.value) {
            (Some(setting), _, _) => self.set_value(param, setting)?,
            (None, None, Some(expr)) => self.value_of(expr)?,
            (None, Some(data), _) => data.as_ref().clone(),
            (None, None, None) => {
                return Err(ElaborateError::NoValue {
                    name: name.clone(),
                    span: param.name.span,
                });
            }
        };
        Ok(value)
    }

    /// The value of `--set`, whose positions are those of its own text.
    fn set_value(&mut self, param: &ast::Param, setting: &'a Setting) -> Result<Matrix> {
        let text = std::mem::replace(&mut self.text, &setting.text);
        let value = self.value_of(&setting.value);
        self.text = text;
        value.map_err(|error| match error {
            ElaborateError::Suppressed => error,
            _ => ElaborateError::Setting {
                name: setting.name.clone(),
                text: setting.text.clone(),
                reason: error.to_string(),
                span: param.name.span,
                help: error.help().map(|help| help.to_string()),
            },
        })
    }

    fn value_of(&mut self, expr: &Expr) -> Result<Matrix> {
        if let Some(data) = self.source(expr)? {
            return Ok(data);
        }
        let node = self.expression(expr)?;
        let value = self.constant_value(node, "the value of a param", expr.span)?;
        Ok(Arc::unwrap_or_clone(value))
    }

    /// The value in the declared shape; names of sizes are bound or checked.
    fn fit(&mut self, param: &ast::Param, value: Matrix) -> Result<(Matrix, (i64, i64))> {
        let name = &param.name;
        let declared = param.axes.len();
        let shape = value.shape();
        let value = match (declared, shape.rows) {
            (1, 1) if shape.cols > 1 => {
                Matrix::from_columns(Shape::vector(shape.cols), value.entries().into_owned())
            }
            // A vector of one entry for `A[m, n]` and the like is a matrix as it is.
            _ => value,
        };
        let shape = value.shape();
        if declared < 2 && shape.cols > 1 || declared == 0 && !shape.is_scalar() {
            let wanted = if declared == 0 {
                "a scalar"
            } else {
                "a vector"
            };
            return Err(ElaborateError::Argument {
                message: format!(
                    "`{}` is declared as {wanted}, but its value is a {shape}",
                    name.text
                ),
                span: name.span,
                help: Some(if declared == 0 && shape.is_column() {
                    format!("write `param {}[n]`", name.text)
                } else {
                    format!("write `param {}[m, n]`", name.text)
                }),
            });
        }
        let mut first_index = (1, 1);
        let is_list = declared == 2 && shape.is_column() && !shape.is_scalar();
        let matrix = is_list.then(|| matrix_help(param)).flatten();
        let row = is_list
            .then(|| "the value is a column; for a row, transpose it: `[1, 2, 3]'`".to_owned());
        let told = |help: Option<String>| {
            move |error: ElaborateError| match help {
                Some(help) => error.or_help(help),
                None => error,
            }
        };
        if let Some(axis) = param.axes.first() {
            let fitted = self.fit_axis(name, axis, shape.rows, "rows");
            first_index.0 = fitted.map_err(told(matrix.clone().or(row)))?;
        }
        if let Some(axis) = param.axes.get(1) {
            let fitted = self.fit_axis(name, axis, shape.cols, "columns");
            first_index.1 = fitted.map_err(told(matrix))?;
        }
        Ok((value, first_index))
    }

    fn fit_axis(
        &mut self,
        name: &ast::Name,
        axis: &Axis,
        found: usize,
        kind: &'static str,
    ) -> Result<i64> {
        match self.axis(axis)? {
            AxisSize::Known { first, length } if length == found => Ok(first),
            AxisSize::Known { length, .. } => {
                let (wanted, bound) = self.wanted_size(axis, length);
                Err(ElaborateError::Size {
                    name: name.text.clone(),
                    found,
                    axis: match found {
                        1 => kind.trim_end_matches('s'),
                        _ => kind,
                    },
                    wanted,
                    span: name.span,
                    bound,
                    help: Some("correct the declared size, or the value".to_owned()),
                })
            }
            AxisSize::Unbound(size) => {
                let by = format!("`{}`, line {}", name.text, self.line(name.span));
                let node = self.named_number(&size.text, found as f64);
                let value = found as i64;
                self.declare(&size, Binding::Size { node, value, by })?;
                Ok(1)
            }
        }
    }

    /// "m = 50 (bound by `A`, line 2)", and where that was.
    fn wanted_size(&self, axis: &Axis, length: usize) -> (String, Option<Span>) {
        if let Axis::Length(expr) = axis
            && let ExprKind::Name(size) = expr.kind.as_ref()
            && let Some(declared) = self.globals.get(size)
        {
            let by = match &declared.binding {
                Binding::Size { by, .. } => format!(" (bound by {by})"),
                Binding::Value(_) | Binding::Function(_) | Binding::Broken => String::new(),
            };
            return (format!("{size} = {length}{by}"), Some(declared.span));
        }
        let verb = if length == 1 { "is" } else { "are" };
        (format!("{length} {verb} declared"), None)
    }
}

/// How a matrix is written by a formula, where a list over two indexes was.
fn matrix_help(param: &ast::Param) -> Option<String> {
    let ExprKind::Comprehension { family, .. } = &*param.value.as_ref()?.kind else {
        return None;
    };
    let [rows, columns] = &family.generators[..] else {
        return None;
    };
    let (rows, columns) = (&rows.name.text, &columns.name.text);
    Some(format!(
        "a list over `{rows}` and `{columns}` is one column; for a matrix write \
         `[[… for {rows} in …] for {columns} in …]`"
    ))
}
