//! Objectives, constraints and expectations.

use super::{Builder, Items, push};
use crate::syntax::ast::{
    Constraint, ConstraintBody, DualName, Expect, Expr, ExprKind, IndexItem, Label, Name,
    Objective, Relation, Sense, SetExpr, StatementKind,
};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::{Pair, Pairs, Rule};

impl Builder<'_> {
    /// The statements that one parsed statement holds: `subject to x >= 0` is two.
    pub fn statements(&mut self, rule: Rule, pairs: Pairs<'_>) -> Vec<StatementKind> {
        match rule {
            Rule::param => vec![self.param(pairs)],
            Rule::var => vec![self.var(pairs)],
            Rule::definition => vec![self.definition(pairs)],
            Rule::objective => vec![self.objective(pairs)],
            Rule::find => vec![self.find(pairs)],
            Rule::heading => {
                let mut kinds = vec![StatementKind::SubjectTo];
                kinds.extend(self.constraints(pairs));
                kinds
            }
            Rule::expect => self.expect(pairs).into_iter().collect(),
            _ => self.constraints(pairs),
        }
    }

    pub fn lone_expression(&mut self, pairs: Pairs<'_>) -> Expr {
        self.next_expression(&mut pairs.peekable(), 0)
    }

    fn objective(&mut self, pairs: Pairs<'_>) -> StatementKind {
        let mut items = pairs.peekable();
        let sense = match items.next() {
            Some(word) if word.as_str() == "maximize" => Sense::Maximize,
            _ => Sense::Minimize,
        };
        let label = self.label(&mut items);
        let label = label.and_then(|label| self.label_without_indices(label));
        let body = self.next_expression(&mut items, 0);
        StatementKind::Objective(Objective::Optimize { sense, label, body })
    }

    fn find(&mut self, pairs: Pairs<'_>) -> StatementKind {
        let names = pairs.filter(|pair| pair.as_rule() == Rule::name);
        let names = names.map(|name| self.name(&name)).collect();
        StatementKind::Objective(Objective::Find(names))
    }

    fn constraints(&mut self, pairs: Pairs<'_>) -> Vec<StatementKind> {
        let bodies = pairs.filter(|pair| pair.as_rule() == Rule::constraint_body);
        let constraints = bodies.map(|pair| StatementKind::Constraint(self.constraint(pair)));
        constraints.collect()
    }

    pub(super) fn constraint(&mut self, pair: Pair<'_>) -> Constraint {
        let span = self.span(&pair);
        let mut items = pair.into_inner().peekable();
        let label = self.label(&mut items);
        let first = self.next_expression(&mut items, 0);
        let body = match self.take(&mut items, Rule::membership) {
            Some(pair) => self.membership(first, pair),
            None => self.relations(first, &mut items),
        };
        let family = self.take(&mut items, Rule::generators);
        let family = family.map(|pair| Box::new(self.family(pair, 0)));
        Constraint {
            label,
            body,
            family,
            span,
        }
    }

    /// The expression before a `:`, which has to be a name with names as indices.
    fn label(&mut self, items: &mut Items<'_>) -> Option<Label> {
        let pair = items.next_if(|pair| self.byte(pair.as_span().end()) == b':')?;
        let expr = self.expression(pair, 0);
        let label = label_of(&expr);
        if label.is_none() {
            self.errors.push(SyntaxError::LabelForm { span: expr.span });
        }
        label
    }

    fn label_without_indices(&mut self, label: Label) -> Option<Name> {
        if let Some(index) = label.indices.first() {
            let span = index.span;
            self.errors.push(SyntaxError::ObjectiveLabelIndex { span });
        }
        Some(label.name)
    }

    fn relations(&mut self, first: Expr, items: &mut Items<'_>) -> ConstraintBody {
        let mut rest = Vec::new();
        while let Some(sign) = self.take(items, Rule::relation) {
            let right = self.next_expression(items, 0);
            push(
                &mut rest,
                (relation(sign.as_str()), self.span(&sign), right),
            );
        }
        ConstraintBody::Relations { first, rest }
    }

    fn membership(&mut self, element: Expr, pair: Pair<'_>) -> ConstraintBody {
        let mut items = pair.into_inner().peekable();
        let name = match self.next(&mut items) {
            Some(name) => self.name(&name),
            None => Name {
                text: String::new(),
                span: element.span,
            },
        };
        let arguments = self.take(&mut items, Rule::arguments);
        let end = arguments
            .as_ref()
            .map_or(name.span, |pair| self.bracket_span(pair));
        let arguments = arguments.map_or_else(Vec::new, |pair| self.arguments(pair, 1).0);
        let span = name.span.to(end);
        let set = SetExpr {
            name,
            arguments,
            span,
        };
        ConstraintBody::Membership { element, set }
    }

    fn expect(&mut self, pairs: Pairs<'_>) -> Option<StatementKind> {
        let mut items = pairs.peekable();
        if let Some(pair) = self.take(&mut items, Rule::verdict) {
            return Some(StatementKind::Expect(verdict(pair.as_str())));
        }
        let dual = self.take(&mut items, Rule::dual);
        if let Some(subject) = dual.map(|pair| self.dual_name(pair)) {
            let (value, within) = self.expected(&mut items);
            return Some(StatementKind::Expect(Expect::Dual {
                subject,
                value,
                within,
            }));
        }
        let subject = self.next_expression(&mut items, 0);
        let (value, within) = self.expected(&mut items);
        Some(StatementKind::Expect(expectation(subject, value, within)))
    }

    /// `2 within 1e-6`
    fn expected(&mut self, items: &mut Items<'_>) -> (Expr, Option<Expr>) {
        let value = self.next_expression(items, 0);
        let within = self.take(items, Rule::within);
        (value, within.map(|pair| self.inner_expression(pair, 0)))
    }

    fn dual_name(&mut self, pair: Pair<'_>) -> DualName {
        let mut named = DualName {
            label: Name {
                text: String::new(),
                span: self.span(&pair),
            },
            indices: Vec::new(),
            part: None,
        };
        for pair in pair.into_inner() {
            let text = pair.as_str();
            match pair.as_rule() {
                Rule::name => named.label = self.name(&pair),
                Rule::expression => named.indices.push(self.expression(pair, 0)),
                // No set has as many parts as numbers that do not fit.
                Rule::part => {
                    let number = pair.into_inner().next();
                    named.part = number.map(|n| n.as_str().parse().unwrap_or(u32::MAX));
                }
                rule => {
                    let mark = match rule {
                        Rule::relation => relation(text).sign(),
                        _ => text,
                    };
                    named.label.text.push_str(&format!(" {mark}"));
                    named.label.span = named.label.span.to(self.span(&pair));
                }
            }
        }
        named
    }
}

