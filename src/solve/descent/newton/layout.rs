//! Where the entries of the quasi-definite Newton system stand.
//!
//! The generalised Hessian is `H = Hf + shift*I + σ Σ J'MJ` with `M = D - S U U' S + Σ w p p'`,
//! `S = √D`. With `R = √σ S J` the system `H d = b` becomes
//! ```text
//! [Hf + shift*I   R'   √(σw) J'p   0] [d]
//! [R             -I    0          -U] [λ]
//! [√(σw) p'J      0   -1           0] [μ]
//! [0             -U'   0           δ] [t]
//! ```
//! with δ = 1/|u|² - 1 for u of any length, scaled to length one. Rows of one entry that stand
//! alone go to the diagonal of the first block, groups with few unknowns into it (`standing`).

use super::standing;
use crate::matrix::SparseMatrix;
use crate::solve::descent::blocks::Curvature;
use std::ops::Range;

/// Rows that share negative or positive rank-one terms.
#[derive(Clone, Debug)]
pub struct Group {
    pub rows: Range<usize>,
    /// Rank-one terms provided for, and the first row of the system for each.
    pub positive: usize,
    pub negative: usize,
    pub first: usize,
    /// Whether all positive terms but the first stand among the unknowns.
    pub stands: bool,
}

impl Group {
    /// Rows of the system for so many positive terms.
    fn in_rows(&self, positive: usize) -> usize {
        match self.stands {
            true => positive.min(1),
            false => positive,
        }
    }

    /// Makes places for so many terms.
    pub fn provide_for(&mut self, terms: &Terms<'_>) {
        let positive = self.in_rows(terms.positive.len());
        self.positive = self.positive.max(positive);
        self.negative = self.negative.max(terms.negatives());
    }
}

/// The rows of one part.
#[derive(Clone, Debug)]
pub struct PartRows {
    /// J', one column for each row of the part.
    pub jacobian: SparseMatrix,
    /// Row of the system for each row of the part; `None` for rows on the diagonal.
    pub places: Vec<Option<usize>>,
    /// Groups of more than one row.
    pub groups: Vec<Group>,
}

/// Rank-one terms of one group: weight and entries.
#[derive(Clone, Debug, Default)]
pub struct Terms<'c> {
    pub positive: Vec<(f64, &'c [(usize, f64)])>,
    pub negative: Vec<(f64, &'c [(usize, f64)])>,
    /// Rows with the identity minus the mean.
    pub centred: Vec<&'c [usize]>,
}

impl Terms<'_> {
    /// Whether the group has places for all.
    pub fn fit(&self, group: &Group) -> bool {
        group.in_rows(self.positive.len()) <= group.positive && self.negatives() <= group.negative
    }

    /// Positive terms with rows of the system.
    fn in_rows(&self, group: &Group) -> &[(f64, &[(usize, f64)])] {
        &self.positive[..group.in_rows(self.positive.len())]
    }

    /// Those that stand among the unknowns.
    pub fn standing(&self, group: &Group) -> &[(f64, &[(usize, f64)])] {
        &self.positive[group.in_rows(self.positive.len())..]
    }

    fn negatives(&self) -> usize {
        self.negative.len() + self.centred.len()
    }
}

impl PartRows {
    pub fn new(jacobian: SparseMatrix, sizes: &[usize]) -> Self {
        let mut groups = Vec::new();
        let mut start = 0;
        let mut is_alone = Vec::with_capacity(jacobian.cols);
        for &size in sizes {
            is_alone.extend(std::iter::repeat_n(size == 1, size));
            if size > 1 {
                groups.push(Group {
                    rows: start..start + size,
                    positive: 0,
                    negative: 0,
                    first: 0,
                    stands: false,
                });
            }
            start += size;
        }
        let entries = |k: usize| jacobian.column_starts[k + 1] - jacobian.column_starts[k];
        let places = (0..jacobian.cols)
            .map(|k| (!is_alone[k] || entries(k) > 1).then_some(0))
            .collect();
        PartRows {
            jacobian,
            places,
            groups,
        }
    }

    /// With groups of three rows that have few unknowns among these; their M is nothing but positive terms.
    pub fn standing(mut self) -> Self {
        for group in &mut self.groups {
            let is_three = group.rows.len() == standing::ROWS;
            if is_three && standing::has_few_unknowns(&self.jacobian, group.rows.start) {
                group.stands = true;
                self.places[group.rows.clone()].fill(None);
            }
        }
        self
    }

