//! Families of scalars read as vectors, one entry for each member:
//! `sum((x[i] - y[i])^2 for i in 1..n)` becomes `sum((x - y) .^ 2)`.
//!
//! Whatever cannot be read so (matrix-valued bodies, products of two expressions of variables, …)
//! and whatever is wrong is left to the reading member by member.

mod calls;
mod nested;
mod varies;

use super::Elaborator;
use super::scope::{Found, Local, Meaning};
use crate::atoms::affine::{
    Add, Divide, ElementMultiply, Index, LinearMap, Multiply, Negate, Reshape,
};
use crate::atoms::{Along, Entrywise, Reduce, elementwise, reductions};
use crate::expr::{Atom, ExprId, evaluate_constant};
use crate::matrix::Matrix;
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{AddOperator, Expr, ExprKind, Family, IndexItem, MulOperator};
use std::sync::Arc;

/// An operator, where it stands, and what is behind it.
type Factor = (MulOperator, Span, Expr);

/// Shorter families are read member by member: their formulas are printed as they are written.
const SHORTEST: usize = 8;

impl Elaborator<'_> {
    /// `sum(body for …)` as the sum of a vector.
    pub(super) fn sum_of_lanes(
        &mut self,
        body: &Expr,
        family: &Family,
        span: Span,
    ) -> Option<ExprId> {
        let mut members = self.lane_members(family)?;
        // The first index fastest, as entries run down the columns of a matrix.
        members.sort_by(|a, b| a.iter().rev().cmp(b.iter().rev()));
        let count = members.len();
        let column = self.with_lanes(family, &members, |this| this.lanes(body))?;
        if self.graph.shape(column).is_scalar() {
            let count = self.graph.number(count as f64);
            let arguments = [(count, family.span), (column, body.span)];
            return self.apply(Arc::new(Multiply), &arguments, span).ok();
        }
        let sum = Reduce {
            function: reductions::Sum,
            along: Along::All,
        };
        self.apply(Arc::new(sum), &[(column, body.span)], span).ok()
    }

    /// `[body for …]` as a vector.
    pub(super) fn list_of_lanes(&mut self, body: &Expr, family: &Family) -> Option<ExprId> {
        let members = self.lane_members(family)?;
        let column = self.with_lanes(family, &members, |this| this.lanes(body))?;
        (!self.graph.shape(column).is_scalar()).then_some(column)
    }

    /// The indices of every member; `None` for short families and wrong ones.
    fn lane_members(&mut self, family: &Family) -> Option<Vec<Vec<i64>>> {
        let members = self.member_indices(family)?;
        (members.len() >= SHORTEST).then_some(members)
    }

    fn member_indices(&mut self, family: &Family) -> Option<Vec<Vec<i64>>> {
        let mut members = Vec::new();
        let visited = self.each_member(family, &mut |_, indices| {
            members.push(indices.to_vec());
            Ok(())
        });
        (visited.is_ok() && !members.is_empty()).then_some(members)
    }

    fn with_lanes(
        &mut self,
        family: &Family,
        members: &[Vec<i64>],
        read: impl FnOnce(&mut Self) -> Option<ExprId>,
    ) -> Option<ExprId> {
        let outer = self.locals.len();
        for (k, generator) in family.generators.iter().enumerate() {
            let values = members.iter().map(|indices| indices[k] as f64).collect();
            let node = self
                .graph
                .constant(Matrix::vector(values), None, family.span);
            let meaning = Meaning::Lanes(node);
            self.locals.push(Local::new(&generator.name, meaning));
        }
        let column = read(self);
        self.locals.truncate(outer);
        column
    }

    /// The expression for all members: a column with an entry for each, or the scalar that all
    /// members share.
    fn lanes(&mut self, expr: &Expr) -> Option<ExprId> {
        if self.depth >= super::expression::DEEPEST {
            return None;
        }
        if !self.varies(expr) {
            let node = self.expression(expr).ok()?;
            return self.graph.shape(node).is_scalar().then_some(node);
        }
        self.depth += 1;
        let node = self.varying(expr);
        self.depth -= 1;
        node
    }

    fn varying(&mut self, expr: &Expr) -> Option<ExprId> {
        match expr.kind.as_ref() {
            ExprKind::Name(name) => match self.find(name) {
                Some(Found::Local(Meaning::Lanes(node))) => Some(node),
                Some(Found::Local(_) | Found::Global(_)) | None => None,
            },
            ExprKind::Sum { first, rest } => self.lane_sum(first, rest, expr.span),
            ExprKind::Product { first, rest } => self.lane_product(first, rest),
            ExprKind::Negate(inner) => {
                let node = self.lanes(inner)?;
                self.lane_apply(Negate, &[(node, inner.span)], expr.span)
            }
            ExprKind::Transpose(inner) => self.lanes(inner),
            ExprKind::Power { base, exponent, .. } => self.lane_power(base, exponent, expr.span),
            ExprKind::Index { base, items } => self.lane_index(base, items, expr.span),
            ExprKind::Call {
                function,
                arguments,
                family: None,
            } => self.lane_call(function, arguments, expr.span),
            ExprKind::Call {
                function,
                arguments,
                family: Some(family),
            } if function.text == "sum" => self.lane_family_sum(arguments, family, expr.span),
            ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Call { .. }
            | ExprKind::Matrix { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::Range { .. }
            | ExprKind::End => None,
        }
    }

    fn lane_sum(
        &mut self,
        first: &Expr,
        rest: &[(AddOperator, Expr)],
        span: Span,
    ) -> Option<ExprId> {
        let mut terms = vec![(self.lanes(first)?, first.span)];
        for (operator, term) in rest {
            let node = self.lanes(term)?;
            let node = match operator {
                AddOperator::Plus => node,
                AddOperator::Minus => self.lane_apply(Negate, &[(node, term.span)], term.span)?,
            };
            terms.push((node, term.span));
        }
        self.lane_apply(Add, &terms, span)
    }

    fn lane_apply(
        &mut self,
        atom: impl Atom,
        arguments: &[(ExprId, Span)],
        span: Span,
    ) -> Option<ExprId> {
        self.apply(Arc::new(atom), arguments, span).ok()
    }

    /// Two factors may both vary with the member when one of them is known.
    fn lane_product(&mut self, first: &Expr, rest: &[Factor]) -> Option<ExprId> {
        let mut span = first.span;
        let (mut left, mut rest) = self.factor(first, rest)?;
        while let Some(((operator, _, factor), behind)) = rest.split_first() {
            let right;
            (right, rest) = match operator {
                MulOperator::Times => self.factor(factor, behind)?,
                MulOperator::Divide | MulOperator::ElementTimes | MulOperator::ElementDivide => {
                    (self.lanes(factor)?, behind)
                }
            };
            let known = |node| self.graph.is_constant(node);
            let scales = self.graph.shape(left).is_scalar() || self.graph.shape(right).is_scalar();
            let arguments = [(left, span), (right, factor.span)];
            let linear = known(left) || known(right);
            let divides = known(right);
            span = span.to(factor.span);
            left = match operator {
                MulOperator::Times if linear && scales => {
                    self.lane_apply(Multiply, &arguments, span)?
                }
                MulOperator::Times | MulOperator::ElementTimes if linear => {
                    self.lane_apply(ElementMultiply, &arguments, span)?
                }
                MulOperator::Divide | MulOperator::ElementDivide if divides => {
                    self.lane_apply(Divide, &arguments, span)?
                }
                MulOperator::Times
                | MulOperator::ElementTimes
                | MulOperator::Divide
                | MulOperator::ElementDivide => return None,
            };
        }
        Some(left)
    }

    /// A factor and what is left behind it; `A[i, :]*x` is one.
    fn factor<'e>(
        &mut self,
        factor: &Expr,
        behind: &'e [Factor],
    ) -> Option<(ExprId, &'e [Factor])> {
        if let Some(((MulOperator::Times, _, vector), rest)) = behind.split_first()
            && let Some(product) = self.row_product(factor, vector)
        {
            return Some((product, rest));
        }
        Some((self.lanes(factor)?, behind))
    }

    /// Powers with one finite exponent for all members.
    fn lane_power(&mut self, base: &Expr, exponent: &Expr, span: Span) -> Option<ExprId> {
        if self.varies(exponent) {
            return None;
        }
        let power = self.number(exponent, "an exponent").ok()?;
        if power.fract() != 0.0 && bends(base) {
            return None;
        }
        let node = self.lanes(base)?;
        let atom = Entrywise(elementwise::Power::new(power));
        let argument = [(node, base.span)];
        power
            .is_finite()
            .then(|| self.lane_apply(atom, &argument, span))?
    }

    // ---- entries

    /// `x[i]`, `A[i, j + 1]`, `x[order[i]]`: one entry for each member.
    fn lane_index(&mut self, base: &Expr, items: &[IndexItem], span: Span) -> Option<ExprId> {
        if self.varies(base) {
            return None;
        }
        let node = self.expression(base).ok()?;
        let shape = self.graph.shape(node);
        let (first_row, first_col) = self.first_index(base);
        let positions = match items {
            [row] if shape.is_column() => self.lane_positions(row, first_row, shape.rows)?,
            [col] if shape.rows == 1 => self.lane_positions(col, first_col, shape.cols)?,
            [row, col] => {
                let rows = self.lane_positions(row, first_row, shape.rows)?;
                let cols = self.lane_positions(col, first_col, shape.cols)?;
                crossings(&rows, &cols, shape.rows)
            }
            _ => return None,
        };
        self.pick_lanes(node, positions, span)
    }

    /// Zero-based positions along an axis, by member; one for all where the index does not vary.
    fn lane_positions(
        &mut self,
        item: &IndexItem,
        first: i64,
        length: usize,
    ) -> Option<Vec<usize>> {
        let IndexItem::At(expr) = item else {
            return None;
        };
        self.ends.push(first + length as i64 - 1);
        let node = self.lanes(expr);
        self.ends.pop();
        let value = evaluate_constant(&self.graph, node?)?;
        let position = |&entry: &f64| {
            let position = entry - first as f64;
            let inside = position.fract() == 0.0 && position >= 0.0 && position < length as f64;
            inside.then_some(position as usize)
        };
        value.entries().iter().map(position).collect()
    }

    fn pick_lanes(&mut self, node: ExprId, positions: Vec<usize>, span: Span) -> Option<ExprId> {
        let source = self.graph.shape(node);
        let shape = Shape::vector(positions.len());
        let whole = positions.len() == source.size()
            && positions
                .iter()
                .enumerate()
                .all(|(k, &position)| k == position);
        if whole && source == shape {
            return Some(node);
        }
        if whole {
            return self.lane_apply(LinearMap(Reshape { shape }), &[(node, span)], span);
        }
        let index = Index::new(source, shape, positions.into());
        self.lane_apply(index, &[(node, span)], span)
    }
}

