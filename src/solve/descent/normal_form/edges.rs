//! Functions at the edge of their domain, where linear rows hold their arguments.
//!
//! There slopes need not exist, as that of the square root at 0, and no multipliers either. What the function says of
//! such an argument is known: x^a y^(1-a) >= |z| with x = 0 is y >= 0 and z = 0.

use super::held::{Held, Limit};
use super::null_vectors::Equations;
use super::parts::{Part, Share, Stack};
use super::rows::Rows;
use super::singular;
use crate::dcp::Interval;
use crate::solve::descent::affine::AffineForm;
use crate::solve::descent::blocks::{Scalars, SecondOrder, Triple, Triples};
use std::collections::BTreeSet;

/// Times that what follows is followed up: chains of cones are as long as the logarithm of their number.
const MOST_TURNS: usize = 40;

/// Slopes of rows that are zero, and of rows that are not negative.
const ZERO: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
const RISING: (f64, f64) = (f64::NEG_INFINITY, 0.0);

/// What functions are where their arguments are held.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Columns of theirs that are held, by value.
    pub held: Vec<(usize, f64)>,
    /// Σ of their values.
    pub constant: f64,
    /// Whether null vectors have been taken out of semidefinite parts.
    pub has_null_vectors: bool,
}

impl Stack {
    /// Replaces cones and functions whose arguments are held at an edge by linear rows and constants, those of
    /// semidefinite parts too. `None` where these contradict the rest.
    pub(super) fn without_edges(
        &mut self,
        parts: &mut Vec<Part>,
        columns: &[Interval],
    ) -> Option<Edges> {
        let mut edges = Edges::default();
        let mut taken = BTreeSet::new();
        let cones = [self.cones.sizes.len(), self.power_norms.sizes().count()];
        let mut at_apex = cones.map(|count| vec![false; count]);
        if !self.has_edges() && !parts.iter().any(singular::has_edges) {
            return Some(edges);
        }
        for _ in 0..MOST_TURNS {
            let limited = self.limited(&at_apex).chain(singular::limited(parts));
            let limited: Vec<_> = limited.collect();
            let held = match Held::by(&limited, columns) {
                Some(held) => held,
                None if taken.is_empty() && !edges.has_null_vectors => break,
                None => return None,
            };
            let value = |&column: &usize| Some((column, held.value(column)?));
            edges.held = taken.iter().filter_map(value).collect();
            let before = taken.len();
            if held.is_any() {
                edges.constant += self.at_edges(parts, &held, &mut taken);
            }
            let is_smaller = self.without_null_vectors(parts, &held);
            edges.has_null_vectors |= is_smaller;
            let apexes = self.cones_at_apex(&held);
            if taken.len() == before && apexes == at_apex && !is_smaller {
                break;
            }
            at_apex = apexes;
        }
        Some(edges)
    }

    /// The sum of the values of the functions that are taken.
    fn at_edges(&mut self, parts: &mut Vec<Part>, held: &Held, taken: &mut BTreeSet<usize>) -> f64 {
        let sum = self.scalars_at_edges(held, taken);
        self.triples_at_edges(held, taken);
        self.cones_at_edges(held, taken);
        for zeros in singular::without_zeros(parts, held, taken) {
            self.slopes(&zeros, |_| ZERO);
        }
        sum
    }

    /// Whether a semidefinite part lost rows and columns.
    fn without_null_vectors(&mut self, parts: &mut Vec<Part>, held: &Held) -> bool {
        if !parts.iter().any(singular::has_edges) {
            return false;
        }
        let slopes = self.slopes.lower.iter().zip(&self.slopes.upper);
        let equations = Equations {
            rows: &Rows::of(&self.slope_rows),
            are: &slopes.map(|(l, u)| (*l, *u) == ZERO).collect::<Vec<_>>(),
        };
        let Some(zeros) = singular::without_null_vectors(parts, &equations, held) else {
            return false;
        };
        zeros.iter().for_each(|zeros| {
            self.slopes(zeros, |_| ZERO);
        });
        true
    }

    /// Linear rows have none.
    fn has_edges(&self) -> bool {
        let rows = [
            &self.triple_rows,
            &self.cone_rows,
            &self.power_norm_rows,
            &self.scalar_rows,
        ];
        rows.iter().any(|form| form.rows() > 0)
    }

