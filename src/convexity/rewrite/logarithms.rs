//! Logarithms of sums of exponentials, of products and of quotients; exponentials of logarithms.

use super::entrywise::{across, addends, spread};
use super::monomial::{Factor, Monomial, monomial};
use super::view::{call, call_of, number, scaled, stacked, sum, vector};
use super::{Found, Rewriter, powers};
use crate::atoms::affine::Add;
use crate::convexity::quadratic::{Term, Weight, terms};
use crate::expr::ExprId;
use std::sync::Arc;

/// log(Σ c_i exp(e_i)) -> log_sum_exp(e + log(c)); log(1 + exp(x)) -> logistic(x).
pub(super) fn of_exponentials(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let argument = call_of(rewriter.analysis.graph(), id, "log")?;
    entrywise_logistic(rewriter, argument)
        .or_else(|| log_sum_exp(rewriter, argument))
        .map(Found::everywhere)
}

/// log1p(exp(x)) -> logistic(x).
pub(super) fn logistic(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let argument = call_of(rewriter.analysis.graph(), id, "log1p")?;
    let exponent = call_of(rewriter.analysis.graph(), argument, "exp")?;
    call(rewriter.analysis, "logistic", &[exponent], &[]).map(Found::everywhere)
}

/// 1 + exp(x), in any shape.
fn entrywise_logistic(rewriter: &mut Rewriter<'_, '_>, argument: ExprId) -> Option<ExprId> {
    let graph = rewriter.analysis.graph();
    graph.atom_as::<Add>(argument)?;
    let [a, b] = graph.arguments(argument) else {
        return None;
    };
    let one = |id: ExprId| graph.scalar_leaf(id) == Some(1.0);
    let exponential = |id: ExprId| call_of(graph, id, "exp");
    let exponent = match (one(*a), one(*b)) {
        (true, false) => exponential(*b),
        (false, true) => exponential(*a),
        (true, true) | (false, false) => None,
    }?;
    call(rewriter.analysis, "logistic", &[exponent], &[])
}

fn log_sum_exp(rewriter: &mut Rewriter<'_, '_>, argument: ExprId) -> Option<ExprId> {
    if !rewriter.analysis.graph().shape(argument).is_scalar() {
        return log_sums_exp(rewriter, argument);
    }
    let mut parts = Vec::new();
    for term in terms(rewriter.analysis, argument).iter().rev() {
        parts.push(exponent_of(rewriter, term)?);
    }
    let stack = stacked(rewriter.analysis, &parts)?;
    call(rewriter.analysis, "log_sum_exp", &[stack], &[])
}

/// Entry by entry of a column.
fn log_sums_exp(rewriter: &mut Rewriter<'_, '_>, argument: ExprId) -> Option<ExprId> {
    let shape = rewriter.analysis.graph().shape(argument);
    if !shape.is_column() {
        return None;
    }
    let mut columns = Vec::new();
    for (expression, weight) in addends(rewriter.analysis, argument)? {
        let exponent = match rewriter.analysis.constant(expression) {
            Some(value) => {
                let entries = value.entries();
                let logs: Vec<f64> = entries.iter().map(|v| (weight * v).ln()).collect();
                if logs.iter().any(|v| !v.is_finite()) {
                    return None;
                }
                vector(rewriter.analysis, logs)
            }
            None => {
                let weight = Weight::Uniform(weight);
                exponent_of(rewriter, &Term { expression, weight })?
            }
        };
        columns.push(spread(rewriter.analysis, exponent, shape)?);
    }
    across(rewriter.analysis, "log_sum_exp", &columns, &[])
}

