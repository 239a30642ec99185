//! Null vectors v of semidefinite matrices X that linear rows tell of, as all v with v'*X*v = 0 are: two entries on
//! the diagonal and the one between them, as in [1, 1; 1, 1]; X*v == 0; v'*X*v == 0.

use super::held::{Held, ROUNDING};
use super::rows::Rows;
use super::singular::place;
use crate::solve::descent::spectral::folded_places;
use rustc_hash::FxHashMap;
use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

/// Relative difference of vectors that are equal but for rounding.
const EQUAL: f64 = 1e-12;
/// Vectors that are looked at.
const MOST_VECTORS: usize = 64;

/// v, and whether X*v = 0 stands among the rows.
#[derive(Debug)]
pub(super) struct NullVector {
    pub entries: Vec<f64>,
    pub is_told: bool,
}

impl NullVector {
    /// The first largest entry, by size.
    pub fn largest(&self) -> (usize, f64) {
        let sizes = self.entries.iter().map(|v| v.abs()).enumerate();
        sizes.fold(
            (0, 0.0),
            |best, next| if next.1 > best.1 { next } else { best },
        )
    }

    /// Takes so much of another null vector away that the entry at its pivot is zero.
    pub fn subtract(&mut self, other: &NullVector, pivot: usize) {
        let factor = self.entries[pivot] / other.entries[pivot];
        if factor != 0.0 {
            let pairs = self.entries.iter_mut().zip(&other.entries);
            pairs.for_each(|(v, o)| *v -= factor * o);
            self.entries[pivot] = 0.0;
            self.is_told &= other.is_told;
        }
    }
}

/// Linear rows, and which of them are equations.
pub(super) struct Equations<'r> {
    pub rows: &'r Rows<'r>,
    pub are: &'r [bool],
}

/// A semidefinite matrix by its folded rows.
pub(super) struct Semidefinite<'r> {
    pub rows: &'r Rows<'r>,
    pub side: usize,
}

/// Columns that are multiples of an entry X_ij, with the factors.
type Places = FxHashMap<usize, ((usize, usize), f64)>;

/// Factors of entries X_ij, i <= j, in a row.
type Factors = Vec<((usize, usize), f64)>;

