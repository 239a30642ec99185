//! The matrix of a linear expression, as an expression: A'*(d .* (A*v)) is A'*diag(d)*A times v.

use super::common_factor::factored_sum;
use super::gradient::dependent;
use crate::atoms::affine::{
    Add, Concatenate, CumulativeSum, Diff, Direction, Divide, ElementMultiply, Flip, Index,
    LinearMap, Multiply, Negate, Reshape, Scatter, Transpose,
};
use crate::atoms::construct;
use crate::atoms::reductions::Sum;
use crate::atoms::{Along, Reduce};
use crate::expr::{ExprId, Graph};
use crate::shape::Shape;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The matrix M with vec(root) = M*vec(v), for a `root` that is linear in `v`. `None` where a node
/// between the two is a matrix, or where a function has no rule here.
///
/// The way from v to the root is cut at the nodes that all of it passes; M is the product of the
/// matrices of the pieces, as a person would write it.
pub(super) fn matrix_of(graph: &mut Graph, root: ExprId, v: ExprId) -> Option<ExprId> {
    let order = graph.below(&[root]);
    let depends = dependent(graph, &order, &[v]);
    let between: Vec<ExprId> = order
        .into_iter()
        .filter(|id| depends.contains(id))
        .collect();
    if !depends.contains(&root) || between.first() != Some(&v) {
        let shape = Shape::new(graph.shape(root).size(), graph.shape(v).size());
        return Some(construct::zeros(graph, shape));
    }
    let last_use = last_uses(graph, &between);
    let mut product = identity(graph, v);
    let mut rows: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    rows.insert(v, product);
    let mut reach = last_use[&v];
    for (place, &id) in between.iter().enumerate().skip(1) {
        let own = rows_of(graph, id, &rows)?;
        if reach <= place {
            // All that came before is used up: a new piece begins.
            product = construct::times(graph, own, product);
            rows.clear();
            rows.insert(id, identity(graph, id));
            reach = last_use[&id];
        } else {
            rows.insert(id, own);
            reach = reach.max(last_use[&id]);
        }
    }
    Some(product)
}

/// The place of the last user of each node in a list that rises; of the last node its own.
fn last_uses(graph: &Graph, nodes: &[ExprId]) -> FxHashMap<ExprId, usize> {
    let mut last: FxHashMap<ExprId, usize> = FxHashMap::default();
    for (place, &id) in nodes.iter().enumerate() {
        last.insert(id, place);
        for argument in graph.arguments(id) {
            if let Some(use_of) = last.get_mut(argument) {
                *use_of = place;
            }
        }
    }
    last
}

fn identity(graph: &mut Graph, id: ExprId) -> ExprId {
    let size = graph.shape(id).size();
    construct::identity(graph, size)
}

/// The matrix of one node by the last cut, from those of its arguments; a row vector counts as its
/// transpose.
fn rows_of(graph: &mut Graph, id: ExprId, rows: &FxHashMap<ExprId, ExprId>) -> Option<ExprId> {
    if !graph.shape(id).is_vector() && !graph.shape(id).is_scalar() {
        return None;
    }
    let arguments = graph.arguments(id).to_vec();
    let linear: Vec<Option<ExprId>> = arguments.iter().map(|a| rows.get(a).copied()).collect();
    if let [a, b] = arguments[..]
        && let Some(found) = rows_of_product(graph, id, [a, b], &linear)
    {
        return Some(found);
    }
    if graph.atom_as::<Add>(id).is_some() {
        return rows_of_sum(graph, id, &linear);
    }
    if let Some(scatter) = graph.atom_as::<Scatter>(id).cloned() {
        return rows_of_scatter(graph, &scatter, &linear);
    }
    if graph.atom_as::<Concatenate>(id).is_some() {
        return rows_of_list(graph, &arguments, &linear);
    }
    let [Some(rows)] = linear[..] else {
        return None;
    };
    rows_of_map(graph, id, rows)
}

