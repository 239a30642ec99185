//! Picking, placing, spreading and summing entries.

use super::known_sum::{self, known_sum, sum_of_terms};
use super::{
    apply, divide, element_times, filled, filled_literal, is_zero, ones, scale, split_coefficient,
    sum,
};
use super::{times, transpose, zeros};
use crate::atoms::affine::{
    Concatenate, Diagonal, DiagonalMatrix, Direction, Divide, ElementMultiply, Flip, Index,
    LinearMap, Multiply, Reshape, Scatter,
};
use crate::atoms::reductions::Sum;
use crate::atoms::{Along, Reduce};
use crate::expr::{ExprId, Graph};
use crate::shape::Shape;
use std::sync::Arc;

/// Entry-by-entry printing of a gradient stops at this many entries.
const SMALL_VECTOR: usize = 12;
/// A pick out of a list is looked up in lists of at most this many parts.
const SHORT_LIST: usize = 16;

/// A matrix of zeros with the arguments' entries added at positions (down the columns).
pub fn scatter(
    graph: &mut Graph,
    shape: Shape,
    positions: Vec<Arc<[usize]>>,
    arguments: &[ExprId],
) -> ExprId {
    let whole = |(k, &p): (usize, &usize)| k == p;
    if let ([only], [argument]) = (positions.as_slice(), arguments)
        && only.len() == shape.size()
        && only.iter().enumerate().all(whole)
    {
        return reshape(graph, *argument, shape);
    }
    let short = shape.is_column() && shape.rows <= SMALL_VECTOR;
    let single = positions.iter().all(|p| p.len() == 1);
    let hit = |k: usize| positions.iter().any(|p| p.as_ref() == [k]);
    if short && single && (0..shape.rows).all(hit) {
        let entries: Vec<ExprId> = (0..shape.rows)
            .map(|k| {
                let members = positions.iter().zip(arguments).filter(|(p, _)| p[0] == k);
                match members.map(|(_, &a)| a).collect::<Vec<_>>().as_slice() {
                    [only] => *only,
                    members => sum(graph, members),
                }
            })
            .collect();
        return concatenate(graph, Direction::Vertical, &entries);
    }
    apply(graph, Scatter { shape, positions }, arguments)
}

/// The entries of `x` at `positions`, in that shape.
pub fn gather(graph: &mut Graph, x: ExprId, shape: Shape, positions: Arc<[usize]>) -> ExprId {
    let source = graph.shape(x);
    if source == shape && positions.iter().enumerate().all(|(k, &p)| k == p) {
        return x;
    }
    let (factor, core) = split_coefficient(graph, x);
    let Some(core) = core else { return x };
    let picked = gather_core(graph, core, shape, positions);
    scale(graph, factor, picked)
}

fn gather_core(graph: &mut Graph, x: ExprId, shape: Shape, positions: Arc<[usize]>) -> ExprId {
    let arguments = graph.arguments(x).to_vec();
    let scalar = |graph: &Graph, id| graph.shape(id).is_scalar();
    if let Some(value) = filled_literal(graph, x) {
        return filled(graph, shape, value);
    }
    if graph.atom_as::<Multiply>(x).is_some() && scalar(graph, arguments[0]) {
        let rest = gather_plain(graph, arguments[1], shape, positions);
        return times(graph, arguments[0], rest);
    }
    if graph.atom_as::<Divide>(x).is_some() && scalar(graph, arguments[1]) {
        let rest = gather_plain(graph, arguments[0], shape, positions);
        return divide(graph, rest, arguments[1]);
    }
    gather_plain(graph, x, shape, positions)
}

/// A pick out of a short list of parts that is one of the parts, or a pick as it stands.
fn gather_plain(graph: &mut Graph, x: ExprId, shape: Shape, positions: Arc<[usize]>) -> ExprId {
    if let Some(part) = whole_part(graph, x, shape, &positions) {
        return part;
    }
    if let Some(value) = filled_literal(graph, x) {
        return filled(graph, shape, value);
    }
    let index = Index::new(graph.shape(x), shape, positions);
    apply(graph, index, &[x])
}

fn whole_part(graph: &Graph, x: ExprId, shape: Shape, positions: &[usize]) -> Option<ExprId> {
    let parts = graph.arguments(x);
    let list = graph.atom_as::<Concatenate>(x)?;
    if parts.len() > SHORT_LIST {
        return None;
    }
    let whole = graph.shape(x);
    let mut offset = 0;
    for &part in parts {
        let own = graph.shape(part);
        if own == shape
            && list
                .positions(offset, own, whole)
                .eq(positions.iter().copied())
        {
            return Some(part);
        }
        offset += list.extent(own);
    }
    None
}

pub fn concatenate(graph: &mut Graph, direction: Direction, parts: &[ExprId]) -> ExprId {
    match parts {
        [only] => *only,
        _ => apply(graph, Concatenate { direction }, parts),
    }
}

