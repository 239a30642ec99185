//! Calls, indices, ranges and matrices: what stands in brackets.

use super::{Builder, Items, push};
use crate::span::Span;
use crate::syntax::ast::{Argument, Expr, ExprKind, Family, IndexItem, Name};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::{Pair, Rule};

impl Builder<'_> {
    pub(super) fn call(
        &mut self,
        function: &str,
        name_span: Span,
        pair: Pair<'_>,
        depth: usize,
    ) -> Expr {
        let foreign = matches!(function, "norm" | "transpose" | "dot" | "range");
        self.suspicious |= foreign || self.declared.contains(function);
        let span = name_span.to(self.bracket_span(&pair));
        let (arguments, family) = self.arguments(pair, depth);
        let function = Name {
            text: function.to_owned(),
            span: name_span,
        };
        let kind = ExprKind::Call {
            function,
            arguments,
            family: family.map(Box::new),
        };
        Expr {
            kind: Box::new(kind),
            span,
        }
    }

    pub(super) fn arguments(
        &mut self,
        pair: Pair<'_>,
        depth: usize,
    ) -> (Vec<Argument>, Option<Family>) {
        let mut items = pair.into_inner().peekable();
        let mut arguments = Vec::new();
        let mut family = None;
        while let Some(pair) = items.next() {
            match pair.as_rule() {
                Rule::generators => family = Some(self.family(pair, depth)),
                _ => arguments.push(self.argument(pair, &mut items, depth)),
            }
        }
        (arguments, family)
    }

    fn argument(&mut self, pair: Pair<'_>, items: &mut Items<'_>, depth: usize) -> Argument {
        let named = self.byte(pair.as_span().end()) == b'=';
        let first = self.expression(pair, depth);
        let (name, from) = if named {
            (
                self.argument_name(first),
                self.next_expression(items, depth),
            )
        } else {
            (None, first)
        };
        let value = match self.upto(items, depth) {
            Some((to, by, end)) => Expr {
                span: from.span.to(end),
                kind: Box::new(ExprKind::Range { from, to, by }),
            },
            None => from,
        };
        Argument { name, value }
    }

    fn argument_name(&mut self, expr: Expr) -> Option<Name> {
        let span = expr.span;
        match *expr.kind {
            ExprKind::Name(text) => Some(Name { text, span }),
            _ => {
                self.errors.push(SyntaxError::ArgumentName { span });
                None
            }
        }
    }

    /// The tail `..to by step` of a range, and its span.
    pub(super) fn upto(
        &mut self,
        items: &mut Items<'_>,
        depth: usize,
    ) -> Option<(Expr, Option<Expr>, Span)> {
        let pair = self.take(items, Rule::upto)?;
        let span = self.span(&pair);
        let mut inner = pair.into_inner().peekable();
        let to = self.next_expression(&mut inner, depth);
        let by = inner.next().map(|by| self.expression(by, depth));
        Some((to, by, span))
    }

    pub(super) fn index_items(&mut self, pair: Pair<'_>, depth: usize) -> Vec<IndexItem> {
        let outer = std::mem::replace(&mut self.in_index, true);
        let mut inner = pair.into_inner().peekable();
        let mut items = Vec::new();
        while let Some(pair) = inner.next() {
            push(&mut items, self.index_item(pair, &mut inner, depth));
        }
        self.in_index = outer;
        items
    }

    fn index_item(&mut self, pair: Pair<'_>, items: &mut Items<'_>, depth: usize) -> IndexItem {
        if pair.as_rule() == Rule::all {
            return IndexItem::All(self.span(&pair));
        }
        let from = self.expression(pair, depth);
        match self.upto(items, depth) {
            Some((to, by, _)) => IndexItem::Range { from, to, by },
            None => IndexItem::At(from),
        }
    }

    pub(super) fn matrix(&mut self, pair: Pair<'_>, depth: usize) -> Expr {
        let span = self.span(&pair);
        let mut rows = Vec::new();
        let mut row = Vec::new();
        for pair in pair.into_inner() {
            if pair.as_rule() == Rule::generators {
                let family = self.family(pair, depth);
                let body = row.pop().unwrap_or_else(|| Self::stand_in(span));
                let kind = Box::new(ExprKind::Comprehension {
                    body,
                    family: Box::new(family),
                });
                return Expr { kind, span };
            }
            let ends_row = self.byte(pair.as_span().end()) == b';';
            row.push(self.expression(pair, depth));
            if ends_row {
                rows.push(std::mem::take(&mut row));
            }
        }
        rows.push(row);
        let kind = Box::new(ExprKind::Matrix { rows });
        Expr { kind, span }
    }
}
