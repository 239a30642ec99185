//! Expressions: precedence, applied to the flat list of operands and operators.

use super::{Builder, Items};
use crate::span::Span;
use crate::syntax::ast::{AddOperator, Argument, Expr, ExprKind, IndexItem, MulOperator, Name};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::split::MOST_NESTED;

/// A base with the operator `^` that stands behind it.
struct Raised {
    minus: Option<(usize, Span)>,
    base: Expr,
    elementwise: bool,
    operator_span: Span,
}

impl Builder<'_> {
    /// `depth` counts the brackets, powers and indices around the expression.
    pub(super) fn expression(&mut self, pair: Pair<'_>, depth: usize) -> Expr {
        if depth > MOST_NESTED {
            let span = self.span(&pair);
            self.too_deep(span);
            return Self::stand_in(span);
        }
        self.sum(&mut pair.into_inner().peekable(), depth)
    }

    fn too_deep(&mut self, span: Span) {
        let reported = |error: &SyntaxError| matches!(error, SyntaxError::TooDeep { .. });
        if !self.errors.iter().any(reported) {
            let most = MOST_NESTED;
            self.errors.push(SyntaxError::TooDeep { most, span });
        }
    }

    fn sum(&mut self, items: &mut Items<'_>, depth: usize) -> Expr {
        let first = self.product(items, depth);
        let mut rest = Vec::new();
        while let Some((_, operator)) = self.operator(items, add_operator) {
            rest.push((operator, self.product(items, depth)));
        }
        let Some((_, last)) = rest.last() else {
            return first;
        };
        let span = first.span.to(last.span);
        Expr {
            kind: Box::new(ExprKind::Sum { first, rest }),
            span,
        }
    }

    fn product(&mut self, items: &mut Items<'_>, depth: usize) -> Expr {
        let first = self.power(items, depth);
        let mut rest = Vec::new();
        while let Some((span, operator)) = self.operator(items, mul_operator) {
            rest.push((operator, span, self.power(items, depth)));
        }
        let Some((_, _, last)) = rest.last() else {
            return first;
        };
        let span = first.span.to(last.span);
        Expr {
            kind: Box::new(ExprKind::Product { first, rest }),
            span,
        }
    }

    /// `-a^b^c` is `-(a^(b^c))`: collected from the left, folded from the right.
    fn power(&mut self, items: &mut Items<'_>, depth: usize) -> Expr {
        let mut chain: Vec<Raised> = Vec::new();
        let (mut minus, mut last) = self.operand(items, depth);
        while let Some((operator_span, elementwise)) = self.operator(items, power_operator) {
            let base = last;
            chain.push(Raised {
                minus,
                base,
                elementwise,
                operator_span,
            });
            if depth + chain.len() > MOST_NESTED {
                self.too_deep(operator_span);
                chain.clear();
            }
            (minus, last) = self.operand(items, depth + chain.len());
        }
        let mut result = signed(minus, last);
        for raised in chain.into_iter().rev() {
            let span = raised.base.span.to(result.span);
            let kind = ExprKind::Power {
                base: raised.base,
                elementwise: raised.elementwise,
                operator_span: raised.operator_span,
                exponent: result,
            };
            let power = Expr {
                kind: Box::new(kind),
                span,
            };
            result = signed(raised.minus, power);
        }
        result
    }

    fn operator<T>(
        &self,
        items: &mut Items<'_>,
        meaning: fn(&str) -> Option<T>,
    ) -> Option<(Span, T)> {
        let pair = items.peek().filter(|pair| pair.as_rule() == Rule::infix)?;
        let found = (self.span(pair), meaning(pair.as_str())?);
        items.next();
        Some(found)
    }

    /// A primary with its postfixes, and the minus signs before it.
    fn operand(&mut self, items: &mut Items<'_>, depth: usize) -> (Option<(usize, Span)>, Expr) {
        let minus = self.take(items, Rule::minus).map(|pair| {
            let count = pair.as_str().bytes().filter(|byte| *byte == b'-').count();
            (count, self.span(&pair))
        });
        let mut expr = self.primary(items, depth);
        let mut postfixes = 0;
        while let Some(pair) = items.next_if(is_postfix) {
            postfixes += 1;
            expr = if pair.as_rule() == Rule::transpose {
                self.transpose(expr, &pair)
            } else {
                self.index(expr, pair, depth + 1)
            };
            if depth + postfixes > MOST_NESTED {
                self.too_deep(expr.span);
                expr = Self::stand_in(expr.span);
            }
        }
        (minus, expr)
    }

    /// `x''` is `x`.
    fn transpose(&mut self, base: Expr, pair: &Pair<'_>) -> Expr {
        let count = pair.as_str().bytes().filter(|byte| *byte == b'\'').count();
        let span = base.span.to(self.span(pair));
        if count % 2 == 0 {
            return Expr { span, ..base };
        }
        Expr {
            kind: Box::new(ExprKind::Transpose(base)),
            span,
        }
    }

    fn index(&mut self, base: Expr, pair: Pair<'_>, depth: usize) -> Expr {
        let span = base.span.to(self.span(&pair));
        self.suspicious |= is_plain_index(&base);
        let outer = std::mem::replace(&mut self.in_index, true);
        let mut inner = pair.into_inner().peekable();
        let mut items = Vec::new();
        while let Some(pair) = self.next(&mut inner) {
            items.push(self.index_item(pair, &mut inner, depth));
        }
        self.in_index = outer;
        Expr {
            kind: Box::new(ExprKind::Index { base, items }),
            span,
        }
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
        let by = self.take(&mut inner, Rule::BY);
        let by = by.map(|_| self.next_expression(&mut inner, depth));
        Some((to, by, span))
    }

    fn primary(&mut self, items: &mut Items<'_>, depth: usize) -> Expr {
        let Some(pair) = self.next(items) else {
            return Self::stand_in(Span::new(self.offset, self.offset));
        };
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::number => self.number(&pair),
            Rule::name => match self.take(items, Rule::arguments) {
                Some(arguments) => self.call(&pair, arguments, depth + 1),
                None => self.name_expression(&pair),
            },
            Rule::group => {
                let mut inner = pair.into_inner().peekable();
                let grouped = self.next_expression(&mut inner, depth + 1);
                Expr { span, ..grouped }
            }
            Rule::matrix => self.matrix(pair, depth + 1),
            _ => {
                let text = pair.as_str().trim_matches('"').to_owned();
                let kind = Box::new(ExprKind::Text(text));
                Expr { kind, span }
            }
        }
    }

    fn number(&mut self, pair: &Pair<'_>) -> Expr {
        let span = self.span(pair);
        let value: f64 = pair.as_str().parse().unwrap_or(f64::INFINITY);
        if value.is_infinite() {
            self.errors.push(SyntaxError::NumberTooLarge { span });
        }
        let kind = Box::new(ExprKind::Number(value));
        Expr { kind, span }
    }

    fn name_expression(&mut self, pair: &Pair<'_>) -> Expr {
        let name = self.name(pair);
        self.suspicious |= name.text.ends_with('ᵀ');
        let kind = match name.text.as_str() {
            "end" if self.in_index => ExprKind::End,
            "end" => {
                let span = name.span;
                self.errors.push(SyntaxError::EndOutsideIndex { span });
                ExprKind::End
            }
            _ => ExprKind::Name(name.text),
        };
        Expr {
            kind: Box::new(kind),
            span: name.span,
        }
    }

    fn call(&mut self, pair: &Pair<'_>, arguments: Pair<'_>, depth: usize) -> Expr {
        let span = self.span(pair).to(self.span(&arguments));
        let function = self.name(pair);
        let foreign = matches!(function.text.as_str(), "norm" | "transpose" | "dot");
        self.suspicious |= foreign || self.declared.contains(&function.text);
        let (arguments, family) = self.arguments(arguments, depth);
        let kind = ExprKind::Call {
            function,
            arguments,
            family,
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
    ) -> (Vec<Argument>, Option<crate::syntax::ast::Family>) {
        let mut items = pair.into_inner().peekable();
        let mut arguments = Vec::new();
        let mut family = None;
        while let Some(pair) = self.next(&mut items) {
            match pair.as_rule() {
                Rule::family => family = Some(self.family(pair, depth)),
                Rule::argument_name => {
                    let name = pair.into_inner().next().map(|name| self.name(&name));
                    if let Some(value) = self.next(&mut items) {
                        arguments.push(self.argument(name, value, &mut items, depth));
                    }
                }
                _ => arguments.push(self.argument(None, pair, &mut items, depth)),
            }
        }
        (arguments, family)
    }

    fn argument(
        &mut self,
        name: Option<Name>,
        pair: Pair<'_>,
        items: &mut Items<'_>,
        depth: usize,
    ) -> Argument {
        let from = self.expression(pair, depth);
        let value = match self.upto(items, depth) {
            Some((to, by, end)) => Expr {
                span: from.span.to(end),
                kind: Box::new(ExprKind::Range { from, to, by }),
            },
            None => from,
        };
        Argument { name, value }
    }

    fn matrix(&mut self, pair: Pair<'_>, depth: usize) -> Expr {
        let span = self.span(&pair);
        let mut items = pair.into_inner().peekable();
        let mut rows = vec![Vec::new()];
        while let Some(pair) = self.next(&mut items) {
            match (pair.as_rule(), rows.last_mut()) {
                (Rule::row_end, _) => rows.push(Vec::new()),
                (Rule::family, Some(row)) => {
                    let body = row.pop().unwrap_or_else(|| Self::stand_in(span));
                    let family = self.family(pair, depth);
                    let kind = Box::new(ExprKind::Comprehension { body, family });
                    return Expr { kind, span };
                }
                (_, Some(row)) => row.push(self.expression(pair, depth)),
                (_, None) => {}
            }
        }
        let kind = Box::new(ExprKind::Matrix { rows });
        Expr { kind, span }
    }
}

