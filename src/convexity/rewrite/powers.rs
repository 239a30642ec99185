//! Products of powers: even powers, geometric means, quotients of squares.

use super::entrywise::{self, across};
use super::monomial::{Factor, Monomial};
use super::view::{call, call_along, number, power, scaled, sum};
use super::{Found, Rewriter, squares};
use crate::atoms::perspective::Perspective;
use crate::atoms::{Along, construct};
use crate::expr::ExprId;
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

/// Sums of exponents closer than this are equal.
const ROUNDING: f64 = 1e-12;

/// The monomial by functions of known curvature, if it is one of these.
pub(super) fn rewrite(rewriter: &mut Rewriter<'_, '_>, monomial: &Monomial) -> Option<Found> {
    let core = core(rewriter, monomial)?;
    let expression = scaled(rewriter.analysis, monomial.coefficient, core)?;
    Some(Found {
        expression,
        domain: domain(rewriter, monomial),
    })
}

/// "where `y` > 0", for what the rewritten form asks of the bases beyond what the user's text does.
fn domain(rewriter: &Rewriter<'_, '_>, monomial: &Monomial) -> Option<String> {
    let negative = monomial.factors.iter().find(|f| f.exponent < 0.0)?;
    Some(format!("`{}` > 0", rewriter.text(negative.base)))
}

fn core(rewriter: &mut Rewriter<'_, '_>, monomial: &Monomial) -> Option<ExprId> {
    let (up, down): (Vec<Factor>, Vec<Factor>) =
        monomial.factors.iter().partition(|f| f.exponent > 0.0);
    match (
        up.as_slice(),
        down.as_slice(),
        monomial.exponents.is_empty(),
    ) {
        ([], [], true) => Some(number(rewriter.analysis, 1.0)),
        ([], [], false) => exponential(rewriter, &monomial.exponents, 1.0),
        ([only], [], true) | ([], [only], true) => single(rewriter, only),
        (_, [], true) => mean(rewriter, &up),
        ([], _, true) => {
            let total: f64 = down.iter().map(|f| f.exponent).sum();
            let mean = geometric_mean(rewriter, &down)?;
            power(rewriter.analysis, mean, total)
        }
        ([], _, false) => {
            // e^s / h^a = (e^(s/a) / h)^a with a = max(1, total).
            let total: f64 = down.iter().map(|f| -f.exponent).sum();
            let outer = total.max(1.0);
            let half = exponential(rewriter, &monomial.exponents, 0.5 / outer)?;
            quotient(rewriter, half, &down, outer)
        }
        ([over], _, true) => over_powers(rewriter, over, &down),
        _ => None,
    }
}

/// exp(factor*Σ w_j e_j).
fn exponential(
    rewriter: &mut Rewriter<'_, '_>,
    exponents: &[(ExprId, f64)],
    factor: f64,
) -> Option<ExprId> {
    let terms: Option<Vec<ExprId>> = exponents
        .iter()
        .map(|&(e, w)| scaled(rewriter.analysis, factor * w, e))
        .collect();
    let total = sum(rewriter.analysis, &terms?)?;
    call(rewriter.analysis, "exp", &[total], &[])
}

/// b^p.
fn single(rewriter: &mut Rewriter<'_, '_>, factor: &Factor) -> Option<ExprId> {
    let p = factor.exponent;
    let even = p > 0.0 && p % 2.0 == 0.0;
    if p != 1.0 && !even && !factor.nonnegative {
        rewriter.wish(factor.base, p < 0.0);
        return None;
    }
    if !factor.keeps_domain(p) {
        rewriter.wish(factor.base, false);
        return None;
    }
    power(rewriter.analysis, factor.base, p)
}

/// Π b_i^(p_i) with Σ p_i <= 1: a power of a geometric mean.
fn mean(rewriter: &mut Rewriter<'_, '_>, factors: &[Factor]) -> Option<ExprId> {
    let total: f64 = factors.iter().map(|f| f.exponent).sum();
    if total > 1.0 + ROUNDING {
        return None;
    }
    let mean = geometric_mean(rewriter, factors)?;
    let total = if (total - 1.0).abs() < ROUNDING {
        1.0
    } else {
        total
    };
    power(rewriter.analysis, mean, total)
}

