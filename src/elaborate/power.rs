//! Powers: x^p and x .^ p with known exponents, c^x of a known number.

use super::{ElaborateError, Elaborator, Result};
use crate::atoms::affine::Multiply;
use crate::atoms::elementwise::{Exp, Power};
use crate::atoms::{Entrywise, construct};
use crate::expr::{ExprId, evaluate_constant};
use crate::matrix::Matrix;
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::Expr;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What stands behind `^`.
enum Exponent {
    Known(f64),
    /// One for each entry.
    Many(Arc<Matrix>),
    Node(ExprId),
}

impl Elaborator<'_> {
    pub(super) fn power(
        &mut self,
        base: &Expr,
        elementwise: bool,
        operator: Span,
        exponent: &Expr,
        span: Span,
    ) -> Result<ExprId> {
        let node = self.expression(base)?;
        let shape = self.graph.shape(node);
        if !elementwise && !shape.is_scalar() {
            return Err(power_of_many(
                base.span.of(self.text),
                shape,
                exponent.span.of(self.text),
                operator,
            ));
        }
        match self.exponent(exponent, node)? {
            Exponent::Known(number) => {
                finite(number, exponent.span)?;
                let power = Arc::new(Entrywise(Power::new(number)));
                self.apply(power, &[(node, base.span)], span)
            }
            Exponent::Many(exponents) => self.powers(node, &exponents, exponent.span),
            Exponent::Node(argument) => {
                self.exponential((node, base.span), (argument, exponent.span), span)
            }
        }
    }

    fn exponent(&mut self, exponent: &Expr, base: ExprId) -> Result<Exponent> {
        if let Some(number) = self.quick_number(exponent) {
            return Ok(Exponent::Known(number));
        }
        let node = self.expression(exponent)?;
        let Some(value) = evaluate_constant(&self.graph, node) else {
            return Ok(Exponent::Node(node));
        };
        Ok(match value.as_scalar() {
            Some(number) => Exponent::Known(number),
            None if self.positive_number(base).is_some() => Exponent::Node(node),
            None => Exponent::Many(value),
        })
    }

    fn positive_number(&self, base: ExprId) -> Option<f64> {
        let value = evaluate_constant(&self.graph, base)?.as_scalar()?;
        (value > 0.0).then_some(value)
    }

    /// x_i^(p_i), the entries of each exponent together.
    fn powers(&mut self, base: ExprId, exponents: &Matrix, span: Span) -> Result<ExprId> {
        let (shape, own) = (exponents.shape(), self.graph.shape(base));
        if own != shape && !own.is_scalar() {
            return Err(ElaborateError::argument(
                format!("a {own} to the power of a {shape}"),
                span,
            )
            .or_help("`.^` takes one exponent, or one for each entry"));
        }
        let mut groups: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for (place, &exponent) in exponents.entries().iter().enumerate() {
            finite(exponent, span)?;
            groups.entry(exponent.to_bits()).or_default().push(place);
        }
        let mut groups: Vec<(u64, Vec<usize>)> = groups.into_iter().collect();
        groups.sort_unstable_by_key(|(_, places)| places[0]);
        let graph = &mut self.graph;
        let base = construct::fill(graph, base, shape);
        let (mut places, mut powers) = (Vec::new(), Vec::new());
        for (bits, group) in groups {
            let group: Arc<[usize]> = group.into();
            let column = Shape::vector(group.len());
            let entries = construct::gather(graph, base, column, group.clone());
            let power = Entrywise(Power::new(f64::from_bits(bits)));
            powers.push(construct::apply(graph, power, &[entries]));
            places.push(group);
        }
        Ok(construct::scatter(graph, shape, places, &powers))
    }

    /// c^x = exp(log(c)*x) for a known number c > 0.
    fn exponential(
        &mut self,
        base: (ExprId, Span),
        exponent: (ExprId, Span),
        span: Span,
    ) -> Result<ExprId> {
        let Some(number) = self.positive_number(base.0) else {
            return Err(ElaborateError::argument(
                "a power needs a known exponent, or a known base > 0",
                exponent.1,
            )
            .or_help("`x^p` with a number p, or `c^x` with a number c > 0"));
        };
        let log = self.graph.number(number.ln());
        let scaled = self.apply(Arc::new(Multiply), &[(log, base.1), exponent], exponent.1)?;
        self.apply(Arc::new(Entrywise(Exp)), &[(scaled, exponent.1)], span)
    }
}

fn finite(exponent: f64, span: Span) -> Result<()> {
    match exponent.is_finite() {
        true => Ok(()),
        false => Err(ElaborateError::argument(
            format!("the exponent must be a finite number, but it is {exponent}"),
            span,
        )
        .or_help("correct the number, or the formula that gives it")),
    }
}

/// `base ^ exponent` for a base of several entries.
fn power_of_many(base: &str, shape: Shape, exponent: &str, operator: Span) -> ElaborateError {
    let (power, sum) = match exponent {
        "2" => ("square", format!("sum_squares({})", without_brackets(base))),
        _ => ("power", format!("sum({base} .^ {exponent})")),
    };
    let product = match exponent {
        "2" if shape.is_square() => format!(", `{base}*{base}` for the product of matrices"),
        _ => String::new(),
    };
    ElaborateError::argument(
        format!("`^` needs a scalar on the left, but `{base}` is a {shape}"),
        operator,
    )
    .or_help(format!(
        "write `{base} .^ {exponent}` for the {power} of each entry, `{sum}` for the sum of {power}s{product}"
    ))
}

fn without_brackets(text: &str) -> &str {
    text.strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(text)
}
