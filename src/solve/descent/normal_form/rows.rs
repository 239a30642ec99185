//! Rows of affine forms, one at a time, with columns that are held filled in.

use super::held::{Held, ROUNDING};
use crate::solve::descent::affine::{AffineForm, Block};

/// Blocks with more columns are not read.
const MOST_COLUMNS: usize = 64;

/// Terms by row. Rows with coefficients in wide blocks are left out.
#[derive(Debug)]
pub(super) struct Rows<'f> {
    form: &'f AffineForm,
    /// Columns and coefficients of row k: `terms[starts[k]..starts[k + 1]]`.
    starts: Vec<usize>,
    terms: Vec<(usize, f64)>,
    is_wide: Vec<bool>,
}

/// What held columns make of a row.
#[derive(Debug)]
pub(super) struct Sum {
    pub value: f64,
    /// Of the numbers that came together in `value`.
    pub size: f64,
    /// How many terms are not held, and the last of them.
    pub open: usize,
    pub last: Option<(usize, f64)>,
}

/// What is left of a row: Σ terms + value, by column.
#[derive(Debug)]
pub(super) struct Rest {
    pub terms: Vec<(usize, f64)>,
    pub value: f64,
    /// Of the numbers that came together in `value`.
    pub size: f64,
}

impl<'f> Rows<'f> {
    pub fn of(form: &'f AffineForm) -> Self {
        let mut is_wide = vec![false; form.rows()];
        let (wide, narrow): (Vec<&Block>, Vec<&Block>) =
            (form.blocks.iter()).partition(|block| block.size().1 > MOST_COLUMNS);
        for block in wide {
            is_wide[block.row..block.row + block.size().0].fill(true);
        }
        let written = || {
            let blocks = narrow.iter().flat_map(|block| block.terms());
            form.terms.iter().copied().chain(blocks)
        };
        let mut starts = vec![0; form.rows() + 1];
        written().for_each(|term| starts[term.row + 1] += 1);
        for k in 0..form.rows() {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut terms = vec![(0, 0.0); starts[form.rows()]];
        for term in written() {
            terms[next[term.row]] = (term.column, term.value);
            next[term.row] += 1;
        }
        Rows {
            form,
            starts,
            terms,
            is_wide,
        }
    }

    pub fn columns(&self, k: usize) -> impl Iterator<Item = usize> + '_ {
        self.terms(k).map(|(column, _)| column)
    }

    /// Columns and coefficients, as they stand in the form.
    pub fn terms(&self, k: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let terms = &self.terms[self.starts[k]..self.starts[k + 1]];
        terms.iter().copied().filter(|(_, value)| *value != 0.0)
    }

    /// All terms; `None` where the row is not known.
    pub fn known_terms(&self, k: usize) -> Option<impl Iterator<Item = (usize, f64)> + '_> {
        (!self.is_wide[k]).then(|| self.terms(k))
    }

    pub fn offset(&self, k: usize) -> f64 {
        self.form.offset[k]
    }

    /// `None` where the row is not known.
    pub fn sum(&self, k: usize, held: &Held) -> Option<Sum> {
        if self.is_wide[k] {
            return None;
        }
        let offset = self.offset(k);
        let mut sum = Sum {
            value: offset,
            size: offset.abs(),
            open: 0,
            last: None,
        };
        for (column, factor) in self.terms(k) {
            match held.value(column) {
                Some(value) => {
                    sum.value += factor * value;
                    sum.size += (factor * value).abs();
                }
                None => {
                    sum.open += 1;
                    sum.last = Some((column, factor));
                }
            }
        }
        Some(sum)
    }

    /// Whether its held columns make the row zero.
    pub fn is_zero(&self, k: usize, held: &Held) -> bool {
        self.sum(k, held)
            .is_some_and(|sum| sum.open == 0 && sum.value.abs() <= ROUNDING * sum.size)
    }

    /// `None` where the row is not known.
    pub fn rest(&self, k: usize, held: &Held) -> Option<Rest> {
        let sum = self.sum(k, held)?;
        let open = self.terms(k).filter(|(c, _)| held.value(*c).is_none());
        let mut rest = Rest {
            terms: open.collect(),
            value: sum.value,
            size: sum.size,
        };
        rest.merge();
        Some(rest)
    }
}

impl Rest {
    /// Whether sign*other is its opposite.
    pub fn is_opposite(&self, sign: f64, other: &Rest) -> bool {
        let value = self.value + sign * other.value;
        let mut pairs = self.terms.iter().zip(&other.terms);
        self.terms.len() == other.terms.len()
            && value.abs() <= ROUNDING * (self.size + other.size)
            && pairs.all(|(a, b)| a.0 == b.0 && a.1 == -sign * b.1)
    }

    /// Adds up terms of one column.
    fn merge(&mut self) {
        self.terms.sort_by_key(|t| t.0);
        self.terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        self.terms.retain(|t| t.1 != 0.0);
    }
}