    /// Of rows that have a slope for each of these among so many unknowns.
    pub fn full(unknowns: &[usize], size: usize, sizes: &[usize]) -> Self {
        let (count, rows) = (unknowns.len(), sizes.iter().sum());
        let jacobian = SparseMatrix {
            rows: size,
            cols: rows,
            column_starts: (0..=rows).map(|k| k * count).collect(),
            row_indices: unknowns.repeat(rows),
            values: vec![1.0; rows * count],
        };
        PartRows::new(jacobian, sizes)
    }

    /// Numbers the rows from `next` on; returns the next free number.
    pub fn number(&mut self, mut next: usize) -> usize {
        for place in self.places.iter_mut().flatten() {
            *place = next;
            next += 1;
        }
        for group in &mut self.groups {
            group.first = next;
            next += group.positive + group.negative;
        }
        next
    }

    /// The rank-one terms by group.
    pub fn terms<'c>(&self, curvature: &'c Curvature) -> Vec<Terms<'c>> {
        let mut terms = vec![Terms::default(); self.groups.len()];
        let group_of = |row: usize| {
            let after = self.groups.partition_point(|g| g.rows.start <= row);
            after.checked_sub(1)
        };
        for (weight, entries) in &curvature.rank_one {
            let Some(group) = entries.first().and_then(|(row, _)| group_of(*row)) else {
                continue;
            };
            if *weight > 0.0 {
                terms[group].positive.push((*weight, entries));
            } else if *weight < 0.0 {
                terms[group].negative.push((-weight, entries));
            }
        }
        for rows in &curvature.centred {
            if let Some(group) = rows.first().and_then(|row| group_of(*row)) {
                terms[group].centred.push(rows);
            }
        }
        terms
    }

    /// Hands each entry of the lower triangle to `sink` as (row, column, value), always in the
    /// same order.
    pub fn emit(
        &self,
        curvature: &Curvature,
        terms: &[Terms<'_>],
        sigma: f64,
        sink: &mut dyn FnMut(usize, usize, f64),
    ) {
        let weights = self.weights(curvature, terms);
        for (k, place) in self.places.iter().enumerate() {
            match place {
                None => {
                    for (j, a) in self.jacobian.column(k) {
                        sink(j, j, sigma * weights[k] * a * a);
                    }
                }
                Some(place) => {
                    let factor = (sigma * weights[k]).max(0.0).sqrt();
                    for (j, a) in self.jacobian.column(k) {
                        sink(*place, j, factor * a);
                    }
                    sink(*place, *place, -1.0);
                }
            }
        }
        for (group, terms) in self.groups.iter().zip(terms) {
            if group.stands {
                standing::emit(&self.jacobian, group, terms, sigma, sink);
            }
            self.emit_positive(group, terms, sigma, sink);
            self.emit_negative(group, terms, &weights, sink);
        }
    }

    /// Takes rows y that stand beside J*d to the right-hand side, where `-J'M y` is: -R̂ y in their places, R = R̂ J; in
    /// the first block for rows that stand on the diagonal.
    pub fn put(
        &self,
        curvature: &Curvature,
        terms: &[Terms<'_>],
        sigma: f64,
        y: &[f64],
        out: &mut [f64],
    ) {
        let weights = self.weights(curvature, terms);
        for (k, place) in self.places.iter().enumerate() {
            match place {
                None => {
                    for (j, a) in self.jacobian.column(k) {
                        out[j] -= sigma * weights[k] * a * y[k];
                    }
                }
                Some(place) => out[*place] = -(sigma * weights[k]).max(0.0).sqrt() * y[k],
            }
        }
        for (group, terms) in self.groups.iter().zip(terms) {
            if group.stands {
                standing::put(&self.jacobian, group, terms, sigma, y, out);
            }
            for (slot, (weight, entries)) in terms.in_rows(group).iter().enumerate() {
                let along: f64 = entries.iter().map(|(row, p)| p * y[*row]).sum();
                out[group.first + slot] = -(sigma * weight).sqrt() * along;
            }
        }
    }

    /// σM(J*d + y) of a solution for such a right-hand side.
    pub fn take(
        &self,
        curvature: &Curvature,
        terms: &[Terms<'_>],
        sigma: f64,
        y: &[f64],
        solution: &[f64],
        out: &mut [f64],
    ) {
        let weights = self.weights(curvature, terms);
        for (k, place) in self.places.iter().enumerate() {
            out[k] = match place {
                None => {
                    let image: f64 = self.jacobian.column(k).map(|(j, a)| a * solution[j]).sum();
                    sigma * weights[k] * (image + y[k])
                }
                Some(place) => (sigma * weights[k]).max(0.0).sqrt() * solution[*place],
            };
        }
        for (group, terms) in self.groups.iter().zip(terms) {
            if group.stands {
                standing::take(&self.jacobian, group, terms, sigma, y, solution, out);
            }
            for (slot, (weight, entries)) in terms.in_rows(group).iter().enumerate() {
                let pull = (sigma * weight).sqrt() * solution[group.first + slot];
                entries.iter().for_each(|(row, p)| out[*row] += pull * p);
            }
        }
    }

    /// out -= softness*M on the places of the rows.
    pub fn soften(
        &self,
        curvature: &Curvature,
        terms: &[Terms<'_>],
        softness: f64,
        out: &mut [f64],
    ) {
        let weights = self.weights(curvature, terms);
        for (place, weight) in self.places.iter().zip(&weights) {
            if let Some(place) = place {
                out[*place] -= softness * weight;
            }
        }
        for (group, terms) in self.groups.iter().zip(terms) {
            for (slot, (weight, _)) in terms.in_rows(group).iter().enumerate() {
                out[group.first + slot] -= softness * weight;
            }
        }
    }

    /// D, with 1 on rows whose mean is taken out.
    fn weights(&self, curvature: &Curvature, terms: &[Terms<'_>]) -> Vec<f64> {
        let mut weights = curvature.diagonal.clone();
        weights.resize(self.jacobian.cols, 0.0);
        for row in terms.iter().flat_map(|t| &t.centred).copied().flatten() {
            weights[*row] = 1.0;
        }
        weights
    }

    fn emit_positive(
        &self,
        group: &Group,
        terms: &Terms<'_>,
        sigma: f64,
        sink: &mut dyn FnMut(usize, usize, f64),
    ) {
        let mut factors = vec![0.0; group.rows.len()];
        for slot in 0..group.positive {
            let place = group.first + slot;
            factors.fill(0.0);
            if let Some((weight, entries)) = terms.in_rows(group).get(slot) {
                let scale = (sigma * weight).sqrt();
                for (row, p) in *entries {
                    factors[row - group.rows.start] = scale * p;
                }
            }
            for (k, factor) in group.rows.clone().zip(&factors) {
                for (j, a) in self.jacobian.column(k) {
                    sink(place, j, factor * a);
                }
            }
            sink(place, place, -1.0);
        }
    }

    fn emit_negative(
        &self,
        group: &Group,
        terms: &Terms<'_>,
        weights: &[f64],
        sink: &mut dyn FnMut(usize, usize, f64),
    ) {
        let mut entries = vec![0.0; group.rows.len()];
        for slot in 0..group.negative {
            let place = group.first + group.positive + slot;
            entries.fill(0.0);
            fill_negative(group, terms, slot, weights, &mut entries);
            let squares: f64 = entries.iter().map(|u| u * u).sum();
            let length = squares.sqrt();
            for (k, u) in group.rows.clone().zip(&entries) {
                let unit = if length > 0.0 { u / length } else { 0.0 };
                sink(place, self.places[k].unwrap_or(place), -unit);
            }
            let rest = if squares > 0.0 {
                (1.0 / squares - 1.0).max(LEAST_REST)
            } else {
                1.0
            };
            sink(place, place, rest);
        }
    }
}

/// Keeps the pivot of a full projection positive.
const LEAST_REST: f64 = 1e-13;

/// u = √w D^(-1/2) v, or the unit vector along the ones.
fn fill_negative(
    group: &Group,
    terms: &Terms<'_>,
    slot: usize,
    weights: &[f64],
    entries: &mut [f64],
) {
    let start = group.rows.start;
    if let Some((weight, vector)) = terms.negative.get(slot) {
        for &(row, v) in *vector {
            if weights[row] > 0.0 {
                entries[row - start] = (weight / weights[row]).sqrt() * v;
            }
        }
    } else if let Some(rows) = terms.centred.get(slot.wrapping_sub(terms.negative.len())) {
        let unit = 1.0 / (rows.len() as f64).sqrt();
        rows.iter().for_each(|row| entries[row - start] = unit);
    }
}
