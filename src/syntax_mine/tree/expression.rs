//! Expressions: the flat list of operands and operators by precedence.

use super::{Result, TreeBuilder, children};
use crate::span::Span;
use crate::syntax::ast::{AddOperator, Argument, Expr, ExprKind, Family, IndexItem, MulOperator};
use crate::syntax::error::SyntaxError;
use crate::syntax::parse::Rule;
use pest::iterators::Pair;

/// Longer towers of powers are refused: each level nests the tree.
const TALLEST_TOWER: usize = 40;

/// An operand with its leading minus signs counted.
struct Operand {
    negative: bool,
    start: Span,
    expr: Expr,
}

impl TreeBuilder<'_> {
    pub fn expression(&self, pair: Pair<'_, Rule>) -> Result<Expr> {
        let mut operands: Vec<Operand> = Vec::new();
        let mut operators: Vec<(String, Span)> = Vec::new();
        let mut minus: Option<(bool, Span)> = None;
        for part in children(pair) {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::minus => {
                    let (odd, start) = minus.unwrap_or((false, span));
                    minus = Some((!odd, start));
                }
                Rule::infix => operators.push((part.as_str().trim().to_owned(), span)),
                Rule::transpose => {
                    if let Some(last) = operands.last_mut() {
                        transpose(&mut last.expr, span);
                    }
                }
                Rule::index => {
                    let items = self.items(part)?;
                    if let Some(last) = operands.last_mut() {
                        wrap(&mut last.expr, span, |base| ExprKind::Index { base, items });
                    }
                }
                _ => {
                    let (negative, start) = minus.take().unwrap_or((false, span));
                    operands.push(Operand {
                        negative,
                        start,
                        expr: self.primary(part)?,
                    });
                }
            }
        }
        self.sums(operands, operators)
    }

    fn primary(&self, pair: Pair<'_, Rule>) -> Result<Expr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::number => ExprKind::Number(pair.as_str().parse().unwrap_or(f64::NAN)),
            Rule::text => ExprKind::Text(pair.as_str().trim_matches('"').to_owned()),
            Rule::end_word => ExprKind::End,
            Rule::name => ExprKind::Name(pair.as_str().to_owned()),
            Rule::group => {
                let inner = self.next(&mut children(pair), "an expression")?;
                let mut expr = self.expression(inner)?;
                expr.span = span;
                return Ok(expr);
            }
            Rule::call => return self.call(pair, span),
            _ => return self.list(pair, span),
        };
        Ok(Expr {
            kind: Box::new(kind),
            span,
        })
    }

    fn call(&self, pair: Pair<'_, Rule>, span: Span) -> Result<Expr> {
        let mut inner = children(pair);
        let function = self.name(&self.next(&mut inner, "a function")?);
        let (arguments, family) = match inner.next() {
            Some(arguments) => self.arguments(arguments)?,
            None => (Vec::new(), None),
        };
        Ok(Expr {
            kind: Box::new(ExprKind::Call {
                function,
                arguments,
                family,
            }),
            span,
        })
    }

    pub(super) fn arguments(
        &self,
        pair: Pair<'_, Rule>,
    ) -> Result<(Vec<Argument>, Option<Family>)> {
        let mut arguments = Vec::new();
        let mut family = None;
        for part in children(pair) {
            if part.as_rule() == Rule::family {
                family = Some(self.family(part)?);
                continue;
            }
            let mut inner = children(part);
            let mut value = self.next(&mut inner, "an argument")?;
            let mut name = None;
            if value.as_rule() == Rule::name {
                name = Some(self.name(&value));
                value = self.next(&mut inner, "an argument")?;
            }
            arguments.push(Argument {
                name,
                value: self.ranged(value)?,
            });
        }
        Ok((arguments, family))
    }

    /// `a`, `a..b` or `a..b by c`.
    pub(super) fn ranged(&self, pair: Pair<'_, Rule>) -> Result<Expr> {
        let span = self.span(&pair);
        let mut parts = children(pair);
        let from = self.expression(self.next(&mut parts, "an expression")?)?;
        let Some(to) = parts.next() else {
            return Ok(from);
        };
        let to = self.expression(to)?;
        let by = parts.next().map(|by| self.expression(by)).transpose()?;
        Ok(Expr {
            kind: Box::new(ExprKind::Range { from, to, by }),
            span,
        })
    }

    fn list(&self, pair: Pair<'_, Rule>, span: Span) -> Result<Expr> {
        let mut rows: Vec<Vec<Expr>> = Vec::new();
        let mut family = None;
        for part in children(pair) {
            if part.as_rule() == Rule::family {
                family = Some(self.family(part)?);
            } else {
                let row = children(part).map(|item| self.ranged(item));
                rows.push(row.collect::<Result<_>>()?);
            }
        }
        let kind = match family {
            None => ExprKind::Matrix { rows },
            Some(family) => match rows.pop().as_deref_mut() {
                Some([body]) if rows.is_empty() => ExprKind::Comprehension {
                    body: body.clone(),
                    family,
                },
                _ => {
                    return Err(SyntaxError::Unexpected {
                        expected: "one expression before `for`".to_owned(),
                        found: "several".to_owned(),
                        span,
                        help: None,
                    });
                }
            },
        };
        Ok(Expr {
            kind: Box::new(kind),
            span,
        })
    }

    fn items(&self, pair: Pair<'_, Rule>) -> Result<Vec<IndexItem>> {
        children(pair).map(|item| self.item(item)).collect()
    }

    fn item(&self, pair: Pair<'_, Rule>) -> Result<IndexItem> {
        let part = self.next(&mut children(pair), "an index")?;
        if part.as_rule() == Rule::colon {
            return Ok(IndexItem::All(self.span(&part)));
        }
        let expr = self.ranged(part)?;
        Ok(match *expr.kind {
            ExprKind::Range { from, to, by } => IndexItem::Range { from, to, by },
            _ => IndexItem::At(expr),
        })
    }

    /// Splits at `+` and `-`.
    fn sums(&self, operands: Vec<Operand>, operators: Vec<(String, Span)>) -> Result<Expr> {
        let mut operands = operands.into_iter();
        let mut operators = operators.into_iter().peekable();
        let mut first: Option<Expr> = None;
        let mut rest = Vec::new();
        let mut sign = AddOperator::Plus;
        loop {
            let term = self.product(&mut operands, &mut operators)?;
            match first {
                None => first = Some(term),
                Some(_) => rest.push((sign, term)),
            }
            match operators.next() {
                Some((operator, _)) if operator == "+" => sign = AddOperator::Plus,
                Some(_) => sign = AddOperator::Minus,
                None => break,
            }
        }
        let first = first.ok_or_else(|| self.missing("an expression"))?;
        let Some((_, last)) = rest.last() else {
            return Ok(first);
        };
        let span = first.span.to(last.span);
        Ok(Expr {
            kind: Box::new(ExprKind::Sum { first, rest }),
            span,
        })
    }

    fn product(
        &self,
        operands: &mut impl Iterator<Item = Operand>,
        operators: &mut std::iter::Peekable<impl Iterator<Item = (String, Span)>>,
    ) -> Result<Expr> {
        let first = self.power(operands, operators)?;
        let mut rest = Vec::new();
        while let Some(operator) = operators.peek().and_then(|(o, _)| multiplicative(o)) {
            let span = operators.next().map_or(first.span, |(_, span)| span);
            rest.push((operator, span, self.power(operands, operators)?));
        }
        let Some((_, _, last)) = rest.last() else {
            return Ok(first);
        };
        let span = first.span.to(last.span);
        Ok(Expr {
            kind: Box::new(ExprKind::Product { first, rest }),
            span,
        })
    }

    /// `-a^-b^c` is `-(a^(-(b^c)))`.
    fn power(
        &self,
        operands: &mut impl Iterator<Item = Operand>,
        operators: &mut std::iter::Peekable<impl Iterator<Item = (String, Span)>>,
    ) -> Result<Expr> {
        let is_power = |(o, _): &(String, Span)| o == "^" || o == ".^";
        let mut tower = vec![
            operands
                .next()
                .ok_or_else(|| self.missing("an expression"))?,
        ];
        let mut marks = Vec::new();
        while let Some((operator, span)) = operators.next_if(is_power) {
            marks.push((operator == ".^", span));
            tower.push(
                operands
                    .next()
                    .ok_or_else(|| self.missing("an expression"))?,
            );
            if tower.len() > TALLEST_TOWER {
                return Err(SyntaxError::TooDeep {
                    limit: TALLEST_TOWER,
                    span,
                });
            }
        }
        let mut value = tower
            .pop()
            .map(signed)
            .ok_or_else(|| self.missing("an expression"))?;
        while let (Some(base), Some((elementwise, operator_span))) = (tower.pop(), marks.pop()) {
            let span = base.expr.span.to(value.span);
            let power = Expr {
                kind: Box::new(ExprKind::Power {
                    base: base.expr,
                    elementwise,
                    operator_span,
                    exponent: value,
                }),
                span,
            };
            value = signed(Operand {
                negative: base.negative,
                start: base.start,
                expr: power,
            });
        }
        Ok(value)
    }
}