/// Of functions of one argument.
fn rows_of_map(graph: &mut Graph, id: ExprId, rows: ExprId) -> Option<ExprId> {
    let argument = graph.shape(*graph.arguments(id).first()?);
    if graph.atom_as::<Negate>(id).is_some() {
        return Some(construct::negate(graph, rows));
    }
    let same_entries = graph.atom_as::<Transpose>(id).is_some()
        || graph.atom_as::<LinearMap<Reshape>>(id).is_some();
    if same_entries && (argument.is_vector() || argument.is_scalar()) {
        return Some(rows);
    }
    if let Some(reduce) = graph.atom_as::<Reduce<Sum>>(id) {
        return (reduce.along == Along::All).then(|| column_sums(graph, rows));
    }
    if let Some(index) = graph.atom_as::<Index>(id) {
        let positions = index.positions.clone();
        return Some(picked(graph, rows, &positions));
    }
    down_the_columns(graph, id).then(|| {
        let atom = graph.atom(id).cloned();
        let applied = atom.and_then(|atom| graph.apply(atom, &[rows], Default::default()).ok());
        applied.unwrap_or(rows)
    })
}

/// Whether the function of a column is the same function of each column of a matrix.
fn down_the_columns(graph: &Graph, id: ExprId) -> bool {
    let argument = graph.arguments(id).first();
    let column = argument.is_some_and(|&a| graph.shape(a).is_column());
    let differences = graph.atom_as::<LinearMap<Diff>>(id);
    let sums = graph.atom_as::<CumulativeSum>(id);
    column
        && (differences.is_some_and(|map| !map.0.along_rows)
            || sums.is_some_and(|sums| !sums.along_rows)
            || graph.atom_as::<LinearMap<Flip>>(id).is_some())
}

/// ones(k)'*M.
fn column_sums(graph: &mut Graph, rows: ExprId) -> ExprId {
    if construct::is_identity(graph, rows) {
        let shape = Shape::new(1, graph.shape(rows).cols);
        return construct::ones(graph, shape);
    }
    construct::through_linear(graph, rows, |graph, core| {
        if let Some(diagonal) = construct::diagonal_of_matrix(graph, core) {
            return construct::transpose(graph, diagonal);
        }
        match leading_diagonal(graph, core) {
            (Some(diagonal), Some(rest)) => {
                let weights = construct::transpose(graph, diagonal);
                construct::times(graph, weights, rest)
            }
            _ => construct::sum_along(graph, core, Along::Columns),
        }
    })
}

/// The rows of M at these places.
fn picked(graph: &mut Graph, rows: ExprId, places: &[usize]) -> ExprId {
    let Shape { rows: height, cols } = graph.shape(rows);
    let positions: Arc<[usize]> = (0..cols)
        .flat_map(|j| places.iter().map(move |p| p + j * height))
        .collect();
    construct::gather(graph, rows, Shape::new(places.len(), cols), positions)
}

/// Σ E_k'*M_k, where E_k picks the rows to which the k-th argument goes.
fn rows_of_scatter(
    graph: &mut Graph,
    scatter: &Scatter,
    linear: &[Option<ExprId>],
) -> Option<ExprId> {
    let mut terms = Vec::with_capacity(linear.len());
    for (rows, places) in linear.iter().zip(&scatter.positions) {
        let Some(rows) = *rows else { continue };
        let all = construct::identity(graph, scatter.shape.size());
        let picks = picked(graph, all, places);
        let spread = construct::transpose(graph, picks);
        terms.push(construct::times(graph, spread, rows));
    }
    (!terms.is_empty()).then(|| construct::sum(graph, &terms))
}

