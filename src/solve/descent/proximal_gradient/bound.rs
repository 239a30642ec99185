//! A lower bound from the multipliers of a solution.

use super::{Composite, Iterate};
use crate::solve::descent::dual_bound::Reach;
use crate::solve::descent::lbfgs::norm;
use crate::solve::descent::model::AffinePart;
use crate::solve::descent::tape::product::dot;

impl Composite<'_> {
    /// `f(x) + Σ λ'F(x)` less what its gradient may lose; the conjugates of the g_i are zero where
    /// they are finite, and there the multipliers are taken.
    pub(super) fn lower_bound(&mut self, at: &Iterate, multipliers: &[Vec<f64>]) -> Option<f64> {
        let reach = Reach::of(self.model);
        let mut slope = at.gradient.clone();
        let mut value = at.value;
        for (part, multipliers) in self.model.parts.iter_mut().zip(multipliers) {
            let mut multipliers = multipliers.clone();
            admit(part, &slope, &mut multipliers);
            let mut rows = vec![0.0; multipliers.len()];
            part.map.value(&at.x, &mut rows);
            value += dot(&multipliers, &rows);
            part.map.add_transposed(&multipliers, &mut slope);
        }
        let bound = value - reach.loss(&at.x, &slope);
        bound.is_finite().then_some(bound)
    }
}

/// Multipliers in the domain of the conjugate: between the slopes, and for a group the one that
/// answers the gradient, cut to the ball.
fn admit(part: &AffinePart, slope: &[f64], multipliers: &mut [f64]) {
    if let Some(slopes) = part.rule.as_slopes() {
        for (k, m) in multipliers.iter_mut().enumerate() {
            *m = m.max(slopes.lower[k]).min(slopes.upper[k]);
        }
    } else if let Some(norms) = part.rule.as_norms() {
        let rows = part.map.all_rows();
        for (row, m) in multipliers.iter_mut().enumerate() {
            let answer = rows.column(row).map(|(k, a)| -slope[k] / a).next();
            *m = answer.unwrap_or(0.0);
        }
        let mut rest = multipliers;
        for (&size, &weight) in norms.sizes.iter().zip(&norms.weights) {
            let (group, others) = rest.split_at_mut(size);
            let cut = weight / norm(group).max(weight);
            let cut = if cut.is_finite() { cut } else { 0.0 };
            group.iter_mut().for_each(|m| *m *= cut);
            rest = others;
        }
    }
}
