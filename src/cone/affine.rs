//! Affine maps x -> F x + g with a matrix-shaped value, F by compressed rows.
//!
//! Row k of F belongs to entry k of the value, entries down the columns. Picking, stacking and
//! reordering rows cost what they copy. A scalar of up to two terms keeps them in place, without an
//! allocation: texts written entry by entry are made of these.

use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use smallvec::{SmallVec, smallvec};
use std::borrow::Cow;

/// A matrix-shaped affine function of the program's variables.
#[derive(Clone, Debug, PartialEq)]
pub struct AffineMap {
    shape: Shape,
    row_starts: SmallVec<[usize; 2]>,
    columns: SmallVec<[u32; 4]>,
    values: SmallVec<[f64; 2]>,
    constants: SmallVec<[f64; 1]>,
}

impl AffineMap {
    /// F = 0, g = value.
    pub fn constant(value: &Matrix) -> Self {
        AffineMap::from_constants(value.shape(), value.entries().into_owned())
    }

    pub fn zeros(shape: Shape) -> Self {
        AffineMap::from_constants(shape, vec![0.0; shape.size()])
    }

    fn from_constants(shape: Shape, constants: Vec<f64>) -> Self {
        AffineMap {
            shape,
            row_starts: smallvec![0; shape.size() + 1],
            columns: SmallVec::new(),
            values: SmallVec::new(),
            constants: constants.into(),
        }
    }

    /// The variables `first, first + 1, …` in this shape.
    pub fn pick(shape: Shape, first: usize) -> Self {
        AffineMap::pick_each(shape, (first..first + shape.size()).map(Some))
    }

    /// The listed variables in this shape.
    pub fn pick_list(shape: Shape, variables: &[usize]) -> Self {
        AffineMap::pick_each(shape, variables.iter().copied().map(Some))
    }

    /// A symmetric matrix from its upper triangle, column by column from `first`.
    pub fn pick_symmetric(side: usize, first: usize) -> Self {
        let position = move |i: usize, j: usize| {
            let (low, high) = (i.min(j), i.max(j));
            Some(first + high * (high + 1) / 2 + low)
        };
        let picks = (0..side).flat_map(move |j| (0..side).map(move |i| position(i, j)));
        AffineMap::pick_each(Shape::new(side, side), picks)
    }

    /// A diagonal matrix from its diagonal.
    pub fn pick_diagonal(side: usize, first: usize) -> Self {
        let picks =
            (0..side).flat_map(move |j| (0..side).map(move |i| (i == j).then_some(first + i)));
        AffineMap::pick_each(Shape::new(side, side), picks)
    }

    fn pick_each(shape: Shape, picks: impl Iterator<Item = Option<usize>>) -> Self {
        let mut map = RowWriter::new(shape, shape.size());
        for pick in picks {
            if let Some(variable) = pick {
                map.term(variable, 1.0);
            }
            map.end_row(0.0);
        }
        map.finish()
    }

    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Number of entries.
    pub fn rows(&self) -> usize {
        self.constants.len()
    }

    /// Stored terms.
    pub fn nonzeros(&self) -> usize {
        self.values.len()
    }

    pub fn is_constant(&self) -> bool {
        self.values.is_empty()
    }

    /// g.
    pub fn constants(&self) -> &[f64] {
        &self.constants
    }

    /// Terms `(variable, coefficient)` of row `k`; a variable may occur more than once.
    pub fn row(&self, k: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.row_starts[k]..self.row_starts[k + 1];
        self.columns[range.clone()]
            .iter()
            .map(|&c| c as usize)
            .zip(self.values[range].iter().copied())
    }

    /// Terms of all rows, one row after another.
    pub fn terms(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.columns
            .iter()
            .map(|&c| c as usize)
            .zip(self.values.iter().copied())
    }

    /// Terms stored for row `k`.
    pub fn row_length(&self, k: usize) -> usize {
        self.row_starts[k + 1] - self.row_starts[k]
    }

