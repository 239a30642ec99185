//! `param`, `var` and `let`.

use super::scope::{Binding, Function, Value};
use super::{ElaborateError, Elaborator, Result};
use crate::dcp::Interval;
use crate::matrix::{Matrix, SparseMatrix};
use crate::problem::{Param, Structure, Variable};
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{self, Attribute, Axis, Expr, ExprKind};
use std::rc::Rc;
use std::sync::Arc;

/// One axis of a declaration.
enum AxisSize {
    Known {
        first: i64,
        length: usize,
    },
    /// A name that this declaration binds.
    Unbound(ast::Name),
}

impl Elaborator<'_> {
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

    fn bind(
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

    /// From `--set`, from `--data`, or from the file.
    fn param_value(&mut self, param: &ast::Param) -> Result<Matrix> {
        let name = &param.name.text;
        let inputs = self.inputs;
        let set = inputs.settings.iter().rev().find(|(n, _)| n == name);
        let value = match (set, inputs.data.get(name), &param.value) {
            (Some((_, expr)), _, _) | (None, None, Some(expr)) => self.value_of(expr)?,
            (None, Some(data), _) => data.as_ref().clone(),
            (None, None, None) => {
                return Err(ElaborateError::NoValue {
                    name: name.clone(),
                    span: param.name.span,
                });
            }
        };
        self.check_finite(param, &value)?;
        Ok(value)
    }

    fn value_of(&mut self, expr: &Expr) -> Result<Matrix> {
        if let Some(data) = self.source(expr)? {
            return Ok(data);
        }
        let node = self.expression(expr)?;
        let value = self.constant_value(node, "the value of a param", expr.span)?;
        Ok(Arc::unwrap_or_clone(value))
    }

    fn check_finite(&self, param: &ast::Param, value: &Matrix) -> Result<()> {
        let Some(k) = value.stored().iter().position(|e| e.is_nan()) else {
            return Ok(());
        };
        let rows = value.shape().rows.max(1);
        Err(ElaborateError::NotFinite {
            name: param.name.text.clone(),
            place: format!("[{}, {}]", k % rows + 1, k / rows + 1),
            span: param.name.span,
        })
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
        if let Some(axis) = param.axes.first() {
            first_index.0 = self.fit_axis(name, axis, shape.rows, "rows")?;
        }
        if let Some(axis) = param.axes.get(1) {
            first_index.1 = self.fit_axis(name, axis, shape.cols, "columns")?;
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
                    axis: kind,
                    wanted,
                    span: name.span,
                    bound,
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
        (format!("{length} are declared"), None)
    }

    fn axis(&mut self, axis: &Axis) -> Result<AxisSize> {
        match axis {
            Axis::Length(expr) => {
                if let ExprKind::Name(name) = expr.kind.as_ref()
                    && self.find(name).is_none()
                {
                    return Ok(AxisSize::Unbound(ast::Name {
                        text: name.clone(),
                        span: expr.span,
                    }));
                }
                let length = self.integer(expr, "a size")?;
                self.known_axis(1, length, expr.span)
            }
            Axis::Range { from, to } => {
                let first = self.integer(from, "the start of an axis")?;
                let last = self.integer(to, "the end of an axis")?;
                self.known_axis(first, last - first + 1, from.span.to(to.span))
            }
        }
    }

    fn known_axis(&self, first: i64, length: i64, span: Span) -> Result<AxisSize> {
        if length < 1 {
            return Err(ElaborateError::argument(
                format!("an axis needs at least one entry, but this one has {length}"),
                span,
            ));
        }
        self.check_count("this axis", length as f64, span)?;
        Ok(AxisSize::Known {
            first,
            length: length as usize,
        })
    }

    pub(super) fn var(&mut self, var: &ast::Var, comment: Option<&str>) -> Result<()> {
        self.check_free(&var.name)?;
        self.declare_unchecked(&var.name, Binding::Broken);
        let (shape, first_index) = self.var_shape(var)?;
        let structure = self.structure(var, shape)?;
        let position = self.problem.variables.len();
        let id = crate::expr::VariableId(position as u32);
        let node = self.graph.variable(id, shape, var.name.span);
        let has = |wanted: Attribute| var.attributes.iter().any(|a| a.attribute == wanted);
        self.problem.variables.push(Variable {
            name: var.name.text.as_str().into(),
            node,
            shape,
            structure,
            range: Interval::REALS,
            psd: has(Attribute::Psd),
            nsd: has(Attribute::Nsd),
            start: None,
            first_index,
            span: var.name.span,
            description: comment.map(str::to_owned),
        });
        self.bind(&var.name, node, first_index, Some(position));
        for attribute in &var.attributes {
            self.attribute_constraint(position, attribute);
        }
        for bound in &var.bounds {
            self.bound(position, bound)?;
        }
        if let Some(start) = &var.start {
            self.start(position, start)?;
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
            let node = self.expression(&definition.body)?;
            self.bind(&definition.name, node, (1, 1), None);
            return Ok(());
        };
        let function = Function {
            parameters: parameters.clone(),
            body: definition.body.clone(),
            order: self.declarations,
        };
        self.declare_unchecked(&definition.name, Binding::Function(Rc::new(function)));
        Ok(())
    }

    /// Attributes of a param are claims about its value.
    fn checked_attributes(&self, param: &ast::Param, value: Matrix) -> Result<Matrix> {
        let mut value = value;
        for word in &param.attributes {
            let broken = match word.attribute {
                Attribute::Nonneg => entry_where(&value, |e| e < 0.0),
                Attribute::Nonpos => entry_where(&value, |e| e > 0.0),
                Attribute::Diagonal => off_diagonal(&value),
                Attribute::Symmetric => asymmetry(&value),
                Attribute::Psd => asymmetry(&value).or_else(|| indefinite(&value, 1.0)),
                Attribute::Nsd => asymmetry(&value).or_else(|| indefinite(&value, -1.0)),
                Attribute::Sparse => {
                    value = Matrix::Sparse(match value {
                        Matrix::Sparse(sparse) => sparse,
                        Matrix::Dense(dense) => SparseMatrix::from_dense(&dense),
                    });
                    None
                }
            };
            if let Some(broken) = broken {
                let symmetric = matches!(
                    word.attribute,
                    Attribute::Symmetric | Attribute::Psd | Attribute::Nsd
                );
                return Err(ElaborateError::Attribute {
                    name: param.name.text.clone(),
                    attribute: attribute_word(word.attribute),
                    broken,
                    span: word.span,
                    help: (symmetric && asymmetry(&value).is_some())
                        .then(|| "the symmetric part is `(A + A')/2`".to_owned()),
                });
            }
        }
        Ok(value)
    }

    /// The variable's range after a further bound.
    pub(super) fn narrow(&mut self, position: usize, range: Interval) {
        let variable = &mut self.problem.variables[position];
        variable.range = variable.range.meet(range);
    }
}

pub(super) fn attribute_word(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Nonneg => "nonneg",
        Attribute::Nonpos => "nonpos",
        Attribute::Symmetric => "symmetric",
        Attribute::Psd => "psd",
        Attribute::Nsd => "nsd",
        Attribute::Diagonal => "diagonal",
        Attribute::Sparse => "sparse",
    }
}

