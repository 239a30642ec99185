//! Reverse accumulation: adjoints are collected per node as a list and summed once, so that the
//! derivative's size is linear in the size of the graph.

use crate::atoms::{Along, construct};
use crate::expr::{Call, ExprId, Graph};
use rustc_hash::{FxHashMap, FxHashSet};

/// The nodes of `order`, which rises, that stand on a path from `wrt` upwards.
pub(super) fn dependent(graph: &Graph, order: &[ExprId], wrt: &[ExprId]) -> FxHashSet<ExprId> {
    let mut depends = FxHashSet::from_iter(wrt.iter().copied());
    for &id in order {
        if graph.arguments(id).iter().any(|a| depends.contains(a)) {
            depends.insert(id);
        }
    }
    depends
}

/// The gradient of the scalar `root`: for each of `wrt` an expression of its shape. At a kink it
/// is one subgradient. Contributions stand in the order of the text.
///
/// Meant for roots that [`underivable`] passes: an argument without pullback counts as constant.
pub fn gradient(graph: &mut Graph, root: ExprId, wrt: &[ExprId]) -> Vec<ExprId> {
    let order = graph.below(&[root]);
    let depends = dependent(graph, &order, wrt);
    let mut adjoints: FxHashMap<ExprId, Vec<ExprId>> = FxHashMap::default();
    adjoints.insert(root, vec![graph.number(1.0)]);
    let mut results: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in order.into_iter().rev() {
        if !depends.contains(&id) {
            continue;
        }
        let mut terms = adjoints.remove(&id).unwrap_or_default();
        terms.reverse();
        if let Some(adjoint) = total(graph, id, &terms) {
            results.insert(id, adjoint);
            distribute(graph, id, adjoint, &depends, &mut adjoints);
        }
    }
    let found = |id: &ExprId| match results.get(id) {
        Some(&adjoint) => adjoint,
        None => {
            let shape = graph.shape(*id);
            construct::zeros(graph, shape)
        }
    };
    wrt.iter().map(found).collect()
}

/// The sum of the contributions, of the node's shape; `None` when there is none.
fn total(graph: &mut Graph, id: ExprId, terms: &[ExprId]) -> Option<ExprId> {
    let shape = graph.shape(id);
    let sum = match terms {
        [] => return None,
        [only] => *only,
        _ => construct::sum(graph, terms),
    };
    let sum = construct::fill(graph, sum, shape);
    (!construct::is_zero(graph, sum)).then_some(sum)
}

/// Hands the adjoint of a node down to its arguments, last argument first.
fn distribute(
    graph: &mut Graph,
    id: ExprId,
    adjoint: ExprId,
    depends: &FxHashSet<ExprId>,
    adjoints: &mut FxHashMap<ExprId, Vec<ExprId>>,
) {
    let Some(atom) = graph.atom(id).cloned() else {
        return;
    };
    let arguments = graph.arguments(id).to_vec();
    let call = Call {
        arguments: &arguments,
        value: id,
        adjoint,
    };
    let wanted: Vec<bool> = arguments.iter().map(|a| depends.contains(a)).collect();
    let contributions = atom.pullbacks(graph, &call, &wanted);
    for (argument, contribution) in arguments.iter().zip(contributions).rev() {
        if let Some(contribution) = contribution {
            adjoints.entry(*argument).or_default().push(contribution);
        }
    }
}

/// H*v for the Hessian H of the scalar `root` in `wrt` and directions v of the same shapes, which
/// must not depend on `wrt`: the gradient of <gradient, v>.
pub fn hessian_times(
    graph: &mut Graph,
    root: ExprId,
    wrt: &[ExprId],
    directions: &[ExprId],
) -> Vec<ExprId> {
    let slopes = gradient(graph, root, wrt);
    let slope = inner_products(graph, &slopes, directions);
    gradient(graph, slope, wrt)
}

/// The sum of the entrywise products of the pairs, a scalar.
pub fn inner_products(graph: &mut Graph, left: &[ExprId], right: &[ExprId]) -> ExprId {
    let mut terms = vec![graph.number(0.0)];
    for (&x, &y) in left.iter().zip(right) {
        terms.push(inner_product(graph, x, y));
    }
    construct::sum(graph, &terms)
}

fn inner_product(graph: &mut Graph, x: ExprId, y: ExprId) -> ExprId {
    if graph.shape(x).is_column() && graph.shape(y).is_column() {
        let row = construct::transpose(graph, y);
        return construct::times(graph, row, x);
    }
    let product = construct::element_times(graph, x, y);
    construct::sum_along(graph, product, Along::All)
}

/// A node below `root` that depends on `wrt` through an argument of which its atom knows no
/// derivative.
pub fn underivable(graph: &Graph, root: ExprId, wrt: &[ExprId]) -> Option<ExprId> {
    let order = graph.below(&[root]);
    let depends = dependent(graph, &order, wrt);
    let (mut scratch, places) = graph.part(&[root]);
    let inside: FxHashSet<ExprId> = order
        .iter()
        .filter(|id| depends.contains(id))
        .map(|id| places[id])
        .collect();
    order
        .into_iter()
        .filter(|id| depends.contains(id))
        .find(|id| !derivable(&mut scratch, places[id], &inside))
}

fn derivable(scratch: &mut Graph, id: ExprId, depends: &FxHashSet<ExprId>) -> bool {
    let Some(atom) = scratch.atom(id).cloned() else {
        return true;
    };
    let arguments = scratch.arguments(id).to_vec();
    let wanted: Vec<bool> = arguments.iter().map(|a| depends.contains(a)).collect();
    let shape = scratch.shape(id);
    let adjoint = construct::ones(scratch, shape);
    let call = Call {
        arguments: &arguments,
        value: id,
        adjoint,
    };
    let contributions = atom.pullbacks(scratch, &call, &wanted);
    let mut pairs = wanted.iter().zip(&contributions);
    pairs.all(|(&wanted, found)| !wanted || found.is_some())
}
