//! `for` families: of constraints, of terms, of entries.

use super::scope::{Local, Meaning};
use super::{ElaborateError, Elaborator, Result};
use crate::atoms::affine::{Add, Direction};
use crate::expr::ExprId;
use crate::span::Span;
use crate::syntax::ast::{Comparison, Condition, Expr, Family, GeneratorDomain};
use std::sync::Arc;

/// More generators than anybody writes; the members are counted by their product.
const MOST_GENERATORS: usize = 16;

impl Elaborator<'_> {
    /// Runs `visit` once for each member, with the indices bound; generators to the right run
    /// fastest and may use those to their left.
    pub(super) fn each_member(
        &mut self,
        family: &Family,
        visit: &mut dyn FnMut(&mut Self, &[i64]) -> Result<()>,
    ) -> Result<()> {
        if family.generators.len() > MOST_GENERATORS {
            let message = format!("more than {MOST_GENERATORS} indices in one `for`");
            return Err(ElaborateError::argument(message, family.span));
        }
        let mut indices = Vec::with_capacity(family.generators.len());
        let mut visited = 0;
        let outcome = self.generate(family, &mut indices, &mut visited, visit);
        let bound = self.locals.len() - indices.len();
        self.locals.truncate(bound);
        outcome
    }

    fn generate(
        &mut self,
        family: &Family,
        indices: &mut Vec<i64>,
        visited: &mut usize,
        visit: &mut dyn FnMut(&mut Self, &[i64]) -> Result<()>,
    ) -> Result<()> {
        let Some(generator) = family.generators.get(indices.len()) else {
            *visited += 1;
            if *visited as f64 > super::LARGEST_FAMILY {
                return Err(ElaborateError::TooLarge {
                    what: "this family".to_owned(),
                    count: *visited as f64,
                    limit: super::LARGEST_FAMILY,
                    span: family.span,
                });
            }
            return match &family.filter {
                Some(filter) if !self.holds(filter)? => Ok(()),
                _ => visit(self, indices),
            };
        };
        let members = self.generator_members(&generator.over)?;
        for member in members {
            let meaning = Meaning::Number(member as f64);
            self.locals.push(Local::new(&generator.name, meaning));
            indices.push(member);
            self.generate(family, indices, visited, visit)?;
            indices.pop();
            self.locals.pop();
        }
        Ok(())
    }

    fn generator_members(&mut self, domain: &GeneratorDomain) -> Result<Vec<i64>> {
        match domain {
            GeneratorDomain::Range { from, to, by } => {
                self.range_members(from, to, by.as_ref(), from.span.to(to.span))
            }
            GeneratorDomain::Vector(expr) => {
                let node = self.expression(expr)?;
                let value = self.constant_value(node, "what an index runs over", expr.span)?;
                let whole = |&entry: &f64| {
                    if entry.fract() == 0.0 && entry.abs() < 9e15 {
                        Ok(entry as i64)
                    } else {
                        Err(ElaborateError::NotWhole {
                            what: "an index",
                            found: entry,
                            span: expr.span,
                        })
                    }
                };
                value.entries().iter().map(whole).collect()
            }
        }
    }

    fn holds(&mut self, condition: &Condition) -> Result<bool> {
        match condition {
            Condition::Compare {
                left,
                relation,
                right,
            } => {
                let left = self.number(left, "a filter's side")?;
                let right = self.number(right, "a filter's side")?;
                Ok(match relation {
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                    Comparison::Less => left < right,
                    Comparison::LessEqual => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::GreaterEqual => left >= right,
                })
            }
            Condition::All(parts) => {
                for part in parts {
                    if !self.holds(part)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Any(parts) => {
                for part in parts {
                    if self.holds(part)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    /// The bodies of all members.
    pub(super) fn members(&mut self, body: &Expr, family: &Family) -> Result<Vec<(ExprId, Span)>> {
        let mut nodes = Vec::new();
        self.each_member(family, &mut |elaborator, _| {
            nodes.push((elaborator.expression(body)?, body.span));
            Ok(())
        })?;
        Ok(nodes)
    }

    /// `[body for …]`: a vector of scalars, or columns side by side.
    pub(super) fn comprehension(
        &mut self,
        body: &Expr,
        family: &Family,
        span: Span,
    ) -> Result<ExprId> {
        let list = self.list_of_members(body, family, span)?;
        list.ok_or_else(|| self.no_entries(span))
    }

    pub(super) fn no_entries(&self, span: Span) -> ElaborateError {
        let message = format!("this list has no entries{}", self.at_indexes());
        ElaborateError::argument(message, span)
    }

    /// ` for i = 3, j = 1`, of the indexes of families around.
    fn at_indexes(&self) -> String {
        let indexes = self.locals[self.frame..].iter().filter_map(|local| {
            let Meaning::Number(value) = local.meaning else {
                return None;
            };
            Some(format!("{} = {value}", local.name))
        });
        let all: Vec<String> = indexes.collect();
        match all.is_empty() {
            true => String::new(),
            false => format!(" for {}", all.join(", ")),
        }
    }

    /// `None` where there are none.
    pub(super) fn list_of_members(
        &mut self,
        body: &Expr,
        family: &Family,
        span: Span,
    ) -> Result<Option<ExprId>> {
        if let Some(column) = self.list_of_lanes(body, family) {
            return Ok(Some(column));
        }
        let parts = self.members(body, family)?;
        if parts.is_empty() {
            return Ok(None);
        }
        let scalars = parts.iter().all(|(p, _)| self.graph.shape(*p).is_scalar());
        let direction = if scalars {
            Direction::Vertical
        } else {
            Direction::Horizontal
        };
        self.concatenate(direction, &parts, span).map(Some)
    }

    /// `sum(body for …)`; no members give 0.
    pub(super) fn family_sum(
        &mut self,
        body: &Expr,
        family: &Family,
        span: Span,
    ) -> Result<ExprId> {
        if let Some(sum) = self.sum_of_lanes(body, family, span) {
            return Ok(sum);
        }
        let terms = self.members(body, family)?;
        match terms.as_slice() {
            [] => Ok(self.graph.number(0.0)),
            [(only, _)] => Ok(*only),
            _ => self.apply(Arc::new(Add), &terms, span),
        }
    }
}
