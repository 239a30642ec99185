//! Sums: flat, equal terms merged, scattered parts put together.

use super::coefficient::{scale, split_coefficient};
use super::peeled::Peeled;
use super::{apply, fill, is_zero, negate, scatter, zeros};
use crate::atoms::affine::{Add, Divide, Multiply, Scatter, Transpose};
use crate::expr::{ExprId, Graph};
use crate::shape::Shape;
use rustc_hash::{FxHashMap, FxHashSet};

/// A number in front of all terms is taken out when there are at least that many.
const FEWEST_FACTORED: usize = 3;

/// Terms up to which a sum met again is unfolded again.
const MOST_UNFOLDED: usize = 1000;

pub fn subtract(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    let minus_y = negate(graph, y);
    sum(graph, &[x, minus_y])
}

/// x + y.
pub fn plus(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    sum(graph, &[x, y])
}

/// x + number.
pub fn shift(graph: &mut Graph, x: ExprId, number: f64) -> ExprId {
    let number = graph.number(number);
    sum(graph, &[x, number])
}

/// The sum of terms of one shape (scalars broadcast); never empty.
pub fn sum(graph: &mut Graph, terms: &[ExprId]) -> ExprId {
    let shape = result_shape(graph, terms);
    // Equal sums merge whole, r + r = 2*r, before they are taken apart.
    let whole: Vec<(f64, ExprId)> = terms.iter().map(|&t| (1.0, t)).collect();
    let whole = merge_terms(graph, &whole);
    let flat = flatten(graph, &whole);
    let merged = match flat.len() == whole.len() {
        true => whole,
        false => merge_terms(graph, &flat),
    };
    let merged = merge_scatters(graph, merged);
    let merged = merge_transposed_pairs(graph, merged);
    let ordered = in_reading_order(graph, merged);
    let total = total(graph, ordered, shape);
    fill(graph, total, shape)
}

fn total(graph: &mut Graph, terms: Vec<ExprId>, shape: Shape) -> ExprId {
    let factor = match terms.as_slice() {
        [] => return zeros(graph, shape),
        [only] => return *only,
        _ => common_number(graph, &terms),
    };
    if factor != 1.0 {
        let rest: Vec<ExprId> = terms
            .into_iter()
            .map(|t| scale(graph, 1.0 / factor, t))
            .collect();
        let rest = apply(graph, Add, &rest);
        return scale(graph, factor, rest);
    }
    match common_scalar(graph, &terms) {
        Some(common) => factored(graph, terms, common),
        None => apply(graph, Add, &terms),
    }
}

/// A scalar that every term has as a factor or as a divisor.
#[derive(Clone, Copy)]
enum Common {
    Factor(ExprId),
    Divisor(ExprId),
}

fn common_scalar(graph: &Graph, terms: &[ExprId]) -> Option<Common> {
    let first = Peeled::of(graph, *terms.first()?);
    let matrix = |peeled: &Peeled| peeled.core.is_some();
    let candidates = (first.divisors.iter().map(|&d| Common::Divisor(d)))
        .chain(first.scalars.iter().map(|&s| Common::Factor(s)));
    let mut candidates: Vec<Common> = candidates.collect();
    if !matrix(&first) {
        return None;
    }
    for &term in &terms[1..] {
        if candidates.is_empty() {
            return None;
        }
        let peeled = Peeled::of(graph, term);
        candidates.retain(|candidate| {
            matrix(&peeled)
                && match candidate {
                    Common::Factor(s) => peeled.scalars.contains(s),
                    Common::Divisor(d) => peeled.divisors.contains(d),
                }
        });
    }
    candidates.first().copied()
}

fn factored(graph: &mut Graph, terms: Vec<ExprId>, common: Common) -> ExprId {
    let rest: Vec<ExprId> = terms
        .into_iter()
        .map(|term| {
            let mut peeled = Peeled::of(graph, term);
            match common {
                Common::Factor(s) => peeled.remove_scalar(s),
                Common::Divisor(d) => peeled.remove_divisor(d),
            }
            let core = peeled.core;
            peeled.build(graph, core)
        })
        .collect();
    let rest = apply(graph, Add, &rest);
    match common {
        Common::Factor(s) => apply(graph, Multiply, &[s, rest]),
        Common::Divisor(d) => apply(graph, Divide, &[rest, d]),
    }
}

/// The number that stands in front of every term but for the sign, or 1.
fn common_number(graph: &Graph, terms: &[ExprId]) -> f64 {
    let mut factors = terms.iter().map(|&t| split_coefficient(graph, t));
    let first = factors.next().map_or(1.0, |(factor, _)| factor.abs());
    let common = factors.all(|(factor, core)| core.is_some() && factor.abs() == first);
    if common && terms.len() >= FEWEST_FACTORED {
        first
    } else {
        1.0
    }
}

fn result_shape(graph: &Graph, terms: &[ExprId]) -> Shape {
    let shapes = terms.iter().map(|&t| graph.shape(t));
    shapes
        .reduce(|a, b| a.broadcast(b).unwrap_or(a))
        .unwrap_or(Shape::SCALAR)
}

/// The terms as (number, term), those of sums below in place of the sum; a sum behind a number
/// other than 1 and -1 stays whole, and so does one met again when the terms are many: shared sums
/// unfold to any number of terms.
fn flatten(graph: &Graph, terms: &[ExprId]) -> Vec<(f64, ExprId)> {
    let mut flat = Vec::with_capacity(terms.len());
    let mut unfolded = FxHashSet::default();
    let mut pending: Vec<(f64, ExprId)> = terms.iter().rev().map(|&t| (1.0, t)).collect();
    while let Some((sign, term)) = pending.pop() {
        let (factor, core) = split_coefficient(graph, term);
        match core {
            Some(core)
                if factor.abs() == 1.0
                    && graph.atom_as::<Add>(core).is_some()
                    && (unfolded.insert(core) || flat.len() < MOST_UNFOLDED) =>
            {
                let inner = graph.arguments(core).iter().rev();
                pending.extend(inner.map(|&t| (sign * factor, t)));
            }
            Some(_) | None => flat.push((sign, term)),
        }
    }
    flat
}

