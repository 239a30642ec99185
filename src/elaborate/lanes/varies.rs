//! Whether an expression varies with the member of a family that is read as a vector.

use crate::elaborate::Elaborator;
use crate::elaborate::scope::{Found, Meaning};
use crate::syntax::ast::{Condition, Expr, ExprKind, Family, GeneratorDomain, IndexItem};

impl Elaborator<'_> {
    /// Whether a name in the expression stands for one entry for each member.
    pub(super) fn varies(&self, expr: &Expr) -> bool {
        match expr.kind.as_ref() {
            ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::End => false,
            ExprKind::Name(name) => {
                matches!(self.find(name), Some(Found::Local(Meaning::Lanes(_))))
            }
            ExprKind::Sum { first, rest } => {
                self.varies(first) || rest.iter().any(|(_, term)| self.varies(term))
            }
            ExprKind::Product { first, rest } => {
                self.varies(first) || rest.iter().any(|(_, _, factor)| self.varies(factor))
            }
            ExprKind::Negate(inner) | ExprKind::Transpose(inner) => self.varies(inner),
            ExprKind::Power { base, exponent, .. } => self.varies(base) || self.varies(exponent),
            ExprKind::Index { base, items } => {
                self.varies(base) || items.iter().any(|item| self.index_varies(item))
            }
            ExprKind::Call {
                function: _,
                arguments,
                family,
            } => {
                arguments
                    .iter()
                    .any(|argument| self.varies(&argument.value))
                    || family
                        .as_ref()
                        .is_some_and(|family| self.family_varies(family))
            }
            ExprKind::Matrix { rows } => rows.iter().flatten().any(|entry| self.varies(entry)),
            ExprKind::Comprehension { body, family } => {
                self.varies(body) || self.family_varies(family)
            }
            ExprKind::Range { from, to, by } => self.range_varies(from, to, by.as_ref()),
        }
    }

    fn index_varies(&self, item: &IndexItem) -> bool {
        match item {
            IndexItem::All(_) => false,
            IndexItem::At(expr) => self.varies(expr),
            IndexItem::Range { from, to, by } => self.range_varies(from, to, by.as_ref()),
        }
    }

    fn range_varies(&self, from: &Expr, to: &Expr, by: Option<&Expr>) -> bool {
        self.varies(from) || self.varies(to) || by.is_some_and(|by| self.varies(by))
    }

    pub(super) fn family_varies(&self, family: &Family) -> bool {
        let domains = family.generators.iter().map(|generator| &generator.over);
        let mut domains = domains.map(|domain| match domain {
            GeneratorDomain::Range { from, to, by } => self.range_varies(from, to, by.as_ref()),
            GeneratorDomain::Vector(expr) => self.varies(expr),
        });
        domains.any(|varies| varies)
            || family
                .filter
                .as_ref()
                .is_some_and(|filter| self.condition_varies(filter))
    }

    fn condition_varies(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Compare { left, right, .. } => self.varies(left) || self.varies(right),
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().any(|part| self.condition_varies(part))
            }
        }
    }
}
