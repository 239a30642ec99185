//! Unknowns that no other unknown touches, eliminated before the sparse factorisation:
//! `S = K_RR - Σ k_j k_j'/d_j`.

use super::ldl::Ldl;
use crate::matrix::SparseMatrix;
use crate::shape::Shape;

/// Pairs of rows met by eliminated columns for each entry of K, beyond which nothing is eliminated.
const MOST_PAIRS: usize = 4;

/// A symmetric matrix K, its eliminated columns and the factorisation of what remains.
#[derive(Debug)]
pub struct Condensed {
    /// Columns of K that are eliminated.
    eliminated: Vec<usize>,
    /// Row of S for each row of K that remains.
    kept: Vec<Option<usize>>,
    /// Entry of S for each entry of K between remaining rows, in the order of K.
    copies: Vec<u32>,
    /// Entry of S for each pair of rows of each eliminated column.
    pairs: Vec<u32>,
    reduced: Ldl,
    scratch: Vec<f64>,
}

impl Condensed {
    /// Of the pattern of a lower triangle whose first `unknowns` columns have positive pivots;
    /// `None` when the factorisation takes more multiplications than `most_work`.
    pub fn new(
        lower: &SparseMatrix,
        signs: &[i8],
        unknowns: usize,
        most_work: f64,
    ) -> Option<Self> {
        let alone = independent(lower, unknowns);
        Self::without(lower, signs, &alone, most_work)
            .or_else(|| Self::without(lower, signs, &vec![false; lower.cols], most_work))
    }

    /// `None` also when S has more entries than K.
    fn without(
        lower: &SparseMatrix,
        signs: &[i8],
        is_eliminated: &[bool],
        most_work: f64,
    ) -> Option<Self> {
        let mut kept = vec![None; lower.cols];
        let remaining = (0..lower.cols).filter(|&j| !is_eliminated[j]);
        let mut reduced_signs = Vec::new();
        for (place, j) in remaining.enumerate() {
            kept[j] = Some(place);
            reduced_signs.push(signs[j]);
        }
        let eliminated: Vec<usize> = (0..lower.cols).filter(|&j| is_eliminated[j]).collect();
        let (copied, paired) = reduced_entries(lower, &eliminated, &kept)?;
        let side = reduced_signs.len();
        let all: Vec<_> = copied.iter().chain(&paired).copied().collect();
        let matrix = SparseMatrix::from_triplets(Shape::new(side, side), &all);
        if matrix.values.len() > lower.values.len() {
            return None;
        }
        let place = |&(row, column, _): &(usize, usize, f64)| {
            let start = matrix.column_starts[column];
            let rows = &matrix.row_indices[start..matrix.column_starts[column + 1]];
            rows.binary_search(&row).ok().map(|k| (start + k) as u32)
        };
        Some(Condensed {
            copies: copied.iter().map(place).collect::<Option<_>>()?,
            pairs: paired.iter().map(place).collect::<Option<_>>()?,
            reduced: Ldl::new(matrix, reduced_signs, most_work)?,
            scratch: vec![0.0; side],
            eliminated,
            kept,
        })
    }

    /// Multiplications of one factorisation.
    pub fn work(&self) -> f64 {
        self.reduced.work() + self.pairs.len() as f64
    }

    /// Factorises K with its present entries; whether that succeeded.
    pub fn factorise(&mut self, lower: &SparseMatrix) -> bool {
        let values = &mut self.reduced.matrix.values;
        values.fill(0.0);
        let mut copies = self.copies.iter();
        for j in (0..lower.cols).filter(|&j| self.kept[j].is_some()) {
            for ((_, value), place) in lower.column(j).zip(&mut copies) {
                values[*place as usize] += value;
            }
        }
        let mut pairs = self.pairs.iter();
        for &j in &self.eliminated {
            let (pivot, column) = split(lower, j);
            for (k, first) in column.iter().enumerate() {
                let factor = first / pivot;
                for (second, place) in column[k..].iter().zip(&mut pairs) {
                    values[*place as usize] -= factor * second;
                }
            }
        }
        self.reduced.factorise()
    }

    /// v = K⁻¹*v by the last factorisation.
    pub fn solve_in_place(&mut self, lower: &SparseMatrix, v: &mut [f64]) {
        for &j in &self.eliminated {
            let start = lower.column_starts[j];
            let factor = v[j] / lower.values[start];
            for (row, value) in lower.column(j).skip(1) {
                v[row] -= factor * value;
            }
        }
        for (place, value) in self.kept.iter().zip(v.iter()) {
            if let Some(place) = place {
                self.scratch[*place] = *value;
            }
        }
        self.reduced.solve_in_place(&mut self.scratch);
        for (place, value) in self.kept.iter().zip(v.iter_mut()) {
            if let Some(place) = place {
                *value = self.scratch[*place];
            }
        }
        for &j in &self.eliminated {
            let below: f64 = lower.column(j).skip(1).map(|(row, a)| a * v[row]).sum();
            v[j] = (v[j] - below) / lower.values[lower.column_starts[j]];
        }
    }
}

/// The first columns that no other of them touches.
fn independent(lower: &SparseMatrix, unknowns: usize) -> Vec<bool> {
    let mut alone = vec![false; lower.cols];
    alone[..unknowns].fill(true);
    for j in 0..unknowns {
        for (i, _) in lower.column(j).filter(|(i, _)| *i != j && *i < unknowns) {
            alone[i] = false;
            alone[j] = false;
        }
    }
    alone
}

/// Pivot and the entries below it.
fn split(lower: &SparseMatrix, j: usize) -> (f64, &[f64]) {
    let (start, end) = (lower.column_starts[j], lower.column_starts[j + 1]);
    (lower.values[start], &lower.values[start + 1..end])
}

type Entries = Vec<(usize, usize, f64)>;

/// Positions in S of the entries of K that remain, and of all pairs from eliminated columns.
fn reduced_entries(
    lower: &SparseMatrix,
    eliminated: &[usize],
    kept: &[Option<usize>],
) -> Option<(Entries, Entries)> {
    let mut copied = Vec::new();
    for (row, column, _) in lower.triplets() {
        if let (Some(row), Some(column)) = (kept[row], kept[column]) {
            copied.push((row, column, 0.0));
        }
    }
    let most = MOST_PAIRS * lower.values.len();
    let mut paired = Vec::new();
    for &j in eliminated {
        let start = lower.column_starts[j] + 1;
        let rows = &lower.row_indices[start..lower.column_starts[j + 1]];
        if paired.len() + rows.len() * (rows.len() + 1) / 2 > most {
            return None;
        }
        for (k, &first) in rows.iter().enumerate() {
            for &second in &rows[k..] {
                paired.push((kept[second]?, kept[first]?, 0.0));
            }
        }
    }
    Some((copied, paired))
}
