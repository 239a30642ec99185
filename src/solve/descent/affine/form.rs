//! Affine functions of the free entries, as lists of terms.

use crate::matrix::Matrix;
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Sums with fewer terms are left as they are.
const FEWEST_MERGED: usize = 4096;

/// A coefficient: `value` times free entry `column`, in result entry `row`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    pub row: usize,
    pub column: usize,
    pub value: f64,
}

/// factor*op(A)*x for a stretch of rows and of free entries, A dense data that is not copied.
#[derive(Clone, Debug)]
pub struct Block {
    pub matrix: Arc<Matrix>,
    pub transposed: bool,
    pub factor: f64,
    pub row: usize,
    pub column: usize,
}

impl Block {
    /// Rows and columns of op(A).
    pub fn size(&self) -> (usize, usize) {
        let shape = self.matrix.shape();
        if self.transposed {
            (shape.cols, shape.rows)
        } else {
            (shape.rows, shape.cols)
        }
    }

    /// All coefficients.
    pub fn terms(&self) -> impl Iterator<Item = Term> + '_ {
        let entries = self.matrix.as_slice().unwrap_or_default();
        let columns = entries.chunks_exact(self.matrix.shape().rows.max(1));
        columns.enumerate().flat_map(move |(j, column)| {
            column.iter().enumerate().map(move |(i, value)| {
                let (i, j) = if self.transposed { (j, i) } else { (i, j) };
                Term {
                    row: self.row + i,
                    column: self.column + j,
                    value: self.factor * value,
                }
            })
        })
    }
}

/// Σ terms + Σ blocks + offset, entries down the columns.
#[derive(Clone, Debug, Default)]
pub struct AffineForm {
    pub terms: Vec<Term>,
    pub blocks: Vec<Block>,
    pub offset: Vec<f64>,
    /// The terms rise by row.
    pub sorted: bool,
    /// Row k is free entry `run + k`, plus the offset.
    pub run: Option<usize>,
}

impl AffineForm {
    pub fn constant(value: &Matrix) -> Self {
        AffineForm {
            offset: value.entries().into_owned(),
            ..AffineForm::default()
        }
    }

    /// Number of result entries.
    pub fn rows(&self) -> usize {
        self.offset.len()
    }

    pub fn is_constant(&self) -> bool {
        self.terms.is_empty() && self.blocks.is_empty()
    }

    /// The terms that stand in no block, without the offset.
    pub fn beside_blocks(&self) -> Self {
        AffineForm {
            terms: self.terms.clone(),
            offset: vec![0.0; self.rows()],
            sorted: self.sorted,
            ..AffineForm::default()
        }
    }

    /// Number of coefficients, blocks written out.
    pub fn coefficients(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(|b| b.matrix.shape().size()).sum();
        self.terms.len() + blocks
    }

