//! Expressions of the language as LaTeX.

use super::functions::{around, command, filled};
use super::names::{escaped, name, number};
use crate::syntax::ast::{
    AddOperator, Argument, Comparison, Condition, Expr, ExprKind, Family, Generator,
    GeneratorDomain, IndexItem, MulOperator, Name,
};

/// How tightly a text binds, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Sum,
    /// With a leading minus.
    Negative,
    Product,
    /// With an exponent already.
    Power,
    Tight,
}

pub(super) struct Written {
    pub text: String,
    binding: Binding,
}

impl Written {
    fn new(text: String, binding: Binding) -> Self {
        Written { text, binding }
    }

    fn tight(text: String) -> Self {
        Written::new(text, Binding::Tight)
    }

    fn at_least(&self, least: Binding) -> String {
        match self.binding >= least {
            true => self.text.clone(),
            false => bracketed(&self.text),
        }
    }
}

fn bracketed(text: &str) -> String {
    format!("\\left({text}\\right)")
}

/// The depth of recursion is that of the brackets, which the parser bounds.
pub(super) struct Writer<'w> {
    pub is_scalar: &'w dyn Fn(&str) -> bool,
}

impl Writer<'_> {
    pub fn expression(&self, expr: &Expr) -> Written {
        match expr.kind.as_ref() {
            ExprKind::Number(value) => {
                let text = number(*value);
                let binding = if text.contains('^') {
                    Binding::Power
                } else {
                    Binding::Tight
                };
                Written::new(text, binding)
            }
            ExprKind::Text(text) => Written::tight(format!("\\text{{{}}}", escaped(text))),
            ExprKind::Name(text) => Written::tight(name(text)),
            ExprKind::Sum { first, rest } => self.sum(first, rest),
            ExprKind::Product { first, rest } => self.product(first, rest),
            ExprKind::Negate(inner) => {
                let inner = self.expression(inner).at_least(Binding::Product);
                Written::new(format!("-{inner}"), Binding::Negative)
            }
            ExprKind::Power {
                base,
                elementwise,
                exponent,
                ..
            } => self.power(base, *elementwise, exponent),
            ExprKind::Transpose(inner) => self.transpose(inner),
            ExprKind::Index { base, items } => self.index(base, items),
            ExprKind::Call {
                function,
                arguments,
                family,
            } => match family {
                Some(family) => self.over_family(function, arguments, family),
                None => self.call(function, arguments),
            },
            ExprKind::Matrix { rows } => Written::tight(self.matrix(rows, false)),
            ExprKind::Comprehension { body, family } => {
                let body = self.expression(body).text;
                let (below, _) = self.bounds(family);
                Written::tight(format!("\\left[{body}\\right]_{{{below}}}"))
            }
            ExprKind::Range { from, to, by } => {
                Written::new(self.range(from, to, by.as_ref()), Binding::Sum)
            }
            ExprKind::End => Written::tight("\\text{end}".to_owned()),
        }
    }

    fn sum(&self, first: &Expr, rest: &[(AddOperator, Expr)]) -> Written {
        let mut text = self.expression(first).text;
        for (operator, term) in rest {
            let term = self.expression(term).at_least(Binding::Product);
            let sign = match operator {
                AddOperator::Plus => "+",
                AddOperator::Minus => "-",
            };
            text = format!("{text} {sign} {term}");
        }
        Written::new(text, Binding::Sum)
    }

    /// From left to right; what stands before a `/` is its numerator.
    fn product(&self, first: &Expr, rest: &[(MulOperator, crate::span::Span, Expr)]) -> Written {
        let first = self.expression(first);
        let negative = first.binding == Binding::Negative;
        let is_numerator = matches!(rest, [(MulOperator::Divide, _, _), ..]);
        let mut text = match negative {
            true => first.text[1..].to_owned(),
            false if is_numerator => first.text,
            false => first.at_least(Binding::Product),
        };
        for (operator, _, factor) in rest {
            let factor = self.expression(factor);
            text = match operator {
                MulOperator::Divide => format!("\\frac{{{text}}}{{{}}}", factor.text),
                MulOperator::Times => juxtaposed(&text, &factor.at_least(Binding::Power)),
                MulOperator::ElementTimes => {
                    format!("{text} \\odot {}", factor.at_least(Binding::Power))
                }
                MulOperator::ElementDivide => {
                    format!("{text} \\oslash {}", factor.at_least(Binding::Power))
                }
            };
        }
        match negative {
            true => Written::new(format!("-{text}"), Binding::Negative),
            false => Written::new(text, Binding::Product),
        }
    }

    fn power(&self, base: &Expr, elementwise: bool, exponent: &Expr) -> Written {
        let base = self.expression(base).at_least(Binding::Tight);
        let exponent = self.expression(exponent).text;
        let sign = if elementwise { "\\odot " } else { "" };
        Written::new(format!("{base}^{{{sign}{exponent}}}"), Binding::Power)
    }

    fn transpose(&self, inner: &Expr) -> Written {
        if let ExprKind::Matrix { rows } = inner.kind.as_ref()
            && rows.len() == 1
            && self.is_list(&rows[0])
        {
            return Written::tight(self.matrix(rows, true));
        }
        let inner = self.expression(inner).at_least(Binding::Tight);
        Written::new(format!("{inner}^\\top"), Binding::Power)
    }

    fn index(&self, base: &Expr, items: &[IndexItem]) -> Written {
        let plain = matches!(base.kind.as_ref(), ExprKind::Name(name) if !name.contains('_')
            && !name.ends_with(|c: char| c.is_ascii_digit()));
        let base = self.expression(base);
        let base = match plain {
            true => base.text,
            false => bracketed(&base.text),
        };
        let items: Vec<String> = items
            .iter()
            .map(|item| match item {
                IndexItem::All(_) => ":".to_owned(),
                IndexItem::At(at) => self.expression(at).text,
                IndexItem::Range { from, to, by } => self.range(from, to, by.as_ref()),
            })
            .collect();
        Written::tight(format!("{base}_{{{}}}", items.join(",")))
    }

    fn range(&self, from: &Expr, to: &Expr, by: Option<&Expr>) -> String {
        let (from, to) = (self.expression(from).text, self.expression(to).text);
        match by {
            Some(by) => format!("{from}:{}:{to}", self.expression(by).text),
            None => format!("{from}:{to}"),
        }
    }

    fn call(&self, function: &Name, arguments: &[Argument]) -> Written {
        let function = function.text.as_str();
        let texts: Vec<String> = arguments.iter().map(|a| self.argument(a)).collect();
        if let Some(matrix) = filled(function, &texts) {
            return Written::tight(matrix);
        }
        if let ([only], [argument]) = (texts.as_slice(), arguments) {
            if let Some((text, tight)) = around(function, only) {
                let binding = if tight {
                    Binding::Tight
                } else {
                    Binding::Power
                };
                return Written::new(text, binding);
            }
            if function == "inv" {
                let base = self.expression(&argument.value).at_least(Binding::Tight);
                return Written::new(format!("{base}^{{-1}}"), Binding::Power);
            }
        }
        Written::tight(format!(
            "{}{}",
            command(function),
            bracketed(&texts.join(", "))
        ))
    }

    fn argument(&self, argument: &Argument) -> String {
        let value = self.expression(&argument.value).text;
        match &argument.name {
            Some(own) => format!("{} = {value}", name(&own.text)),
            None => value,
        }
    }

    /// `sum(body for i in 1..n)`.
    fn over_family(&self, function: &Name, arguments: &[Argument], family: &Family) -> Written {
        let bodies: Vec<String> = arguments.iter().map(|a| self.argument(a)).collect();
        let (below, above) = self.bounds(family);
        let sign = match function.text.as_str() {
            "sum" => "\\sum".to_owned(),
            "prod" => "\\prod".to_owned(),
            other => command(other),
        };
        let above = above.map_or(String::new(), |above| format!("^{{{above}}}"));
        let single = arguments.first().map(|a| self.expression(&a.value));
        let body = match single {
            Some(body) if arguments.len() == 1 => body.at_least(Binding::Product),
            _ => bracketed(&bodies.join(", ")),
        };
        Written::new(
            format!("{sign}_{{{below}}}{above} {body}"),
            Binding::Product,
        )
    }

    /// What stands below and above a sum sign.
    fn bounds(&self, family: &Family) -> (String, Option<String>) {
        if let ([only], None) = (family.generators.as_slice(), &family.filter)
            && let GeneratorDomain::Range { from, to, by: None } = &only.over
        {
            let below = format!("{}={}", name(&only.name.text), self.expression(from).text);
            return (below, Some(self.expression(to).text));
        }
        let mut lines: Vec<String> = family
            .generators
            .iter()
            .map(|g| self.generator(g))
            .collect();
        lines.extend(family.filter.as_ref().map(|filter| self.condition(filter)));
        (format!("\\substack{{{}}}", lines.join(" \\\\ ")), None)
    }

    fn generator(&self, generator: &Generator) -> String {
        let own = name(&generator.name.text);
        match &generator.over {
            GeneratorDomain::Range { from, to, by: None } => {
                let (from, to) = (self.expression(from).text, self.expression(to).text);
                format!("{from} \\le {own} \\le {to}")
            }
            GeneratorDomain::Range { from, to, by } => {
                format!("{own} \\in {}", self.range(from, to, by.as_ref()))
            }
            GeneratorDomain::Vector(over) => format!("{own} \\in {}", self.expression(over).text),
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        let joined = |parts: &[Condition], sign: &str| {
            let parts: Vec<String> = parts.iter().map(|part| self.condition(part)).collect();
            parts.join(sign)
        };
        match condition {
            Condition::Compare {
                left,
                relation,
                right,
            } => {
                let sign = match relation {
                    Comparison::Equal => "=",
                    Comparison::NotEqual => "\\ne",
                    Comparison::Less => "<",
                    Comparison::LessEqual => "\\le",
                    Comparison::Greater => ">",
                    Comparison::GreaterEqual => "\\ge",
                };
                let (left, right) = (self.expression(left).text, self.expression(right).text);
                format!("{left} {sign} {right}")
            }
            Condition::All(parts) => joined(parts, ",\\ "),
            Condition::Any(parts) => joined(parts, "\\text{ or }"),
        }
    }

    /// A single row of scalars is a column of the language, unless it is written `[…]'`.
    fn matrix(&self, rows: &[Vec<Expr>], transposed: bool) -> String {
        let column = rows.len() == 1 && self.is_list(&rows[0]) && !transposed;
        let separator = if column { " \\\\ " } else { " & " };
        let line = |row: &Vec<Expr>| {
            let entries: Vec<String> = row.iter().map(|e| self.expression(e).text).collect();
            entries.join(separator)
        };
        let lines: Vec<String> = rows.iter().map(line).collect();
        format!(
            "\\begin{{bmatrix}} {} \\end{{bmatrix}}",
            lines.join(" \\\\ ")
        )
    }

    fn is_list(&self, entries: &[Expr]) -> bool {
        entries.iter().all(|entry| self.is_number(entry))
    }

    /// As far as it can be seen without the shapes of names that are no scalars.
    fn is_number(&self, expr: &Expr) -> bool {
        match expr.kind.as_ref() {
            ExprKind::Number(_) => true,
            ExprKind::Name(text) => (self.is_scalar)(text),
            ExprKind::Sum { first, rest } => {
                self.is_number(first) && rest.iter().all(|(_, term)| self.is_number(term))
            }
            ExprKind::Product { first, rest } => {
                self.is_number(first) && rest.iter().all(|(_, _, factor)| self.is_number(factor))
            }
            ExprKind::Negate(inner) | ExprKind::Transpose(inner) => self.is_number(inner),
            ExprKind::Power { base, .. } => self.is_number(base),
            ExprKind::Index { items, .. } => {
                let single = |item: &IndexItem| match item {
                    IndexItem::At(at) => self.is_number(at),
                    IndexItem::All(_) | IndexItem::Range { .. } => false,
                };
                items.iter().all(single)
            }
            ExprKind::Call { arguments, .. } => arguments.iter().all(|a| self.is_number(&a.value)),
            ExprKind::Text(_)
            | ExprKind::Matrix { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::Range { .. }
            | ExprKind::End => false,
        }
    }
}

/// Two factors side by side, with a dot between numbers.
fn juxtaposed(left: &str, right: &str) -> String {
    match right.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("{left} \\cdot {right}"),
        false => format!("{left} {right}"),
    }
}
