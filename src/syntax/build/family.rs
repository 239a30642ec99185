//! `for` families, their generators and filters.

use super::{Builder, Items};
use crate::syntax::ast::{Comparison, Condition, Family, Generator, GeneratorDomain};
use crate::syntax::grammar::{Pair, Rule};

impl Builder<'_> {
    pub(super) fn family(&mut self, pair: Pair<'_>, depth: usize) -> Family {
        let generators_span = self.span(&pair);
        let start = pair.as_span().start() - "for".len();
        let span = self.span_of(start, start).to(generators_span);
        let mut generators = Vec::new();
        let mut filter = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::generator => generators.push(self.generator(pair, depth)),
                Rule::condition => filter = Some(self.condition(pair, depth)),
                _ => {}
            }
        }
        Family {
            generators,
            filter,
            span,
        }
    }

    fn generator(&mut self, pair: Pair<'_>, depth: usize) -> Generator {
        let mut items = pair.into_inner().peekable();
        let name = self.next_name(&mut items);
        let from = self.next_expression(&mut items, depth);
        let over = match self.upto(&mut items, depth) {
            Some((to, by, _)) => GeneratorDomain::Range { from, to, by },
            None => GeneratorDomain::Vector(from),
        };
        Generator { name, over }
    }

    /// Comparisons joined by `and`, which binds tighter, and `or`.
    fn condition(&mut self, pair: Pair<'_>, depth: usize) -> Condition {
        let mut alternatives = vec![Vec::new()];
        for pair in pair.into_inner() {
            let or_follows = self.source[pair.as_span().end()..].starts_with("or");
            if let Some(all) = alternatives.last_mut() {
                self.comparison(pair, depth, all);
            }
            if or_follows {
                alternatives.push(Vec::new());
            }
        }
        joined(
            alternatives.into_iter().map(all_of).collect(),
            Condition::Any,
        )
    }

    /// `0 < i < j` holds when `0 < i` and `i < j` do.
    fn comparison(&mut self, pair: Pair<'_>, depth: usize, all: &mut Vec<Condition>) {
        let mut items: Items<'_> = pair.into_inner().peekable();
        let mut left = self.next_expression(&mut items, depth);
        while let Some(sign) = self.next(&mut items) {
            let relation = comparison(sign.as_str());
            let right = self.next_expression(&mut items, depth);
            all.push(Condition::Compare {
                left: std::mem::replace(&mut left, right.clone()),
                relation,
                right,
            });
        }
    }
}

fn all_of(conditions: Vec<Condition>) -> Condition {
    joined(conditions, Condition::All)
}

/// One condition stands for itself.
fn joined(mut conditions: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => {
            conditions.extend(last);
            several(conditions)
        }
    }
}

fn comparison(sign: &str) -> Comparison {
    match sign {
        "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" | "≤" => Comparison::LessEqual,
        ">" => Comparison::Greater,
        _ => Comparison::GreaterEqual,
    }
}
