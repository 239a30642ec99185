//! Semidefinite matrices that linear rows hold singular. With zeros on their diagonal: their rows and columns are
//! zero. With other null vectors v: where X*v = 0 and v_p != 0, X is semidefinite as soon as it is so without row and
//! column p.

use super::held::{Held, Limit};
use super::null_vectors::{Equations, NullVector, Semidefinite};
use super::parts::{Part, Share, Triangle};
use super::rows::Rows;
use crate::solve::descent::affine::AffineForm;
use crate::solve::descent::blocks::PositiveSemidefinite;
use crate::solve::descent::spectral::folded_places;
use std::collections::BTreeSet;
use std::f64::consts::FRAC_1_SQRT_2;

/// Entries of a vector that is a combination of others, relative to what it was.
const NEGLIGIBLE: f64 = 1e-9;

/// Position of entry (i, j) among the folded ones.
pub(super) fn place(i: usize, j: usize) -> usize {
    let (low, high) = (i.min(j), i.max(j));
    high * (high + 1) / 2 + low
}

/// The rows of the semidefinite parts: those on diagonals are not negative.
pub(super) fn limited(parts: &[Part]) -> impl Iterator<Item = (Rows<'_>, Vec<Limit>)> {
    let matrices = parts.iter().filter_map(|part| Some((part, side(part)?)));
    matrices.map(|(part, side)| {
        let mut limits = vec![Limit::NONE; part.form.rows()];
        (0..side).for_each(|i| limits[place(i, i)] = Limit::ABOVE);
        (Rows::of(&part.form), limits)
    })
}

pub(super) fn has_edges(part: &Part) -> bool {
    side(part).is_some()
}

fn side(part: &Part) -> Option<usize> {
    part.rule.as_positive_semidefinite().map(|rule| rule.side)
}

/// What is zero, as rows; the parts keep the rest. `taken` are the columns of it.
pub(super) fn without_zeros(
    parts: &mut Vec<Part>,
    held: &Held,
    taken: &mut BTreeSet<usize>,
) -> Vec<AffineForm> {
    let mut vanishing = Vec::new();
    for part in parts.iter_mut() {
        let Some(side) = side(part) else { continue };
        let rows = Rows::of(&part.form);
        let is_zero = |i: &usize| rows.is_zero(place(*i, *i), held);
        let (zeros, open): (Vec<usize>, Vec<usize>) = (0..side).partition(is_zero);
        if zeros.is_empty() {
            continue;
        }
        let pairs = zeros
            .iter()
            .flat_map(|&i| (0..side).map(move |j| place(i, j)));
        let gone: BTreeSet<usize> = pairs.collect();
        taken.extend(gone.iter().flat_map(|&row| rows.columns(row)));
        vanishing.push(part.form.gather(gone.iter().copied()));
        part.keep(&open);
        part.shares.clear();
    }
    parts.retain(|part| part.form.rows() > 0);
    vanishing
}

/// What null vectors make zero, as rows, where no rows tell it; `None` where there are none. The parts keep the rest.
pub(super) fn without_null_vectors(
    parts: &mut Vec<Part>,
    equations: &Equations<'_>,
    held: &Held,
) -> Option<Vec<AffineForm>> {
    let mut vanishing = Vec::new();
    let mut has_any = false;
    for part in parts.iter_mut() {
        let Some(side) = side(part) else { continue };
        let rows = Rows::of(&part.form);
        let matrix = Semidefinite { rows: &rows, side };
        let vectors = echelon(matrix.null_vectors(equations, held));
        if vectors.is_empty() {
            continue;
        }
        has_any = true;
        let mut gone = BTreeSet::new();
        let untold: Vec<AffineForm> = vectors
            .iter()
            .filter_map(|(vector, pivot)| {
                let others = (0..side).filter(|j| !gone.contains(j)).collect();
                gone.insert(*pivot);
                image(&part.form, side, vector, others, held)
            })
            .collect();
        if !untold.is_empty() {
            part.shares.clear();
        }
        vanishing.extend(untold);
        let open: Vec<usize> = (0..side).filter(|j| !gone.contains(j)).collect();
        part.keep(&open);
    }
    parts.retain(|part| part.form.rows() > 0);
    has_any.then_some(vanishing)
}

/// Independent vectors with the places of their largest entries, each zero at the places of those before.
fn echelon(vectors: Vec<NullVector>) -> Vec<(NullVector, usize)> {
    let mut reduced: Vec<(NullVector, usize)> = Vec::new();
    for mut vector in vectors {
        let size = vector.largest().1;
        for (other, pivot) in &reduced {
            vector.subtract(other, *pivot);
        }
        let (pivot, rest) = vector.largest();
        if rest > NEGLIGIBLE * size {
            reduced.push((vector, pivot));
        }
    }
    reduced
}

/// X*v in the rows `wanted` that are not held; `None` where rows tell it or there are none.
fn image(
    form: &AffineForm,
    side: usize,
    vector: &NullVector,
    wanted: Vec<usize>,
    held: &Held,
) -> Option<AffineForm> {
    if vector.is_told {
        return None;
    }
    let corner: Vec<(usize, usize)> = folded_places(side).collect();
    let product = form.mapped(side, |row| {
        let (i, j) = corner[row];
        let scale = if i == j { 1.0 } else { FRAC_1_SQRT_2 };
        let first = (j, scale * vector.entries[i]);
        let second = (i != j).then_some((i, scale * vector.entries[j]));
        let both = std::iter::once(first).chain(second);
        both.filter(|(_, factor)| *factor != 0.0)
    });
    let rows = Rows::of(&product);
    let is_open = |row: &usize| rows.sum(*row, held).is_none_or(|sum| sum.open > 0);
    let open: Vec<usize> = wanted.into_iter().filter(is_open).collect();
    (!open.is_empty()).then(|| product.gather(open.iter().copied()))
}

impl Part {
    /// Rows and columns of a semidefinite part.
    fn keep(&mut self, open: &[usize]) {
        let kept = folded_places(open.len()).map(|(i, j)| place(open[i], open[j]));
        let kept: Vec<usize> = kept.collect();
        self.rule = Box::new(PositiveSemidefinite::new(open.len()));
        self.form = self.form.gather(kept.iter().copied());
        self.shares.iter_mut().for_each(|share| share.keep(open));
    }
}

impl Share {
    /// Of these rows and columns of its triangle.
    fn keep(&mut self, open: &[usize]) {
        if let Some(Triangle { kept, .. }) = &mut self.triangle {
            *kept = open.iter().map(|&k| kept[k]).collect();
            self.count = place(0, kept.len());
        }
    }
}