    /// Linear rows, and those that cones and domains keep above zero, or at zero as cones at their apex do.
    fn limited(&self, at_apex: &[Vec<bool>; 2]) -> impl Iterator<Item = (Rows<'_>, Vec<Limit>)> {
        let slopes = self.slopes.lower.iter().zip(&self.slopes.upper);
        let limit = |(lower, upper): (&f64, &f64)| Limit {
            is_below: *upper == f64::INFINITY,
            is_above: *lower == f64::NEG_INFINITY,
        };
        let triples = (0..self.triple_rows.rows()).map(|row| match row % 3 {
            0 | 1 => Limit::ABOVE,
            _ => Limit::NONE,
        });
        let cones = limits_of_cones(self.cones.sizes.iter().copied(), &at_apex[0]);
        let power_norms = limits_of_cones(self.power_norms.sizes(), &at_apex[1]);
        [
            (Rows::of(&self.slope_rows), slopes.map(limit).collect()),
            (Rows::of(&self.triple_rows), triples.collect()),
            (Rows::of(&self.cone_rows), cones),
            (Rows::of(&self.power_norm_rows), power_norms),
            (
                Rows::of(&self.scalar_rows),
                vec![Limit::ABOVE; self.scalar_rows.rows()],
            ),
        ]
        .into_iter()
    }

    /// The sum of the values of what is taken.
    fn scalars_at_edges(&mut self, held: &Held, taken: &mut BTreeSet<usize>) -> f64 {
        let mut sum = 0.0;
        let rows = Rows::of(&self.scalar_rows);
        let mut kept = Vec::with_capacity(self.scalar_rows.rows());
        let mut scalars = Scalars::default();
        let mut linear = Linear::of(&self.scalar_rows);
        for k in 0..self.scalar_rows.rows() {
            let (kind, weight) = self.scalars.term(k);
            let value = weight * kind.value(0.0);
            if value.is_finite() && rows.is_zero(k, held) {
                sum += value;
                linear.vanishes([k]);
                taken.extend(rows.columns(k));
            } else {
                scalars.push(kind, weight);
                kept.push(k);
            }
        }
        if let Some((form, slopes)) = linear.finish() {
            self.scalar_rows = self.scalar_rows.gather(kept.iter().copied());
            self.scalars = scalars;
            self.slopes(&form, |k| slopes[k]);
        }
        sum
    }

    fn triples_at_edges(&mut self, held: &Held, taken: &mut BTreeSet<usize>) {
        let rows = Rows::of(&self.triple_rows);
        let mut kept = Vec::with_capacity(self.triple_rows.rows());
        let mut triples = Triples::default();
        let mut linear = Linear::of(&self.triple_rows);
        for k in 0..self.triple_rows.rows() / 3 {
            let [x, y, z] = [3 * k, 3 * k + 1, 3 * k + 2];
            let is_zero = |row: usize| rows.is_zero(row, held);
            let kind = self.triples.kind(k);
            match kind {
                _ if !is_zero(x) && !is_zero(y) => {
                    kept.extend([x, y, z]);
                    triples.push(kind);
                    continue;
                }
                Triple::Exponential if is_zero(x) => linear.vanishes([x]).rises([y, z]),
                Triple::Exponential => linear.vanishes([x, y]).rises([z]),
                Triple::Power(_) if is_zero(x) => linear.vanishes([x, z]).rises([y]),
                Triple::Power(_) => linear.vanishes([y, z]).rises([x]),
            };
            taken.extend((x..=z).flat_map(|row| rows.columns(row)));
        }
        if let Some((form, slopes)) = linear.finish() {
            self.triple_rows = self.triple_rows.gather(kept.iter().copied());
            self.triples = triples;
            self.slopes(&form, |k| slopes[k]);
        }
    }

    /// Cones |r| <= s with s = 0, where r = 0. They stay, as there are multipliers.
    fn cones_at_apex(&self, held: &Held) -> [Vec<bool>; 2] {
        [
            at_apex(&self.cone_rows, self.cones.sizes.iter().copied(), held),
            at_apex(&self.power_norm_rows, self.power_norms.sizes(), held),
        ]
    }