/// Of vectors put together: their rows on top of each other.
fn rows_of_list(
    graph: &mut Graph,
    arguments: &[ExprId],
    linear: &[Option<ExprId>],
) -> Option<ExprId> {
    let width = linear
        .iter()
        .flatten()
        .next()
        .map(|&rows| graph.shape(rows).cols)?;
    let mut parts = Vec::with_capacity(arguments.len());
    for (&argument, rows) in arguments.iter().zip(linear) {
        let part = match *rows {
            Some(rows) => rows,
            None if construct::is_zero(graph, argument) => {
                let shape = Shape::new(graph.shape(argument).size(), width);
                construct::zeros(graph, shape)
            }
            None => return None,
        };
        parts.push(part);
    }
    Some(construct::concatenate(graph, Direction::Vertical, &parts))
}

/// A scalar among longer terms is spread over their entries.
fn rows_of_sum(graph: &mut Graph, id: ExprId, linear: &[Option<ExprId>]) -> Option<ExprId> {
    let size = graph.shape(id).size();
    let mut terms = Vec::with_capacity(linear.len());
    for &rows in linear {
        let rows = rows?;
        terms.push(match graph.shape(rows).rows {
            1 if size > 1 => {
                let ones = construct::ones(graph, Shape::vector(size));
                construct::times(graph, ones, rows)
            }
            _ => rows,
        });
    }
    Some(factored_sum(graph, &terms))
}

/// Of products and quotients in which one side is known.
fn rows_of_product(
    graph: &mut Graph,
    id: ExprId,
    [a, b]: [ExprId; 2],
    linear: &[Option<ExprId>],
) -> Option<ExprId> {
    let (rows, known, left) = match linear {
        [None, Some(rows)] => (*rows, a, true),
        [Some(rows), None] => (*rows, b, false),
        _ => return None,
    };
    if graph.atom_as::<Divide>(id).is_some() {
        return (!left).then(|| divided(graph, rows, known));
    }
    let entry_by_entry = graph.atom_as::<ElementMultiply>(id).is_some();
    if !entry_by_entry && graph.atom_as::<Multiply>(id).is_none() {
        return None;
    }
    let (varying, fixed) = if left { (b, a) } else { (a, b) };
    if graph.shape(fixed).is_scalar() {
        return Some(construct::times(graph, fixed, rows));
    }
    if graph.shape(varying).is_scalar() {
        let column = column(graph, fixed);
        return Some(construct::times(graph, column, rows));
    }
    if entry_by_entry {
        let weights = column(graph, fixed);
        return Some(weighted(graph, weights, rows));
    }
    // A*v, or v'*A as A'*v.
    let matrix = if left {
        fixed
    } else {
        construct::transpose(graph, fixed)
    };
    Some(construct::times(graph, matrix, rows))
}

/// The vector as a column.
fn column(graph: &mut Graph, x: ExprId) -> ExprId {
    if graph.shape(x).is_column() {
        x
    } else {
        construct::transpose(graph, x)
    }
}

/// Each row by its divisor.
fn divided(graph: &mut Graph, rows: ExprId, divisor: ExprId) -> ExprId {
    if graph.shape(divisor).is_scalar() {
        return construct::divide(graph, rows, divisor);
    }
    let divisor = column(graph, divisor);
    let one = graph.number(1.0);
    let weights = construct::divide(graph, one, divisor);
    weighted(graph, weights, rows)
}

/// diag(w)*M; of a single row or a single column less.
fn weighted(graph: &mut Graph, weights: ExprId, rows: ExprId) -> ExprId {
    if graph.shape(rows).rows == 1 {
        return construct::times(graph, weights, rows);
    }
    if graph.shape(rows).is_column() {
        return construct::element_times(graph, weights, rows);
    }
    let diagonal = construct::diagonal_matrix(graph, weights);
    construct::times(graph, diagonal, rows)
}

/// d and M of diag(d)*M.
fn leading_diagonal(graph: &Graph, x: ExprId) -> (Option<ExprId>, Option<ExprId>) {
    if graph.atom_as::<Multiply>(x).is_none() {
        return (None, None);
    }
    let (first, rest) = (graph.arguments(x)[0], graph.arguments(x)[1]);
    match construct::diagonal_of_matrix(graph, first) {
        Some(own) => (Some(own), Some(rest)),
        None => (None, None),
    }
}