/// Π b_i^(|p_i|/Σ|p|) of nonnegative bases, scalars or columns of one length.
fn geometric_mean(rewriter: &mut Rewriter<'_, '_>, factors: &[Factor]) -> Option<ExprId> {
    let graph = rewriter.analysis.graph();
    let shape = graph.shape(factors.first()?.base);
    if !shape.is_column() || factors.iter().any(|f| graph.shape(f.base) != shape) {
        return None;
    }
    if let Some(factor) = factors.iter().find(|f| !f.nonnegative) {
        let (base, strict) = (factor.base, factor.exponent < 0.0);
        rewriter.wish(base, strict);
        return None;
    }
    if let [only] = factors {
        return Some(only.base);
    }
    let bases: Vec<ExprId> = factors.iter().map(|f| f.base).collect();
    let weights: Vec<f64> = factors.iter().map(|f| f.exponent.abs()).collect();
    let equal = weights.iter().all(|w| (w - weights[0]).abs() < ROUNDING);
    let parameters = if equal {
        vec![Matrix::scalar(1.0)]
    } else {
        vec![Matrix::vector(weights)]
    };
    across(rewriter.analysis, "geo_mean", &bases, &parameters)
}

/// u^p / Π b_i^(a_i).
fn over_powers(rewriter: &mut Rewriter<'_, '_>, over: &Factor, down: &[Factor]) -> Option<ExprId> {
    let (u, p) = (over.base, over.exponent);
    let total: f64 = down.iter().map(|f| -f.exponent).sum();
    let outer = total.max(1.0);
    if p == 1.0 && total <= 1.0 && over.keeps_domain(p) {
        let root = match rewriter.analysis.graph().shape(u).is_scalar() {
            true => squares::root_vector(rewriter, u),
            false => entrywise::roots(rewriter, u),
        }?;
        return quotient(rewriter, root, down, 1.0);
    }
    if p < 2.0 * outer {
        return by_perspective(rewriter, over, down, 1.0 + total);
    }
    // u^p / h^a = (u^(p/a) / h)^a with a = max(1, total).
    let half = p / (2.0 * outer);
    if half != 1.0 && half % 2.0 != 0.0 && !over.nonnegative {
        rewriter.wish(u, false);
        return None;
    }
    if !over.keeps_domain(half) {
        rewriter.wish(u, false);
        return None;
    }
    let root = power(rewriter.analysis, u, half)?;
    quotient(rewriter, root, down, outer)
}

/// u^p / h^a = h*(y/h)^(1 + a) with y = u^(p/(1 + a)) and the geometric mean h: convex where p >= 1 + a.
fn by_perspective(
    rewriter: &mut Rewriter<'_, '_>,
    over: &Factor,
    down: &[Factor],
    exponent: f64,
) -> Option<ExprId> {
    let own = over.exponent / exponent;
    if own < 1.0 - ROUNDING || !rewriter.analysis.graph().shape(over.base).is_scalar() {
        return None;
    }
    if !rewriter.analysis.facts(over.base).range.is_nonnegative() {
        rewriter.wish(over.base, false);
        return None;
    }
    let own = if (own - 1.0).abs() < ROUNDING {
        1.0
    } else {
        own
    };
    let root = power(rewriter.analysis, over.base, own)?;
    let mean = geometric_mean(rewriter, down)?;
    let perspective = Perspective::new(&[Shape::SCALAR], |graph, arguments| {
        construct::power(graph, arguments[0], exponent)
    });
    rewriter
        .analysis
        .apply(Arc::new(perspective), &[root, mean])
}

/// (|root|² / Π b_i^(a_i/outer))^outer; for columns b_i the rows of `root` count one by one.
fn quotient(
    rewriter: &mut Rewriter<'_, '_>,
    root: ExprId,
    down: &[Factor],
    outer: f64,
) -> Option<ExprId> {
    let total: f64 = down.iter().map(|f| -f.exponent).sum::<f64>() / outer;
    if total > 1.0 + ROUNDING {
        return None;
    }
    let mean = geometric_mean(rewriter, down)?;
    let total = if (total - 1.0).abs() < ROUNDING {
        1.0
    } else {
        total
    };
    let below = power(rewriter.analysis, mean, total)?;
    let graph = rewriter.analysis.graph();
    let along = match graph.shape(below).is_scalar() {
        true => Along::All,
        false if graph.shape(root).rows == graph.shape(below).rows => Along::Rows,
        false => return None,
    };
    let quotient = call_along(
        rewriter.analysis,
        "quad_over_lin",
        &[root, below],
        &[],
        along,
    )?;
    power(rewriter.analysis, quotient, outer)
}