    /// All coefficients, blocks written out.
    pub fn all_terms(&self) -> impl Iterator<Item = Term> + '_ {
        let blocks = self.blocks.iter().flat_map(Block::terms);
        self.terms.iter().copied().chain(blocks)
    }

    pub fn scaled(&self, factor: f64) -> Self {
        let mut scaled = self.clone();
        scaled.terms.iter_mut().for_each(|t| t.value *= factor);
        scaled.blocks.iter_mut().for_each(|b| b.factor *= factor);
        scaled.offset.iter_mut().for_each(|v| *v *= factor);
        scaled.run = self.run.filter(|_| factor == 1.0);
        scaled
    }

    /// The sum of factor*form, scalars broadcast over `rows` entries.
    pub fn combine(rows: usize, parts: &[(f64, Rc<AffineForm>)]) -> Self {
        let mut sum = AffineForm {
            offset: vec![0.0; rows],
            ..AffineForm::default()
        };
        let varying = parts.iter().filter(|(_, part)| !part.is_constant());
        if let [(factor, only)] = varying.collect::<Vec<_>>().as_slice()
            && only.rows() == rows
        {
            sum.run = only.run.filter(|_| *factor == 1.0);
            sum.sorted = only.sorted;
        }
        let mut longest = 0;
        for (factor, part) in parts {
            let before = sum.terms.len();
            if part.rows() == rows {
                sum.add_scaled(*factor, part);
            } else {
                let repeated = part.gather(std::iter::repeat_n(0, rows));
                sum.add_scaled(*factor, &repeated);
            }
            longest = longest.max(sum.terms.len() - before);
        }
        // Sums of shared sums would grow without end.
        if sum.terms.len() > FEWEST_MERGED && 2 * sum.terms.len() > 3 * longest {
            sum.merge();
        }
        sum.merge_blocks();
        sum
    }

    /// Adds up blocks of the same data in the same place.
    fn merge_blocks(&mut self) {
        if self.blocks.len() < 2 {
            return;
        }
        let mut places = FxHashMap::default();
        let mut merged: Vec<Block> = Vec::with_capacity(self.blocks.len());
        for block in self.blocks.drain(..) {
            let data = Arc::as_ptr(&block.matrix);
            let key = (data, block.transposed, block.row, block.column);
            let place = *places.entry(key).or_insert(merged.len());
            match merged.get_mut(place) {
                Some(known) => known.factor += block.factor,
                None => merged.push(block),
            }
        }
        self.blocks = merged;
    }

    fn add_scaled(&mut self, factor: f64, other: &AffineForm) {
        self.terms.extend(other.terms.iter().map(|t| Term {
            value: factor * t.value,
            ..*t
        }));
        self.blocks.extend(other.blocks.iter().map(|b| Block {
            factor: factor * b.factor,
            ..b.clone()
        }));
        let pairs = self.offset.iter_mut().zip(&other.offset);
        pairs.for_each(|(s, o)| *s += factor * o);
    }

    /// Row k of the result is row `sources[k]`.
    pub fn gather(&self, sources: impl Iterator<Item = usize> + Clone) -> Self {
        let offset: Vec<f64> = sources.clone().map(|s| self.offset[s]).collect();
        let few = self.sorted && self.blocks.is_empty() && offset.len() < self.rows();
        AffineForm {
            terms: if few {
                self.pick_rows(sources)
            } else {
                self.spread_rows(sources)
            },
            offset,
            ..AffineForm::default()
        }
    }

    /// Terms of the rows asked for, found by bisection.
    fn pick_rows(&self, sources: impl Iterator<Item = usize>) -> Vec<Term> {
        let terms_of = |(row, source): (usize, usize)| {
            let start = self.terms.partition_point(|t| t.row < source);
            let found = self.terms[start..]
                .iter()
                .take_while(move |t| t.row == source);
            found.map(move |t| Term { row, ..*t })
        };
        sources.enumerate().flat_map(terms_of).collect()
    }

    /// All terms, each handed to the rows that use it.
    fn spread_rows(&self, sources: impl Iterator<Item = usize>) -> Vec<Term> {
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); self.rows()];
        for (row, source) in sources.enumerate() {
            users[source].push(row);
        }
        let spread = |t: Term| {
            let users = users[t.row].iter();
            users.map(move |&row| Term { row, ..t })
        };
        self.all_terms().flat_map(spread).collect()
    }

    /// Each row moved to `target(row)`, where rows add up.
    pub fn scatter(&self, rows: usize, target: impl Fn(usize) -> usize) -> Self {
        let mut result = self.mapped(rows, |row| std::iter::once((target(row), 1.0)));
        if !result.sorted {
            result.merge();
        }
        result
    }

    /// Row k of each part added to row `positions[k]`.
    pub fn scattered<'p>(
        rows: usize,
        parts: &[Rc<AffineForm>],
        positions: impl Iterator<Item = &'p [usize]>,
    ) -> Self {
        let mut result = AffineForm {
            offset: vec![0.0; rows],
            ..AffineForm::default()
        };
        for (part, positions) in parts.iter().zip(positions) {
            result.add_moved(part, |row| positions[row]);
        }
        result.merge();
        result
    }

    fn add_moved(&mut self, other: &AffineForm, target: impl Fn(usize) -> usize) {
        self.terms.extend(other.all_terms().map(|t| Term {
            row: target(t.row),
            ..t
        }));
        for (row, value) in other.offset.iter().enumerate() {
            self.offset[target(row)] += value;
        }
    }

    /// Another form's rows below the own.
    pub fn append(&mut self, other: &AffineForm) {
        let rows = self.rows();
        self.terms.extend(other.terms.iter().map(|t| Term {
            row: rows + t.row,
            ..*t
        }));
        self.blocks.extend(other.blocks.iter().map(|b| Block {
            row: rows + b.row,
            ..b.clone()
        }));
        self.offset.extend_from_slice(&other.offset);
        self.sorted &= other.sorted && other.blocks.is_empty();
        self.run = None;
    }

    /// Adds another form to the rows from `start` on.
    pub fn add_below(&mut self, other: &AffineForm, start: usize) {
        let moved = |t: &Term| Term {
            row: start + t.row,
            ..*t
        };
        self.terms.extend(other.terms.iter().map(moved));
        self.blocks.extend(other.blocks.iter().map(|b| Block {
            row: start + b.row,
            ..b.clone()
        }));
        let rows = self.offset[start..].iter_mut().zip(&other.offset);
        rows.for_each(|(own, other)| *own += other);
    }

    /// Adds each row of another form to the row `place(row)`, if it has one.
    pub fn add_placed(&mut self, other: &AffineForm, place: impl Fn(usize) -> Option<usize>) {
        let moved = |t: Term| place(t.row).map(|row| Term { row, ..t });
        self.terms.extend(other.all_terms().filter_map(moved));
        for (row, value) in other.offset.iter().enumerate() {
            if let Some(row) = place(row) {
                self.offset[row] += value;
            }
        }
    }

    /// Each row times its factor.
    pub fn scaled_rows(&self, factor: impl Fn(usize) -> f64) -> Self {
        let scale = |t: Term| Term {
            value: t.value * factor(t.row),
            ..t
        };
        let offset = self.offset.iter().enumerate();
        AffineForm {
            terms: self.all_terms().map(scale).collect(),
            offset: offset.map(|(k, v)| v * factor(k)).collect(),
            sorted: self.sorted && self.blocks.is_empty(),
            ..AffineForm::default()
        }
    }

    /// A linear map of the rows: row i contributes `image(i)` = pairs (row, factor).
    pub fn mapped<I>(&self, rows: usize, image: impl Fn(usize) -> I) -> Self
    where
        I: Iterator<Item = (usize, f64)>,
    {
        let mut result = AffineForm {
            offset: vec![0.0; rows],
            ..AffineForm::default()
        };
        if let Some(terms) = self.gathered(rows, &image) {
            (result.terms, result.sorted) = (terms, true);
        } else {
            for t in self.all_terms() {
                result.terms.extend(image(t.row).map(|(row, factor)| Term {
                    row,
                    value: factor * t.value,
                    ..t
                }));
            }
        }
        for (source, &value) in self.offset.iter().enumerate() {
            if value != 0.0 {
                image(source).for_each(|(row, factor)| result.offset[row] += factor * value);
            }
        }
        if result.terms.len() > self.terms.len() {
            result.merge();
        }
        result
    }

    /// The first column with a coefficient and the end of the last one.
    fn columns(&self) -> Option<(usize, usize)> {
        let terms = self.terms.iter().map(|t| (t.column, t.column + 1));
        let blocks = self.blocks.iter();
        let blocks = blocks.map(|b| (b.column, b.column + b.size().1));
        let widest = |a: (usize, usize), b: (usize, usize)| (a.0.min(b.0), a.1.max(b.1));
        terms.chain(blocks).reduce(widest)
    }

    /// The terms of [`AffineForm::mapped`] added up in place, by row; `None` where the places of a
    /// result outnumber the terms it comes from.
    fn gathered<I>(&self, rows: usize, image: impl Fn(usize) -> I) -> Option<Vec<Term>>
    where
        I: Iterator<Item = (usize, f64)>,
    {
        let (first, end) = self.columns()?;
        let width = end - first;
        if rows.saturating_mul(width) > self.coefficients() {
            return None;
        }
        let mut places = vec![0.0; rows * width];
        self.all_terms().for_each(|t| {
            image(t.row).for_each(|(row, factor)| {
                places[row * width + t.column - first] += factor * t.value;
            });
        });
        let terms = places.into_iter().enumerate().map(|(k, value)| Term {
            row: k / width,
            column: first + k % width,
            value,
        });
        Some(terms.filter(|t| t.value != 0.0).collect())
    }

    /// Adds up terms of one row and column.
    pub fn merge(&mut self) {
        // Stable: runs that are in order already cost one pass.
        self.terms.sort_by_key(|t| (t.row, t.column));
        self.terms.dedup_by(|next, kept| {
            let same = (next.row, next.column) == (kept.row, kept.column);
            if same {
                kept.value += next.value;
            }
            same
        });
        self.terms.retain(|t| t.value != 0.0);
        self.sorted = true;
    }
}
