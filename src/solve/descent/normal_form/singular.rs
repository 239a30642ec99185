//! Semidefinite matrices with zeros on their diagonal, held by linear rows: the zeros' rows and columns are zero.

use super::held::{Held, Limit};
use super::parts::Part;
use super::rows::Rows;
use crate::solve::descent::affine::AffineForm;
use crate::solve::descent::blocks::PositiveSemidefinite;
use std::collections::BTreeSet;

/// Position of entry (i, j) among the folded ones.
fn place(i: usize, j: usize) -> usize {
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
        let kept = open.iter().enumerate();
        let kept = kept.flat_map(|(k, &j)| open[..=k].iter().map(move |&i| place(i, j)));
        let kept: Vec<usize> = kept.collect();
        *part = Part {
            rule: Box::new(PositiveSemidefinite::new(open.len())),
            form: part.form.gather(kept.iter().copied()),
            shares: Vec::new(),
        };
    }
    parts.retain(|part| part.form.rows() > 0);
    vanishing
}
