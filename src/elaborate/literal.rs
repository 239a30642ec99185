//! `[1, 2; 3, 4]`, `[A, B; C, D]` and `1..n`.

use super::{ElaborateError, Elaborator, Result};
use crate::atoms::affine::{Concatenate, Direction};
use crate::expr::ExprId;
use crate::matrix::Matrix;
use crate::span::Span;
use crate::syntax::ast::Expr;
use nalgebra::DMatrix;
use std::sync::Arc;

impl Elaborator<'_> {
    /// Rows apart by `;`. One row of scalars is a vector: `[1, 2, 3]` is `[1; 2; 3]`.
    pub(super) fn matrix(&mut self, rows: &[Vec<Expr>], span: Span) -> Result<ExprId> {
        if let Some(numbers) = self.numeric_literal(rows, span)? {
            return Ok(self.graph.constant(numbers, None, span));
        }
        let single = rows.len() == 1;
        let mut stacked = Vec::with_capacity(rows.len());
        for row in rows {
            let mut parts = Vec::with_capacity(row.len());
            for item in row {
                parts.push((self.expression(item)?, item.span));
            }
            let scalars = parts.iter().all(|(p, _)| self.graph.shape(*p).is_scalar());
            let direction = if single && scalars {
                Direction::Vertical
            } else {
                Direction::Horizontal
            };
            let row_span = parts.iter().fold(parts[0].1, |all, (_, s)| all.to(*s));
            stacked.push((self.concatenate(direction, &parts, row_span)?, row_span));
        }
        self.concatenate(Direction::Vertical, &stacked, span)
    }

    pub(super) fn concatenate(
        &mut self,
        direction: Direction,
        parts: &[(ExprId, Span)],
        span: Span,
    ) -> Result<ExprId> {
        match parts {
            [] => Err(ElaborateError::argument("an empty matrix has no use", span)),
            [(only, _)] => Ok(*only),
            _ => self.apply(Arc::new(Concatenate { direction }), parts, span),
        }
    }

    /// The matrix when every entry is plain arithmetic.
    fn numeric_literal(&mut self, rows: &[Vec<Expr>], span: Span) -> Result<Option<Matrix>> {
        let width = rows.first().map_or(0, Vec::len);
        if width == 0 {
            return Err(ElaborateError::argument("an empty matrix has no use", span));
        }
        let mut entries = Vec::with_capacity(rows.len() * width);
        for row in rows {
            for item in row {
                match self.quick_number(item) {
                    Some(number) => entries.push(number),
                    None => return Ok(None),
                }
            }
        }
        if let Some(row) = rows.iter().find(|row| row.len() != width) {
            let place = row.iter().fold(row[0].span, |all, e| all.to(e.span));
            return Err(ElaborateError::argument(
                format!(
                    "this row has {} entries, but the first has {width}",
                    row.len()
                ),
                place,
            ));
        }
        let (height, width) = if rows.len() == 1 {
            (width, 1)
        } else {
            (rows.len(), width)
        };
        Ok(Some(Matrix::Dense(DMatrix::from_row_slice(
            height, width, &entries,
        ))))
    }

    /// The vector of the numbers of a range.
    pub(super) fn range_vector(
        &mut self,
        from: &Expr,
        to: &Expr,
        by: Option<&Expr>,
        span: Span,
    ) -> Result<ExprId> {
        let positions = self.range_members(from, to, by, span)?;
        let entries: Vec<f64> = positions.iter().map(|&p| p as f64).collect();
        if entries.is_empty() {
            return Err(ElaborateError::argument("this range is empty", span));
        }
        Ok(self.graph.constant(Matrix::vector(entries), None, span))
    }

    /// `from, from + by, …` up to `to`.
    pub(super) fn range_members(
        &mut self,
        from: &Expr,
        to: &Expr,
        by: Option<&Expr>,
        span: Span,
    ) -> Result<Vec<i64>> {
        let from = self.integer(from, "the start of a range")?;
        let to = self.integer(to, "the end of a range")?;
        let step = match by {
            Some(by) => self.integer(by, "the step of a range")?,
            None => 1,
        };
        if step == 0 {
            return Err(ElaborateError::argument(
                "the step of a range must not be 0",
                span,
            ));
        }
        let count = ((to as f64 - from as f64) / step as f64).floor() + 1.0;
        if count > super::LARGEST_FAMILY {
            return Err(ElaborateError::TooLarge {
                what: "this range".to_owned(),
                count,
                limit: super::LARGEST_FAMILY,
                span,
            });
        }
        Ok((0..count.max(0.0) as i64)
            .map(|k| from + k * step)
            .collect())
    }
}
