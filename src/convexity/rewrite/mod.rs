//! Rewrites of expressions that are equal on the domain, into functions of known curvature.

mod divergences;
mod entropies;
mod entrywise;
mod fractions;
mod inverses;
mod likelihoods;
mod logarithms;
mod monomial;
mod perspectives;
mod powers;
mod squares;
mod view;

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
    likelihoods::rewrite,
    inverses::rewrite,
    logarithms::of_exponentials,
    logarithms::logistic,
    entropies::rewrite,
    divergences::entrywise,
    divergences::product,
    product_of_powers,
    logarithms::of_product,
    logarithms::of_logarithms,
    fractions::proportional,
    fractions::parallel,
    fractions::harmonic,
    fractions::redundant,
    logarithms::differences,
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
    fn affine(&mut self, id: ExprId) -> Option<(Vec<(usize, f64)>, f64)> {
        let scalar = self.analysis.graph().shape(id).is_scalar();
        if !scalar || !self.analysis.curvature(id).is_affine() {
            return None;
        }
        let map = self.coordinates.map(self.analysis, id)?;
        let mut row: Vec<(usize, f64)> = map.row(0).collect();
        row.sort_unstable_by_key(|(coordinate, _)| *coordinate);
        row.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        row.retain(|(_, value)| *value != 0.0);
        Some((row, map.constants()[0]))
    }

    /// δ with a = b + δ for all values of the variables.
    fn constant_difference(&mut self, a: ExprId, b: ExprId) -> Option<f64> {
        let (left, right) = (self.affine(a)?, self.affine(b)?);
        (left.0 == right.0).then_some(left.1 - right.1)
    }

    /// (α, β) with a = α b + β for all values of the variables.
    fn affine_relation(&mut self, a: ExprId, b: ExprId) -> Option<(f64, f64)> {
        let (left, right) = (self.affine(a)?, self.affine(b)?);
        let slope = left.0.first()?.1 / right.0.first()?.1;
        let proportional = left.0.len() == right.0.len()
            && left
                .0
                .iter()
                .zip(&right.0)
                .all(|(x, y)| x.0 == y.0 && (x.1 - slope * y.1).abs() <= 1e-14 * x.1.abs());
        proportional.then_some((slope, left.1 - slope * right.1))
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
