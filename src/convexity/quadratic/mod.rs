//! Quadratics: every polynomial of degree two in the entries of the variables is collected into
//! x'Px + q'x + r, and P is tested by factorisation.

mod coordinates;
mod definite;
mod form;
mod polynomial;
mod product;
mod weights;

pub(super) use coordinates::Coordinates;
pub use definite::{Bend, QuadraticProof};
pub(super) use form::{coordinate_vector, weighted_total as total};
pub(super) use polynomial::Polynomial;
use weights::terms_down_to;
pub(super) use weights::{Term, Weight, is_linear, terms};

use super::dcp::Analysis;
use crate::dcp::Curvature;
use crate::expr::ExprId;
use polynomial::Collector;
use product::{Products, products};

/// A sum whose terms of degree two were collected.
#[derive(Debug)]
pub(super) struct Collected {
    /// Equal to the sum.
    pub expression: ExprId,
    /// `None` when the terms of degree two cancel.
    pub proof: Option<QuadraticProof>,
}

/// Collects the terms of degree two of the scalar `root`: those that the composition rule does not
/// know at first, all of them when that does not help. `image` has the rewritten form of the other
/// terms. `None` when the sum is still unknown.
pub(super) fn collect(
    analysis: &mut Analysis<'_>,
    coordinates: &mut Coordinates,
    root: ExprId,
    image: impl Fn(ExprId) -> ExprId,
) -> Option<Collected> {
    if !coordinates.are_countable() {
        return None;
    }
    // A trace or a sum that has a better form as a whole.
    let has_form = |analysis: &Analysis<'_>, id: ExprId| {
        let form = image(id);
        id != root && form != id && analysis.curvature(form) != Curvature::Unknown
    };
    let (quadratic, others) = sorted_terms(analysis, root, has_form);
    // What stays unknown leaves the sum unknown, however the squares are collected.
    let is_unknown = |term: &Term| analysis.curvature(image(term.expression)) == Curvature::Unknown;
    if quadratic.is_empty() || others.iter().any(is_unknown) {
        return None;
    }
    for keep_known in [true, false] {
        let stays = |term: &Term, analysis: &Analysis<'_>| {
            keep_known && analysis.curvature(image(term.expression)) != Curvature::Unknown
        };
        let (kept, chosen): (Vec<_>, Vec<_>) = quadratic
            .iter()
            .partition(|(term, _)| stays(term, analysis));
        if chosen.is_empty() || (keep_known && kept.is_empty()) {
            continue;
        }
        let chosen = chosen.iter().map(|(_, products)| products);
        let polynomial = multiply_out(analysis, coordinates, chosen)?;
        let rest = others.iter().chain(kept.iter().map(|(term, _)| term));
        let form = form::Form {
            coordinates,
            image: &image,
        };
        if let Some(collected) = form.assemble(analysis, &polynomial, rest) {
            return Some(collected);
        }
    }
    None
}

/// e when the term's entries are the squares of those of e, or their sum is the sum of these.
pub(super) fn square_of(analysis: &mut Analysis<'_>, term: &Term) -> Option<ExprId> {
    let found = products(analysis, term)?;
    let same = found.left == found.right && found.pairs.iter().all(|(a, b, _)| a == b);
    let weight = term.weight.at(0);
    let uniform = found.pairs.iter().all(|(_, _, w)| *w == weight);
    let all = found.pairs.len() == analysis.graph().shape(found.left).size();
    (same && uniform && all).then_some(found.left)
}

/// Whether the term is a product of two different affine expressions, or a sum of such.
pub(super) fn is_mixed_product(analysis: &mut Analysis<'_>, id: ExprId) -> bool {
    let weight = Weight::Uniform(1.0);
    let term = Term {
        expression: id,
        weight,
    };
    products(analysis, &term).is_some_and(|found| found.left != found.right)
}

/// x'Px + q'x + r when all of `root` is a polynomial of degree two.
pub(super) fn whole_polynomial(
    analysis: &mut Analysis<'_>,
    coordinates: &mut Coordinates,
    root: ExprId,
) -> Option<Polynomial> {
    let (quadratic, others) = sorted_terms(analysis, root, |_, _| false);
    let is_affine = |term: &Term| analysis.curvature(term.expression).is_affine();
    if !others.iter().all(is_affine) {
        return None;
    }
    let mut collector = Collector::default();
    for (_, products) in &quadratic {
        collector.add(analysis, coordinates, products)?;
    }
    for term in &others {
        collector.add_affine(analysis, coordinates, term)?;
    }
    Some(collector.finish())
}

fn sorted_terms(
    analysis: &mut Analysis<'_>,
    root: ExprId,
    stays: impl Fn(&Analysis<'_>, ExprId) -> bool,
) -> (Vec<(Term, Products)>, Vec<Term>) {
    let (mut quadratic, mut others) = (Vec::new(), Vec::new());
    for term in terms_down_to(analysis, root, stays) {
        let affine = analysis.curvature(term.expression).is_affine();
        match (!affine).then(|| products(analysis, &term)).flatten() {
            Some(products) => quadratic.push((term, products)),
            None => others.push(term),
        }
    }
    (quadratic, others)
}

fn multiply_out<'a>(
    analysis: &mut Analysis<'_>,
    coordinates: &mut Coordinates,
    products: impl Iterator<Item = &'a Products>,
) -> Option<Polynomial> {
    let mut collector = Collector::default();
    for products in products {
        collector.add(analysis, coordinates, products)?;
    }
    Some(collector.finish())
}
