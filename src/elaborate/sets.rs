//! `x in SET`: each set as the comparisons that define it.

use super::constraint::Comparison;
use super::{ElaborateError, Elaborator, Result, suggest};
use crate::atoms::affine::{Add, Direction, Index};
use crate::atoms::spectral::geometric_mean::Bound;
use crate::atoms::{Along, construct, registry};
use crate::expr::ExprId;
use crate::problem::{ConstraintName, Origin};
use crate::shape::Shape;
use crate::span::Span;
use crate::spelling::known_names;
use crate::syntax::ast::{self, Relation, SetExpr};
use std::sync::Arc;

const SETS: &[&str] = &[
    "simplex",
    "box",
    "ball",
    "norm_ball",
    "psd",
    "nsd",
    "soc",
    "rotated_soc",
    "exp_cone",
    "pow_cone",
    "geo_mean_cone",
    "geo_mean_hypo",
    "geo_mean_epi",
    "rel_entr_epi",
    "nonneg_poly_coeffs",
    "convex_poly_coeffs",
];

impl Elaborator<'_> {
    pub(super) fn membership(
        &mut self,
        name: ConstraintName,
        element: (ExprId, Span),
        set: &SetExpr,
    ) -> Result<()> {
        let comparisons = match set.name.text.as_str() {
            "simplex" => self.simplex(element, set)?,
            "box" => self.box_set(element, set)?,
            "ball" => self.ball(element, set)?,
            "norm_ball" => self.norm_ball(element, set)?,
            "psd" => vec![self.against_zero(element, Relation::SucceedsEqual)],
            "nsd" => vec![self.against_zero(element, Relation::PrecedesEqual)],
            "soc" => self.second_order(element, set)?,
            "rotated_soc" => self.rotated_second_order(element, set)?,
            "exp_cone" => self.exponential_cone(element, set)?,
            "pow_cone" => self.power_cone(element, set)?,
            "geo_mean_cone" => self.geometric_mean_cone(element, set)?,
            "geo_mean_hypo" => self.geometric_mean(&name, element, set, Bound::Below)?,
            "geo_mean_epi" => self.geometric_mean(&name, element, set, Bound::Above)?,
            "rel_entr_epi" => self.operator_entropy(&name, element, set)?,
            "nonneg_poly_coeffs" => self.nonnegative_polynomials(element, set)?,
            "convex_poly_coeffs" => self.convex_polynomials(element, set)?,
            _ => return Err(unknown_set(set)),
        };
        let alone = comparisons.len() == 1;
        for (k, comparison) in comparisons.into_iter().enumerate() {
            let part = (!alone).then_some(k as u32);
            let name = ConstraintName {
                part,
                ..name.clone()
            };
            self.compare(name, Origin::Line, comparison)?;
        }
        Ok(())
    }

    pub(super) fn against_zero(
        &mut self,
        element: (ExprId, Span),
        relation: Relation,
    ) -> Comparison {
        let zero = self.graph.number(0.0);
        comparison(element, relation, zero)
    }

    /// x >= 0, sum(x) == 1.
    fn simplex(&mut self, element: (ExprId, Span), set: &SetExpr) -> Result<Vec<Comparison>> {
        if let Some(size) = set.arguments.first() {
            let n = self.integer(&size.value, "the size of a simplex")?;
            self.check_length(element, n as usize)?;
        }
        let total = self.function("sum", element)?;
        let one = self.graph.number(1.0);
        Ok(vec![
            self.against_zero(element, Relation::GreaterEqual),
            comparison((total, element.1), Relation::Equal, one),
        ])
    }

    /// l <= x <= u.
    fn box_set(&mut self, element: (ExprId, Span), set: &SetExpr) -> Result<Vec<Comparison>> {
        let [lower, upper] = set.arguments.as_slice() else {
            return Err(set_usage(set, "box(l, u)"));
        };
        let lower = self.expression(&lower.value)?;
        let upper = self.expression(&upper.value)?;
        Ok(vec![
            comparison(element, Relation::GreaterEqual, lower),
            comparison(element, Relation::LessEqual, upper),
        ])
    }

    /// norm2(x) <= r.
    fn ball(&mut self, element: (ExprId, Span), set: &SetExpr) -> Result<Vec<Comparison>> {
        let [radius] = set.arguments.as_slice() else {
            return Err(set_usage(set, "ball(r)"));
        };
        let radius = self.expression(&radius.value)?;
        let norm = self.function("norm2", element)?;
        Ok(vec![comparison(
            (norm, element.1),
            Relation::LessEqual,
            radius,
        )])
    }

    /// pnorm(x, p) <= r.
    fn norm_ball(&mut self, element: (ExprId, Span), set: &SetExpr) -> Result<Vec<Comparison>> {
        let [power, radius] = set.arguments.as_slice() else {
            return Err(set_usage(set, "norm_ball(p, r)"));
        };
        let p = self.number(&power.value, "the power of a norm")?;
        if p.is_nan() || p < 1.0 {
            let message = format!("a norm has a power of at least 1, but this is {p}");
            return Err(ElaborateError::argument(message, power.value.span));
        }
        let radius = self.expression(&radius.value)?;
        let Some(entry) = registry::find("pnorm") else {
            return Err(unknown_set(set));
        };
        let (span, power) = (element.1, Arc::new(crate::matrix::Matrix::scalar(p)));
        let norm = self.build(entry, &[element], &[power], Along::All, span)?;
        let relation = Relation::LessEqual;
        Ok(vec![comparison((norm, span), relation, radius)])
    }

    /// norm2(x[2..n]) <= x[1].
    fn second_order(&mut self, element: (ExprId, Span), set: &SetExpr) -> Result<Vec<Comparison>> {
        let shape = self.graph.shape(element.0);
        if !shape.is_column() || shape.rows < 2 {
            return Err(ElaborateError::argument(
                format!("`soc` holds vectors (t; x) with |x| <= t, but this is a {shape}"),
                set.span,
            ));
        }
        let head = self.entries(element, 0..1)?;
        let tail = self.entries(element, 1..shape.rows)?;
        let norm = self.function("norm2", (tail, element.1))?;
        Ok(vec![comparison(
            (norm, element.1),
            Relation::LessEqual,
            head,
        )])
    }

    /// sum_squares(x[3..n]) <= x[1]*x[2], as norm2([2*x[3..n]; x[1] - x[2]]) <= x[1] + x[2].
    fn rotated_second_order(
        &mut self,
        element: (ExprId, Span),
        set: &SetExpr,
    ) -> Result<Vec<Comparison>> {
        let shape = self.graph.shape(element.0);
        if !shape.is_column() || shape.rows < 3 {
            let message = format!(
                "`rotated_soc` holds vectors (u; v; x) with sum_squares(x) <= u*v, but this is a {shape}"
            );
            return Err(ElaborateError::argument(message, set.span));
        }
        let span = element.1;
        let (u, v) = (self.entries(element, 0..1)?, self.entries(element, 1..2)?);
        let tail = self.entries(element, 2..shape.rows)?;
        let graph = &mut self.graph;
        let doubled = construct::scale(graph, 2.0, tail);
        let difference = construct::subtract(graph, u, v);
        let stacked = construct::concatenate(graph, Direction::Vertical, &[doubled, difference]);
        let head = construct::plus(graph, u, v);
        let norm = self.function("norm2", (stacked, span))?;
        let relation = Relation::LessEqual;
        Ok(vec![comparison((norm, span), relation, head)])
    }

    /// |x[n]| <= geo_mean(x[1..n-1]), weighted when weights are given.
    fn geometric_mean_cone(
        &mut self,
        element: (ExprId, Span),
        set: &SetExpr,
    ) -> Result<Vec<Comparison>> {
        let shape = self.graph.shape(element.0);
        if !shape.is_column() || shape.rows < 2 {
            let message = format!(
                "`geo_mean_cone` holds vectors (x; z) with abs(z) <= geo_mean(x), but this is a {shape}"
            );
            return Err(ElaborateError::argument(message, set.span));
        }
        let weights = match set.arguments.as_slice() {
            [] => Arc::new(crate::matrix::Matrix::scalar(1.0)),
            [weights] => {
                let node = self.expression(&weights.value)?;
                self.constant_value(node, "the weights", weights.value.span)?
            }
            _ => return Err(set_usage(set, "geo_mean_cone(weights)")),
        };
        let base = self.entries(element, 0..shape.rows - 1)?;
        let z = self.entries(element, shape.rows - 1..shape.rows)?;
        self.below_mean(element.1, z, base, weights)
    }

    /// abs(z) <= geo_mean(base, weights).
    fn below_mean(
        &mut self,
        span: Span,
        z: ExprId,
        base: ExprId,
        weights: Arc<crate::matrix::Matrix>,
    ) -> Result<Vec<Comparison>> {
        let size = self.function("abs", (z, span))?;
        let entry = registry::find("geo_mean")
            .ok_or_else(|| ElaborateError::argument("no function `geo_mean`", span))?;
        let mean = self.build(entry, &[(base, span)], &[weights], Along::All, span)?;
        Ok(vec![comparison((size, span), Relation::LessEqual, mean)])
    }

    /// y exp(x/y) <= z, as x + rel_entr(y, z) <= 0.
    fn exponential_cone(
        &mut self,
        element: (ExprId, Span),
        set: &SetExpr,
    ) -> Result<Vec<Comparison>> {
        self.check_length(element, 3)?;
        let [x, y, z] = self.triple(element)?;
        let Some(entry) = registry::find("rel_entr") else {
            return Err(unknown_set(set));
        };
        let span = element.1;
        let entropy = self.build(entry, &[(y, span), (z, span)], &[], Along::All, span)?;
        let total = self.apply(Arc::new(Add), &[(x, span), (entropy, span)], span)?;
        Ok(vec![self.against_zero((total, span), Relation::LessEqual)])
    }

    /// x^a y^(1-a) >= |z|, x, y >= 0, as abs(z) <= weighted geometric mean.
    fn power_cone(&mut self, element: (ExprId, Span), set: &SetExpr) -> Result<Vec<Comparison>> {
        let [exponent] = set.arguments.as_slice() else {
            return Err(set_usage(set, "pow_cone(a)"));
        };
        let a = self.number(&exponent.value, "the exponent of a power cone")?;
        if !(a > 0.0 && a < 1.0) {
            let message = format!("the exponent must lie between 0 and 1, but it is {a}");
            return Err(ElaborateError::argument(message, exponent.value.span));
        }
        self.check_length(element, 3)?;
        let span = element.1;
        let base = self.entries(element, 0..2)?;
        let z = self.entries(element, 2..3)?;
        let weights = Arc::new(crate::matrix::Matrix::vector(vec![a, 1.0 - a]));
        self.below_mean(span, z, base, weights)
    }

    fn triple(&mut self, element: (ExprId, Span)) -> Result<[ExprId; 3]> {
        Ok([
            self.entries(element, 0..1)?,
            self.entries(element, 1..2)?,
            self.entries(element, 2..3)?,
        ])
    }

    fn check_length(&self, element: (ExprId, Span), length: usize) -> Result<()> {
        let shape = self.graph.shape(element.0);
        if shape == Shape::vector(length) {
            return Ok(());
        }
        Err(ElaborateError::argument(
            format!("this set holds vectors of {length}, but this is a {shape}"),
            element.1,
        ))
    }

    /// Entries of a vector, counted from 0.
    fn entries(&mut self, vector: (ExprId, Span), range: std::ops::Range<usize>) -> Result<ExprId> {
        let text = if range.len() == 1 {
            format!("{}", range.end)
        } else {
            format!("{}..{}", range.start + 1, range.end)
        };
        let index = Index {
            shape: Shape::vector(range.len()),
            positions: range.collect(),
            text: text.into(),
        };
        self.apply(Arc::new(index), &[vector], vector.1)
    }

    pub(super) fn function(&mut self, name: &str, argument: (ExprId, Span)) -> Result<ExprId> {
        let entry = registry::find(name)
            .ok_or_else(|| ElaborateError::argument(format!("no function `{name}`"), argument.1))?;
        self.build(entry, &[argument], &[], Along::All, argument.1)
    }
}

fn comparison(left: (ExprId, Span), relation: ast::Relation, right: ExprId) -> Comparison {
    Comparison {
        left,
        relation,
        right: (right, left.1),
        span: left.1,
    }
}

pub(super) fn set_usage(set: &SetExpr, usage: &str) -> ElaborateError {
    ElaborateError::argument(format!("`{}` has other arguments", set.name.text), set.span)
        .or_help(format!("write `{usage}`"))
}

/// What to write for a set that is called like a function.
pub(super) fn membership_of(name: &str) -> Option<String> {
    let own = SETS.contains(&name).then(|| format!("x in {name}"));
    let text = own.or_else(|| suggest::set_elsewhere(name).map(str::to_owned))?;
    Some(format!("it is a set: write `{text}` under `subject to`"))
}

pub(super) fn unknown_set(set: &SetExpr) -> ElaborateError {
    let name = &set.name.text;
    let help = match suggest::set_elsewhere(name) {
        Some(here) => format!("write `{here}`"),
        None => known_names(name, SETS.iter().copied(), "the sets are"),
    };
    ElaborateError::UnknownName {
        what: "set",
        name: name.clone(),
        span: set.name.span,
        help: Some(help),
    }
}
