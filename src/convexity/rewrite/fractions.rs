//! Quotients of affine expressions, parallel sums.

use super::monomial::{Factor, monomial};
use super::view::{call, constant, number, scaled, sum, times};
use super::{Found, Rewriter};
use crate::atoms::affine::Divide;
use crate::convexity::quadratic::{Weight, terms};
use crate::expr::ExprId;
use crate::matrix::Matrix;

/// (α d + β)/d -> α + β*inv_pos(d).
pub(super) fn proportional(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let product = monomial(rewriter.analysis, id)?;
    let [a, b] = product.factors.as_slice() else {
        return None;
    };
    let (over, under): (&Factor, &Factor) = match (a.exponent, b.exponent) {
        (1.0, -1.0) => (a, b),
        (-1.0, 1.0) => (b, a),
        _ => return None,
    };
    if !product.exponents.is_empty() || !rewriter.analysis.graph().shape(id).is_scalar() {
        return None;
    }
    if !over.keeps_domain(1.0) {
        return None;
    }
    let (slope, rest) = rewriter.affine_relation(over.base, under.base)?;
    if !under.nonnegative {
        rewriter.wish(under.base, true);
        return None;
    }
    let analysis = &mut *rewriter.analysis;
    let inverse = call(analysis, "inv_pos", &[under.base], &[])?;
    let share = scaled(analysis, product.coefficient * rest, inverse)?;
    let slope = number(analysis, product.coefficient * slope);
    let expression = sum(analysis, &[slope, share])?;
    let domain = Some(format!("`{}` > 0", rewriter.text(under.base)));
    Some(Found { expression, domain })
}

/// (α d + β) ./ d -> α + β .* inv_pos(d), entry by entry, with β of data.
pub(super) fn proportional_entries(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    graph.atom_as::<Divide>(id)?;
    let (over, under) = (graph.arguments(id)[0], graph.arguments(id)[1]);
    if graph.shape(id).is_scalar() || graph.shape(over) != graph.shape(under) {
        return None;
    }
    let (slope, rest) = rewriter.affine_relations(over, under)?;
    if !rewriter.analysis.facts(under).range.is_nonnegative() {
        rewriter.wish(under, true);
        return None;
    }
    let analysis = &mut *rewriter.analysis;
    let rest = Matrix::from_columns(analysis.graph().shape(id), rest);
    let rest = constant(analysis, rest);
    let inverse = call(analysis, "inv_pos", &[under], &[])?;
    let share = times(analysis, rest, inverse)?;
    let slope = number(analysis, slope);
    let expression = sum(analysis, &[slope, share])?;
    let domain = Some(format!("`{}` > 0", rewriter.text(under)));
    Some(Found { expression, domain })
}

/// x*y/(a x + b y) -> (x - a*quad_over_lin(x, a x + b y))/b.
pub(super) fn parallel(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let product = monomial(rewriter.analysis, id)?;
    if !product.exponents.is_empty() || !rewriter.analysis.graph().shape(id).is_scalar() {
        return None;
    }
    let over: Vec<&Factor> = product
        .factors
        .iter()
        .filter(|f| f.exponent == 1.0)
        .collect();
    let under: Vec<&Factor> = product
        .factors
        .iter()
        .filter(|f| f.exponent == -1.0)
        .collect();
    let ([x, y], [d], 3) = (over.as_slice(), under.as_slice(), product.factors.len()) else {
        return None;
    };
    if !x.keeps_domain(1.0) || !y.keeps_domain(1.0) {
        return None;
    }
    let (a, b) = rewriter.combination(d.base, x.base, y.base)?;
    if !d.nonnegative {
        rewriter.wish(d.base, true);
        return None;
    }
    let (x, d) = (x.base, d.base);
    parallel_sum(rewriter, x, d, a, b, product.coefficient)
}

/// 1/(a/x + b/y) = x*y/(a y + b x).
pub(super) fn harmonic(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let product = monomial(rewriter.analysis, id)?;
    let [only] = product.factors.as_slice() else {
        return None;
    };
    if only.exponent != -1.0 || !product.exponents.is_empty() {
        return None;
    }
    if !rewriter.analysis.graph().shape(id).is_scalar() {
        return None;
    }
    let mut inverses = Vec::new();
    for term in terms(rewriter.analysis, only.base).iter().rev() {
        let Weight::Uniform(weight) = term.weight else {
            return None;
        };
        let inner = monomial(rewriter.analysis, term.expression)?;
        let [factor] = inner.factors.as_slice() else {
            return None;
        };
        if factor.exponent != -1.0 || !inner.exponents.is_empty() {
            return None;
        }
        if !factor.proved {
            let base = factor.base;
            rewriter.wish(base, true);
            return None;
        }
        inverses.push((factor.base, weight * inner.coefficient));
    }
    let [(x, a), (y, b)] = inverses.as_slice() else {
        return None;
    };
    if *a <= 0.0 || *b <= 0.0 {
        return None;
    }
    let scaled_x = scaled(rewriter.analysis, *b, *x)?;
    let scaled_y = scaled(rewriter.analysis, *a, *y)?;
    let denominator = sum(rewriter.analysis, &[scaled_x, scaled_y])?;
    parallel_sum(rewriter, *x, denominator, *b, *a, product.coefficient)
}

/// c x y/d with d = a x + b y.
fn parallel_sum(
    rewriter: &mut Rewriter<'_, '_>,
    x: ExprId,
    d: ExprId,
    a: f64,
    b: f64,
    coefficient: f64,
) -> Option<Found> {
    let quotient = call(rewriter.analysis, "quad_over_lin", &[x, d], &[])?;
    let less = scaled(rewriter.analysis, -a, quotient)?;
    let difference = sum(rewriter.analysis, &[x, less])?;
    let expression = scaled(rewriter.analysis, coefficient / b, difference)?;
    let domain = Some(format!("`{}` > 0", rewriter.text(d)));
    Some(Found { expression, domain })
}

/// max(x, 0), pos(x) and abs(x) of x >= 0 below another function -> x.
pub(super) fn redundant(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let atom = rewriter.analysis.graph().atom(id)?.clone();
    let arguments = rewriter.analysis.graph().arguments(id).to_vec();
    if arguments.len() > 4 {
        return None;
    }
    let mut changed = None;
    let simple: Vec<ExprId> = arguments
        .iter()
        .map(|&argument| match nonnegative_inside(rewriter, argument) {
            Some(inner) => {
                changed = Some(inner);
                inner
            }
            None => argument,
        })
        .collect();
    let inner = changed?;
    let expression = rewriter.analysis.apply(atom, &simple)?;
    let domain = Some(format!("`{}` >= 0", rewriter.text(inner)));
    Some(Found { expression, domain })
}

fn nonnegative_inside(rewriter: &Rewriter<'_, '_>, id: ExprId) -> Option<ExprId> {
    let graph = rewriter.analysis.graph();
    let name = graph.atom(id)?.name();
    let shape = graph.shape(id);
    let inner = match (name, graph.arguments(id)) {
        ("pos" | "relu" | "abs", &[x]) => x,
        ("max", &[x, zero]) if graph.scalar_leaf(zero) == Some(0.0) => x,
        ("max", &[zero, x]) if graph.scalar_leaf(zero) == Some(0.0) => x,
        _ => return None,
    };
    let same = graph.shape(inner) == shape;
    (same && rewriter.analysis.facts(inner).range.is_nonnegative()).then_some(inner)
}
