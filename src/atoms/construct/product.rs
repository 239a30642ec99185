//! Products, quotients and powers.

use super::arrange::{diagonal_of_matrix, sum_along};
use super::peeled::{Peeled, base_and_exponent};
use super::{
    apply, is_filled, is_identity, is_one, is_zero, ones, scale, split_coefficient, zeros,
};
use super::{literal_number, transpose};
use crate::atoms::affine::{Divide, ElementMultiply, Multiply};
use crate::atoms::elementwise::Power;
use crate::atoms::{Along, Entrywise};
use crate::expr::{ExprId, Graph};
use crate::shape::Shape;

/// The matrix product, or scaling when a side is a scalar.
pub fn times(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    if is_zero(graph, x) || is_zero(graph, y) {
        let shape = product_shape(graph, x, y);
        return zeros(graph, shape);
    }
    let (left, right) = (Peeled::of(graph, x), Peeled::of(graph, y));
    let core = match (left.core, right.core) {
        (None, None) => None,
        (Some(core), None) | (None, Some(core)) => Some(core),
        (Some(x), Some(y)) => Some(matrix_product(graph, x, y)),
    };
    // A product of matrices may be a scalar, or have numbers of its own again.
    match core {
        Some(core) if graph.shape(core).is_scalar() || split_coefficient(graph, core).0 != 1.0 => {
            let inner = Peeled::of(graph, core);
            let core = inner.core;
            left.join(right).join(inner).build(graph, core)
        }
        core => left.join(right).build(graph, core),
    }
}

fn product_shape(graph: &Graph, x: ExprId, y: ExprId) -> Shape {
    let (x, y) = (graph.shape(x), graph.shape(y));
    if x.is_scalar() {
        y
    } else if y.is_scalar() {
        x
    } else {
        Shape::new(x.rows, y.cols)
    }
}

/// X*Y of two matrices without numbers or scalars in front, from the vector end.
fn matrix_product(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    let (from_right, from_left) = (graph.shape(y).is_column(), graph.shape(x).rows == 1);
    if from_right {
        let factors = chain(graph, x);
        let product = |graph: &mut Graph, y, &x: &ExprId| pair_product(graph, x, y);
        return factors.iter().rev().fold(y, |y, x| product(graph, y, x));
    }
    if from_left {
        let factors = chain(graph, y);
        return factors.iter().fold(x, |x, &y| pair_product(graph, x, y));
    }
    pair_product(graph, x, y)
}

/// A number x'*y with the sign that stands before its first factor in front: (-x')*y as -(x'*y).
pub(super) fn sign_in_front(graph: &mut Graph, x: ExprId) -> ExprId {
    if !graph.shape(x).is_scalar() || graph.atom_as::<Multiply>(x).is_none() {
        return x;
    }
    let factors = chain(graph, x);
    let [first, rest @ .., last] = factors.as_slice() else {
        return x;
    };
    let (-1.0, Some(core)) = split_coefficient(graph, *first) else {
        return x;
    };
    let product = |graph: &mut Graph, y, x| apply(graph, Multiply, &[x, y]);
    let behind = rest.iter().rev().fold(*last, |y, &x| product(graph, y, x));
    let plain = product(graph, behind, core);
    scale(graph, -1.0, plain)
}

/// The factors of a product of matrices, left to right. A constant product that is smaller than its
/// factors (a Gram matrix) stays whole.
pub(super) fn chain(graph: &Graph, id: ExprId) -> Vec<ExprId> {
    factors(graph, id, true)
}

/// The same, with such constants taken apart or not.
pub(super) fn factors(graph: &Graph, id: ExprId, keeps_small: bool) -> Vec<ExprId> {
    let mut factors = Vec::new();
    let mut pending = vec![id];
    while let Some(next) = pending.pop() {
        let arguments = graph.arguments(next);
        let matrices = graph.atom_as::<Multiply>(next).is_some()
            && arguments.iter().all(|&a| !graph.shape(a).is_scalar());
        let size = |id| graph.shape(id).size();
        let small =
            || graph.is_constant(next) && size(next) <= arguments.iter().map(|&a| size(a)).sum();
        if matrices && !(keeps_small && small()) {
            pending.extend(arguments.iter().rev());
        } else {
            factors.push(next);
        }
    }
    factors
}

