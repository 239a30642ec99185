//! `param`, `var` and `let`.

use super::{Builder, Items};
use crate::syntax::ast::{
    Attribute, AttributeWord, Axis, Bound, Expr, Inner, Let, Name, Param, Sense, StatementKind, Var,
};
use crate::syntax::grammar::{Pair, Pairs, Rule};

impl Builder<'_> {
    pub(super) fn param(&mut self, pairs: Pairs<'_>) -> StatementKind {
        let mut items = pairs.peekable();
        let (name, axes, attributes) = self.declared_name(&mut items);
        let value = self.next(&mut items).map(|pair| self.expression(pair, 0));
        StatementKind::Param(Param {
            name,
            axes,
            attributes,
            value,
        })
    }

    pub(super) fn var(&mut self, pairs: Pairs<'_>) -> StatementKind {
        StatementKind::Var(self.variable(pairs))
    }

    fn variable(&mut self, pairs: Pairs<'_>) -> Var {
        let mut items = pairs.peekable();
        let (name, axes, attributes) = self.declared_name(&mut items);
        let mut bounds = Vec::new();
        while let Some(pair) = self.take(&mut items, Rule::bound) {
            bounds.extend(self.bound(pair));
        }
        let start = self.take(&mut items, Rule::start);
        let start = start.map(|pair| self.inner_expression(pair, 0));
        Var {
            name,
            axes,
            attributes,
            bounds,
            start,
        }
    }

    fn declared_name(&mut self, items: &mut Items<'_>) -> (Name, Vec<Axis>, Vec<AttributeWord>) {
        let name = self.next_name(items);
        let axes = self.take(items, Rule::axes);
        let axes = axes.map_or_else(Vec::new, |pair| self.axes(pair));
        let mut attributes = Vec::new();
        while let Some(pair) = self.take(items, Rule::attribute) {
            let span = self.span(&pair);
            let attribute = attribute(pair.as_str());
            attributes.push(AttributeWord { attribute, span });
        }
        (name, axes, attributes)
    }

    fn axes(&mut self, pair: Pair<'_>) -> Vec<Axis> {
        let mut items = pair.into_inner().peekable();
        let mut axes = Vec::new();
        while let Some(pair) = self.next(&mut items) {
            let from = self.expression(pair, 1);
            axes.push(match self.upto(&mut items, 1) {
                Some((to, by, _)) => {
                    self.no_steps_in_axis(by);
                    Axis::Range { from, to }
                }
                None => Axis::Length(from),
            });
        }
        axes
    }

    fn no_steps_in_axis(&mut self, by: Option<crate::syntax::ast::Expr>) {
        if let Some(step) = by {
            let span = step.span;
            self.errors
                .push(crate::syntax::error::SyntaxError::StepInAxis { span });
        }
    }

    fn bound(&mut self, pair: Pair<'_>) -> Option<Bound> {
        let span = self.span(&pair);
        let mut items = pair.into_inner().peekable();
        let relation = super::problem::relation(self.next(&mut items)?.as_str());
        let value = self.next_expression(&mut items, 0);
        Some(Bound {
            relation,
            value,
            span,
        })
    }

    pub(super) fn definition(&mut self, pairs: Pairs<'_>) -> StatementKind {
        let mut items = pairs.peekable();
        let name = self.next_name(&mut items);
        let parameters = self.take(&mut items, Rule::parameters).map(|pair| {
            let names = pair.into_inner();
            names.map(|name| self.new_name(&name)).collect()
        });
        let (body, inner) = match self.take(&mut items, Rule::inner) {
            Some(pair) => {
                let (body, inner) = self.inner(pair);
                (body, Some(inner))
            }
            None => (self.next_expression(&mut items, 0), None),
        };
        StatementKind::Let(Let {
            name,
            parameters,
            body,
            inner,
        })
    }

    fn inner(&mut self, pair: Pair<'_>) -> (Expr, Inner) {
        let span = self.span(&pair);
        let mut items = pair.into_inner().peekable();
        let sense = match self.take(&mut items, Rule::sense) {
            Some(word) if word.as_str() == "maximize" => Sense::Maximize,
            _ => Sense::Minimize,
        };
        let body = self.next_expression(&mut items, 0);
        let mut variables = Vec::new();
        while let Some(pair) = self.take(&mut items, Rule::inner_declared) {
            variables.push(self.variable(pair.into_inner()));
        }
        let mut constraints = Vec::new();
        while let Some(pair) = self.take(&mut items, Rule::constraint_body) {
            constraints.push(self.constraint(pair));
        }
        let inner = Inner {
            sense,
            variables,
            constraints,
            span,
        };
        (body, inner)
    }
}

fn attribute(word: &str) -> Attribute {
    match word {
        "nonneg" => Attribute::Nonneg,
        "nonpos" => Attribute::Nonpos,
        "symmetric" => Attribute::Symmetric,
        "psd" => Attribute::Psd,
        "nsd" => Attribute::Nsd,
        "diagonal" => Attribute::Diagonal,
        _ => Attribute::Sparse,
    }
}