fn expectation(subject: Expr, value: Expr, within: Option<Expr>) -> Expect {
    if matches!(subject.kind.as_ref(), ExprKind::Name(name) if name == "objective") {
        return Expect::Objective { value, within };
    }
    Expect::Value {
        subject,
        value,
        within,
    }
}

/// `cap[i, j]`
fn label_of(expr: &Expr) -> Option<Label> {
    if let ExprKind::Index { base, items } = expr.kind.as_ref() {
        let name_at = |item: &IndexItem| name_of(&position(item)?);
        let indices = items.iter().map(name_at).collect::<Option<_>>()?;
        return Some(Label {
            name: name_of(base)?,
            indices,
        });
    }
    Some(Label {
        name: name_of(expr)?,
        indices: Vec::new(),
    })
}

fn position(item: &IndexItem) -> Option<Expr> {
    match item {
        IndexItem::At(expr) => Some(expr.clone()),
        IndexItem::All(_) | IndexItem::Range { .. } => None,
    }
}

fn name_of(expr: &Expr) -> Option<Name> {
    match expr.kind.as_ref() {
        ExprKind::Name(text) => Some(Name {
            text: text.clone(),
            span: expr.span,
        }),
        _ => None,
    }
}

fn verdict(words: &str) -> Expect {
    match words {
        "infeasible" => Expect::Infeasible,
        "unbounded" => Expect::Unbounded,
        "convex" => Expect::Convex,
        _ => Expect::NotConvex,
    }
}

pub(super) fn relation(sign: &str) -> Relation {
    match sign {
        "==" => Relation::Equal,
        "<=" | "≤" => Relation::LessEqual,
        ">=" | "≥" => Relation::GreaterEqual,
        "<<" | "⪯" => Relation::PrecedesEqual,
        _ => Relation::SucceedsEqual,
    }
}