    /// The variable of row `k` when the row is that variable alone.
    pub fn single_variable(&self, k: usize) -> Option<usize> {
        let mut terms = self.row(k);
        match (terms.next(), terms.next()) {
            (Some((variable, 1.0)), None) if self.constants[k] == 0.0 => Some(variable),
            _ => None,
        }
    }

    /// The same entries, down the columns, in another shape of the same size.
    pub fn reshaped(mut self, shape: Shape) -> Self {
        debug_assert_eq!(self.shape.size(), shape.size());
        self.shape = shape;
        self
    }

    /// Entry k of the result is entry `picks[k]` of this one.
    pub fn select(&self, shape: Shape, picks: impl IntoIterator<Item = usize>) -> Self {
        let mut map = RowWriter::new(shape, shape.size());
        for k in picks {
            map.copy_row(self, k, 1.0);
            map.end_row(self.constants[k]);
        }
        map.finish()
    }

    /// Column of all entries of the parts, one part after another.
    pub fn stack(parts: &[&AffineMap]) -> Self {
        let rows = parts.iter().map(|p| p.rows()).sum();
        let nonzeros = parts.iter().map(|p| p.nonzeros()).sum();
        let mut map = RowWriter::new(Shape::vector(rows), nonzeros);
        for part in parts {
            for k in 0..part.rows() {
                map.copy_row(part, k, 1.0);
                map.end_row(part.constants[k]);
            }
        }
        map.finish()
    }

    /// Entry 0 of every part, then entry 1 of every part, …; scalars repeat.
    pub fn interleave(parts: &[&AffineMap]) -> Self {
        let count = parts.iter().map(|p| p.rows()).max().unwrap_or(0);
        let nonzeros = parts.iter().map(|p| p.nonzeros()).sum();
        let mut map = RowWriter::new(Shape::vector(count * parts.len()), nonzeros);
        for k in 0..count {
            for part in parts {
                let row = if part.rows() == 1 { 0 } else { k };
                map.copy_row(part, row, 1.0);
                map.end_row(part.constants[row]);
            }
        }
        map.finish()
    }

    /// c*(F x + g).
    pub fn scaled(&self, factor: f64) -> Self {
        let mut map = self.clone();
        map.values.iter_mut().for_each(|v| *v *= factor);
        map.constants.iter_mut().for_each(|v| *v *= factor);
        map
    }

    /// Row k times `factors[k]`; rows times zero lose their terms.
    pub fn scaled_rows(&self, factors: &[f64]) -> Self {
        let mut map = RowWriter::new(self.shape, self.nonzeros());
        for (k, &factor) in factors.iter().enumerate() {
            if factor != 0.0 {
                map.copy_row(self, k, factor);
            }
            map.end_row(factor * self.constants[k]);
        }
        map.finish()
    }

    pub fn plus(&self, other: &AffineMap) -> Self {
        AffineMap::combine(&[(1.0, self), (1.0, other)])
    }

    pub fn minus(&self, other: &AffineMap) -> Self {
        AffineMap::combine(&[(1.0, self), (-1.0, other)])
    }

    /// Adds `offset` to every entry.
    pub fn shifted(mut self, offset: f64) -> Self {
        self.constants.iter_mut().for_each(|g| *g += offset);
        self
    }

    /// sum c_i*part_i; scalars broadcast.
    pub fn combine(parts: &[(f64, &AffineMap)]) -> Self {
        let shape = parts
            .iter()
            .map(|(_, p)| p.shape)
            .find(|s| !s.is_scalar())
            .unwrap_or(Shape::SCALAR);
        let mut varying = parts.iter().filter(|(_, p)| !p.is_constant());
        if let (Some((factor, part)), None) = (varying.next(), varying.next())
            && part.shape == shape
        {
            return part.with_constants(*factor, parts);
        }
        let nonzeros = parts.iter().map(|(_, p)| p.nonzeros()).sum();
        let mut map = RowWriter::new(shape, nonzeros);
        for k in 0..shape.size() {
            let mut constant = 0.0;
            for (factor, part) in parts {
                let row = if part.rows() == 1 { 0 } else { k };
                map.copy_row(part, row, *factor);
                constant += factor * part.constants[row];
            }
            map.end_row(constant);
        }
        map.finish()
    }

