//! The same map over other variables.

use super::AffineMap;
use super::rows::{Merger, RowWriter};
use super::terms::Rows;
use crate::shape::Shape;
use std::borrow::Cow;

/// What stands in for a variable.
#[derive(Clone, Copy, Debug)]
pub enum Replacement<'a> {
    Variable(usize),
    /// Σ value*variable + offset.
    Affine {
        terms: &'a [(usize, f64)],
        offset: f64,
    },
}

impl AffineMap {
    /// The values of F row by row, where every row names just these variables in their order.
    pub fn full_rows(&self, variables: &[usize]) -> Option<&[f64]> {
        let first = self.common_row()?.iter().map(|&c| c as usize);
        first
            .eq(variables.iter().copied())
            .then_some(&self.by_rows().values)
    }

    /// The variables of the first row, where every row names just these in the same order.
    fn common_row(&self) -> Option<&[u32]> {
        let Rows {
            starts, columns, ..
        } = self.by_rows();
        let count = starts.get(1).copied().unwrap_or(0);
        let first = &columns[..count];
        let common = count > 0
            && self.nonzeros() == count * self.rows()
            && (0..self.rows()).all(|k| starts[k] == k * count)
            && columns.chunks_exact(count).all(|row| row == first);
        common.then_some(first)
    }

    /// The variables that occur, rising; linear where they lie close together.
    pub fn used_columns(&self) -> Vec<usize> {
        if let Some(product) = self.as_product() {
            return product.columns().collect();
        }
        if let Some(row) = self.common_row().filter(|row| rises(row)) {
            return row.iter().map(|&c| c as usize).collect();
        }
        let all = &self.by_rows().columns;
        let first = all.iter().min().map_or(0, |&c| c as usize);
        let span = all.iter().max().map_or(0, |&c| c as usize + 1) - first;
        if span > 4 * self.nonzeros() {
            let mut columns: Vec<usize> = self.terms().map(|(j, _)| j).collect();
            columns.sort_unstable();
            columns.dedup();
            return columns;
        }
        let mut used = vec![false; span];
        for &column in all {
            used[column as usize - first] = true;
        }
        (0..span).filter(|&k| used[k]).map(|k| first + k).collect()
    }

    /// The same map, each variable at most once in a row.
    pub fn merged(&self) -> Cow<'_, AffineMap> {
        if self.longest_row() <= 1 || self.is_merged() {
            return Cow::Borrowed(self);
        }
        let mut map = RowWriter::new(self.shape, self.nonzeros());
        let mut merger = Merger::for_rows_of(self);
        for k in 0..self.rows() {
            map.combination_row(self, std::iter::once((k, 1.0)), &mut merger);
        }
        Cow::Owned(map.finish())
    }

    /// Whether no row names a variable twice, as far as a look at variables that lie close together
    /// tells.
    fn is_merged(&self) -> bool {
        if self.as_product().is_some() {
            return true;
        }
        let Rows {
            starts, columns, ..
        } = self.by_rows();
        let row = |k: usize| &columns[starts[k]..starts[k + 1]];
        let is_risen = match self.common_row() {
            Some(row) => rises(row),
            None => (0..self.rows()).all(|k| rises(row(k))),
        };
        if is_risen {
            return true;
        }
        let first = columns.iter().min().map_or(0, |&c| c as usize);
        let last = columns.iter().max().map_or(0, |&c| c as usize);
        if last - first > 2 * self.nonzeros() {
            return false;
        }
        // The last row of each variable, from 1.
        let mut rows = vec![0; last - first + 1];
        (0..self.rows()).all(|k| {
            row(k)
                .iter()
                .all(|&c| std::mem::replace(&mut rows[c as usize - first], k + 1) != k + 1)
        })
    }

    /// F (x + s) + g for the shifts `s` of the first variables.
    pub fn translate(&mut self, shifts: &[f64]) {
        if !shifts.is_empty() {
            self.constants = self.translated_constants(shifts).into();
        }
    }

    /// F s + g for the shifts `s` of the first variables.
    pub fn translated_constants(&self, shifts: &[f64]) -> Vec<f64> {
        let shift = |(j, value): (usize, f64)| shifts.get(j).map(|s| value * s);
        let constant = |k: usize| self.constants[k] + self.row(k).filter_map(shift).sum::<f64>();
        (0..self.rows()).map(constant).collect()
    }

    /// The rows where `kept` holds, every variable replaced by what `replacement` says.
    pub fn substituted<'a>(
        &self,
        kept: impl Fn(usize) -> bool,
        replacement: impl Fn(usize) -> Replacement<'a>,
    ) -> Self {
        let count = (0..self.rows()).filter(|&k| kept(k)).count();
        let shape = if count == self.rows() {
            self.shape
        } else {
            Shape::vector(count)
        };
        let mut map = RowWriter::new(shape, self.nonzeros());
        for k in (0..self.rows()).filter(|&k| kept(k)) {
            let mut constant = self.constants[k];
            for (variable, value) in self.row(k) {
                match replacement(variable) {
                    Replacement::Variable(new) => map.term(new, value),
                    Replacement::Affine { terms, offset } => {
                        for &(new, inner) in terms {
                            map.term(new, value * inner);
                        }
                        constant += value * offset;
                    }
                }
            }
            map.end_row(constant);
        }
        map.finish()
    }
}

fn rises(row: &[u32]) -> bool {
    row.is_sorted_by(|a, b| a < b)
}
