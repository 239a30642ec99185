//! Factors of data taken before the whole, entry by entry: r .* x.^2 ./ q -> r .* (x.^2 ./ q).

use super::monomial::{MOST_FACTORS, Operator, operator};
use super::view::{number, scaled, times};
use super::{Found, Rewriter};
use crate::atoms::affine::Divide;
use crate::convexity::dcp::Analysis;
use crate::expr::ExprId;
use std::sync::Arc;

/// Factors above and below the line.
#[derive(Default)]
struct Sides {
    over: Vec<ExprId>,
    under: Vec<ExprId>,
}

pub(super) fn taken_out(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let analysis = &mut *rewriter.analysis;
    if analysis.graph().shape(id).is_scalar() {
        return None;
    }
    let (sign, data, rest) = sides(analysis, id)?;
    // A product of data and the rest stands so already.
    let is_apart = data.under.is_empty() && data.over.len() == 1 && rest.under.is_empty();
    if data.over.is_empty() && data.under.is_empty() || is_apart {
        return None;
    }
    let (data, rest) = (quotient(analysis, &data)?, quotient(analysis, &rest)?);
    let whole = times(analysis, data, rest)?;
    scaled(analysis, sign, whole).map(Found::everywhere)
}

/// The sign, the constant factors that are no numbers, and the others.
fn sides(analysis: &Analysis<'_>, id: ExprId) -> Option<(f64, Sides, Sides)> {
    let graph = analysis.graph();
    let (mut sign, mut data, mut rest) = (1.0, Sides::default(), Sides::default());
    let mut pending = vec![(id, true)];
    while let Some((id, is_over)) = pending.pop() {
        if pending.len() + data.over.len() + rest.over.len() > MOST_FACTORS {
            return None;
        }
        let is_data = graph.is_constant(id) && !graph.shape(id).is_scalar();
        match operator(graph, id) {
            Some(Operator::Product(a, b)) if !is_data => {
                pending.extend([(b, is_over), (a, is_over)])
            }
            Some(Operator::Quotient(a, b)) if !is_data => {
                pending.extend([(b, !is_over), (a, is_over)])
            }
            Some(Operator::Negative(a)) if !is_data => {
                sign = -sign;
                pending.push((a, is_over));
            }
            _ => {
                let sides = if is_data { &mut data } else { &mut rest };
                if is_over {
                    &mut sides.over
                } else {
                    &mut sides.under
                }
                .push(id);
            }
        }
    }
    Some((sign, data, rest))
}

/// Π over / Π under.
fn quotient(analysis: &mut Analysis<'_>, sides: &Sides) -> Option<ExprId> {
    let over = product(analysis, &sides.over)?;
    if sides.under.is_empty() {
        return Some(over);
    }
    let under = product(analysis, &sides.under)?;
    analysis.apply(Arc::new(Divide), &[over, under])
}

/// One without factors.
fn product(analysis: &mut Analysis<'_>, factors: &[ExprId]) -> Option<ExprId> {
    let Some((&first, others)) = factors.split_first() else {
        return Some(number(analysis, 1.0));
    };
    let mut factors = others.iter();
    factors.try_fold(first, |whole, &factor| times(analysis, whole, factor))
}
