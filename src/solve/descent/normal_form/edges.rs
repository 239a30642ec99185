//! Functions at the edge of their domain, where linear rows hold their arguments.
//!
//! There slopes need not exist, as that of the square root at 0, and no multipliers either. What the function says of
//! such an argument is known: x^a y^(1-a) >= |z| with x = 0 is y >= 0 and z = 0.

use super::held::Held;
use super::parts::{Share, Stack};
use super::rows::{Rest, Rows};
use crate::solve::descent::affine::AffineForm;
use crate::solve::descent::blocks::{Scalars, SecondOrder, Triple, Triples};
use std::collections::BTreeSet;

/// Times that what follows is followed up: chains of cones are as long as the logarithm of their number.
const MOST_TURNS: usize = 40;

/// What functions are where their arguments are held.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Columns of theirs that are held, by value.
    pub held: Vec<(usize, f64)>,
    /// Σ of their values.
    pub constant: f64,
}

impl Stack {
    /// Replaces cones and functions whose arguments are held at an edge by linear rows and constants.
    pub(super) fn without_edges(&mut self, columns: usize) -> Edges {
        let mut edges = Edges::default();
        let mut taken = BTreeSet::new();
        for _ in 0..MOST_TURNS {
            let has_domains =
                self.triple_rows.rows() + self.cone_rows.rows() + self.scalar_rows.rows() > 0;
            let held = (has_domains || !taken.is_empty())
                .then(|| Held::by(&self.slope_rows, &self.slopes, columns));
            let Some(held) = held.flatten() else {
                break;
            };
            let value = |&column: &usize| Some((column, held.value(column)?));
            edges.held = taken.iter().filter_map(value).collect();
            let before = taken.len();
            edges.constant += self.scalars_at_edges(&held, &mut taken);
            self.triples_at_edges(&held, &mut taken);
            self.cones_at_edges(&held, &mut taken);
            if taken.len() == before {
                break;
            }
        }
        edges
    }

    /// The sum of the values of what is taken.
    fn scalars_at_edges(&mut self, held: &Held, taken: &mut BTreeSet<usize>) -> f64 {
        let mut sum = 0.0;
        let rows = Rows::of(&self.scalar_rows);
        let mut kept = Vec::with_capacity(self.scalar_rows.rows());
        let mut scalars = Scalars::default();
        for k in 0..self.scalar_rows.rows() {
            let (kind, weight) = self.scalars.term(k);
            let is_at_edge = rows.rest(k, held).is_some_and(|rest| rest.is_zero());
            let value = weight * kind.value(0.0);
            if is_at_edge && value.is_finite() {
                sum += value;
                taken.extend(rows.columns(k));
            } else {
                scalars.push(kind, weight);
                kept.push(k);
            }
        }
        if kept.len() < self.scalar_rows.rows() {
            self.scalar_rows = self.scalar_rows.gather(kept.iter().copied());
            self.scalars = scalars;
        }
        sum
    }

    fn triples_at_edges(&mut self, held: &Held, taken: &mut BTreeSet<usize>) {
        let rows = Rows::of(&self.triple_rows);
        let mut kept = Vec::with_capacity(self.triple_rows.rows());
        let mut triples = Triples::default();
        let mut linear = Linear::default();
        for k in 0..self.triple_rows.rows() / 3 {
            let [x, y, z] = [3 * k, 3 * k + 1, 3 * k + 2];
            let is_zero = |row: usize| rows.rest(row, held).is_some_and(|rest| rest.is_zero());
            let kind = self.triples.kind(k);
            match kind {
                _ if !is_zero(x) && !is_zero(y) => {
                    kept.extend([x, y, z]);
                    triples.push(kind);
                    continue;
                }
                Triple::Exponential if is_zero(x) => linear.rises([y, z]),
                Triple::Exponential => linear.vanishes([x]).rises([z]),
                Triple::Power(_) if is_zero(x) => linear.vanishes([z]).rises([y]),
                Triple::Power(_) => linear.vanishes([z]).rises([x]),
            };
            taken.extend((x..=z).flat_map(|row| rows.columns(row)));
        }
        if kept.len() < self.triple_rows.rows() {
            let form = std::mem::take(&mut self.triple_rows);
            self.triple_rows = form.gather(kept.iter().copied());
            self.triples = triples;
            self.add_linear(&form, &linear);
        }
    }

    /// Cones |r| <= s with s + r_i = 0 or s - r_i = 0 for one i are rays.
    fn cones_at_edges(&mut self, held: &Held, taken: &mut BTreeSet<usize>) {
        let rows = Rows::of(&self.cone_rows);
        let mut kept = Vec::with_capacity(self.cone_rows.rows());
        let mut cones = SecondOrder::default();
        let mut linear = Linear::default();
        let mut start = 0;
        for &size in &self.cones.sizes {
            let cone = start..start + size;
            start = cone.end;
            let Some(edge) = edge_of_cone(&rows, cone.clone(), held) else {
                kept.extend(cone);
                cones.push(size);
                continue;
            };
            linear.vanishes(cone.clone().skip(1).filter(|&row| row != edge));
            linear.rises([cone.start]);
            taken.extend(cone.flat_map(|row| rows.columns(row)));
        }
        if kept.len() < self.cone_rows.rows() {
            let form = std::mem::take(&mut self.cone_rows);
            self.cone_rows = form.gather(kept.iter().copied());
            self.cone_shares = moved(&self.cone_shares, &kept);
            self.cones = cones;
            self.add_linear(&form, &linear);
        }
    }

    fn add_linear(&mut self, form: &AffineForm, linear: &Linear) {
        let slopes: &[(f64, f64)] = &linear.slopes;
        let rows = form.gather(linear.rows.iter().copied());
        self.slopes(&rows, |k| slopes[k]);
    }
}

/// The row i of the cone. At the apex, s = 0, there are multipliers.
fn edge_of_cone(rows: &Rows<'_>, cone: std::ops::Range<usize>, held: &Held) -> Option<usize> {
    if !rows.columns(cone.start).any(|c| held.value(c).is_some()) {
        return None;
    }
    let head = rows.rest(cone.start, held)?;
    if head.is_zero() {
        return None;
    }
    let is_opposite = |rest: Rest| head.is_opposite(1.0, &rest) || head.is_opposite(-1.0, &rest);
    cone.skip(1)
        .find(|&row| rows.rest(row, held).is_some_and(is_opposite))
}

/// Shares of the rows that are kept, at their new places.
fn moved(shares: &[Share], kept: &[usize]) -> Vec<Share> {
    let place = |share: &Share| {
        let row = kept.binary_search(&share.row).ok()?;
        Some(Share {
            row,
            ..share.clone()
        })
    };
    shares.iter().filter_map(place).collect()
}

/// Linear rows in the place of others.
#[derive(Default)]
struct Linear {
    rows: Vec<usize>,
    slopes: Vec<(f64, f64)>,
}

impl Linear {
    /// row == 0.
    fn vanishes(&mut self, rows: impl IntoIterator<Item = usize>) -> &mut Self {
        self.take(rows, (f64::NEG_INFINITY, f64::INFINITY))
    }

    /// row >= 0.
    fn rises(&mut self, rows: impl IntoIterator<Item = usize>) -> &mut Self {
        self.take(rows, (f64::NEG_INFINITY, 0.0))
    }

    fn take(&mut self, rows: impl IntoIterator<Item = usize>, slopes: (f64, f64)) -> &mut Self {
        self.rows.extend(rows);
        self.slopes.resize(self.rows.len(), slopes);
        self
    }
}
