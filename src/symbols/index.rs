//! `x[2]` and `A[1, :]`: positions that are numbers.

use super::error::SymbolError;
use super::infer::{Inference, Result};
use super::sizes::{Extent, ONE, SCALAR, Size};
use crate::span::Span;
use crate::syntax::ast::{Expr, ExprKind, IndexItem};

impl Inference<'_> {
    pub(super) fn index(&mut self, base: &Expr, items: &[IndexItem], span: Span) -> Result<Extent> {
        let extent = self.extent(base)?;
        let (rows, cols) = self.sizes.resolved(extent);
        match items {
            [item] if cols == ONE => Ok((self.item(rows, item, span)?, ONE)),
            [item] if rows == ONE => Ok((ONE, self.item(cols, item, span)?)),
            [row, column] => Ok((self.item(rows, row, span)?, self.item(cols, column, span)?)),
            _ => {
                let what = self.describe(extent);
                let message = format!("{what} does not take {} positions", items.len());
                Err(SymbolError::new(message, span))
            }
        }
    }

    /// The size of what one position picks.
    fn item(&mut self, size: Size, item: &IndexItem, span: Span) -> Result<Size> {
        let refused = || {
            let help = "write a file with a `param` and a `var` for each name";
            SymbolError::new("positions are numbers here", span).or_help(help)
        };
        let (first, last) = match item {
            IndexItem::All(_) => return Ok(size),
            IndexItem::At(at) => (number(at), number(at)),
            IndexItem::Range { from, to, by: None } => (number(from), number(to)),
            IndexItem::Range { .. } => return Err(refused()),
        };
        let (Some(first), Some(last)) = (first, last) else {
            return Err(refused());
        };
        if first < 1 || last < first || !self.sizes.reach(size, last) {
            let what = self.describe((size, ONE));
            return Err(SymbolError::new(
                format!("{what} has no such position"),
                span,
            ));
        }
        match item {
            IndexItem::At(_) => Ok(SCALAR.0),
            IndexItem::All(_) | IndexItem::Range { .. } => Ok(Size::Known(last - first + 1)),
        }
    }
}

/// A whole number that is written out.
fn number(expr: &Expr) -> Option<usize> {
    match expr.kind.as_ref() {
        ExprKind::Number(number) if number.fract() == 0.0 && (0.0..1e6).contains(number) => {
            Some(*number as usize)
        }
        _ => None,
    }
}