    /// Cones |r| <= s with s + r_i = 0 or s - r_i = 0 for one i are rays.
    fn cones_at_edges(&mut self, held: &Held, taken: &mut BTreeSet<usize>) {
        let rows = Rows::of(&self.cone_rows);
        let mut kept = Vec::with_capacity(self.cone_rows.rows());
        let mut cones = SecondOrder::default();
        let mut linear = Linear::of(&self.cone_rows);
        let mut start = 0;
        for &size in &self.cones.sizes {
            let cone = start..start + size;
            start = cone.end;
            let Some((edge, sign)) = edge_of_cone(&rows, cone.clone(), held) else {
                kept.extend(cone);
                cones.push(size);
                continue;
            };
            linear.vanishes(cone.clone().skip(1).filter(|&row| row != edge));
            linear
                .rises([cone.start])
                .sum_vanishes(cone.start, sign, edge);
            taken.extend(cone.flat_map(|row| rows.columns(row)));
        }
        if let Some((form, slopes)) = linear.finish() {
            self.cone_rows = self.cone_rows.gather(kept.iter().copied());
            self.cone_shares = moved(&self.cone_shares, &kept);
            self.cones = cones;
            self.slopes(&form, |k| slopes[k]);
        }
    }
}

/// Heads are above zero, and what is at its apex is zero.
fn limits_of_cones(sizes: impl Iterator<Item = usize>, at_apex: &[bool]) -> Vec<Limit> {
    let limits = sizes.zip(at_apex).flat_map(|(size, &at_apex)| {
        let limit = if at_apex { Limit::ZERO } else { Limit::NONE };
        std::iter::once(Limit::ABOVE).chain(std::iter::repeat_n(limit, size - 1))
    });
    limits.collect()
}

/// Whether the heads of the cones are held at zero.
fn at_apex(form: &AffineForm, sizes: impl Iterator<Item = usize>, held: &Held) -> Vec<bool> {
    let rows = Rows::of(form);
    let mut start = 0;
    let is_at_apex = |size: usize| {
        start += size;
        rows.is_zero(start - size, held)
    };
    sizes.map(is_at_apex).collect()
}

/// The row r_i of the cone and the sign with which s + sign*r_i = 0. At the apex, s = 0, there are multipliers.
fn edge_of_cone(
    rows: &Rows<'_>,
    cone: std::ops::Range<usize>,
    held: &Held,
) -> Option<(usize, f64)> {
    if !rows.columns(cone.start).any(|c| held.value(c).is_some()) {
        return None;
    }
    if rows.is_zero(cone.start, held) {
        return None;
    }
    let head = rows.rest(cone.start, held)?;
    cone.skip(1).find_map(|row| {
        let rest = rows.rest(row, held)?;
        let mut signs = [1.0, -1.0].into_iter();
        let sign = signs.find(|&sign| head.is_opposite(sign, &rest))?;
        Some((row, sign))
    })
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

/// Linear rows in the place of others: combinations of these with their slopes.
struct Linear<'f> {
    source: &'f AffineForm,
    /// A row, and another one with its sign.
    rows: Vec<(usize, Option<(f64, usize)>)>,
    slopes: Vec<(f64, f64)>,
}

impl<'f> Linear<'f> {
    fn of(source: &'f AffineForm) -> Self {
        Linear {
            source,
            rows: Vec::new(),
            slopes: Vec::new(),
        }
    }

    /// row == 0.
    fn vanishes(&mut self, rows: impl IntoIterator<Item = usize>) -> &mut Self {
        self.take(rows, ZERO)
    }

    /// row >= 0.
    fn rises(&mut self, rows: impl IntoIterator<Item = usize>) -> &mut Self {
        self.take(rows, RISING)
    }

    /// row + sign*other == 0.
    fn sum_vanishes(&mut self, row: usize, sign: f64, other: usize) {
        self.rows.push((row, Some((sign, other))));
        self.slopes.push(ZERO);
    }

    fn take(&mut self, rows: impl IntoIterator<Item = usize>, slopes: (f64, f64)) -> &mut Self {
        self.rows.extend(rows.into_iter().map(|row| (row, None)));
        self.slopes.resize(self.rows.len(), slopes);
        self
    }

    /// `None` where there are none.
    fn finish(self) -> Option<(AffineForm, Vec<(f64, f64)>)> {
        let mut form = self.source.gather(self.rows.iter().map(|(row, _)| *row));
        for (place, &(_, other)) in self.rows.iter().enumerate() {
            let Some((sign, other)) = other else { continue };
            let other = self.source.gather(std::iter::once(other)).scaled(sign);
            form.add_placed(&other, |_| Some(place));
            form.sorted = false;
        }
        (!self.rows.is_empty()).then_some((form, self.slopes))
    }
}
