//! Rewrites of expressions that are equal on the domain, into functions of known curvature.

mod data_factors;
mod divergences;
mod entropies;
mod entrywise;
mod fractions;
mod inverses;
mod like_terms;
mod likelihoods;
mod logarithms;
mod monomial;
mod perspectives;
mod powers;
mod squares;
mod view;

pub(super) use monomial::factors_of;
pub(super) use view::power_of;

use super::brief::brief;
use super::dcp::Analysis;
use super::quadratic::{Coordinates, Term, total};
use crate::expr::ExprId;

/// An equal expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub expression: ExprId,
    /// Where it is equal, when that is not everywhere: "`x` > 0".
    pub domain: Option<String>,
}

impl Found {
    fn everywhere(expression: ExprId) -> Self {
        Found {
            expression,
            domain: None,
        }
    }
}

/// A sign that would make a rewrite possible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wish {
    /// The expression that has to be nonnegative.
    pub base: ExprId,
    /// Whether zero is excluded.
    pub strict: bool,
}

/// Coefficients by rising coordinate, and the constant.
type Row = (Vec<(usize, f64)>, f64);

/// (α, β) with a = α b + β.
fn proportional(a: &Row, b: &Row) -> Option<(f64, f64)> {
    let slope = a.0.first()?.1 / b.0.first()?.1;
    let fits = |(x, y): (&(usize, f64), &(usize, f64))| {
        x.0 == y.0 && (x.1 - slope * y.1).abs() <= 1e-14 * x.1.abs()
    };
    let is_proportional = a.0.len() == b.0.len() && a.0.iter().zip(&b.0).all(fits);
    is_proportional.then_some((slope, a.1 - slope * b.1))
}

/// What the rules work with.
pub(super) struct Rewriter<'a, 'p> {
    pub analysis: &'a mut Analysis<'p>,
    pub coordinates: &'a mut Coordinates,
    pub wishes: Vec<Wish>,
}

pub(super) type Rule = fn(&mut Rewriter<'_, '_>, ExprId) -> Option<Found>;

/// A square written as a product: this comes before the collection of quadratics, which would
/// multiply it out.
pub(super) const SQUARE: Rule = squares::product;

/// Tried in this order; the first whose result has a known curvature is taken.
pub(super) const RULES: &[Rule] = &[
    squares::root,
    entrywise::root,
    squares::norm,
    squares::square_of_roots,
    squares::largest_eigenvalue,
    likelihoods::rewrite,
    inverses::rewrite,
    logarithms::of_exponentials,
    logarithms::logistic,
    entropies::rewrite,
    divergences::entrywise,
    divergences::product,
    data_factors::taken_out,
    product_of_powers,
    logarithms::of_product,
    logarithms::of_logarithms,
    fractions::proportional,
    fractions::proportional_entries,
    fractions::parallel,
    fractions::harmonic,
    fractions::redundant,
    logarithms::differences,
    like_terms::collected,
    entropies::merged,
    perspectives::written_out,
    perspectives::of_better_form,
];

fn product_of_powers(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let product = monomial::monomial(rewriter.analysis, id)?;
    powers::rewrite(rewriter, &product)
}

impl Rewriter<'_, '_> {
    /// Notes that a sign of `base` would help.
    fn wish(&mut self, base: ExprId, strict: bool) {
        self.wishes.push(Wish { base, strict });
    }

    fn text(&self, id: ExprId) -> String {
        brief(self.analysis.problem, self.analysis.graph(), id)
    }

    /// The weighted sum of the terms, zero weights left out.
    fn total(&mut self, terms: &[Term]) -> Option<ExprId> {
        total(self.analysis, terms)
    }

    /// Coefficients and constant of a scalar affine expression, by rising coordinate.
    fn affine(&mut self, id: ExprId) -> Option<Row> {
        let scalar = self.analysis.graph().shape(id).is_scalar();
        scalar.then(|| self.affine_rows(id)).flatten()?.pop()
    }

    /// Those of each entry.
    fn affine_rows(&mut self, id: ExprId) -> Option<Vec<Row>> {
        if !self.analysis.curvature(id).is_affine() {
            return None;
        }
        let map = self.coordinates.map(self.analysis, id)?;
        let rows = map.constants().iter().enumerate();
        let sorted = |(k, &constant): (usize, &f64)| {
            let mut row: Vec<(usize, f64)> = map.row(k).collect();
            row.sort_unstable_by_key(|(coordinate, _)| *coordinate);
            row.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
            row.retain(|(_, value)| *value != 0.0);
            (row, constant)
        };
        Some(rows.map(sorted).collect())
    }

    /// δ with a = b + δ for all values of the variables.
    fn constant_difference(&mut self, a: ExprId, b: ExprId) -> Option<f64> {
        let (left, right) = (self.affine(a)?, self.affine(b)?);
        (left.0 == right.0).then_some(left.1 - right.1)
    }

    /// (α, β) with a = α b + β for all values of the variables.
    fn affine_relation(&mut self, a: ExprId, b: ExprId) -> Option<(f64, f64)> {
        proportional(&self.affine(a)?, &self.affine(b)?)
    }

    /// The same of every entry, with one α.
    fn affine_relations(&mut self, a: ExprId, b: ExprId) -> Option<(f64, Vec<f64>)> {
        let (left, right) = (self.affine_rows(a)?, self.affine_rows(b)?);
        let pairs = left.iter().zip(&right);
        let relations: Vec<(f64, f64)> = pairs
            .map(|(a, b)| proportional(a, b))
            .collect::<Option<_>>()?;
        let slope = relations.first()?.0;
        let is_one = relations.iter().all(|(other, _)| *other == slope);
        is_one.then(|| (slope, relations.into_iter().map(|(_, rest)| rest).collect()))
    }

    /// (α, β), both positive, with d = α x + β y for all values of the variables.
    fn combination(&mut self, d: ExprId, x: ExprId, y: ExprId) -> Option<(f64, f64)> {
        let (d, x, y) = (self.affine(d)?, self.affine(x)?, self.affine(y)?);
        let only_x =
            x.0.iter()
                .find(|(c, _)| y.0.iter().all(|(other, _)| other != c))?;
        let only_y =
            y.0.iter()
                .find(|(c, _)| x.0.iter().all(|(other, _)| other != c))?;
        let at = |row: &[(usize, f64)], c: usize| {
            row.iter()
                .find(|(other, _)| *other == c)
                .map_or(0.0, |(_, value)| *value)
        };
        let (a, b) = (at(&d.0, only_x.0) / only_x.1, at(&d.0, only_y.0) / only_y.1);
        let coordinates = d.0.iter().chain(&x.0).chain(&y.0).map(|(c, _)| *c);
        let equal = |whole: f64, parts: f64| (whole - parts).abs() <= 1e-14 * (1.0 + whole.abs());
        let fits = coordinates
            .into_iter()
            .all(|c| equal(at(&d.0, c), a * at(&x.0, c) + b * at(&y.0, c)));
        (fits && equal(d.1, a * x.1 + b * y.1) && a > 0.0 && b > 0.0).then_some((a, b))
    }
}