/// The same entries, down the columns, in another shape.
pub fn reshape(graph: &mut Graph, x: ExprId, shape: Shape) -> ExprId {
    let own = graph.shape(x);
    if own == shape {
        return x;
    }
    if let Some(value) = filled_literal(graph, x) {
        return filled(graph, shape, value);
    }
    if graph.atom_as::<LinearMap<Reshape>>(x).is_some() {
        let inner = graph.arguments(x)[0];
        return reshape_plain(graph, inner, shape);
    }
    if own.is_vector() && own.transposed() == shape {
        return transpose(graph, x);
    }
    reshape_plain(graph, x, shape)
}

fn reshape_plain(graph: &mut Graph, x: ExprId, shape: Shape) -> ExprId {
    if graph.shape(x) == shape {
        return x;
    }
    apply(graph, LinearMap(Reshape { shape }), &[x])
}

/// The rows in the opposite order.
pub fn flip(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.atom_as::<LinearMap<Flip>>(x).is_some() {
        return graph.arguments(x)[0];
    }
    if graph.shape(x).rows == 1 || filled_literal(graph, x).is_some() {
        return x;
    }
    apply(graph, LinearMap(Flip), &[x])
}

/// diag(x) of a vector: the matrix.
pub fn diagonal_matrix(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() {
        return x;
    }
    let (factor, core) = split_coefficient(graph, x);
    let core = core.unwrap_or(x);
    let matrix = match filled_literal(graph, core) {
        Some(1.0) => {
            let n = graph.shape(core).size();
            super::identity(graph, n)
        }
        _ => apply(graph, LinearMap(DiagonalMatrix), &[core]),
    };
    scale(graph, factor, matrix)
}

/// diag(X) of a square matrix: the vector.
pub fn diagonal(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.shape(x).is_scalar() {
        return x;
    }
    let (factor, core) = split_coefficient(graph, x);
    let core = core.unwrap_or(x);
    let vector = match diagonal_of_matrix(graph, core) {
        Some(vector) if graph.shape(vector).is_column() => vector,
        Some(_) | None => apply(graph, LinearMap(Diagonal), &[core]),
    };
    scale(graph, factor, vector)
}

/// The vector d of diag(d).
pub fn diagonal_of_matrix(graph: &Graph, x: ExprId) -> Option<ExprId> {
    graph.atom_as::<LinearMap<DiagonalMatrix>>(x)?;
    graph.arguments(x).first().copied()
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
    let total = sum_core(graph, core, along);
    scale(graph, factor, total)
}

fn sum_core(graph: &mut Graph, x: ExprId, along: Along) -> ExprId {
    // A column has one sum, however it is asked for.
    let along = match known_sum::result(graph.shape(x), along).0.is_scalar() {
        true => Along::All,
        false => along,
    };
    let known = known_sum(graph, x, along).or_else(|| sum_of_terms(graph, x, along));
    if let Some(known) = known {
        return known;
    }
    let arguments = graph.arguments(x).to_vec();
    let scalar = |graph: &Graph, id| graph.shape(id).is_scalar();
    if graph.atom_as::<Multiply>(x).is_some() && scalar(graph, arguments[0]) {
        let rest = sum_plain(graph, arguments[1], along);
        return times(graph, arguments[0], rest);
    }
    if graph.atom_as::<Divide>(x).is_some() && scalar(graph, arguments[1]) {
        let rest = sum_plain(graph, arguments[0], along);
        return divide(graph, rest, arguments[1]);
    }
    if graph.atom_as::<ElementMultiply>(x).is_some() && along == Along::All {
        return inner_product(graph, arguments[0], arguments[1]);
    }
    sum_plain(graph, x, along)
}

fn sum_plain(graph: &mut Graph, x: ExprId, along: Along) -> ExprId {
    if let Some(known) = known_sum(graph, x, along) {
        return known;
    }
    let function = Sum;
    apply(graph, Reduce { function, along }, &[x])
}

/// sum(x .* y), as `x'*y` for columns.
pub fn inner_product(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    let (sx, sy) = (graph.shape(x), graph.shape(y));
    if sx.is_column() && sy.is_column() && sx == sy {
        let transposed = transpose(graph, x);
        return times(graph, transposed, y);
    }
    for (rank_one, other) in [(y, x), (x, y)] {
        if let Some((u, row)) = outer_factors(graph, rank_one) {
            // sum(X .* (u*v')) = u'*X*v.
            let (left, v) = (transpose(graph, u), transpose(graph, row));
            let right = times(graph, other, v);
            return times(graph, left, right);
        }
    }
    let product = element_times(graph, x, y);
    if graph.atom_as::<ElementMultiply>(product).is_some() {
        return sum_plain(graph, product, Along::All);
    }
    sum_along(graph, product, Along::All)
}

/// u and v' of the product u*v' of a column and a row.
fn outer_factors(graph: &Graph, x: ExprId) -> Option<(ExprId, ExprId)> {
    graph.atom_as::<Multiply>(x)?;
    let (u, row) = (graph.arguments(x)[0], graph.arguments(x)[1]);
    let (left, right) = (graph.shape(u), graph.shape(row));
    (left.cols == 1 && left.rows > 1 && right.rows == 1 && right.cols > 1).then_some((u, row))
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
