//! x*log(x), x*log(x/y), x*log(1 + y/x).

use super::divergences::one_logarithm;
use super::monomial::{Monomial, monomial};
use super::view::{call, scaled, sum, times};
use super::{Found, Rewriter};
use crate::atoms::affine::{Add, Divide};
use crate::convexity::quadratic::terms;
use crate::expr::ExprId;

/// A product x*log(a).
struct Entropy {
    coefficient: f64,
    x: ExprId,
    /// a.
    inside: ExprId,
    nonnegative: bool,
}

pub(super) fn rewrite(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let entropy = read(rewriter, id)?;
    let expression = of_sum(rewriter, &entropy).or_else(|| of_monomial(rewriter, &entropy))?;
    let domain = Some(format!("`{}` > 0", rewriter.text(entropy.x)));
    Some(Found { expression, domain })
}

fn read(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Entropy> {
    let product = monomial(rewriter.analysis, id)?;
    let [a, b] = product.factors.as_slice() else {
        return None;
    };
    if !product.exponents.is_empty() || a.exponent != 1.0 || b.exponent != 1.0 {
        return None;
    }
    let (base, inside) = one_logarithm(rewriter.analysis, a.base, b.base)?;
    let x = if base == a.base { a } else { b };
    Some(Entropy {
        coefficient: product.coefficient,
        x: x.base,
        inside,
        nonnegative: x.nonnegative,
    })
}

/// c x log(k x^p y^q) -> -c(p + q) entr(x) - c q rel_entr(x, y) + c log(k) x.
fn of_monomial(rewriter: &mut Rewriter<'_, '_>, entropy: &Entropy) -> Option<ExprId> {
    let inside = monomial(rewriter.analysis, entropy.inside)?;
    let Monomial {
        coefficient,
        factors,
        exponents,
    } = &inside;
    if !exponents.is_empty() || *coefficient <= 0.0 {
        return None;
    }
    let x = entropy.x;
    let own = factors.iter().find(|f| f.base == x);
    let others: Vec<_> = factors.iter().filter(|f| f.base != x).collect();
    let p = own.map_or(0.0, |f| f.exponent);
    // Alone behind the logarithm, an odd power of x has the sign of x.
    let implied = others.is_empty() && p % 2.0 != 0.0;
    if !entropy.nonnegative && !implied {
        rewriter.wish(x, true);
        return None;
    }
    let mut parts = Vec::new();
    let q: f64 = others.iter().map(|f| f.exponent).sum();
    if p + q != 0.0 {
        let entr = call(rewriter.analysis, "entr", &[x], &[])?;
        parts.push(scaled(
            rewriter.analysis,
            -entropy.coefficient * (p + q),
            entr,
        )?);
    }
    let single = others.len() == 1;
    for other in others {
        // Beside x > 0, a single odd power behind the logarithm must be positive too.
        let implied = single && other.exponent % 2.0 != 0.0;
        if !other.nonnegative && !implied {
            let base = other.base;
            rewriter.wish(base, true);
            return None;
        }
        let relative = call(rewriter.analysis, "rel_entr", &[x, other.base], &[])?;
        let factor = -entropy.coefficient * other.exponent;
        parts.push(scaled(rewriter.analysis, factor, relative)?);
    }
    if *coefficient != 1.0 {
        parts.push(scaled(
            rewriter.analysis,
            entropy.coefficient * coefficient.ln(),
            x,
        )?);
    }
    sum(rewriter.analysis, &parts)
}

/// c x log(s/x) -> -c rel_entr(x, s), with s/x written as a sum: x*log(1 + y/x).
fn of_sum(rewriter: &mut Rewriter<'_, '_>, entropy: &Entropy) -> Option<ExprId> {
    let graph = rewriter.analysis.graph();
    graph.atom_as::<Add>(entropy.inside)?;
    let arguments = graph.arguments(entropy.inside).to_vec();
    let mut parts = Vec::new();
    let mut divided = false;
    for argument in arguments {
        let graph = rewriter.analysis.graph();
        let quotient = graph
            .atom_as::<Divide>(argument)
            .map(|_| graph.arguments(argument));
        match quotient {
            Some(&[over, under]) if under == entropy.x => {
                divided = true;
                parts.push(over);
            }
            _ if graph.is_constant(argument) => {
                parts.push(times(rewriter.analysis, argument, entropy.x)?);
            }
            _ => return None,
        }
    }
    if !divided {
        return None;
    }
    if !entropy.nonnegative {
        rewriter.wish(entropy.x, true);
        return None;
    }
    let total = sum(rewriter.analysis, &parts)?;
    let relative = call(rewriter.analysis, "rel_entr", &[entropy.x, total], &[])?;
    scaled(rewriter.analysis, -entropy.coefficient, relative)
}

/// A sum with terms x*log(y): these are split into -entr(x) - rel_entr(x, y), so that the entropies
/// of all terms can cancel, as in x*log(x) - x*log(y).
pub(super) fn merged(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    graph.atom_as::<Add>(id)?;
    let arguments = graph.arguments(id).to_vec();
    if arguments.len() > 64 {
        return None;
    }
    let mut split = false;
    let mut parts = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match rewrite(rewriter, argument) {
            Some(found) => {
                split = true;
                parts.push(found.expression);
            }
            None => parts.push(argument),
        }
    }
    if !split {
        return None;
    }
    let total = sum(rewriter.analysis, &parts)?;
    let expression = match rewriter.analysis.graph().shape(total).is_scalar() {
        true => {
            let terms = terms(rewriter.analysis, total);
            rewriter.total(&terms)?
        }
        false => total,
    };
    Some(Found::everywhere(expression))
}