/// "entry [2, 3] is -1" for the first entry that the test finds.
fn entry_where(value: &Matrix, broken: impl Fn(f64) -> bool) -> Option<String> {
    let Shape { rows, cols } = value.shape();
    value.stored().iter().find(|e| broken(**e))?;
    (0..cols)
        .flat_map(|j| (0..rows).map(move |i| (i, j)))
        .find(|&(i, j)| broken(value.get(i, j)))
        .map(|(i, j)| entry_text(value, i, j))
}

fn entry_text(value: &Matrix, i: usize, j: usize) -> String {
    let entry = value.get(i, j);
    if value.shape().is_column() {
        format!("entry [{}] is {entry}", i + 1)
    } else {
        format!("entry [{}, {}] is {entry}", i + 1, j + 1)
    }
}

fn off_diagonal(value: &Matrix) -> Option<String> {
    let Shape { rows, cols } = value.shape();
    (0..cols)
        .flat_map(|j| (0..rows).map(move |i| (i, j)))
        .find(|&(i, j)| i != j && value.get(i, j) != 0.0)
        .map(|(i, j)| entry_text(value, i, j))
}

fn asymmetry(value: &Matrix) -> Option<String> {
    if !value.shape().is_square() {
        return Some(format!("it is a {}", value.shape()));
    }
    let (i, j) = value.asymmetry()?;
    Some(format!(
        "{}, and {}",
        entry_text(value, i, j),
        entry_text(value, j, i)
    ))
}

/// An eigenvalue of the wrong sign, beyond rounding.
fn indefinite(value: &Matrix, sign: f64) -> Option<String> {
    let dense = value.to_dense();
    let eigenvalues = (dense.as_ref() * sign).symmetric_eigenvalues();
    let scale = eigenvalues.iter().fold(0.0, |m: f64, e| m.max(e.abs()));
    let least = eigenvalues.iter().copied().fold(f64::INFINITY, f64::min);
    let tolerance = 1e-12 * scale * dense.nrows() as f64;
    (least < -tolerance).then(|| format!("it has the eigenvalue {:.6}", sign * least))
}
