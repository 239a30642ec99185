//! Constructors for derived expressions, which simplify as they build.
//!
//! Zeros vanish, ones are absorbed, numbers move to the front and merge, transposes move to the
//! leaves, equal terms add up. User text is never built with these: it keeps its own form.

use super::affine::{
    Add, Concatenate, Direction, Divide, ElementMultiply, Multiply, Negate, Scatter, Transpose,
};
use super::elementwise::Power;
use super::reductions::Sum;
use super::{Along, Entrywise, Reduce};
use crate::expr::{Atom, ExprId, Graph};
use crate::matrix::Matrix;
use crate::shape::Shape;
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Entry-by-entry printing of a gradient stops at this many entries.
const SMALL_VECTOR: usize = 12;

/// `atom(arguments)` for arguments that are known to fit.
pub fn apply(graph: &mut Graph, atom: impl Atom, arguments: &[ExprId]) -> ExprId {
    graph
        .apply(Arc::new(atom), arguments, Span::default())
        .expect("derived expressions are built from arguments of fitting shapes")
}

pub fn ones(graph: &mut Graph, shape: Shape) -> ExprId {
    filled(graph, shape, 1.0)
}

pub fn zeros(graph: &mut Graph, shape: Shape) -> ExprId {
    filled(graph, shape, 0.0)
}

/// Equal literals are one node: interned by a first look through the constants would be linear, so
/// only scalars are; matrices of ones and zeros are cheap to keep twice.
fn filled(graph: &mut Graph, shape: Shape, value: f64) -> ExprId {
    if shape.is_scalar() {
        return graph.number(value);
    }
    graph.constant(Matrix::filled(shape, value), None, Span::default())
}

/// Whether the node is a literal with all entries equal to `value`.
fn is_filled(graph: &Graph, id: ExprId, value: f64) -> bool {
    graph.constant_leaf(id).is_some_and(|leaf| {
        leaf.name.is_none()
            && leaf
                .value
                .as_slice()
                .is_some_and(|s| s.iter().all(|&e| e == value))
    })
}

pub fn is_zero(graph: &Graph, id: ExprId) -> bool {
    is_filled(graph, id, 0.0)
}

pub fn is_one(graph: &Graph, id: ExprId) -> bool {
    is_filled(graph, id, 1.0)
}

/// An anonymous 1×1 number.
fn literal_number(graph: &Graph, id: ExprId) -> Option<f64> {
    let leaf = graph.constant_leaf(id)?;
    leaf.name.is_none().then(|| leaf.value.as_scalar())?
}

/// `id` as number*core; the core is `None` for a bare number.
pub fn split_coefficient(graph: &Graph, id: ExprId) -> (f64, Option<ExprId>) {
    if let Some(number) = literal_number(graph, id) {
        return (number, None);
    }
    if graph.atom_as::<Negate>(id).is_some() {
        let (factor, core) = split_coefficient(graph, graph.arguments(id)[0]);
        return (-factor, core);
    }
    if graph.atom_as::<Multiply>(id).is_some()
        && let Some(number) = literal_number(graph, graph.arguments(id)[0])
    {
        let (factor, core) = split_coefficient(graph, graph.arguments(id)[1]);
        return (number * factor, core);
    }
    (1.0, Some(id))
}

/// number*x.
pub fn scale(graph: &mut Graph, factor: f64, x: ExprId) -> ExprId {
    let (inner, core) = split_coefficient(graph, x);
    let factor = factor * inner;
    let Some(core) = core else {
        return graph.number(factor);
    };
    let shape = graph.shape(core);
    if factor == 0.0 {
        zeros(graph, shape)
    } else if factor == 1.0 {
        core
    } else if factor == -1.0 {
        apply(graph, Negate, &[core])
    } else {
        let number = graph.number(factor);
        apply(graph, Multiply, &[number, core])
    }
}

