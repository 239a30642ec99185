//! Sizes, indices and other numbers that must be known while the text is read.

use super::scope::{Binding, Found, Meaning};
use super::{ElaborateError, Elaborator, Result};
use crate::expr::{ExprId, evaluate_constant};
use crate::matrix::Matrix;
use crate::span::Span;
use crate::syntax::ast::{AddOperator, Expr, ExprKind, MulOperator};
use std::sync::Arc;

impl Elaborator<'_> {
    /// A known number; `what` names its role in the message.
    pub(super) fn number(&mut self, expr: &Expr, what: &'static str) -> Result<f64> {
        if let Some(number) = self.quick_number(expr) {
            return Ok(number);
        }
        let node = self.expression(expr)?;
        let value = self.constant_value(node, what, expr.span)?;
        value
            .as_scalar()
            .ok_or_else(|| ElaborateError::NotConstant {
                what,
                span: expr.span,
                found: format!("is a {}", value.shape()),
                help: Some("write one entry of it, such as `v[1]`".to_owned()),
            })
    }

    /// A known whole number.
    pub(super) fn integer(&mut self, expr: &Expr, what: &'static str) -> Result<i64> {
        let number = self.number(expr, what)?;
        let rounded = number.round();
        if (number - rounded).abs() < 1e-9 && rounded.abs() < 9e15 {
            Ok(rounded as i64)
        } else {
            Err(ElaborateError::NotWhole {
                what,
                found: number,
                span: expr.span,
            })
        }
    }

    /// The value of a node without variables.
    pub(super) fn constant_value(
        &mut self,
        node: ExprId,
        what: &'static str,
        span: Span,
    ) -> Result<Arc<Matrix>> {
        if self.graph.is_constant(node) && self.graph.constant_leaf(node).is_none() {
            self.check_finite(node)?;
        }
        evaluate_constant(&self.graph, node).ok_or_else(|| ElaborateError::NotConstant {
            what,
            span,
            found: "depends on variables".to_owned(),
            help: Some(
                "variables have no value before the problem is solved: use numbers and params here"
                    .to_owned(),
            ),
        })
    }

    /// Plain arithmetic of numbers, indices and scalar params, without touching the graph; `None`
    /// where it is not plain, or not finite.
    pub(super) fn quick_number(&self, expr: &Expr) -> Option<f64> {
        match expr.kind.as_ref() {
            ExprKind::Number(value) => Some(*value),
            ExprKind::Name(name) => self.quick_name(name),
            ExprKind::End => self.ends.last().map(|&end| end as f64),
            ExprKind::Negate(inner) => Some(-self.quick_number(inner)?),
            ExprKind::Sum { first, rest } => {
                let mut total = self.quick_number(first)?;
                for (operator, term) in rest {
                    let term = self.quick_number(term)?;
                    total += match operator {
                        AddOperator::Plus => term,
                        AddOperator::Minus => -term,
                    };
                }
                finite(total)
            }
            ExprKind::Product { first, rest } => {
                let mut total = self.quick_number(first)?;
                for (operator, _, factor) in rest {
                    let factor = self.quick_number(factor)?;
                    match operator {
                        MulOperator::Times | MulOperator::ElementTimes => total *= factor,
                        MulOperator::Divide | MulOperator::ElementDivide => total /= factor,
                    }
                }
                finite(total)
            }
            ExprKind::Power { base, exponent, .. } => {
                finite(self.quick_number(base)?.powf(self.quick_number(exponent)?))
            }
            ExprKind::Text(_)
            | ExprKind::Transpose(_)
            | ExprKind::Index { .. }
            | ExprKind::Call { .. }
            | ExprKind::Matrix { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::Range { .. } => None,
        }
    }

    fn quick_name(&self, name: &str) -> Option<f64> {
        match self.find(name) {
            Some(Found::Local(Meaning::Number(value))) => Some(value),
            Some(Found::Local(Meaning::Node(node))) => self.graph.scalar_leaf(node),
            Some(Found::Local(Meaning::Lanes(_))) => None,
            Some(Found::Global(declared)) => match &declared.binding {
                Binding::Size { value, .. } => Some(*value as f64),
                Binding::Value(value) => self.graph.scalar_leaf(value.node),
                Binding::Function(_) | Binding::Broken => None,
            },
            None => match name {
                "pi" => Some(std::f64::consts::PI),
                "inf" => Some(f64::INFINITY),
                _ => None,
            },
        }
    }
}

fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}
