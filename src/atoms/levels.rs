//! Bounds on functions of one number: f(u) <= c, c known, holds between the ends of {t : f(t) <= c}. There it is
//! its tangent, f'(e)*(u - e) <= 0, with the same multipliers.

use super::affine::Add;
use super::construct::{self, split_coefficient};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Evaluator, ExprId, Graph, VariableId};
use crate::matrix::Matrix;
use crate::shape::Shape;
use crate::span::Span;
use std::sync::Arc;

/// Flatter tangents say nothing.
const FLATTEST: f64 = 1e-100;

/// factor*f(u) + Σ sign*known <= 0, entry by entry.
#[derive(Clone, Debug)]
pub struct Bound {
    pub factor: f64,
    /// f(u).
    pub value: ExprId,
    /// u.
    pub argument: ExprId,
    pub known: Vec<(f64, ExprId)>,
}

/// slopes_k*(u_k - ends_k) <= 0; slopes are 0 where there is no end.
#[derive(Clone, Debug)]
pub struct Tangents {
    pub slopes: Vec<f64>,
    pub ends: Vec<f64>,
}

impl Bound {
    /// Of Σ sign*term <= 0, of that shape; `None` where it is not such a bound.
    pub fn of(graph: &Graph, terms: &[(f64, ExprId)], shape: Shape) -> Option<Bound> {
        let parts = terms.iter().flat_map(|(sign, id)| {
            let parts = match graph.atom_as::<Add>(*id) {
                Some(_) => graph.arguments(*id),
                None => std::slice::from_ref(id),
            };
            parts.iter().map(move |&part| (*sign, part))
        });
        let (known, varying): (Vec<_>, Vec<_>) = parts.partition(|&(_, id)| graph.is_constant(id));
        let [(sign, term)] = varying[..] else {
            return None;
        };
        let (factor, value) = split_coefficient(graph, term);
        let value = value.filter(|&value| graph.shape(value) == shape)?;
        graph.atom(value)?.entry_map()?;
        let [argument] = *graph.arguments(value) else {
            return None;
        };
        Some(Bound {
            factor: sign * factor,
            value,
            argument,
            known,
        })
    }

    /// The rows at the lower and at the upper ends, for u within `range`, entries of the known terms by
    /// `constant`; `None` where f does not bend as it must, or an end has no tangent.
    pub fn tangents(
        &self,
        graph: &Graph,
        curvature: Curvature,
        range: Interval,
        mut constant: impl FnMut(ExprId) -> Option<Arc<Matrix>>,
    ) -> Option<[Tangents; 2]> {
        let fits = match curvature {
            Curvature::Convex => self.factor > 0.0,
            Curvature::Concave => self.factor < 0.0,
            Curvature::Constant | Curvature::Affine | Curvature::Unknown => false,
        };
        let atom = graph.atom(self.value).filter(|_| fits)?;
        let mut levels = vec![0.0; graph.shape(self.value).size()];
        for &(sign, term) in &self.known {
            let value = constant(term)?;
            let (entries, share) = (value.entries(), -sign / self.factor);
            let levels = levels.iter_mut().enumerate();
            levels.for_each(|(k, level)| *level += share * broadcast(&entries, k));
        }
        let ends = ends(atom.as_ref(), range, &levels, self.factor < 0.0)?;
        let tangents = |ends: Vec<f64>| {
            let slopes = slopes(atom, self.factor, &ends)?;
            Some(Tangents { slopes, ends })
        };
        Some([tangents(ends.lower)?, tangents(ends.upper)?])
    }
}

impl Tangents {
    /// Whether there is no end at all.
    pub fn is_empty(&self) -> bool {
        self.slopes.iter().all(|slope| *slope == 0.0)
    }

    /// slope*end for each row.
    pub fn sides(&self) -> impl Iterator<Item = f64> + '_ {
        let pairs = self.slopes.iter().zip(&self.ends);
        pairs.map(|(&slope, &end)| if slope == 0.0 { 0.0 } else { slope * end })
    }
}

/// factor*f' at the ends, 0 where there is none; `None` where a tangent there says nothing.
fn slopes(atom: &Arc<dyn Atom>, factor: f64, ends: &[f64]) -> Option<Vec<f64>> {
    if ends.iter().all(|end| end.is_infinite()) {
        return Some(vec![0.0; ends.len()]);
    }
    let shape = Shape::vector(ends.len());
    let mut graph = Graph::new();
    let t = graph.variable(VariableId(0), shape, Span::default());
    let value = graph.apply(atom.clone(), &[t], Span::default()).ok()?;
    let adjoint = construct::ones(&mut graph, shape);
    let call = Call {
        arguments: &[t],
        value,
        adjoint,
    };
    let slope = atom.pullback(&mut graph, &call, 0)?;
    let at = ends
        .iter()
        .map(|&end| if end.is_finite() { end } else { 0.0 });
    let at = Arc::new(Matrix::from_columns(shape, at.collect()));
    let slopes = Evaluator::new(&graph, &[slope]).evaluate(&[at]);
    let slopes = slopes.first()?.entries().into_owned();
    let slope = |(k, end): (usize, &f64)| {
        let slope = factor * broadcast(&slopes, k);
        match end.is_finite() {
            true => (slope.is_finite() && slope.abs() >= FLATTEST).then_some(slope),
            false => Some(0.0),
        }
    };
    ends.iter().enumerate().map(slope).collect()
}

/// Entry k, a scalar standing for all.
fn broadcast(entries: &[f64], k: usize) -> f64 {
    entries[if entries.len() == 1 { 0 } else { k }]
}

