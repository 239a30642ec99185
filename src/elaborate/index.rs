//! `x[3]`, `A[2, :]`, `x[2..n]`, `x[end]`, `x[order]`.

use super::scope::{Binding, Found, Value};
use super::{ElaborateError, Elaborator, Result};
use crate::atoms::affine::Index;
use crate::expr::ExprId;
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{Expr, ExprKind, IndexItem};
use std::sync::Arc;

/// Zero-based positions along one axis and their text.
struct Picks {
    positions: Vec<usize>,
    text: String,
}

/// One axis of an indexed value.
#[derive(Clone, Copy)]
struct AxisRange {
    first: i64,
    length: usize,
    name: &'static str,
}

impl AxisRange {
    fn last(self) -> i64 {
        self.first + self.length as i64 - 1
    }
}

impl Elaborator<'_> {
    pub(super) fn index(&mut self, base: &Expr, items: &[IndexItem], span: Span) -> Result<ExprId> {
        let node = self.expression(base)?;
        let shape = self.graph.shape(node);
        let first = self.first_index(base);
        if let Some(entry) = self.entry(node, shape, first, items, span) {
            return Ok(entry);
        }
        let (first_row, first_col) = first;
        let rows = AxisRange {
            first: first_row,
            length: shape.rows,
            name: "rows",
        };
        let cols = AxisRange {
            first: first_col,
            length: shape.cols,
            name: "columns",
        };
        let whole = |length| Picks {
            positions: (0..length).collect(),
            text: String::new(),
        };
        let (row_picks, col_picks, text) = match items {
            [item] if shape.is_column() => {
                let picks = self.picks(item, rows, base)?;
                let text = picks.text.clone();
                (picks, whole(1), text)
            }
            [item] if shape.rows == 1 => {
                let picks = self.picks(item, cols, base)?;
                let text = picks.text.clone();
                (whole(1), picks, text)
            }
            [row, col] => {
                let row = self.picks(row, rows, base)?;
                let col = self.picks(col, cols, base)?;
                let text = format!("{}, {}", row.text, col.text);
                (row, col, text)
            }
            _ => {
                return Err(wrong_count(
                    base.span.of(self.text),
                    shape,
                    items.len(),
                    span,
                ));
            }
        };
        self.pick(
            node,
            &row_picks.positions,
            &col_picks.positions,
            &text,
            span,
        )
    }

    /// A single entry by known position; `None` when it is anything else, or wrong.
    fn entry(
        &mut self,
        node: ExprId,
        shape: Shape,
        (first_row, first_col): (i64, i64),
        items: &[IndexItem],
        span: Span,
    ) -> Option<ExprId> {
        let (row, col) = match items {
            [item] if shape.is_column() => (self.place(item, first_row, shape.rows)?, 0),
            [item] if shape.rows == 1 => (0, self.place(item, first_col, shape.cols)?),
            [row, col] => (
                self.place(row, first_row, shape.rows)?,
                self.place(col, first_col, shape.cols)?,
            ),
            _ => return None,
        };
        if let Some(&entry) = self.entries.get(&(node, row, col)) {
            return Some(entry);
        }
        let (i, j) = (row as i64 + first_row, col as i64 + first_col);
        let text = match items {
            [_, _] => format!("{i}, {j}"),
            _ if shape.is_column() => i.to_string(),
            _ => j.to_string(),
        };
        let entry = match self.graph.constant_leaf(node) {
            Some(_) => self.pick(node, &[row], &[col], &text, span).ok()?,
            None => {
                let index = Index {
                    shape: Shape::SCALAR,
                    positions: Arc::new([row + col * shape.rows]),
                    text: text.into(),
                };
                self.graph.apply(Arc::new(index), &[node], span).ok()?
            }
        };
        self.entries.insert((node, row, col), entry);
        Some(entry)
    }

    /// The zero-based position along an axis, when it is a plain number inside.
    fn place(&mut self, item: &IndexItem, first: i64, length: usize) -> Option<usize> {
        let IndexItem::At(expr) = item else {
            return None;
        };
        self.ends.push(first + length as i64 - 1);
        let number = self.quick_number(expr);
        self.ends.pop();
        let position = number? - first as f64;
        let inside = position.fract() == 0.0 && position >= 0.0 && position < length as f64;
        inside.then_some(position as usize)
    }

    /// Only declared names carry ranges of their own.
    pub(super) fn first_index(&self, base: &Expr) -> (i64, i64) {
        let ExprKind::Name(name) = base.kind.as_ref() else {
            return (1, 1);
        };
        match self.find(name) {
            Some(Found::Global(declared)) => match &declared.binding {
                Binding::Value(Value { first_index, .. }) => *first_index,
                Binding::Size { .. } | Binding::Function(_) | Binding::Broken => (1, 1),
            },
            Some(Found::Local(_)) => self.local(name).map_or((1, 1), |local| local.first_index),
            None => (1, 1),
        }
    }

    fn picks(&mut self, item: &IndexItem, axis: AxisRange, base: &Expr) -> Result<Picks> {
        self.ends.push(axis.last());
        let picks = self.picks_inside(item, axis, base);
        self.ends.pop();
        picks
    }

    fn picks_inside(&mut self, item: &IndexItem, axis: AxisRange, base: &Expr) -> Result<Picks> {
        match item {
            IndexItem::All(_) => Ok(Picks {
                positions: (0..axis.length).collect(),
                text: ":".to_owned(),
            }),
            IndexItem::Range { from, to, by } => {
                let span = from.span.to(to.span);
                let members = self.range_members(from, to, by.as_ref(), span)?;
                let step = by.as_ref().map(|by| by.span.of(self.text));
                let text = match (members.first(), members.last(), step) {
                    (Some(a), Some(b), None) => format!("{a}..{b}"),
                    (Some(a), Some(b), Some(step)) => format!("{a}..{b} by {step}"),
                    _ => return Err(ElaborateError::argument("this range is empty", span)),
                };
                Ok(Picks {
                    positions: self.positions(&members, axis, span, base)?,
                    text,
                })
            }
            IndexItem::At(expr) => self.picks_at(expr, axis, base),
        }
    }

    fn picks_at(&mut self, expr: &Expr, axis: AxisRange, base: &Expr) -> Result<Picks> {
        if let Some(number) = self.quick_number(expr)
            && number.fract() == 0.0
        {
            let members = [number as i64];
            return Ok(Picks {
                positions: self.positions(&members, axis, expr.span, base)?,
                text: format!("{number}"),
            });
        }
        let node = self.expression(expr)?;
        let value = self.constant_value(node, "an index", expr.span)?;
        let mut members = Vec::with_capacity(value.shape().size());
        for &entry in value.entries().iter() {
            if entry.fract() != 0.0 || entry.abs() > 9e15 {
                return Err(ElaborateError::NotWhole {
                    what: "an index",
                    found: entry,
                    span: expr.span,
                });
            }
            members.push(entry as i64);
        }
        let text = match members.as_slice() {
            [only] => format!("{only}"),
            _ => expr.span.of(self.text).to_owned(),
        };
        Ok(Picks {
            positions: self.positions(&members, axis, expr.span, base)?,
            text,
        })
    }

    fn positions(
        &self,
        members: &[i64],
        axis: AxisRange,
        span: Span,
        base: &Expr,
    ) -> Result<Vec<usize>> {
        let position = |&member: &i64| {
            let inside = (axis.first..=axis.last()).contains(&member);
            inside.then(|| (member - axis.first) as usize).ok_or(member)
        };
        members
            .iter()
            .map(position)
            .collect::<std::result::Result<_, i64>>()
            .map_err(|member| ElaborateError::IndexRange {
                message: format!(
                    "index {member} is out of range: `{}` has {} {}..{}",
                    base.span.of(self.text),
                    axis.name,
                    axis.first,
                    axis.last()
                ),
                span,
                label: "out of range",
                help: None,
            })
    }

    fn pick(
        &mut self,
        node: ExprId,
        rows: &[usize],
        cols: &[usize],
        text: &str,
        span: Span,
    ) -> Result<ExprId> {
        let shape = Shape::new(rows.len(), cols.len());
        if let Some(leaf) = self.graph.constant_leaf(node)
            && let Some(name) = &leaf.name
        {
            let name: Arc<str> = format!("{name}[{text}]").into();
            let value = picked_value(&leaf.value, rows, cols);
            return Ok(self.graph.constant(value, Some(name), span));
        }
        let height = self.graph.shape(node).rows;
        let positions: Vec<usize> = cols
            .iter()
            .flat_map(|j| rows.iter().map(move |i| i + j * height))
            .collect();
        let index = Index {
            shape,
            positions: positions.into(),
            text: text.into(),
        };
        self.apply(Arc::new(index), &[(node, span)], span)
    }
}