fn is_postfix(pair: &Pair<'_>) -> bool {
    matches!(pair.as_rule(), Rule::transpose | Rule::index)
}

/// `A[i]` with one position: a second index behind it is another language's `A[i][j]`.
fn is_plain_index(base: &Expr) -> bool {
    match base.kind.as_ref() {
        ExprKind::Index { base, items } => {
            let named = matches!(base.kind.as_ref(), ExprKind::Name(_));
            named && matches!(items.as_slice(), [IndexItem::At(_)])
        }
        _ => false,
    }
}

fn signed(minus: Option<(usize, Span)>, expr: Expr) -> Expr {
    let Some((count, span)) = minus else {
        return expr;
    };
    let span = span.to(expr.span);
    if count % 2 == 0 {
        return Expr { span, ..expr };
    }
    Expr {
        kind: Box::new(ExprKind::Negate(expr)),
        span,
    }
}

fn add_operator(sign: &str) -> Option<AddOperator> {
    match sign {
        "+" => Some(AddOperator::Plus),
        "-" => Some(AddOperator::Minus),
        _ => None,
    }
}

fn mul_operator(sign: &str) -> Option<MulOperator> {
    match sign {
        "*" => Some(MulOperator::Times),
        "/" => Some(MulOperator::Divide),
        ".*" => Some(MulOperator::ElementTimes),
        "./" => Some(MulOperator::ElementDivide),
        _ => None,
    }
}

/// Whether the power is elementwise.
fn power_operator(sign: &str) -> Option<bool> {
    match sign {
        "^" => Some(false),
        ".^" => Some(true),
        _ => None,
    }
}
