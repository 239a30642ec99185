//! Numbers in front of expressions.

use super::{apply, literal_number, zeros};
use crate::atoms::affine::{Add, Divide, Multiply, Negate};
use crate::expr::{ExprId, Graph, Printed};

/// Denominators that a number is written with when its decimals are long; with a small numerator.
const LARGEST_DENOMINATOR: u32 = 1000;
const LARGEST_OF_FEW: f64 = 1e6;
const FEW: u32 = 12;
/// Products of fractions are off by their rounding.
const ROUNDING: f64 = 4.0 * f64::EPSILON;
/// Characters of a number that are short enough as they are.
const SHORT_NUMBER: usize = 6;
/// Whole numbers below this are short without being written.
const SHORT_WHOLE: f64 = 1e6;

/// `id` as number*core; the core is `None` for a bare number.
pub fn split_coefficient(graph: &Graph, id: ExprId) -> (f64, Option<ExprId>) {
    let (mut factor, mut core) = (1.0, id);
    loop {
        if let Some(number) = literal_number(graph, core) {
            return (factor * number, None);
        }
        let arguments = graph.arguments(core);
        if graph.atom_as::<Negate>(core).is_some() {
            factor = -factor;
            core = arguments[0];
        } else if graph.atom_as::<Multiply>(core).is_some()
            && let Some(number) = literal_number(graph, arguments[0])
        {
            factor *= number;
            core = arguments[1];
        } else if graph.atom_as::<Divide>(core).is_some()
            && let Some(number) = literal_number(graph, arguments[1])
        {
            factor /= number;
            core = arguments[0];
        } else {
            return (factor, Some(core));
        }
    }
}

/// number*x.
pub fn scale(graph: &mut Graph, factor: f64, x: ExprId) -> ExprId {
    let shape = graph.shape(x);
    let (inner, core) = split_coefficient(graph, x);
    let factor = factor * inner;
    match core {
        None => graph.number(factor),
        Some(_) if factor == 0.0 => zeros(graph, shape),
        Some(core) => with_number(graph, factor, core),
    }
}

/// factor*core for a core without a number of its own: as `2*x`, `-x`, `x/3` or `2*x/3`.
fn with_number(graph: &mut Graph, factor: f64, core: ExprId) -> ExprId {
    if factor == 1.0 {
        return core;
    }
    if factor == -1.0 {
        return negated(graph, core);
    }
    let (numerator, denominator) = as_fraction(factor);
    let scaled = if numerator == 1.0 {
        core
    } else if numerator == -1.0 {
        apply(graph, Negate, &[core])
    } else {
        let number = graph.number(numerator);
        apply(graph, Multiply, &[number, core])
    };
    if denominator == 1.0 {
        return scaled;
    }
    let denominator = graph.number(denominator);
    apply(graph, Divide, &[scaled, denominator])
}

/// -core; of a difference, the difference the other way round.
fn negated(graph: &mut Graph, core: ExprId) -> ExprId {
    let negative = |graph: &Graph, id| split_coefficient(graph, id).0 < 0.0;
    let terms = graph.arguments(core);
    let turns = graph.atom_as::<Add>(core).is_some() && terms.iter().any(|&t| negative(graph, t));
    if !turns {
        return apply(graph, Negate, &[core]);
    }
    let terms = terms.to_vec();
    let turned: Vec<ExprId> = terms.into_iter().map(|t| turned(graph, t)).collect();
    super::sum(graph, &turned)
}

/// -term without a look into sums below, however deep they nest.
fn turned(graph: &mut Graph, term: ExprId) -> ExprId {
    match split_coefficient(graph, term) {
        (1.0, Some(core)) => apply(graph, Negate, &[core]),
        (factor, Some(core)) => with_number(graph, -factor, core),
        (number, None) => graph.number(-number),
    }
}

/// The number as it is when it is short, else as a fraction of whole numbers that is equal to rounding,
/// if any.
fn as_fraction(number: f64) -> (f64, f64) {
    let is_short_whole = number.fract() == 0.0 && number.abs() < SHORT_WHOLE;
    if is_short_whole || Printed::number(number.abs()).len() <= SHORT_NUMBER {
        return (number, 1.0);
    }
    let over = |denominator: u32| {
        let denominator = f64::from(denominator);
        ((number * denominator).round(), denominator)
    };
    let under = |numerator: u32| {
        let numerator = f64::from(numerator) * number.signum();
        (numerator, (numerator / number).round())
    };
    let is_equal = |&(numerator, denominator): &(f64, f64)| {
        let error = numerator / denominator - number;
        numerator != 0.0
            && (2.0..=LARGEST_OF_FEW).contains(&denominator)
            && error.abs() <= ROUNDING * number.abs()
    };
    let fractions = (2..=LARGEST_DENOMINATOR).map(over);
    let mut fractions = fractions.chain((1..=FEW).map(under));
    fractions.find(is_equal).unwrap_or((number, 1.0))
}

pub fn negate(graph: &mut Graph, x: ExprId) -> ExprId {
    scale(graph, -1.0, x)
}
