//! Axes of declarations: how long they are and where they start.

use super::scope::is_constant;
use super::{ElaborateError, Elaborator, Result};
use crate::span::Span;
use crate::syntax::ast::{self, Axis, ExprKind};

/// One axis of a declaration.
pub(super) enum AxisSize {
    Known {
        first: i64,
        length: usize,
    },
    /// A name that this declaration binds.
    Unbound(ast::Name),
}

impl Elaborator<'_> {
    pub(super) fn axis(&mut self, axis: &Axis) -> Result<AxisSize> {
        match axis {
            Axis::Length(expr) => {
                if let ExprKind::Name(name) = expr.kind.as_ref()
                    && self.find(name).is_none()
                    && !is_constant(name)
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
}