pub fn negate(graph: &mut Graph, x: ExprId) -> ExprId {
    scale(graph, -1.0, x)
}

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
    let mut flat = Vec::with_capacity(terms.len());
    for &term in terms {
        flatten(graph, term, &mut flat);
    }
    let merged = merge_terms(graph, &flat);
    let merged = merge_scatters(graph, merged);
    let total = match merged.as_slice() {
        [] => zeros(graph, shape),
        [only] => *only,
        _ => apply(graph, Add, &merged),
    };
    fill(graph, total, shape)
}

fn result_shape(graph: &Graph, terms: &[ExprId]) -> Shape {
    let shapes = terms.iter().map(|&t| graph.shape(t));
    let mut result = Shape::SCALAR;
    for shape in shapes.filter(|s| !s.is_scalar()) {
        result = shape;
    }
    result
}

fn flatten(graph: &Graph, term: ExprId, out: &mut Vec<ExprId>) {
    if graph.atom_as::<Add>(term).is_some() {
        out.extend_from_slice(graph.arguments(term));
    } else {
        out.push(term);
    }
}

/// Adds coefficients of equal cores, keeps first positions, puts the number last.
fn merge_terms(graph: &mut Graph, terms: &[ExprId]) -> Vec<ExprId> {
    let mut order: Vec<(ExprId, f64)> = Vec::with_capacity(terms.len());
    let mut position: FxHashMap<ExprId, usize> = FxHashMap::default();
    let mut number = 0.0;
    for &term in terms.iter().filter(|&&t| !is_zero(graph, t)) {
        match split_coefficient(graph, term) {
            (value, None) => number += value,
            (factor, Some(core)) => {
                let slot = *position.entry(core).or_insert(order.len());
                match order.get_mut(slot) {
                    Some((_, sum)) => *sum += factor,
                    None => order.push((core, factor)),
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

/// A matrix of zeros with the arguments' entries added at positions (down the columns).
pub fn scatter(
    graph: &mut Graph,
    shape: Shape,
    positions: Vec<Arc<[usize]>>,
    arguments: &[ExprId],
) -> ExprId {
    let short = shape.is_column() && shape.rows <= SMALL_VECTOR;
    let single = positions.iter().all(|p| p.len() == 1);
    let hit = |k: usize| positions.iter().any(|p| p.as_ref() == [k]);
    if short && single && (0..shape.rows).all(hit) {
        let entries: Vec<ExprId> = (0..shape.rows)
            .map(|k| {
                let members = positions.iter().zip(arguments).filter(|(p, _)| p[0] == k);
                let members: Vec<ExprId> = members.map(|(_, &a)| a).collect();
                sum(graph, &members)
            })
            .collect();
        return concatenate(graph, Direction::Vertical, &entries);
    }
    apply(graph, Scatter { shape, positions }, arguments)
}

pub fn concatenate(graph: &mut Graph, direction: Direction, parts: &[ExprId]) -> ExprId {
    match parts {
        [only] => *only,
        _ => apply(graph, Concatenate { direction }, parts),
    }
}

/// The matrix product, or scaling when a side is a scalar.
pub fn times(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    let (a, x_core) = split_coefficient(graph, x);
    let (b, y_core) = split_coefficient(graph, y);
    let factor = a * b;
    let product = match (x_core, y_core) {
        (None, None) => return graph.number(factor),
        (None, Some(core)) | (Some(core), None) => core,
        (Some(x), Some(y)) => times_cores(graph, x, y),
    };
    scale(graph, factor, product)
}

fn times_cores(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    let (sx, sy) = (graph.shape(x), graph.shape(y));
    if sx.is_scalar() && is_one(graph, x) {
        return y;
    }
    if sy.is_scalar() && is_one(graph, y) {
        return x;
    }
    if is_zero(graph, x) || is_zero(graph, y) {
        let shape = if sx.is_scalar() {
            sy
        } else if sy.is_scalar() {
            sx
        } else {
            Shape::new(sx.rows, sy.cols)
        };
        return zeros(graph, shape);
    }
    // A scalar goes to the front.
    if sy.is_scalar() && !sx.is_scalar() {
        return times(graph, y, x);
    }
    apply(graph, Multiply, &[x, y])
}

/// The elementwise product; scalars broadcast.
pub fn element_times(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() || graph.shape(y).is_scalar() {
        return times(graph, x, y);
    }
    let (a, x_core) = split_coefficient(graph, x);
    let (b, y_core) = split_coefficient(graph, y);
    let (Some(x), Some(y)) = (x_core, y_core) else {
        return times(graph, x, y);
    };
    let product = if is_one(graph, x) {
        y
    } else if is_one(graph, y) {
        x
    } else if is_zero(graph, x) || is_zero(graph, y) {
        let shape = graph.shape(x);
        zeros(graph, shape)
    } else if x == y {
        power(graph, x, 2.0)
    } else {
        apply(graph, ElementMultiply, &[x, y])
    };
    scale(graph, a * b, product)
}

/// x ./ y; scalars broadcast.
pub fn divide(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    if let (number, None) = split_coefficient(graph, y) {
        return scale(graph, 1.0 / number, x);
    }
    if is_zero(graph, x) {
        return x;
    }
    let (a, core) = split_coefficient(graph, x);
    match core {
        Some(core) => {
            let quotient = apply(graph, Divide, &[core, y]);
            scale(graph, a, quotient)
        }
        None => apply(graph, Divide, &[x, y]),
    }
}

/// x .^ p.
pub fn power(graph: &mut Graph, x: ExprId, exponent: f64) -> ExprId {
    if exponent == 1.0 {
        return x;
    }
    if exponent == 0.0 {
        let shape = graph.shape(x);
        return ones(graph, shape);
    }
    apply(graph, Entrywise(Power::new(exponent)), &[x])
}

/// x'.
pub fn transpose(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() {
        return x;
    }
    let (factor, core) = split_coefficient(graph, x);
    let Some(core) = core else { return x };
    let transposed = transpose_core(graph, core);
    scale(graph, factor, transposed)
}

fn transpose_core(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.atom_as::<Transpose>(x).is_some() {
        return graph.arguments(x)[0];
    }
    if let Some(leaf) = graph.constant_leaf(x)
        && leaf.value.is_symmetric()
    {
        return x;
    }
    if graph.atom_as::<Multiply>(x).is_some() {
        let (a, b) = (graph.arguments(x)[0], graph.arguments(x)[1]);
        let (a, b) = (transpose(graph, a), transpose(graph, b));
        return times(graph, b, a);
    }
    apply(graph, Transpose, &[x])
}

/// The sum of all entries, of each row, or of each column.
pub fn sum_along(graph: &mut Graph, x: ExprId, along: Along) -> ExprId {
    let shape = graph.shape(x);
    let done = match along {
        Along::All => shape.is_scalar(),
        Along::Rows => shape.cols == 1,
        Along::Columns => shape.rows == 1,
    };
    if done {
        return x;
    }
    let (factor, core) = split_coefficient(graph, x);
    let core = core.unwrap_or(x);
    let total = apply(
        graph,
        Reduce {
            function: Sum,
            along,
        },
        &[core],
    );
    scale(graph, factor, total)
}

/// A scalar spread over a shape; anything else as it is.
pub fn fill(graph: &mut Graph, x: ExprId, shape: Shape) -> ExprId {
    if graph.shape(x) == shape || !graph.shape(x).is_scalar() {
        return x;
    }
    if is_zero(graph, x) {
        return zeros(graph, shape);
    }
    let ones = ones(graph, shape);
    times(graph, x, ones)
}

/// The adjoint of broadcasting: sums `x` down to `shape` when that is a scalar.
pub fn unbroadcast(graph: &mut Graph, x: ExprId, shape: Shape) -> ExprId {
    if shape.is_scalar() {
        sum_along(graph, x, Along::All)
    } else {
        fill(graph, x, shape)
    }
}
