//! Forms whose rows are multiples of few others: with r = sum(P, each = column), `diag(r)*K` has n² rows of n
//! coefficients; with a variable for r they have one.

use super::{Builder, Task};
use crate::atoms::construct;
use crate::dcp::Interval;
use crate::expr::ExprId;
use crate::problem::Structure;
use crate::shape::Shape;
use crate::solve::descent::affine::{AffineForm, Term};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Share of the coefficients that variables must save.
const WORTHWHILE: f64 = 0.5;
/// The most that ratios of coefficients differ by where only the order of their products does, and the places of a
/// number below which they are not told apart at first.
const RATIO_TOLERANCE: f64 = 1e-14;
const COARSE_BITS: u32 = 20;

/// Every row as a multiple of the linear part of one of few.
struct Multiples {
    /// The largest row of each kind.
    largest: Vec<usize>,
    /// For each row its kind and the factor.
    rows: Vec<(usize, f64)>,
    /// Coefficients of the largest rows.
    coefficients: usize,
    /// The root mean square of their lengths.
    length: f64,
}

impl Multiples {
    fn of(form: &AffineForm) -> Self {
        let mut rows: Vec<Vec<Term>> = vec![Vec::new(); form.rows()];
        let terms = form.all_terms().filter(|term| term.value != 0.0);
        terms.for_each(|term| rows[term.row].push(term));
        let mut kinds: FxHashMap<Vec<(usize, u64)>, usize> = FxHashMap::default();
        let mut largest: Vec<usize> = Vec::new();
        let mut multiples = Vec::with_capacity(rows.len());
        rows.iter_mut()
            .for_each(|row| row.sort_unstable_by_key(|term| term.column));
        for (k, row) in rows.iter().enumerate() {
            let head = row.first().map_or(1.0, |term| term.value);
            let key = row.iter().map(|t| (t.column, coarse(t.value / head)));
            let next = largest.len();
            let mut kind = *kinds.entry(key.collect()).or_insert(next);
            if kind != next && !is_multiple(row, &rows[largest[kind]]) {
                kind = next;
            }
            multiples.push((kind, head));
            if kind == next {
                largest.push(k);
            } else if head.abs() > multiples[largest[kind]].1.abs() {
                largest[kind] = k;
            }
        }
        let heads: Vec<f64> = largest.iter().map(|&k| multiples[k].1).collect();
        let factors = multiples.iter_mut();
        factors.for_each(|(kind, factor)| *factor /= heads[*kind]);
        let of_largest = || largest.iter().flat_map(|&k| &rows[k]);
        let squares: f64 = of_largest().map(|term| term.value * term.value).sum();
        Multiples {
            coefficients: of_largest().count(),
            length: (squares / largest.len().max(1) as f64).sqrt(),
            rows: multiples,
            largest,
        }
    }

    /// Whether variables for the kinds save most coefficients.
    fn are_worthwhile(&self, form: &AffineForm) -> bool {
        let with = self.coefficients + self.largest.len() + self.rows.len();
        (with as f64) < WORTHWHILE * form.coefficients() as f64
    }
}

/// The nearest number of few places, as a key.
fn coarse(ratio: f64) -> u64 {
    (ratio.to_bits() + (1 << (COARSE_BITS - 1))) >> COARSE_BITS
}

/// Whether rows with the same columns are multiples of one another, to rounding.
fn is_multiple(row: &[Term], other: &[Term]) -> bool {
    let (Some(head), Some(other_head)) = (row.first(), other.first()) else {
        return true;
    };
    row.iter().zip(other).all(|(a, b)| {
        let (ratio, other) = (a.value / head.value, b.value / other_head.value);
        (ratio - other).abs() <= RATIO_TOLERANCE * other.abs()
    })
}

impl Builder {
    /// The affine form of an expression e, with a variable e_k/r for each kind of row e_k where that saves most
    /// coefficients, r the usual length of these rows.
    pub(super) fn shared_form(&mut self, id: ExprId) -> Option<Rc<AffineForm>> {
        let form = self.form(id)?;
        if form.coefficients() <= 2 * form.rows() {
            return Some(form);
        }
        if let Some(known) = self.shared.get(&id) {
            return Some(known.clone());
        }
        let multiples = Multiples::of(&form);
        let shared = match multiples.are_worthwhile(&form) {
            true => self.in_variables(id, &form, &multiples)?,
            false => form,
        };
        self.shared.insert(id, shared.clone());
        Some(shared)
    }

    fn in_variables(
        &mut self,
        id: ExprId,
        form: &AffineForm,
        multiples: &Multiples,
    ) -> Option<Rc<AffineForm>> {
        let shape = Shape::vector(multiples.largest.len());
        let range = self.knowledge.facts(&self.graph, id).range;
        let variable = match range.lower >= 0.0 {
            true => self.new_variable(shape, Structure::Full, Interval::NONNEGATIVE),
            false => self.lift(shape),
        };
        let graph = &mut self.graph;
        let largest = construct::gather(graph, id, shape, multiples.largest.clone().into());
        let image = construct::scale(graph, multiples.length, variable);
        let gap = construct::subtract(graph, image, largest);
        self.tasks.push(Task::Zero(gap, None));
        let variables = self.form(image)?;
        let offset = multiples.rows.iter().zip(&form.offset);
        let offset =
            offset.map(|((kind, factor), b)| b - factor * form.offset[multiples.largest[*kind]]);
        let kinds = multiples.rows.iter().map(|(kind, _)| *kind);
        let mut shared = variables
            .gather(kinds)
            .scaled_rows(|row| multiples.rows[row].1);
        shared.offset = offset.collect();
        Some(Rc::new(shared))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: impl Iterator<Item = f64>) -> Vec<Term> {
        let terms = values.enumerate();
        let term = |(column, value)| Term {
            row: 0,
            column,
            value,
        };
        terms.map(term).collect()
    }

    fn key(row: &[Term]) -> Vec<u64> {
        let ratios = row.iter().map(|term| term.value / row[0].value);
        ratios.map(coarse).collect()
    }

    /// (a*s)*t and a*(s*t) differ by rounding alone.
    #[test]
    fn multiples_are_told_from_what_is_near_them() {
        let weights = || (1..30).map(|k| (0.37 * f64::from(k)).sin());
        let first = row(weights());
        for k in 1..50 {
            let (s, t) = (0.1 * f64::from(k), 1.0 / f64::from(k + 3));
            let other = row(weights().map(|a| (a * s) * t));
            assert_eq!(key(&first), key(&other), "{k}");
            assert!(is_multiple(&other, &first), "{k}");
        }
        let moved = row(weights().map(|a| a + 1e-12 * a * a));
        assert!(!is_multiple(&moved, &first));
    }
}
