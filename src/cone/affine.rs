//! Affine maps x -> F x + g with a matrix-shaped value.
//!
//! Row k of F belongs to entry k of the value, entries down the columns. Picking, stacking and
//! reordering rows cost what they copy. A scalar of up to two terms keeps them in place, without an
//! allocation: texts written entry by entry are made of these. A large dense matrix times a vector
//! variable is not copied before somebody asks for its rows.

mod product;
mod rewrite;
mod rows;
mod symmetry;
mod terms;

pub use rewrite::Replacement;
pub use terms::DenseProduct;

use crate::matrix::Matrix;
use crate::shape::Shape;
use rows::RowWriter;
use smallvec::{SmallVec, smallvec};
use std::borrow::Cow;
use terms::{Rows, Terms};

/// Terms of a row from which on sums look for equal variables.
const FEWEST_MERGED: usize = 64;

/// A matrix-shaped affine function of the program's variables.
#[derive(Clone, Debug)]
pub struct AffineMap {
    shape: Shape,
    terms: Terms,
    constants: SmallVec<[f64; 1]>,
}

impl PartialEq for AffineMap {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape
            && self.constants == other.constants
            && self.by_rows() == other.by_rows()
    }
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
            terms: Terms::Rows(Rows {
                starts: smallvec![0; shape.size() + 1],
                columns: SmallVec::new(),
                values: SmallVec::new(),
            }),
            constants: constants.into(),
        }
    }

    /// The variables `first, first + 1, …` in this shape.
    pub fn pick(shape: Shape, first: usize) -> Self {
        let count = shape.size();
        AffineMap {
            shape,
            terms: Terms::Rows(Rows {
                starts: (0..=count).collect(),
                columns: (first..first + count).map(|j| j as u32).collect(),
                values: smallvec![1.0; count],
            }),
            constants: smallvec![0.0; count],
        }
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

    fn by_rows(&self) -> &Rows {
        self.terms.by_rows()
    }

    /// F where it is a large dense matrix that is shared with the problem.
    pub fn as_product(&self) -> Option<&DenseProduct> {
        match &self.terms {
            Terms::Product(product) => Some(product),
            Terms::Rows(_) => None,
        }
    }

    /// Number of entries.
    pub fn rows(&self) -> usize {
        self.constants.len()
    }

    /// Stored terms.
    pub fn nonzeros(&self) -> usize {
        self.terms.count()
    }

    pub fn is_constant(&self) -> bool {
        self.terms.count() == 0
    }

    /// g.
    pub fn constants(&self) -> &[f64] {
        &self.constants
    }

    /// Terms `(variable, coefficient)` of row `k`; a variable may occur more than once.
    pub fn row(&self, k: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let rows = self.by_rows();
        let range = rows.starts[k]..rows.starts[k + 1];
        rows.columns[range.clone()]
            .iter()
            .map(|&c| c as usize)
            .zip(rows.values[range].iter().copied())
    }

    /// Terms of all rows, one row after another.
    pub fn terms(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let rows = self.by_rows();
        rows.columns
            .iter()
            .map(|&c| c as usize)
            .zip(rows.values.iter().copied())
    }

    /// Terms stored for row `k`.
    pub fn row_length(&self, k: usize) -> usize {
        match self.as_product() {
            Some(product) => product.columns().len(),
            None => {
                let starts = &self.by_rows().starts;
                starts[k + 1] - starts[k]
            }
        }
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
        map.terms.scale(factor);
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

    /// The map plus a constant of its shape, or a number.
    pub fn plus_constant(mut self, value: &Matrix) -> Self {
        if let Some(number) = value.as_scalar() {
            return self.shifted(number);
        }
        let entries = value.entries();
        let pairs = self.constants.iter_mut().zip(entries.iter());
        pairs.for_each(|(g, v)| *g += v);
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
        map.finish().with_short_rows()
    }

    /// Long rows with equal variables merged: sums of shared sums would grow without end.
    fn with_short_rows(self) -> Self {
        if self.longest_row() < FEWEST_MERGED {
            return self;
        }
        let merged = match self.merged() {
            Cow::Owned(merged) => Some(merged),
            Cow::Borrowed(_) => None,
        };
        merged.unwrap_or(self)
    }

    /// The terms of this map times `factor`, with the constants of all `parts`.
    fn with_constants(&self, factor: f64, parts: &[(f64, &AffineMap)]) -> Self {
        let mut map = self.clone();
        if factor != 1.0 {
            map.terms.scale(factor);
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
        map.finish().with_short_rows()
    }

    /// Entry (i, j) of the result is entry (j, i) of this one.
    pub fn transposed(&self) -> Self {
        let Shape { rows, cols } = self.shape;
        let picks = (0..rows).flat_map(move |i| (0..cols).map(move |j| i + j * rows));
        self.select(self.shape.transposed(), picks)
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
