//! Expressions of the text as graph nodes.

use super::scope::{Binding, Found, Meaning};
use super::{ElaborateError, Elaborator, Result};
use crate::atoms::affine::{Add, Divide, ElementMultiply, Multiply, Negate, Transpose};
use crate::atoms::registry;
use crate::expr::{Atom, ExprId};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use crate::span::Span;
use crate::syntax::ast::{AddOperator, Expr, ExprKind, MulOperator};
use miette::LabeledSpan;
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;

/// How deep expressions may nest when functions are expanded; bounds the stack.
pub(super) const DEEPEST: usize = 500;

impl Elaborator<'_> {
    /// The node of an expression.
    pub(super) fn expression(&mut self, expr: &Expr) -> Result<ExprId> {
        if self.depth == DEEPEST {
            return Err(ElaborateError::argument(
                format!("functions and brackets are nested more than {DEEPEST} deep here"),
                expr.span,
            )
            .or_help("name a part with `let`, outside of the functions"));
        }
        self.depth += 1;
        let node = self.read(expr);
        self.depth -= 1;
        node
    }

    fn read(&mut self, expr: &Expr) -> Result<ExprId> {
        match expr.kind.as_ref() {
            ExprKind::Number(value) => Ok(self.graph.number(*value)),
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::Sum { first, rest } => self.sum(first, rest, expr.span),
            ExprKind::Product { first, rest } => self.product(first, rest),
            ExprKind::Negate(inner) => {
                let node = self.expression(inner)?;
                self.apply(Arc::new(Negate), &[(node, inner.span)], expr.span)
            }
            ExprKind::Power {
                base,
                elementwise,
                operator_span,
                exponent,
            } => self.power(base, *elementwise, *operator_span, exponent, expr.span),
            ExprKind::Transpose(inner) => {
                let node = self.expression(inner)?;
                if self.graph.shape(node).is_scalar() {
                    return Ok(node);
                }
                self.apply(Arc::new(Transpose), &[(node, inner.span)], expr.span)
            }
            ExprKind::Index { base, items } => self.index(base, items, expr.span),
            ExprKind::Call {
                function,
                arguments,
                family,
            } => self.call(function, arguments, family.as_deref(), expr.span),
            ExprKind::Matrix { rows } => self.matrix(rows, expr.span),
            ExprKind::Comprehension { body, family } => self.comprehension(body, family, expr.span),
            ExprKind::Range { from, to, by } => self.range_vector(from, to, by.as_ref(), expr.span),
            ExprKind::Text(text) => Err(ElaborateError::argument(
                format!("the text \"{text}\" is not a value"),
                expr.span,
            )
            .or_help("texts occur in data sources only, such as `csv(\"file.csv\")`")),
            ExprKind::End => match self.ends.last() {
                Some(&end) => Ok(self.graph.number(end as f64)),
                None => Err(
                    ElaborateError::argument("`end` has no meaning here", expr.span)
                        .or_help("inside an index, `x[end]`, it is the last position"),
                ),
            },
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Result<ExprId> {
        match self.find(name) {
            Some(Found::Local(Meaning::Number(value))) => Ok(self.graph.number(value)),
            Some(Found::Local(Meaning::Node(node))) => Ok(node),
            // Left to the reading member by member.
            Some(Found::Local(Meaning::Lanes(_))) => Err(ElaborateError::Suppressed),
            Some(Found::Global(declared)) => match &declared.binding {
                Binding::Value(value) => Ok(value.node),
                Binding::Size { node, .. } => Ok(*node),
                Binding::Broken => Err(ElaborateError::Suppressed),
                Binding::Function(function) => {
                    let names: Vec<&str> = function
                        .parameters
                        .iter()
                        .map(|p| p.text.as_str())
                        .collect();
                    Err(ElaborateError::WrongKind {
                        name: name.to_owned(),
                        problem: "is a function".to_owned(),
                        span,
                        help: Some(format!("call it: `{name}({})`", names.join(", "))),
                    })
                }
            },
            None => match name {
                "pi" => Ok(self.named_number("pi", std::f64::consts::PI)),
                "inf" => Ok(self.graph.number(f64::INFINITY)),
                _ => Err(self.unknown_name(name, span)),
            },
        }
    }

    pub(super) fn named_number(&mut self, name: &str, value: f64) -> ExprId {
        let value = Matrix::scalar(value);
        self.graph
            .constant(value, Some(name.into()), Span::default())
    }

    fn sum(&mut self, first: &Expr, rest: &[(AddOperator, Expr)], span: Span) -> Result<ExprId> {
        let mut terms = Vec::with_capacity(rest.len() + 1);
        terms.push((self.expression(first)?, first.span));
        for (operator, term) in rest {
            let node = self.expression(term)?;
            let node = match operator {
                AddOperator::Plus => node,
                AddOperator::Minus => {
                    self.apply(Arc::new(Negate), &[(node, term.span)], term.span)?
                }
            };
            terms.push((node, term.span));
        }
        self.apply(Arc::new(Add), &terms, span)
    }

    fn product(&mut self, first: &Expr, rest: &[(MulOperator, Span, Expr)]) -> Result<ExprId> {
        let mut span = first.span;
        let mut left = self.expression(first)?;
        for (operator, _, factor) in rest {
            let right = self.expression(factor)?;
            let arguments = [(left, span), (right, factor.span)];
            span = span.to(factor.span);
            left = match operator {
                MulOperator::Times => self.apply(Arc::new(Multiply), &arguments, span)?,
                MulOperator::ElementTimes => {
                    self.apply(Arc::new(ElementMultiply), &arguments, span)?
                }
                MulOperator::ElementDivide => self.apply(Arc::new(Divide), &arguments, span)?,
                MulOperator::Divide => self.quotient(&arguments, span)?,
            };
        }
        Ok(left)
    }

    fn quotient(&mut self, arguments: &[(ExprId, Span); 2], span: Span) -> Result<ExprId> {
        let divisor = self.graph.shape(arguments[1].0);
        if divisor.is_scalar() {
            return self.apply(Arc::new(Divide), arguments, span);
        }
        Err(ElaborateError::argument(
            format!("`/` divides by a scalar, but this is a {divisor}"),
            arguments[1].1,
        )
        .or_help("divide entry by entry with `./`"))
    }

    /// The atom applied, numbers folded; a misfit is told with the shapes of all arguments.
    pub(super) fn apply(
        &mut self,
        atom: Arc<dyn Atom>,
        arguments: &[(ExprId, Span)],
        span: Span,
    ) -> Result<ExprId> {
        let nodes: SmallVec<[ExprId; 4]> = arguments.iter().map(|(node, _)| *node).collect();
        if let Some(number) = self.fold(atom.as_ref(), &nodes) {
            return Ok(self.graph.number(number));
        }
        let name = atom.name();
        match self.graph.apply(atom, &nodes, span) {
            Ok(node) => {
                self.check_size(self.graph.shape(node), span)?;
                Ok(node)
            }
            Err(error) => {
                let broadcasts = registry::find(name).is_none_or(registry::is_elementwise);
                Err(self.shape_error(error, arguments, broadcasts))
            }
        }
    }

    /// The value of an atom of anonymous numbers; what makes an infinite one out of finite ones
    /// stays as it is, to be told where it stands.
    fn fold(&self, atom: &dyn Atom, nodes: &[ExprId]) -> Option<f64> {
        if nodes.len() > 4 || !nodes.iter().all(|&node| self.graph.is_constant(node)) {
            return None;
        }
        let mut values: SmallVec<[&Matrix; 4]> = SmallVec::new();
        for &node in nodes {
            let leaf = self.graph.constant_leaf(node)?;
            if leaf.name.is_some() || leaf.value.as_scalar().is_none() {
                return None;
            }
            values.push(leaf.value.as_ref());
        }
        let shapes: SmallVec<[Shape; 4]> = smallvec![Shape::SCALAR; nodes.len()];
        if nodes.is_empty() || !atom.shape(&shapes).is_ok_and(Shape::is_scalar) {
            return None;
        }
        let mut out = [0.0];
        atom.evaluate(&values, &mut out);
        let infinite = values
            .iter()
            .any(|v| !v.stored().iter().all(|e| e.is_finite()));
        (out[0].is_finite() || infinite && !out[0].is_nan()).then_some(out[0])
    }

    fn check_size(&self, shape: Shape, span: Span) -> Result<()> {
        self.check_count("this value", shape.rows as f64 * shape.cols as f64, span)
    }

    pub(super) fn check_count(&self, what: &str, count: f64, span: Span) -> Result<()> {
        if count <= super::LARGEST_VALUE {
            return Ok(());
        }
        Err(ElaborateError::TooLarge {
            what: what.to_owned(),
            count,
            limit: super::LARGEST_VALUE,
            span,
        })
    }

    /// Labels each argument with its shape and, when it is a name, where that was declared.
    fn shape_error(
        &self,
        error: ShapeError,
        arguments: &[(ExprId, Span)],
        broadcasts: bool,
    ) -> ElaborateError {
        let mut labels: Vec<LabeledSpan> = Vec::new();
        let mut seen: Vec<Shape> = Vec::new();
        for &(node, span) in arguments {
            let shape = self.graph.shape(node);
            if seen.contains(&shape) || seen.len() == 3 {
                continue;
            }
            seen.push(shape);
            labels.push(labeled(span, format!("a {shape}")));
            let declared = self.globals.get(span.of(self.text));
            if let Some(declared) = declared {
                labels.push(labeled(declared.span, "declared here".to_owned()));
            }
        }
        ElaborateError::Shape {
            message: error.message,
            labels,
            help: error
                .help
                .or_else(|| broadcasts.then(|| BROADCASTING.to_owned())),
        }
    }
}

/// What to do where entries do not pair up.
const BROADCASTING: &str =
    "shapes must be equal, or one side a scalar; correct the sizes, or pick entries, `x[1..n]`";

fn labeled(span: Span, text: String) -> LabeledSpan {
    LabeledSpan::new_with_span(Some(text), span)
}