/// e + log(c) of c*exp(e), log(c) of a number c > 0.
fn exponent_of(rewriter: &mut Rewriter<'_, '_>, term: &Term) -> Option<ExprId> {
    let analysis = &mut *rewriter.analysis;
    let shape = analysis.graph().shape(term.expression);
    if let Some(value) = analysis.constant(term.expression) {
        let entries = value.entries();
        let total: f64 = entries
            .iter()
            .enumerate()
            .map(|(k, v)| v * term.weight.at(k))
            .sum();
        return (total > 0.0).then(|| number(analysis, total.ln()));
    }
    let exponent = match call_of(analysis.graph(), term.expression, "exp") {
        Some(exponent) => exponent,
        None => return product_exponent(rewriter, term),
    };
    let shift = match &term.weight {
        Weight::Uniform(1.0) => None,
        Weight::Uniform(weight) => Some(vec![*weight]),
        Weight::Each(weights) => Some(weights.clone()),
    };
    let analysis = &mut *rewriter.analysis;
    let shifted = match shift {
        None => exponent,
        Some(weights) if weights.iter().all(|w| *w > 0.0) => {
            let logs = weights.iter().map(|w| w.ln()).collect();
            let shift = vector(analysis, logs);
            sum(analysis, &[exponent, shift])?
        }
        Some(_) => return None,
    };
    match shape.is_column() {
        true => Some(shifted),
        false => call(analysis, "vec", &[shifted], &[]),
    }
}

/// The logarithm of a product of exponentials.
fn product_exponent(rewriter: &mut Rewriter<'_, '_>, term: &Term) -> Option<ExprId> {
    let Weight::Uniform(weight) = term.weight else {
        return None;
    };
    let product = monomial(rewriter.analysis, term.expression)?;
    let coefficient = weight * product.coefficient;
    if !product.factors.is_empty() || product.exponents.is_empty() || coefficient <= 0.0 {
        return None;
    }
    log_of(
        rewriter,
        &Monomial {
            coefficient,
            ..product
        },
    )
}

/// log(c Π b_i^(p_i) exp(s)) -> log(c) + Σ p_i log(b_i) + s.
pub(super) fn of_product(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let argument = call_of(rewriter.analysis.graph(), id, "log")?;
    let mut product = monomial(rewriter.analysis, argument)?;
    let trivial = product.factors.len() == 1 && product.factors[0].exponent == 1.0;
    if product.coefficient <= 0.0 || (trivial && product.exponents.is_empty()) {
        return None;
    }
    imply_signs(&mut product);
    if let Some(unsigned) = product.factors.iter().find(|f| !f.nonnegative) {
        let base = unsigned.base;
        rewriter.wish(base, true);
        return None;
    }
    let quotient = constant_difference(rewriter, &product);
    let expression = match quotient {
        Some(expression) => expression,
        None => log_of(rewriter, &product)?,
    };
    let domain = product
        .factors
        .first()
        .map(|f| format!("`{}` > 0", rewriter.text(f.base)));
    Some(Found { expression, domain })
}

/// A single base with an odd exponent is positive where the logarithm is defined.
fn imply_signs(product: &mut Monomial) {
    if let [only] = product.factors.as_mut_slice()
        && only.exponent % 2.0 != 0.0
    {
        only.nonnegative = true;
    }
}

fn log_of(rewriter: &mut Rewriter<'_, '_>, product: &Monomial) -> Option<ExprId> {
    let mut parts = Vec::new();
    for factor in &product.factors {
        let log = call(rewriter.analysis, "log", &[factor.base], &[])?;
        parts.push(scaled(rewriter.analysis, factor.exponent, log)?);
    }
    for &(exponent, weight) in &product.exponents {
        parts.push(scaled(rewriter.analysis, weight, exponent)?);
    }
    if product.coefficient != 1.0 {
        parts.push(number(rewriter.analysis, product.coefficient.ln()));
    }
    sum(rewriter.analysis, &parts)
}

/// log(n/d) with n - d constant.
fn constant_difference(rewriter: &mut Rewriter<'_, '_>, product: &Monomial) -> Option<ExprId> {
    let [a, b] = product.factors.as_slice() else {
        return None;
    };
    if !product.exponents.is_empty() || a.exponent + b.exponent != 0.0 || a.exponent.abs() != 1.0 {
        return None;
    }
    let (over, under): (&Factor, &Factor) = if a.exponent > 0.0 { (a, b) } else { (b, a) };
    let ratio = log_ratio(rewriter, over.base, under.base)?;
    let constant = number(rewriter.analysis, product.coefficient.ln());
    sum(rewriter.analysis, &[ratio, constant])
}