    /// The terms of this map times `factor`, with the constants of all `parts`.
    fn with_constants(&self, factor: f64, parts: &[(f64, &AffineMap)]) -> Self {
        let mut map = self.clone();
        if factor != 1.0 {
            map.values.iter_mut().for_each(|v| *v *= factor);
        }
        map.constants.fill(0.0);
        for (factor, part) in parts {
            for (k, slot) in map.constants.iter_mut().enumerate() {
                let row = if part.rows() == 1 { 0 } else { k };
                *slot += factor * part.constants[row];
            }
        }
        map
    }

    /// Entry `k` of the result is the sum of entries `members(k)`.
    pub fn sum_groups<I: IntoIterator<Item = usize>>(
        &self,
        shape: Shape,
        members: impl Fn(usize) -> I,
    ) -> Self {
        let mut map = RowWriter::new(shape, self.nonzeros());
        for k in 0..shape.size() {
            let mut constant = 0.0;
            for row in members(k) {
                map.copy_row(self, row, 1.0);
                constant += self.constants[row];
            }
            map.end_row(constant);
        }
        map.finish()
    }

    /// A*(F x + g) for a value of shape `cols(A) x k`.
    pub fn premultiplied(&self, matrix: &Matrix) -> Self {
        let shape = Shape::new(matrix.shape().rows, self.shape.cols);
        match matrix {
            Matrix::Dense(dense) => {
                let inner = self.shape.rows;
                let mut map = RowWriter::new(shape, shape.size() * inner);
                let mut merger = Merger::for_rows_of(self);
                for j in 0..shape.cols {
                    for i in 0..shape.rows {
                        let factors = (0..inner).map(|l| (l + j * inner, dense[(i, l)]));
                        map.combination_row(self, factors.filter(|(_, f)| *f != 0.0), &mut merger);
                    }
                }
                map.finish()
            }
            Matrix::Sparse(sparse) => self.premultiplied_sparse(&sparse.transposed(), shape),
        }
    }

    fn premultiplied_sparse(&self, by_rows: &SparseMatrix, shape: Shape) -> Self {
        let inner = self.shape.rows;
        let mut map = RowWriter::new(shape, by_rows.nonzeros() * shape.cols);
        let mut merger = Merger::for_rows_of(self);
        for j in 0..shape.cols {
            for i in 0..shape.rows {
                let factors = by_rows.column(i).map(|(l, f)| (l + j * inner, f));
                map.combination_row(self, factors, &mut merger);
            }
        }
        map.finish()
    }

    /// Entry (i, j) of the result is entry (j, i) of this one.
    pub fn transposed(&self) -> Self {
        let Shape { rows, cols } = self.shape;
        let picks = (0..rows).flat_map(move |i| (0..cols).map(move |j| i + j * rows));
        self.select(self.shape.transposed(), picks)
    }

    /// (F x + g)*B for a value of shape `k x rows(B)`.
    pub fn postmultiplied(&self, matrix: &Matrix) -> Self {
        let transposed = match matrix {
            Matrix::Dense(dense) => Matrix::Dense(dense.transpose()),
            Matrix::Sparse(sparse) => Matrix::Sparse(sparse.transposed()),
        };
        self.transposed().premultiplied(&transposed).transposed()
    }

    /// Upper triangle column by column, off-diagonal entries times sqrt(2).
    pub fn scaled_upper_triangle(&self) -> Self {
        let side = self.shape.rows;
        let mut map = RowWriter::new(Shape::vector(side * (side + 1) / 2), self.nonzeros());
        for j in 0..side {
            for i in 0..=j {
                let scale = if i == j {
                    1.0
                } else {
                    std::f64::consts::SQRT_2
                };
                map.copy_row(self, i + j * side, scale);
                map.end_row(scale * self.constants[i + j * side]);
            }
        }
        map.finish()
    }