/// Whether the expression calls or raises anything: roots and logarithms of such, as in
/// `sqrt(1 + x[i]^2)`, are proved convex as scalars, by rewriting.
fn bends(expr: &Expr) -> bool {
    match expr.kind.as_ref() {
        ExprKind::Power { .. } | ExprKind::Call { .. } => true,
        ExprKind::Sum { first, rest } => bends(first) || rest.iter().any(|(_, term)| bends(term)),
        ExprKind::Product { first, rest } => {
            bends(first) || rest.iter().any(|(_, _, factor)| bends(factor))
        }
        ExprKind::Negate(inner) | ExprKind::Transpose(inner) => bends(inner),
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Name(_)
        | ExprKind::Index { .. }
        | ExprKind::Matrix { .. }
        | ExprKind::Comprehension { .. }
        | ExprKind::Range { .. }
        | ExprKind::End => false,
    }
}

/// Positions of the entries (row, column), down the columns; a single row or column is shared.
fn crossings(rows: &[usize], cols: &[usize], height: usize) -> Vec<usize> {
    let at = |list: &[usize], k: usize| list[if list.len() == 1 { 0 } else { k }];
    let count = rows.len().max(cols.len());
    (0..count)
        .map(|k| at(rows, k) + at(cols, k) * height)
        .collect()
}