/// log(n) - log(d) for n = d + δ: convex, -log(1 - δ/n), where δ > 0; concave, log(1 - |δ|/d),
/// where δ < 0.
pub(super) fn log_ratio(
    rewriter: &mut Rewriter<'_, '_>,
    over: ExprId,
    under: ExprId,
) -> Option<ExprId> {
    let difference = rewriter.constant_difference(over, under)?;
    if difference == 0.0 {
        return None;
    }
    let (larger, sign) = if difference > 0.0 {
        (over, -1.0)
    } else {
        (under, 1.0)
    };
    let analysis = &mut *rewriter.analysis;
    let inverse = call(analysis, "inv_pos", &[larger], &[])?;
    let share = scaled(analysis, -difference.abs(), inverse)?;
    let one = number(analysis, 1.0);
    let rest = sum(analysis, &[one, share])?;
    let log = call(analysis, "log", &[rest], &[])?;
    scaled(analysis, sign, log)
}

/// exp(Σ w_i log(b_i) + e) -> Π b_i^(w_i) * exp(e).
pub(super) fn of_logarithms(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let argument = call_of(rewriter.analysis.graph(), id, "exp")?;
    if !rewriter.analysis.graph().shape(argument).is_scalar() {
        return None;
    }
    let mut product = Monomial {
        coefficient: 1.0,
        factors: Vec::new(),
        exponents: Vec::new(),
    };
    for term in terms(rewriter.analysis, argument) {
        let Weight::Uniform(weight) = term.weight else {
            return None;
        };
        match call_of(rewriter.analysis.graph(), term.expression, "log") {
            Some(base) => product.factors.push(Factor {
                base,
                exponent: weight,
                nonnegative: true,
                proved: rewriter.analysis.facts(base).range.is_nonnegative(),
            }),
            None => product.exponents.push((term.expression, weight)),
        }
    }
    if product.factors.is_empty() {
        return None;
    }
    let domain = format!("`{}` > 0", rewriter.text(product.factors[0].base));
    let found = powers::rewrite(rewriter, &product)?;
    Some(Found {
        domain: Some(domain),
        ..found
    })
}

/// Terms w*log(a) - w*log(b) with a - b constant, joined.
pub(super) fn differences(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    rewriter.analysis.graph().atom_as::<Add>(id)?;
    if !rewriter.analysis.graph().shape(id).is_scalar() {
        return None;
    }
    let arguments = rewriter.analysis.graph().arguments(id).to_vec();
    if arguments.len() > 16 {
        return None;
    }
    let mut logs = Vec::new();
    for (place, &argument) in arguments.iter().enumerate() {
        let term = terms(rewriter.analysis, argument);
        if let [
            Term {
                expression,
                weight: Weight::Uniform(weight),
            },
        ] = term.as_slice()
            && let Some(inner) = call_of(rewriter.analysis.graph(), *expression, "log")
        {
            logs.push((place, inner, *weight));
        }
    }
    for (i, &(p, a, w)) in logs.iter().enumerate() {
        for &(q, b, v) in &logs[i + 1..] {
            if w + v != 0.0 {
                continue;
            }
            if let Some(ratio) = log_ratio(rewriter, a, b) {
                let ratio = scaled(rewriter.analysis, w, ratio)?;
                let others = arguments
                    .iter()
                    .enumerate()
                    .filter(|(k, _)| *k != p && *k != q);
                let mut parts: Vec<ExprId> = others.map(|(_, &id)| id).collect();
                parts.push(ratio);
                let expression = match parts.as_slice() {
                    [only] => *only,
                    _ => rewriter.analysis.apply(Arc::new(Add), &parts)?,
                };
                let domain = Some(format!("`{}` > 0", rewriter.text(b)));
                return Some(Found { expression, domain });
            }
        }
    }
    None
}
