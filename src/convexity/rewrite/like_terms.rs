//! Sums with the same term several times: 3*f(x) - 2*f(x) -> f(x).

use super::{Found, Rewriter};
use crate::atoms::affine::Add;
use crate::convexity::quadratic::{Term, Weight, terms};
use crate::expr::ExprId;

/// A term that cancels altogether would take its domain with it, and the sum stays as it is.
pub(super) fn collected(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    graph.atom_as::<Add>(id)?;
    if !graph.shape(id).is_scalar() {
        return None;
    }
    let terms = terms(rewriter.analysis, id);
    let cancels = |term: &Term| {
        let vanishes = match &term.weight {
            Weight::Uniform(weight) => *weight == 0.0,
            Weight::Each(weights) => weights.contains(&0.0),
        };
        vanishes && !rewriter.analysis.curvature(term.expression).is_affine()
    };
    if terms.iter().any(cancels) {
        return None;
    }
    rewriter.total(&terms).map(Found::everywhere)
}
