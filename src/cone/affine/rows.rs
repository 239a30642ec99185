//! Maps under construction, row by row.

use super::AffineMap;
use super::terms::{Rows, Terms};
use crate::shape::Shape;
use smallvec::SmallVec;

/// Appends rows to a map under construction.
pub(super) struct RowWriter {
    shape: Shape,
    rows: Rows,
    constants: SmallVec<[f64; 1]>,
}

impl RowWriter {
    pub(super) fn new(shape: Shape, nonzeros: usize) -> Self {
        RowWriter {
            shape,
            rows: Rows::with_capacity(shape.size(), nonzeros),
            constants: SmallVec::with_capacity(shape.size()),
        }
    }

    pub(super) fn term(&mut self, variable: usize, coefficient: f64) {
        self.rows.columns.push(variable as u32);
        self.rows.values.push(coefficient);
    }

    pub(super) fn copy_row(&mut self, source: &AffineMap, row: usize, factor: f64) {
        let source = source.by_rows();
        let range = source.starts[row]..source.starts[row + 1];
        self.rows
            .columns
            .extend_from_slice(&source.columns[range.clone()]);
        self.rows
            .values
            .extend(source.values[range].iter().map(|v| factor * v));
    }

    /// One row: sum of factor*source row, equal variables merged.
    pub(super) fn combination_row(
        &mut self,
        source: &AffineMap,
        factors: impl Iterator<Item = (usize, f64)>,
        merger: &mut Merger,
    ) {
        let start = self.rows.columns.len();
        let mut constant = 0.0;
        for (row, factor) in factors {
            self.copy_row(source, row, factor);
            constant += factor * source.constants[row];
        }
        merger.merge(start, &mut self.rows.columns, &mut self.rows.values);
        self.end_row(constant);
    }

    pub(super) fn end_row(&mut self, constant: f64) {
        self.constants.push(constant);
        self.rows.starts.push(self.rows.columns.len());
    }

    pub(super) fn finish(self) -> AffineMap {
        debug_assert_eq!(self.constants.len(), self.shape.size());
        AffineMap {
            shape: self.shape,
            terms: Terms::Rows(self.rows),
            constants: self.constants,
        }
    }
}

/// Adds up repeated variables of a row.
pub(super) enum Merger {
    /// Rows cannot repeat a variable.
    Never,
    /// For each variable from `first` on: its position in the row under way plus one, or 0. In the
    /// row's length.
    Slots { first: usize, slots: Vec<usize> },
    /// By sorting, where slots for all variables would outweigh the map itself: many small maps
    /// over many variables must not cost their product.
    Sorted(Vec<(u32, f64)>),
}

impl Merger {
    pub(super) fn for_rows_of(map: &AffineMap) -> Self {
        if map.longest_row() <= 1 {
            return Merger::Never;
        }
        let columns = &map.by_rows().columns;
        let first = columns.iter().min().map_or(0, |&c| c as usize);
        let last = columns.iter().max().map_or(0, |&c| c as usize);
        if last - first <= 2 * map.nonzeros() {
            Merger::Slots {
                first,
                slots: vec![0; last - first + 1],
            }
        } else {
            Merger::Sorted(Vec::new())
        }
    }

    fn merge(
        &mut self,
        start: usize,
        columns: &mut SmallVec<[u32; 4]>,
        values: &mut SmallVec<[f64; 2]>,
    ) {
        match self {
            Merger::Never => {}
            Merger::Slots { first, slots } => merge_by_slots(*first, slots, start, columns, values),
            Merger::Sorted(scratch) => merge_by_sorting(scratch, start, columns, values),
        }
    }
}

fn merge_by_slots(
    first: usize,
    slots: &mut [usize],
    start: usize,
    columns: &mut SmallVec<[u32; 4]>,
    values: &mut SmallVec<[f64; 2]>,
) {
    let mut end = start;
    for k in start..columns.len() {
        let slot = &mut slots[columns[k] as usize - first];
        if *slot == 0 {
            *slot = end + 1;
            columns[end] = columns[k];
            values[end] = values[k];
            end += 1;
        } else {
            values[*slot - 1] += values[k];
        }
    }
    columns.truncate(end);
    values.truncate(end);
    for &column in &columns[start..] {
        slots[column as usize - first] = 0;
    }
}

fn merge_by_sorting(
    scratch: &mut Vec<(u32, f64)>,
    start: usize,
    columns: &mut SmallVec<[u32; 4]>,
    values: &mut SmallVec<[f64; 2]>,
) {
    scratch.clear();
    scratch.extend(
        columns[start..]
            .iter()
            .copied()
            .zip(values[start..].iter().copied()),
    );
    columns.truncate(start);
    values.truncate(start);
    scratch.sort_by_key(|&(column, _)| column);
    for &(column, value) in scratch.iter() {
        if columns.len() > start && columns.last() == Some(&column) {
            if let Some(last) = values.last_mut() {
                *last += value;
            }
        } else {
            columns.push(column);
            values.push(value);
        }
    }
}