/// One product of two matrices, neither of them a scalar.
fn pair_product(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() || graph.shape(y).is_scalar() {
        return times(graph, x, y);
    }
    if is_identity(graph, x) {
        return y;
    }
    if is_identity(graph, y) {
        return x;
    }
    // ones(m)*ones(n)' is all ones; ones(n)'*Y sums the columns, X*ones(n) the rows.
    if graph.shape(x).is_column() && is_filled(graph, x, 1.0) && is_filled(graph, y, 1.0) {
        let shape = product_shape(graph, x, y);
        return ones(graph, shape);
    }
    if graph.shape(x).rows == 1 && is_filled(graph, x, 1.0) {
        return sum_along(graph, y, Along::Columns);
    }
    if graph.shape(y).cols == 1 && is_filled(graph, y, 1.0) {
        return sum_along(graph, x, Along::Rows);
    }
    if let Some(product) = diagonal_product(graph, x, y) {
        return product;
    }
    // diag(d)*v = d .* v.
    if graph.shape(y).is_column()
        && let Some(diagonal) = diagonal_of_matrix(graph, x)
    {
        return element_times(graph, diagonal, y);
    }
    if graph.shape(x).rows == 1
        && let Some(diagonal) = diagonal_of_matrix(graph, y)
    {
        let column = transpose(graph, x);
        let product = element_times(graph, column, diagonal);
        return transpose(graph, product);
    }
    apply(graph, Multiply, &[x, y])
}

/// diag(d)*diag(e) = diag(d .* e), also with a matrix behind.
fn diagonal_product(graph: &mut Graph, x: ExprId, y: ExprId) -> Option<ExprId> {
    let left = diagonal_of_matrix(graph, x)?;
    let (right, rest) = match diagonal_of_matrix(graph, y) {
        Some(right) => (right, None),
        None => {
            graph.atom_as::<Multiply>(y)?;
            let (first, rest) = (graph.arguments(y)[0], graph.arguments(y)[1]);
            (diagonal_of_matrix(graph, first)?, Some(rest))
        }
    };
    let weights = element_times(graph, left, right);
    let diagonal = super::diagonal_matrix(graph, weights);
    Some(match rest {
        Some(rest) => apply(graph, Multiply, &[diagonal, rest]),
        None => diagonal,
    })
}

/// The elementwise product; scalars broadcast.
pub fn element_times(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() || graph.shape(y).is_scalar() {
        return times(graph, x, y);
    }
    if is_zero(graph, x) || is_zero(graph, y) {
        let shape = graph.shape(x);
        return zeros(graph, shape);
    }
    let (left, right) = (Peeled::of(graph, x), Peeled::of(graph, y));
    let core = match (left.core, right.core) {
        (Some(x), Some(y)) => Some(element_product(graph, x, y)),
        (core, None) | (None, core) => core,
    };
    left.join(right).build(graph, core)
}

fn element_product(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    // (n ./ d) .* y = (n .* y) ./ d.
    for (quotient, other) in [(x, y), (y, x)] {
        if graph.atom_as::<Divide>(quotient).is_some() {
            let (numerator, denominator) = sides(graph, quotient);
            if other == denominator {
                return numerator;
            }
            let numerator = if quotient == x {
                plain_element_product(graph, numerator, other)
            } else {
                plain_element_product(graph, other, numerator)
            };
            return divide(graph, numerator, denominator);
        }
    }
    plain_element_product(graph, x, y)
}