/// The ends of {t : f(t) <= level} or of {t : f(t) >= level}, one entry for each level; infinite where there
/// is none.
#[derive(Clone, Debug, PartialEq)]
struct Ends {
    lower: Vec<f64>,
    upper: Vec<f64>,
}

/// The ends within `range`, on which the atom is convex (concave where `above`) and monotone, or so on both
/// sides of 0; `None` where it is neither, or some level is out of reach. Exact: f keeps its level at the
/// ends and loses it at the next number.
fn ends(atom: &dyn Atom, range: Interval, levels: &[f64], above: bool) -> Option<Ends> {
    let map = atom.entry_map()?;
    let keeps = |t: f64, level: f64| {
        let mut value = [0.0];
        map.map(&[t], &mut value);
        if above {
            value[0] >= level
        } else {
            value[0] <= level
        }
    };
    let (first, last) = (range.lower.max(f64::MIN), range.upper.min(f64::MAX));
    let turn = turn(atom, range, above)?.clamp(f64::MIN, f64::MAX);
    let end = |outermost: f64, beyond: f64, level: f64| {
        let is_kept = |t: f64| keeps(t, level);
        is_kept(turn).then(|| match outermost == turn || is_kept(outermost) {
            true => beyond,
            false => last_kept(is_kept, turn, outermost),
        })
    };
    let ends = |outermost, beyond| {
        let mut last = (f64::NAN, None);
        let mut next = |&level: &f64| {
            if level != last.0 {
                last = (level, end(outermost, beyond, level));
            }
            last.1
        };
        levels.iter().map(&mut next).collect()
    };
    let lower: Option<Vec<f64>> = ends(first, f64::NEG_INFINITY);
    let upper: Option<Vec<f64>> = ends(last, f64::INFINITY);
    Some(Ends {
        lower: lower?,
        upper: upper?,
    })
}

/// Where the atom stops falling within `range`, or rising where `above`: one of its ends, or 0; `None` where that
/// is not known.
fn turn(atom: &dyn Atom, range: Interval, above: bool) -> Option<f64> {
    let is = |direction, range: Interval| {
        let facts = Facts {
            range,
            ..Facts::unknown(Shape::SCALAR)
        };
        let found = atom.monotonicity(0, &[facts]);
        found == Monotonicity::Constant || found == direction
    };
    let (rising, falling) = match above {
        false => (Monotonicity::Increasing, Monotonicity::Decreasing),
        true => (Monotonicity::Decreasing, Monotonicity::Increasing),
    };
    if is(rising, range) {
        return Some(range.lower);
    }
    if is(falling, range) {
        return Some(range.upper);
    }
    let is_turn = range.lower < 0.0
        && range.upper > 0.0
        && is(falling, Interval::new(range.lower, 0.0))
        && is(rising, Interval::new(0.0, range.upper));
    is_turn.then_some(0.0)
}

/// The number farthest from `inside` towards `outside` that is kept, by bisection in the order of all numbers.
fn last_kept(is_kept: impl Fn(f64) -> bool, inside: f64, outside: f64) -> f64 {
    let (mut kept, mut lost) = (place(inside), place(outside));
    while kept.abs_diff(lost) > 1 {
        let middle = kept.midpoint(lost);
        let slot = if is_kept(number(middle)) {
            &mut kept
        } else {
            &mut lost
        };
        *slot = middle;
    }
    number(kept)
}

/// The place of a number in the order of all numbers, and the number there; 0 at 0.
fn place(number: f64) -> i64 {
    let bits = number.abs().to_bits() as i64;
    if number < 0.0 { -bits } else { bits }
}

fn number(place: i64) -> f64 {
    let size = f64::from_bits(place.unsigned_abs());
    if place < 0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atoms::Entrywise;
    use crate::atoms::elementwise::{Exp, Log, Power, Sqrt};

    #[test]
    fn ends_are_inverse_values() {
        let one = |atom: &dyn Atom, range, level: f64, above| {
            let found = ends(atom, range, &[level], above)?;
            Some((found.lower[0], found.upper[0]))
        };
        let near = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-14 * b.abs() + 1e-150;
        let reals = Interval::REALS;
        for (found, lower, upper) in [
            (
                one(&Entrywise(Exp), reals, 5.0, false),
                f64::NEG_INFINITY,
                5f64.ln(),
            ),
            (
                one(&Entrywise(Log), reals, 20.0, true),
                20f64.exp(),
                f64::INFINITY,
            ),
            (one(&Entrywise(Sqrt), reals, -1.0, true), 0.0, f64::INFINITY),
            (one(&Entrywise(Sqrt), reals, 1e4, true), 1e8, f64::INFINITY),
            (
                one(&Entrywise(Power::new(2.0)), reals, 9.0, false),
                -3.0,
                3.0,
            ),
            (
                one(&Entrywise(Power::new(2.0)), reals, 0.0, false),
                0.0,
                0.0,
            ),
            (
                one(&Entrywise(Power::new(-1.0)), reals, 1e-6, false),
                1e6,
                f64::INFINITY,
            ),
            (
                one(
                    &Entrywise(Power::new(3.0)),
                    Interval::NONNEGATIVE,
                    8.0,
                    false,
                ),
                f64::NEG_INFINITY,
                2.0,
            ),
        ] {
            let (a, b) = found.expect("ends");
            assert!(
                near(a, lower) && near(b, upper),
                "{a} {b}, not {lower} {upper}"
            );
        }
        assert_eq!(one(&Entrywise(Exp), reals, -1.0, false), None);
        assert_eq!(one(&Entrywise(Power::new(2.0)), reals, -1.0, false), None);
    }
}
