//! A constraint's tree copied, with other leaves.

use crate::span::Span;
use crate::syntax::ast::{
    Argument, Constraint, ConstraintBody, Expr, ExprKind, IndexItem, Label, Name,
};

/// What becomes of the spans, names and numbers of a tree that is copied.
pub(super) trait Leaves {
    fn span(&mut self, span: Span) -> Option<Span>;
    fn name(&mut self, name: &str) -> Option<String>;
    fn number(&mut self, number: f64) -> Option<f64>;
}

/// The same tree with other leaves, which are asked for in the order of the text; `None` where
/// there is more to the tree.
pub(super) fn copied(tree: &Constraint, leaves: &mut impl Leaves) -> Option<Constraint> {
    let ConstraintBody::Relations { first, rest } = &tree.body else {
        return None;
    };
    if tree.family.is_some() {
        return None;
    }
    let span = leaves.span(tree.span)?;
    let label = match &tree.label {
        Some(label) => Some(copied_label(label, leaves)?),
        None => None,
    };
    let first = expression(first, leaves)?;
    let relations = rest.iter().map(|(relation, span, side)| {
        Some((*relation, leaves.span(*span)?, expression(side, leaves)?))
    });
    let rest = relations.collect::<Option<_>>()?;
    Some(Constraint {
        label,
        body: ConstraintBody::Relations { first, rest },
        family: None,
        span,
    })
}

fn copied_label(label: &Label, leaves: &mut impl Leaves) -> Option<Label> {
    let name = copied_name(&label.name, leaves)?;
    let indices = label.indices.iter();
    let indices = indices
        .map(|index| copied_name(index, leaves))
        .collect::<Option<_>>()?;
    Some(Label { name, indices })
}

fn copied_name(name: &Name, leaves: &mut impl Leaves) -> Option<Name> {
    Some(Name {
        text: leaves.name(&name.text)?,
        span: leaves.span(name.span)?,
    })
}

fn expression(expr: &Expr, leaves: &mut impl Leaves) -> Option<Expr> {
    Some(Expr {
        span: leaves.span(expr.span)?,
        kind: Box::new(kind(&expr.kind, leaves)?),
    })
}

fn kind(kind: &ExprKind, leaves: &mut impl Leaves) -> Option<ExprKind> {
    Some(match kind {
        ExprKind::Number(number) => ExprKind::Number(leaves.number(*number)?),
        ExprKind::Name(name) => ExprKind::Name(leaves.name(name)?),
        ExprKind::Sum { first, rest } => ExprKind::Sum {
            first: expression(first, leaves)?,
            rest: sized(rest, |(operator, term)| {
                Some((*operator, expression(term, leaves)?))
            })?,
        },
        ExprKind::Product { first, rest } => ExprKind::Product {
            first: expression(first, leaves)?,
            rest: sized(rest, |(operator, span, factor)| {
                Some((*operator, leaves.span(*span)?, expression(factor, leaves)?))
            })?,
        },
        ExprKind::Negate(inner) => ExprKind::Negate(expression(inner, leaves)?),
        ExprKind::Transpose(inner) => ExprKind::Transpose(expression(inner, leaves)?),
        ExprKind::Power {
            base,
            elementwise,
            operator_span,
            exponent,
        } => ExprKind::Power {
            base: expression(base, leaves)?,
            elementwise: *elementwise,
            operator_span: leaves.span(*operator_span)?,
            exponent: expression(exponent, leaves)?,
        },
        ExprKind::Index { base, items } => ExprKind::Index {
            base: expression(base, leaves)?,
            items: sized(items, |item| index_item(item, leaves))?,
        },
        ExprKind::Call {
            function,
            arguments,
            family: None,
        } => ExprKind::Call {
            function: copied_name(function, leaves)?,
            arguments: sized(arguments, |argument| copied_argument(argument, leaves))?,
            family: None,
        },
        ExprKind::End => ExprKind::End,
        ExprKind::Text(_)
        | ExprKind::Call { .. }
        | ExprKind::Matrix { .. }
        | ExprKind::Comprehension { .. }
        | ExprKind::Range { .. } => return None,
    })
}

fn sized<T>(list: &[T], copy: impl FnMut(&T) -> Option<T>) -> Option<Vec<T>> {
    let mut copies = Vec::with_capacity(list.len());
    for item in list.iter().map(copy) {
        copies.push(item?);
    }
    Some(copies)
}

fn index_item(item: &IndexItem, leaves: &mut impl Leaves) -> Option<IndexItem> {
    match item {
        IndexItem::All(span) => Some(IndexItem::All(leaves.span(*span)?)),
        IndexItem::At(expr) => Some(IndexItem::At(expression(expr, leaves)?)),
        IndexItem::Range { .. } => None,
    }
}

fn copied_argument(argument: &Argument, leaves: &mut impl Leaves) -> Option<Argument> {
    let name = match &argument.name {
        Some(name) => Some(copied_name(name, leaves)?),
        None => None,
    };
    let value = expression(&argument.value, leaves)?;
    Some(Argument { name, value })
}