/// x .* y without a look into quotients below, however deep they nest.
fn plain_element_product(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    if is_one(graph, x) {
        return y;
    }
    if is_one(graph, y) {
        return x;
    }
    if graph.shape(x).is_scalar() || graph.shape(y).is_scalar() {
        return times(graph, x, y);
    }
    let ((a, p), (b, q)) = (base_and_exponent(graph, x), base_and_exponent(graph, y));
    if a == b {
        return power(graph, a, p + q);
    }
    if let Some(merged) = merged_power(graph, x, y).or_else(|| merged_power(graph, y, x)) {
        return merged;
    }
    // x .* (a .* b) = x .* a .* b.
    if graph.atom_as::<ElementMultiply>(y).is_some() {
        let (a, b) = sides(graph, y);
        let left = apply(graph, ElementMultiply, &[x, a]);
        return apply(graph, ElementMultiply, &[left, b]);
    }
    apply(graph, ElementMultiply, &[x, y])
}

/// x .* (a .* b) where a or b is a power of the same base as x.
fn merged_power(graph: &mut Graph, x: ExprId, product: ExprId) -> Option<ExprId> {
    graph.atom_as::<ElementMultiply>(product)?;
    let (a, b) = sides(graph, product);
    let (base, exponent) = base_and_exponent(graph, x);
    let merge = |graph: &mut Graph, side| {
        let (own, own_exponent) = base_and_exponent(graph, side);
        (own == base).then(|| power(graph, base, own_exponent + exponent))
    };
    if let Some(merged) = merge(graph, a) {
        return Some(apply(graph, ElementMultiply, &[merged, b]));
    }
    let merged = merge(graph, b)?;
    Some(apply(graph, ElementMultiply, &[a, merged]))
}

fn sides(graph: &Graph, id: ExprId) -> (ExprId, ExprId) {
    let arguments = graph.arguments(id);
    (arguments[0], arguments[1])
}

/// x ./ y; scalars broadcast.
pub fn divide(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    if let Some(number) = literal_number(graph, y) {
        return scale(graph, 1.0 / number, x);
    }
    let shape = product_shape_elementwise(graph, x, y);
    if is_zero(graph, x) {
        return zeros(graph, shape);
    }
    if x == y {
        return ones(graph, shape);
    }
    let (mut numerator, denominator) = (Peeled::of(graph, x), Peeled::of(graph, y));
    if graph.shape(y).is_scalar() {
        // Scalars of the denominator cancel against those of the numerator.
        let core = numerator.core;
        let inverse = Peeled {
            number: 1.0 / denominator.number,
            scalars: denominator.divisors,
            divisors: denominator.scalars,
            core: None,
        };
        return numerator.join(inverse).build(graph, core);
    }
    let number = std::mem::replace(&mut numerator.number, 1.0) / denominator.number;
    let core = numerator.core;
    let core = core.filter(|&core| !is_one(graph, core));
    let x = numerator.build(graph, core);
    let denominator = Peeled {
        number: 1.0,
        ..denominator
    };
    let core = denominator.core;
    let y = denominator.build(graph, core);
    // (n ./ d) ./ y = n ./ (d .* y).
    let (x, y) = if graph.atom_as::<Divide>(x).is_some() {
        let (inner, divisor) = sides(graph, x);
        (inner, plain_element_product(graph, divisor, y))
    } else {
        (x, y)
    };
    let quotient = apply(graph, Divide, &[x, y]);
    scale(graph, number, quotient)
}

fn product_shape_elementwise(graph: &Graph, x: ExprId, y: ExprId) -> Shape {
    let (x, y) = (graph.shape(x), graph.shape(y));
    x.broadcast(y).unwrap_or(x)
}

/// x .^ p.
pub fn power(graph: &mut Graph, x: ExprId, exponent: f64) -> ExprId {
    if exponent == 1.0 {
        return x;
    }
    if exponent == 0.0 || is_one(graph, x) {
        let shape = graph.shape(x);
        return ones(graph, shape);
    }
    apply(graph, Entrywise(Power::new(exponent)), &[x])
}