impl Semidefinite<'_> {
    pub fn null_vectors(&self, equations: &Equations<'_>, held: &Held) -> Vec<NullVector> {
        let mut found = self.by_equations(equations, held);
        found.extend(self.by_pairs(held));
        found
    }

    /// X_ij where it is held.
    fn value(&self, i: usize, j: usize, held: &Held) -> Option<f64> {
        let sum = self.rows.sum(place(i, j), held)?;
        let scale = if i == j { 1.0 } else { FRAC_1_SQRT_2 };
        (sum.open == 0).then_some(scale * sum.value)
    }

    /// (b, -a) for [a, b; b, c] with a*c = b².
    fn by_pairs(&self, held: &Held) -> Vec<NullVector> {
        let mut found = Vec::new();
        let diagonal: Vec<Option<f64>> = (0..self.side).map(|i| self.value(i, i, held)).collect();
        for (j, c) in diagonal.iter().enumerate() {
            for (i, a) in diagonal[..j].iter().enumerate() {
                let (Some(a), Some(c)) = (*a, *c) else {
                    continue;
                };
                let Some(b) = self.value(i, j, held) else {
                    continue;
                };
                if a > 0.0 && (a * c - b * b).abs() <= 4.0 * ROUNDING * b * b {
                    let mut entries = vec![0.0; self.side];
                    (entries[i], entries[j]) = (b / a, -1.0);
                    found.push(NullVector {
                        entries,
                        is_told: false,
                    });
                }
            }
        }
        found
    }

    fn by_equations(&self, equations: &Equations<'_>, held: &Held) -> Vec<NullVector> {
        let places = self.places();
        let factors = (0..equations.are.len())
            .filter(|&row| equations.are[row] && equations.rows.offset(row) == 0.0)
            .filter_map(|row| factors(equations.rows, row, &places, held));
        let mut groups: Vec<(Vec<f64>, Vec<bool>)> = Vec::new();
        let mut found = Vec::new();
        for factors in factors {
            if let Some((i, entries)) = self.along_row(&factors) {
                let known = groups
                    .iter()
                    .position(|(other, _)| is_near(other, &entries));
                if let Some(place) = known {
                    groups[place].1[i] = true;
                } else if groups.len() < MOST_VECTORS {
                    groups.push((entries, (0..self.side).map(|j| j == i).collect()));
                }
            } else if found.len() < MOST_VECTORS {
                found.extend(self.squared(&factors));
            }
        }
        found.extend(groups.into_iter().filter_map(null_vector));
        found
    }

    /// The entries that are columns, with their factors.
    fn places(&self) -> Places {
        let mut places = Places::default();
        for (row, (i, j)) in folded_places(self.side).enumerate() {
            let mut terms = self.rows.terms(row);
            if let (Some((column, factor)), None) = (terms.next(), terms.next())
                && self.rows.offset(row) == 0.0
            {
                let scale = if i == j { factor } else { factor / SQRT_2 };
                places.insert(column, ((i, j), scale));
            }
        }
        places
    }

    /// i and v of Σ_j X_ij*v_j, the first entry of v one.
    fn along_row(&self, factors: &Factors) -> Option<(usize, Vec<f64>)> {
        let [((i, j), _), ((k, l), _), ..] = factors.as_slice() else {
            return None;
        };
        let common = if i == k || i == l { *i } else { *j };
        let mut entries = vec![0.0; self.side];
        for &((i, j), factor) in factors {
            let other = match (i == common, j == common) {
                (true, _) => j,
                (_, true) => i,
                (false, false) => return None,
            };
            entries[other] = factor;
        }
        let first = *entries.iter().find(|v| **v != 0.0)?;
        entries.iter_mut().for_each(|v| *v /= first);
        Some((common, entries))
    }

    /// v of v'*X*v, or of its negative.
    fn squared(&self, factors: &Factors) -> Option<NullVector> {
        let first = factors.iter().find(|((i, j), _)| i == j)?;
        let (pivot, sign) = (first.0.0, first.1.signum());
        let mut entries = vec![0.0; self.side];
        let root = first.1.abs().sqrt();
        for &((i, j), factor) in factors {
            match (i == pivot, j == pivot) {
                (true, true) => entries[pivot] = root,
                (true, false) => entries[j] = sign * factor / (2.0 * root),
                (false, true) => entries[i] = sign * factor / (2.0 * root),
                (false, false) => {}
            }
        }
        let count = entries.iter().filter(|v| **v != 0.0).count();
        let is_product = |&((i, j), factor): &((usize, usize), f64)| {
            let twice = if i == j { 1.0 } else { 2.0 };
            let product = sign * twice * entries[i] * entries[j];
            (factor - product).abs() <= EQUAL * factor.abs()
        };
        let is_square = factors.len() == count * (count + 1) / 2 && factors.iter().all(is_product);
        is_square.then_some(NullVector {
            entries,
            is_told: false,
        })
    }
}

/// v, where X*v is zero in all rows that v has entries in.
fn null_vector((entries, met): (Vec<f64>, Vec<bool>)) -> Option<NullVector> {
    let mut needed = entries.iter().zip(&met).filter(|(v, _)| **v != 0.0);
    needed.all(|(_, met)| *met).then(|| NullVector {
        is_told: met.iter().all(|met| *met),
        entries,
    })
}

fn is_near(a: &[f64], b: &[f64]) -> bool {
    let mut pairs = a.iter().zip(b);
    pairs.all(|(a, b)| (a - b).abs() <= EQUAL * a.abs())
}

/// A row as a sum of entries beside what is held at zero; `None` where it is not only that.
fn factors(rows: &Rows<'_>, row: usize, places: &Places, held: &Held) -> Option<Factors> {
    let mut sums: FxHashMap<(usize, usize), f64> = FxHashMap::default();
    for (column, factor) in rows.known_terms(row)? {
        let Some(&(place, scale)) = places.get(&column) else {
            match held.value(column) {
                Some(0.0) => continue,
                Some(_) | None => return None,
            }
        };
        *sums.entry(place).or_default() += factor / scale;
    }
    let mut factors: Factors = sums.into_iter().filter(|(_, f)| *f != 0.0).collect();
    factors.sort_unstable_by_key(|(place, _)| *place);
    Some(factors)
}
