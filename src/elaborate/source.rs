//! `csv("file", columns = …)` and its kin: data behind a param.

use super::{ElaborateError, Elaborator, Result};
use crate::data::{self, Columns, Format, Header, Request};
use crate::matrix::Matrix;
use crate::span::Span;
use crate::syntax::ast::{Argument, Expr, ExprKind};

impl Elaborator<'_> {
    /// The data when the expression is a data source, `None` when it is any other expression.
    pub(super) fn source(&mut self, expr: &Expr) -> Result<Option<Matrix>> {
        let ExprKind::Call {
            function,
            arguments,
            family: None,
        } = expr.kind.as_ref()
        else {
            return Ok(None);
        };
        let Some(format) = data::find(&function.text) else {
            return Ok(None);
        };
        let file = file_name(format, arguments, expr.span)?;
        let mut request = Request::default();
        for argument in &arguments[1..] {
            self.source_option(format, argument, &mut request)?;
        }
        let path = self.inputs.directory.join(file);
        format
            .read(&path, &request)
            .map(Some)
            .map_err(|error| ElaborateError::data(error, expr.span))
    }

    fn source_option(
        &mut self,
        format: &dyn Format,
        argument: &Argument,
        request: &mut Request,
    ) -> Result<()> {
        let Some(name) = &argument.name else {
            return match argument.value.kind.as_ref() {
                ExprKind::Text(key) if format.takes_key() && request.key.is_none() => {
                    request.key = Some(key.clone());
                    Ok(())
                }
                _ => Err(no_meaning(format, argument)),
            };
        };
        if !format.options().contains(&name.text.as_str()) {
            let message = format!("`{}` has no option `{}`", format.name(), name.text);
            return Err(ElaborateError::argument(message, name.span).or_help(options(format)));
        }
        match name.text.as_str() {
            "columns" => request.columns = self.columns(&argument.value)?,
            _ => request.header = header(&argument.value)?,
        }
        Ok(())
    }

    fn columns(&mut self, expr: &Expr) -> Result<Columns> {
        match expr.kind.as_ref() {
            ExprKind::Text(name) => Ok(Columns::Names(vec![name.clone()])),
            ExprKind::Range { from, to, by: None } => {
                let from = self.position(from)?;
                Ok(Columns::Range(from, self.position(to)?))
            }
            ExprKind::Matrix { rows } if rows.len() == 1 => {
                let names = rows[0].iter().map(|item| match item.kind.as_ref() {
                    ExprKind::Text(name) => Ok(name.clone()),
                    _ => Err(wrong_columns(item.span)),
                });
                names.collect::<Result<_>>().map(Columns::Names)
            }
            ExprKind::Number(_) | ExprKind::Name(_) => {
                let column = self.position(expr)?;
                Ok(Columns::Range(column, column))
            }
            _ => Err(wrong_columns(expr.span)),
        }
    }

    fn position(&mut self, expr: &Expr) -> Result<usize> {
        let position = self.integer(expr, "a column")?;
        usize::try_from(position)
            .ok()
            .filter(|p| *p >= 1)
            .ok_or_else(|| ElaborateError::argument("columns are counted from 1", expr.span))
    }
}

fn file_name<'e>(format: &dyn Format, arguments: &'e [Argument], span: Span) -> Result<&'e str> {
    match arguments
        .first()
        .map(|a| (a.name.is_none(), a.value.kind.as_ref()))
    {
        Some((true, ExprKind::Text(file))) => Ok(file),
        _ => {
            let name = format.name();
            Err(
                ElaborateError::argument(format!("`{name}` needs the name of a file"), span)
                    .or_help(format!("write `{name}(\"data/file.{name}\")`")),
            )
        }
    }
}

fn header(expr: &Expr) -> Result<Header> {
    match expr.kind.as_ref() {
        ExprKind::Name(word) if word == "auto" => Ok(Header::Auto),
        ExprKind::Name(word) if word == "true" => Ok(Header::Present),
        ExprKind::Name(word) if word == "false" => Ok(Header::Absent),
        _ => Err(ElaborateError::argument(
            "`header` is `auto`, `true` or `false`",
            expr.span,
        )),
    }
}

fn wrong_columns(span: Span) -> ElaborateError {
    ElaborateError::argument("this does not choose columns", span)
        .or_help("write `columns = 1..10`, `columns = \"name\"` or `columns = [\"a\", \"b\"]`")
}

fn no_meaning(format: &dyn Format, argument: &Argument) -> ElaborateError {
    let error = ElaborateError::argument("this argument has no name", argument.value.span);
    match argument.value.kind.as_ref() {
        ExprKind::Text(text) if format.options().contains(&"columns") => {
            error.or_help(format!("write `columns = \"{text}\"`"))
        }
        _ => error.or_help(options(format)),
    }
}

fn options(format: &dyn Format) -> String {
    let names: Vec<String> = format.options().iter().map(|o| format!("`{o}`")).collect();
    if names.is_empty() {
        format!("`{}` has no options", format.name())
    } else {
        format!("its options are {}", names.join(", "))
    }
}