/// The picked entries of a known value; whole columns of sparse data stay sparse.
fn picked_value(value: &Matrix, rows: &[usize], cols: &[usize]) -> Matrix {
    let shape = Shape::new(rows.len(), cols.len());
    if let Matrix::Sparse(sparse) = value
        && !shape.is_scalar()
    {
        let mut places = vec![Vec::new(); sparse.rows];
        for (k, &row) in rows.iter().enumerate() {
            places[row].push(k);
        }
        let mut triplets = Vec::new();
        for (j, &col) in cols.iter().enumerate() {
            for (row, entry) in sparse.column(col) {
                triplets.extend(places[row].iter().map(|&i| (i, j, entry)));
            }
        }
        return Matrix::Sparse(SparseMatrix::from_triplets(shape, &triplets));
    }
    let entries = cols
        .iter()
        .flat_map(|&j| rows.iter().map(move |&i| value.get(i, j)))
        .collect();
    Matrix::from_columns(shape, entries)
}

fn wrong_count(name: &str, shape: Shape, count: usize, span: Span) -> ElaborateError {
    let (kind, wanted) = if shape.is_vector() {
        ("", "one position")
    } else {
        (" matrix", "two positions")
    };
    let message = format!("`{name}` is a {shape}{kind}: an entry has {wanted}, not {count}");
    let help = if shape.is_vector() {
        format!("write `{name}[i]`")
    } else {
        format!("write `{name}[i, j]`, `{name}[i, :]` for a row or `{name}[:, j]` for a column")
    };
    ElaborateError::IndexRange {
        message,
        span,
        label: "this index",
        help: Some(help),
    }
}