/// Adds coefficients of equal cores, keeps first positions, puts the number last.
fn merge_terms(graph: &mut Graph, terms: &[(f64, ExprId)]) -> Vec<ExprId> {
    let mut order: Vec<(ExprId, f64)> = Vec::with_capacity(terms.len());
    let mut position: FxHashMap<ExprId, usize> = FxHashMap::default();
    let mut number = 0.0;
    for &(sign, term) in terms.iter().filter(|(_, t)| !is_zero(graph, *t)) {
        match split_coefficient(graph, term) {
            (value, None) => number += sign * value,
            (factor, Some(core)) => {
                let slot = *position.entry(core).or_insert(order.len());
                match order.get_mut(slot) {
                    Some((_, sum)) => *sum += sign * factor,
                    None => order.push((core, sign * factor)),
                }
            }
        }
    }
    let mut merged: Vec<ExprId> = order
        .into_iter()
        .filter(|(_, factor)| *factor != 0.0)
        .map(|(core, factor)| scale(graph, factor, core))
        .collect();
    if number != 0.0 {
        merged.push(graph.number(number));
    }
    merged
}

/// Constants behind the rest, and a positive term first where there is one.
fn in_reading_order(graph: &Graph, terms: Vec<ExprId>) -> Vec<ExprId> {
    let (mut ordered, constants): (Vec<_>, Vec<_>) =
        terms.into_iter().partition(|&t| !graph.is_constant(t));
    ordered.extend(constants);
    let positive = |&t: &ExprId| split_coefficient(graph, t).0 > 0.0;
    if let Some(first) = ordered.iter().position(positive) {
        ordered[..=first].rotate_right(1);
    }
    ordered
}

/// Terms that scatter into zeros of one shape become one scatter, and for a short vector whose
/// every entry is hit the list of its entries.
fn merge_scatters(graph: &mut Graph, terms: Vec<ExprId>) -> Vec<ExprId> {
    let is_scatter = |graph: &Graph, id| graph.atom_as::<Scatter>(id).is_some();
    if terms.iter().filter(|&&t| is_scatter(graph, t)).count() < 2 {
        return terms;
    }
    let (scatters, mut rest): (Vec<_>, Vec<_>) =
        terms.into_iter().partition(|&t| is_scatter(graph, t));
    let merged = join_scatters(graph, &scatters);
    rest.insert(0, merged);
    rest
}

fn join_scatters(graph: &mut Graph, scatters: &[ExprId]) -> ExprId {
    let mut arguments = Vec::new();
    let mut positions = Vec::new();
    let mut shape = Shape::SCALAR;
    for &id in scatters {
        arguments.extend_from_slice(graph.arguments(id));
        if let Some(scatter) = graph.atom_as::<Scatter>(id) {
            positions.extend(scatter.positions.iter().cloned());
            shape = scatter.shape;
        }
    }
    scatter(graph, shape, positions, &arguments)
}

/// P*x + P'*x becomes (P + P')*x for constant P: one product, and the sum is computed once.
fn merge_transposed_pairs(graph: &mut Graph, mut terms: Vec<ExprId>) -> Vec<ExprId> {
    let mut seen: FxHashMap<(ExprId, ExprId), usize> = FxHashMap::default();
    let mut merged = vec![false; terms.len()];
    for k in 0..terms.len() {
        let (factor, core) = split_coefficient(graph, terms[k]);
        let Some(product) = core.and_then(|core| ConstantProduct::of(graph, core)) else {
            continue;
        };
        let j = *seen.entry((product.leaf, product.vector)).or_insert(k);
        let (other_factor, other) = split_coefficient(graph, terms[j]);
        let other = other.and_then(|core| ConstantProduct::of(graph, core));
        if j != k && other_factor == factor && other.is_some_and(|o| o.matrix != product.matrix) {
            terms[j] = symmetric_product(graph, factor, &product);
            merged[k] = true;
        }
    }
    let mut gone = merged.into_iter();
    terms.retain(|_| !gone.next().unwrap_or(false));
    terms
}

/// factor*(P + P')*v.
fn symmetric_product(graph: &mut Graph, factor: f64, product: &ConstantProduct) -> ExprId {
    let transposed = super::transpose(graph, product.leaf);
    let both = apply(graph, Add, &[product.leaf, transposed]);
    let product = apply(graph, Multiply, &[both, product.vector]);
    scale(graph, factor, product)
}

/// P*v or P'*v for a constant square leaf P and a v that varies.
struct ConstantProduct {
    /// P or P'.
    matrix: ExprId,
    leaf: ExprId,
    vector: ExprId,
}

impl ConstantProduct {
    fn of(graph: &Graph, id: ExprId) -> Option<Self> {
        graph.atom_as::<Multiply>(id)?;
        let (matrix, vector) = (graph.arguments(id)[0], graph.arguments(id)[1]);
        let leaf = if graph.atom_as::<Transpose>(matrix).is_some() {
            graph.arguments(matrix)[0]
        } else {
            matrix
        };
        let square = graph.shape(matrix).is_square() && !graph.shape(matrix).is_scalar();
        let constant = graph.constant_leaf(leaf).is_some() && !graph.is_constant(vector);
        (square && constant).then_some(ConstantProduct {
            matrix,
            leaf,
            vector,
        })
    }
}
