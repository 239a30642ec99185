//! Expressions: precedence, applied to the flat list of operands and the signs between them.

use super::{Builder, Items, push};
use crate::span::Span;
use crate::syntax::ast::{AddOperator, Expr, ExprKind, MulOperator};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::split::MOST_NESTED;

/// The operands of one expression; the signs are read from the text at `position`.
struct Flat<'t> {
    operands: Items<'t>,
    position: usize,
    /// The brackets, powers and indices around the expression.
    depth: usize,
}

/// An operand with its minus signs: how many, and where the first one stands.
struct Signed {
    minus: usize,
    minus_start: usize,
    expr: Expr,
}

/// A base with the operator `^` behind it.
struct Raised {
    base: Signed,
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
        let mut flat = Flat {
            position: pair.as_span().start(),
            operands: pair.into_inner().peekable(),
            depth,
        };
        self.sum(&mut flat)
    }

    fn too_deep(&mut self, span: Span) {
        let reported = |error: &SyntaxError| matches!(error, SyntaxError::TooDeep { .. });
        if !self.errors.iter().any(reported) {
            let most = MOST_NESTED;
            self.errors.push(SyntaxError::TooDeep { most, span });
        }
    }

    fn sum(&mut self, flat: &mut Flat<'_>) -> Expr {
        let first = self.product(flat);
        let mut rest = Vec::new();
        while let Some(operator) = self.add_operator(flat) {
            push(&mut rest, (operator, self.product(flat)));
        }
        let Some((_, last)) = rest.last() else {
            return first;
        };
        let span = first.span.to(last.span);
        let kind = Box::new(ExprKind::Sum { first, rest });
        Expr { kind, span }
    }

    fn product(&mut self, flat: &mut Flat<'_>) -> Expr {
        let first = self.power(flat);
        let mut rest = Vec::new();
        while let Some((operator, span)) = self.mul_operator(flat) {
            push(&mut rest, (operator, span, self.power(flat)));
        }
        let Some((_, _, last)) = rest.last() else {
            return first;
        };
        let span = first.span.to(last.span);
        let kind = Box::new(ExprKind::Product { first, rest });
        Expr { kind, span }
    }

    /// `-a^b^c` is `-(a^(b^c))`: collected from the left, folded from the right.
    fn power(&mut self, flat: &mut Flat<'_>) -> Expr {
        let mut last = self.operand(flat);
        let Some(operator) = self.power_operator(flat) else {
            return self.signed(last);
        };
        let outer = flat.depth;
        let mut chain = Vec::new();
        let mut operator = Some(operator);
        while let Some((elementwise, operator_span)) = operator {
            chain.push(Raised {
                base: last,
                elementwise,
                operator_span,
            });
            flat.depth += 1;
            if flat.depth > MOST_NESTED {
                self.too_deep(operator_span);
                chain.clear();
                flat.depth = outer;
            }
            last = self.operand(flat);
            operator = self.power_operator(flat);
        }
        flat.depth = outer;
        let last = self.signed(last);
        chain
            .into_iter()
            .rev()
            .fold(last, |exponent, raised| self.raised(raised, exponent))
    }

    fn raised(&mut self, raised: Raised, exponent: Expr) -> Expr {
        let transposes = matches!(exponent.kind.as_ref(), ExprKind::Name(name) if name == "T");
        self.suspicious |= transposes && !self.declared.contains("T");
        let Raised {
            base,
            elementwise,
            operator_span,
        } = raised;
        let span = base.expr.span.to(exponent.span);
        let kind = ExprKind::Power {
            base: base.expr,
            elementwise,
            operator_span,
            exponent,
        };
        let expr = Expr {
            kind: Box::new(kind),
            span,
        };
        self.signed(Signed { expr, ..base })
    }

    fn signed(&self, signed: Signed) -> Expr {
        let Signed {
            minus,
            minus_start,
            expr,
        } = signed;
        if minus == 0 {
            return expr;
        }
        let span = self.span_of(minus_start, minus_start).to(expr.span);
        if minus % 2 == 0 {
            return Expr { span, ..expr };
        }
        let kind = Box::new(ExprKind::Negate(expr));
        Expr { kind, span }
    }

    // ---- operands

    fn operand(&mut self, flat: &mut Flat<'_>) -> Signed {
        let (mut minus, mut minus_start) = (0, flat.position);
        self.skip_blanks(flat);
        while self.byte(flat.position) == b'-' {
            if minus == 0 {
                minus_start = flat.position;
            }
            minus += 1;
            flat.position += 1;
            self.skip_blanks(flat);
        }
        let primary = self.primary(flat);
        let expr = self.postfixes(primary, flat);
        Signed {
            minus,
            minus_start,
            expr,
        }
    }

    fn primary(&mut self, flat: &mut Flat<'_>) -> Expr {
        let Some(pair) = flat.operands.next() else {
            return Self::stand_in(self.nowhere());
        };
        flat.position = pair.as_span().end();
        if pair.as_rule() == Rule::atom {
            return self.atom(pair, flat);
        }
        flat.position += 1;
        let span = self.bracket_span(&pair);
        let depth = flat.depth + 1;
        match pair.as_rule() {
            Rule::matrix => Expr {
                span,
                ..self.matrix(pair, depth)
            },
            _ => Expr {
                span,
                ..self.expression(pair, depth)
            },
        }
    }

    fn atom(&mut self, pair: Pair<'_>, flat: &mut Flat<'_>) -> Expr {
        let span = self.span_of(pair.as_span().start(), pair.as_span().end());
        let text = pair.as_str();
        let kind = match text.as_bytes()[0] {
            b'0'..=b'9' | b'.' => self.number(text, span),
            b'"' => ExprKind::Text(text.trim_matches('"').to_owned()),
            _ => return self.word(text, span, flat),
        };
        Expr {
            kind: Box::new(kind),
            span,
        }
    }

    fn number(&mut self, text: &str, span: Span) -> ExprKind {
        let value: f64 = text.parse().unwrap_or(f64::INFINITY);
        if value.is_infinite() {
            self.errors.push(SyntaxError::NumberTooLarge { span });
        }
        ExprKind::Number(value)
    }

    /// `var(x)` asks for a function whose short name is taken.
    fn check_call(&mut self, word: &str, span: Span, arguments: Option<&Pair<'_>>) {
        match arguments.filter(|_| word == "var") {
            Some(arguments) => {
                let write = format!("variance({})", arguments.as_str());
                self.errors.push(SyntaxError::VarianceCall { span, write });
            }
            None => self.check_word(word, span),
        }
    }

    fn word(&mut self, text: &str, span: Span, flat: &mut Flat<'_>) -> Expr {
        self.suspicious |= text.ends_with('ᵀ');
        let arguments = flat
            .operands
            .next_if(|pair| pair.as_rule() == Rule::arguments);
        self.check_call(text, span, arguments.as_ref());
        if let Some(arguments) = arguments {
            flat.position = arguments.as_span().end() + 1;
            return self.call(text, span, arguments, flat.depth + 1);
        }
        let kind = match text {
            "end" => {
                if !self.in_index {
                    self.errors.push(SyntaxError::EndOutsideIndex { span });
                }
                ExprKind::End
            }
            _ => ExprKind::Name(text.to_owned()),
        };
        Expr {
            kind: Box::new(kind),
            span,
        }
    }

    /// The transposes and indices behind a primary.
    fn postfixes(&mut self, mut expr: Expr, flat: &mut Flat<'_>) -> Expr {
        let outer = flat.depth;
        loop {
            self.skip_blanks(flat);
            if self.byte(flat.position) == b'\'' {
                expr = self.transposed(expr, flat);
            } else if let Some(pair) = flat.operands.next_if(is_bracketed) {
                expr = self.indexed(expr, pair, flat);
            } else {
                flat.depth = outer;
                return expr;
            }
            flat.depth += 1;
            if flat.depth > MOST_NESTED {
                self.too_deep(expr.span);
                expr = Self::stand_in(expr.span);
                flat.depth = outer;
            }
        }
    }

    /// `x''` is `x`.
    fn transposed(&mut self, base: Expr, flat: &mut Flat<'_>) -> Expr {
        let mut count = 0;
        let mut end = flat.position;
        while self.byte(flat.position) == b'\'' {
            count += 1;
            end = flat.position + 1;
            flat.position = end;
            self.skip_blanks(flat);
        }
        let span = base.span.to(self.span_of(end, end));
        if count % 2 == 0 {
            return Expr { span, ..base };
        }
        let kind = Box::new(ExprKind::Transpose(base));
        Expr { kind, span }
    }

    fn indexed(&mut self, base: Expr, pair: Pair<'_>, flat: &mut Flat<'_>) -> Expr {
        flat.position = pair.as_span().end() + 1;
        let span = base.span.to(self.bracket_span(&pair));
        if pair.as_rule() == Rule::arguments {
            // `2(x + 1)`: a product in other languages.
            self.suspicious = true;
            return Expr { span, ..base };
        }
        self.suspicious |= is_plain_index(&base);
        let items = self.index_items(pair, flat.depth + 1);
        let kind = Box::new(ExprKind::Index { base, items });
        Expr { kind, span }
    }

    // ---- operators

    fn skip_blanks(&self, flat: &mut Flat<'_>) {
        while self.byte(flat.position) == b' ' {
            flat.position += 1;
        }
    }

    fn add_operator(&self, flat: &mut Flat<'_>) -> Option<AddOperator> {
        let operator = match self.byte(flat.position) {
            b'+' => AddOperator::Plus,
            b'-' => AddOperator::Minus,
            _ => return None,
        };
        flat.position += 1;
        Some(operator)
    }

    fn mul_operator(&self, flat: &mut Flat<'_>) -> Option<(MulOperator, Span)> {
        let (operator, length) = match (self.byte(flat.position), self.byte(flat.position + 1)) {
            (b'*', _) => (MulOperator::Times, 1),
            (b'/', _) => (MulOperator::Divide, 1),
            (b'.', b'*') => (MulOperator::ElementTimes, 2),
            (b'.', b'/') => (MulOperator::ElementDivide, 2),
            _ => return None,
        };
        Some((operator, self.pass(flat, length)))
    }

    /// Whether the power is elementwise, and where its sign stands.
    fn power_operator(&self, flat: &mut Flat<'_>) -> Option<(bool, Span)> {
        match (self.byte(flat.position), self.byte(flat.position + 1)) {
            (b'^', _) => Some((false, self.pass(flat, 1))),
            (b'.', b'^') => Some((true, self.pass(flat, 2))),
            _ => None,
        }
    }

    fn pass(&self, flat: &mut Flat<'_>, length: usize) -> Span {
        let start = flat.position;
        flat.position += length;
        self.span_of(start, flat.position)
    }
}

fn is_bracketed(pair: &Pair<'_>) -> bool {
    matches!(pair.as_rule(), Rule::index | Rule::arguments)
}

/// `A[i]` with one position: a second index behind it is another language's `A[i][j]`.
fn is_plain_index(base: &Expr) -> bool {
    use crate::syntax::ast::IndexItem;
    match base.kind.as_ref() {
        ExprKind::Index { base, items } => {
            let named = matches!(base.kind.as_ref(), ExprKind::Name(_));
            named && matches!(items.as_slice(), [IndexItem::At(_)])
        }
        _ => false,
    }
}
