//! Sums and products inside a family that is read as a vector: `sum(A[i, j]*x[j] for j in 1..n)`,
//! `A[i, :]*x`.

use crate::atoms::affine::{Index, LinearMap, Multiply, Reshape};
use crate::atoms::{Along, Reduce, reductions};
use crate::elaborate::Elaborator;
use crate::elaborate::scope::{Local, Meaning};
use crate::expr::ExprId;
use crate::matrix::Matrix;
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{Argument, Expr, ExprKind, Family, IndexItem};

impl Elaborator<'_> {
    /// `sum(body for j in …)` for all members: the body for all pairs, summed over the inner index.
    pub(super) fn lane_family_sum(
        &mut self,
        arguments: &[Argument],
        family: &Family,
        span: Span,
    ) -> Option<ExprId> {
        let ([argument], false) = (arguments, self.family_varies(family)) else {
            return None;
        };
        let inner = self.member_indices(family)?;
        let count = self.lane_count()?;
        self.check_count("this sum", count as f64 * inner.len() as f64, span)
            .ok()?;
        let outer = self.locals.clone();
        self.repeat_lanes(inner.len(), span)?;
        for (k, generator) in family.generators.iter().enumerate() {
            let values = (0..count).flat_map(|_| inner.iter().map(|indices| indices[k] as f64));
            let node = Matrix::vector(values.collect());
            let node = self.graph.constant(node, None, family.span);
            let meaning = Meaning::Lanes(node);
            self.locals.push(Local::new(&generator.name, meaning));
        }
        let pairs = self.lanes(&argument.value);
        self.locals = outer;
        self.sum_of_pairs(pairs?, Shape::new(inner.len(), count), span)
    }

    /// The sums over the columns of `shape`, as a vector.
    fn sum_of_pairs(&mut self, pairs: ExprId, shape: Shape, span: Span) -> Option<ExprId> {
        if self.graph.shape(pairs).size() != shape.size() {
            return None;
        }
        let mut node = pairs;
        if shape.rows > 1 {
            let sum = Reduce {
                function: reductions::Sum,
                along: Along::Columns,
            };
            let table = LinearMap(Reshape { shape });
            let table = self.lane_apply(table, &[(pairs, span)], span)?;
            node = self.lane_apply(sum, &[(table, span)], span)?;
        }
        let column = Reshape {
            shape: Shape::vector(shape.cols),
        };
        self.lane_apply(LinearMap(column), &[(node, span)], span)
    }

    /// How many members the family has that is being read.
    fn lane_count(&self) -> Option<usize> {
        let lanes = |local: &Local| match local.meaning {
            Meaning::Lanes(node) => Some(self.graph.shape(node).size()),
            Meaning::Number(_) | Meaning::Node(_) => None,
        };
        self.locals[self.frame..].iter().find_map(lanes)
    }

    /// Every entry of the visible lanes `times` times in a row.
    fn repeat_lanes(&mut self, times: usize, span: Span) -> Option<()> {
        for k in self.frame..self.locals.len() {
            let Meaning::Lanes(node) = self.locals[k].meaning else {
                continue;
            };
            let count = self.graph.shape(node).size();
            let positions = (0..count).flat_map(|k| std::iter::repeat_n(k, times));
            let repeated = match self.graph.constant_leaf(node) {
                Some(leaf) => {
                    let entries = leaf.value.entries();
                    let values = positions.map(|k| entries[k]).collect();
                    self.graph.constant(Matrix::vector(values), None, span)
                }
                None => self.pick_lanes(node, positions.collect(), span)?,
            };
            self.locals[k].meaning = Meaning::Lanes(repeated);
        }
        Some(())
    }

    /// `A[i, :]*x`: the rows of all members times a vector that they share.
    pub(super) fn row_product(&mut self, row: &Expr, vector: &Expr) -> Option<ExprId> {
        let ExprKind::Index { base, items } = row.kind.as_ref() else {
            return None;
        };
        let [IndexItem::At(item), IndexItem::All(_)] = items.as_slice() else {
            return None;
        };
        if self.varies(base) || self.varies(vector) || !self.varies(item) {
            return None;
        }
        let node = self.expression(base).ok()?;
        let vector_node = self.expression(vector).ok()?;
        let (source, x) = (self.graph.shape(node), self.graph.shape(vector_node));
        if source.cols < 2 || x != Shape::vector(source.cols) {
            return None;
        }
        let first = self.first_index(base).0;
        let rows = self.lane_positions(&items[0], first, source.rows)?;
        let rows = self.pick_rows(node, &rows, row.span)?;
        let arguments = [(rows, row.span), (vector_node, vector.span)];
        self.lane_apply(Multiply, &arguments, row.span.to(vector.span))
    }

    fn pick_rows(&mut self, node: ExprId, rows: &[usize], span: Span) -> Option<ExprId> {
        let source = self.graph.shape(node);
        if rows.len() == source.rows && rows.iter().enumerate().all(|(k, &row)| k == row) {
            return Some(node);
        }
        let shape = Shape::new(rows.len(), source.cols);
        self.check_count("these rows", shape.rows as f64 * shape.cols as f64, span)
            .ok()?;
        let column = |j: usize| rows.iter().map(move |row| row + j * source.rows);
        let positions: Vec<usize> = (0..source.cols).flat_map(column).collect();
        let index = Index::new(source, shape, positions.into());
        self.lane_apply(index, &[(node, span)], span)
    }
}