fn signed(operand: Operand) -> Expr {
    if !operand.negative {
        return operand.expr;
    }
    Expr {
        span: operand.start.to(operand.expr.span),
        kind: Box::new(ExprKind::Negate(operand.expr)),
    }
}

fn multiplicative(operator: &str) -> Option<MulOperator> {
    match operator {
        "*" => Some(MulOperator::Times),
        "/" => Some(MulOperator::Divide),
        ".*" => Some(MulOperator::ElementTimes),
        "./" => Some(MulOperator::ElementDivide),
        _ => None,
    }
}

/// `x''` is `x` again.
fn transpose(expr: &mut Expr, mark: Span) {
    let span = expr.span.to(mark);
    let kind = std::mem::replace(expr.kind.as_mut(), ExprKind::End);
    *expr = match kind {
        ExprKind::Transpose(inner) => inner,
        kind => Expr {
            kind: Box::new(ExprKind::Transpose(Expr {
                kind: Box::new(kind),
                span: expr.span,
            })),
            span,
        },
    };
}

fn wrap(expr: &mut Expr, mark: Span, make: impl FnOnce(Expr) -> ExprKind) {
    let span = expr.span.to(mark);
    let kind = std::mem::replace(expr.kind.as_mut(), ExprKind::End);
    let base = Expr {
        kind: Box::new(kind),
        span: expr.span,
    };
    *expr = Expr {
        kind: Box::new(make(base)),
        span,
    };
}