    /// The variables that occur, rising; linear where they lie close together.
    pub fn used_columns(&self) -> Vec<usize> {
        let first = self.columns.iter().min().map_or(0, |&c| c as usize);
        let span = self.columns.iter().max().map_or(0, |&c| c as usize + 1) - first;
        if span > 4 * self.nonzeros() {
            let mut columns: Vec<usize> = self.terms().map(|(j, _)| j).collect();
            columns.sort_unstable();
            columns.dedup();
            return columns;
        }
        let mut used = vec![false; span];
        for &column in &self.columns {
            used[column as usize - first] = true;
        }
        (0..span).filter(|&k| used[k]).map(|k| first + k).collect()
    }

    /// The same map, each variable at most once in a row.
    pub fn merged(&self) -> Cow<'_, AffineMap> {
        if self.longest_row() <= 1 {
            return Cow::Borrowed(self);
        }
        let mut map = RowWriter::new(self.shape, self.nonzeros());
        let mut merger = Merger::for_rows_of(self);
        for k in 0..self.rows() {
            map.combination_row(self, std::iter::once((k, 1.0)), &mut merger);
        }
        Cow::Owned(map.finish())
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

    /// F x + g.
    pub fn evaluate(&self, x: &[f64]) -> Vec<f64> {
        (0..self.rows())
            .map(|k| self.constants[k] + self.row(k).map(|(j, v)| v * x[j]).sum::<f64>())
            .collect()
    }

    /// Rows whose length decides how costly a broadcast of this map would be.
    pub fn longest_row(&self) -> usize {
        (0..self.rows())
            .map(|k| self.row_length(k))
            .max()
            .unwrap_or(0)
    }
}

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

/// Appends rows to a map under construction.
struct RowWriter(AffineMap);

impl RowWriter {
    fn new(shape: Shape, nonzeros: usize) -> Self {
        let mut row_starts = SmallVec::with_capacity(shape.size() + 1);
        row_starts.push(0);
        RowWriter(AffineMap {
            shape,
            row_starts,
            columns: SmallVec::with_capacity(nonzeros),
            values: SmallVec::with_capacity(nonzeros),
            constants: SmallVec::with_capacity(shape.size()),
        })
    }

    fn term(&mut self, variable: usize, coefficient: f64) {
        self.0.columns.push(variable as u32);
        self.0.values.push(coefficient);
    }

    fn copy_row(&mut self, source: &AffineMap, row: usize, factor: f64) {
        let range = source.row_starts[row]..source.row_starts[row + 1];
        self.0
            .columns
            .extend_from_slice(&source.columns[range.clone()]);
        self.0
            .values
            .extend(source.values[range].iter().map(|v| factor * v));
    }

    /// One row: sum of factor*source row, equal variables merged.
    fn combination_row(
        &mut self,
        source: &AffineMap,
        factors: impl Iterator<Item = (usize, f64)>,
        merger: &mut Merger,
    ) {
        let start = self.0.columns.len();
        let mut constant = 0.0;
        for (row, factor) in factors {
            self.copy_row(source, row, factor);
            constant += factor * source.constants[row];
        }
        merger.merge(start, &mut self.0.columns, &mut self.0.values);
        self.end_row(constant);
    }

    fn end_row(&mut self, constant: f64) {
        self.0.constants.push(constant);
        self.0.row_starts.push(self.0.columns.len());
    }

    fn finish(self) -> AffineMap {
        debug_assert_eq!(self.0.constants.len(), self.0.shape.size());
        self.0
    }
}

/// Adds up repeated variables of a row.
enum Merger {
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
    fn for_rows_of(map: &AffineMap) -> Self {
        if map.longest_row() <= 1 {
            return Merger::Never;
        }
        let first = map.columns.iter().min().map_or(0, |&c| c as usize);
        let last = map.columns.iter().max().map_or(0, |&c| c as usize);
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
