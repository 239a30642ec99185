//! Calls: the extent of a function's result, and what its arguments need to have in common.

use super::error::SymbolError;
use super::infer::{HELP, Inference, OF_SIZES, Result};
use super::merge::{Merged, merged};
use super::sizes::{Extent, ONE, SCALAR, Size};
use crate::atoms::Along;
use crate::atoms::registry::{self, Arity, BuildInput, Entry, usage};
use crate::matrix::Matrix;
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{Argument, Expr, ExprKind, Name};
use std::sync::Arc;

/// Functions of sizes, whose value is a number.
const SIZES_OF: [&str; 3] = ["rows", "cols", "length"];

impl Inference<'_> {
    pub(super) fn call(
        &mut self,
        function: &Name,
        arguments: &[Argument],
        span: Span,
    ) -> Result<Extent> {
        let name = function.text.as_str();
        if OF_SIZES.contains(&name) {
            return self.filled(function, arguments);
        }
        if SIZES_OF.contains(&name) {
            for argument in arguments {
                self.extent(&argument.value)?;
            }
            return Ok(SCALAR);
        }
        match registry::find(name) {
            Some(entry) => self.application(entry, arguments, span),
            None => {
                let message = format!("there is no function `{name}` for bare expressions");
                let help = "`bowl atoms` lists the functions; families and functions of one's own need a file";
                Err(SymbolError::new(message, function.span).or_help(help))
            }
        }
    }

    /// `eye(n)`, `ones(m, n)`.
    fn filled(&mut self, function: &Name, arguments: &[Argument]) -> Result<Extent> {
        let mut sizes = Vec::with_capacity(arguments.len());
        for argument in arguments {
            sizes.push(match argument.value.kind.as_ref() {
                ExprKind::Name(name) => self.sizes.named(name),
                ExprKind::Number(n) if n.fract() == 0.0 && (1.0..1e4).contains(n) => {
                    Size::Known(*n as usize)
                }
                _ => {
                    return Err(SymbolError::new(
                        "a size is a name or a number here",
                        argument.value.span,
                    ));
                }
            });
        }
        match (sizes.as_slice(), function.text.as_str()) {
            ([n], "eye") => Ok((*n, *n)),
            ([n], _) => Ok((*n, ONE)),
            ([m, n], _) => Ok((*m, *n)),
            _ => {
                let message = format!("`{}` takes one size or two", function.text);
                Err(SymbolError::new(message, function.span))
            }
        }
    }

    fn application(&mut self, entry: &Entry, arguments: &[Argument], span: Span) -> Result<Extent> {
        let (expressions, positional) = split(entry, arguments);
        let mut extents = Vec::with_capacity(expressions.len());
        for expression in expressions {
            let extent = self.extent(expression)?;
            extents.push(self.sizes.resolved(extent));
        }
        let constants = constants(entry, &positional, arguments, span)?;
        let along = along(arguments);
        let shape_of = |shapes: &[Shape]| {
            let input = BuildInput {
                shapes: shapes.to_vec(),
                parameters: entry.parameters,
                constants: constants.clone(),
                along,
            };
            (entry.build)(&input).ok()?.shape(shapes).ok()
        };
        let name = entry.name;
        match merged(&extents, shape_of) {
            Merged::Fits(equal, extent) => {
                for (a, b) in equal {
                    self.sizes.unify(a, b);
                }
                Ok(extent)
            }
            Merged::NewSize(_) => {
                let message =
                    format!("the size of what `{name}` gives is none of those of its arguments");
                let help = "write a file with a `param` and a `var` for each name";
                Err(SymbolError::new(message, span).or_help(help))
            }
            Merged::Refused => {
                let taken: Vec<String> = extents.iter().map(|&e| self.describe(e)).collect();
                let message = format!("`{}` does not take {}", usage(entry), taken.join(" and "));
                Err(SymbolError::new(message, span).or_help(HELP))
            }
        }
    }
}

/// The expressions that a call is of, and the constants behind them.
fn split<'a>(entry: &Entry, arguments: &'a [Argument]) -> (Vec<&'a Expr>, Vec<&'a Expr>) {
    let most = match entry.arity {
        Arity::Exactly(names) => names.len(),
        Arity::AtLeast(_) => usize::MAX,
    };
    let unnamed = arguments.iter().filter(|a| a.name.is_none());
    let mut expressions: Vec<&Expr> = unnamed.map(|a| &a.value).collect();
    let constants = expressions.split_off(most.min(expressions.len()));
    (expressions, constants)
}

fn along(arguments: &[Argument]) -> Along {
    match Argument::named(arguments, "each").map(|each| each.kind.as_ref()) {
        Some(ExprKind::Name(word)) if word == "row" => Along::Rows,
        Some(ExprKind::Name(word)) if word == "column" => Along::Columns,
        Some(_) | None => Along::All,
    }
}

/// The values of the parameters, in the entry's order.
fn constants(
    entry: &Entry,
    positional: &[&Expr],
    arguments: &[Argument],
    span: Span,
) -> Result<Vec<Arc<Matrix>>> {
    let parameters = entry.parameters.iter().enumerate();
    let values = parameters.map(|(k, parameter)| {
        let given = positional
            .get(k)
            .copied()
            .or_else(|| Argument::named(arguments, parameter.name));
        let value = match given {
            Some(expr) => constant(expr),
            None => parameter.default.map(Matrix::scalar),
        };
        value.map(Arc::new).ok_or_else(|| {
            let message = format!(
                "`{}` takes a number for `{}` here",
                entry.name, parameter.name
            );
            SymbolError::new(message, given.map_or(span, |expr| expr.span))
        })
    });
    values.collect()
}

/// A number or a list of numbers that is written out.
fn constant(expr: &Expr) -> Option<Matrix> {
    let number = |expr: &Expr| match expr.kind.as_ref() {
        ExprKind::Number(number) => Some(*number),
        ExprKind::Negate(inner) => match inner.kind.as_ref() {
            ExprKind::Number(number) => Some(-number),
            _ => None,
        },
        _ => None,
    };
    match expr.kind.as_ref() {
        ExprKind::Matrix { rows } if rows.len() == 1 || rows.iter().all(|row| row.len() == 1) => {
            let entries: Option<Vec<f64>> = rows.iter().flatten().map(number).collect();
            let entries = entries?;
            Some(Matrix::from_columns(Shape::vector(entries.len()), entries))
        }
        _ => number(expr).map(Matrix::scalar),
    }
}
