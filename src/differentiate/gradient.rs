//! Reverse accumulation: adjoints are collected per node as a list and summed once, so that the
//! derivative's size is linear in the size of the graph.

use crate::atoms::{Along, construct};
use crate::expr::{Call, ExprId, Graph};

/// Nodes on a path from `wrt` to `root`, by index.
fn dependent(graph: &Graph, root: ExprId, wrt: &[ExprId]) -> Vec<bool> {
    let mut depends = vec![false; graph.len()];
    for id in wrt {
        depends[id.index()] = true;
    }
    for id in graph.reachable(&[root]) {
        let below = graph.arguments(id).iter().any(|a| depends[a.index()]);
        depends[id.index()] |= below;
    }
    depends
}

/// The gradient of the scalar `root`: for each of `wrt` an expression of its shape. At a kink it
/// is one subgradient. Contributions stand in the order of the text.
///
/// Meant for roots that [`underivable`] passes: an argument without pullback counts as constant.
pub fn gradient(graph: &mut Graph, root: ExprId, wrt: &[ExprId]) -> Vec<ExprId> {
    let depends = dependent(graph, root, wrt);
    let mut adjoints: Vec<Vec<ExprId>> = vec![Vec::new(); graph.len()];
    adjoints[root.index()].push(graph.number(1.0));
    let mut results: Vec<Option<ExprId>> = vec![None; wrt.len()];
    for id in graph.reachable(&[root]).into_iter().rev() {
        if !depends[id.index()] {
            continue;
        }
        let mut terms = std::mem::take(&mut adjoints[id.index()]);
        terms.reverse();
        let Some(adjoint) = total(graph, id, &terms) else {
            continue;
        };
        for (k, slot) in wrt.iter().zip(&mut results) {
            if *k == id {
                *slot = Some(adjoint);
            }
        }
        distribute(graph, id, adjoint, &depends, &mut adjoints);
    }
    wrt.iter()
        .zip(results)
        .map(|(&id, found)| match found {
            Some(adjoint) => adjoint,
            None => {
                let shape = graph.shape(id);
                construct::zeros(graph, shape)
            }
        })
        .collect()
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
    depends: &[bool],
    adjoints: &mut [Vec<ExprId>],
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
    let wanted: Vec<bool> = arguments.iter().map(|a| depends[a.index()]).collect();
    let contributions = atom.pullbacks(graph, &call, &wanted);
    for (argument, contribution) in arguments.iter().zip(contributions).rev() {
        adjoints[argument.index()].extend(contribution);
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
    let depends = dependent(graph, root, wrt);
    let mut scratch = graph.clone();
    graph
        .reachable(&[root])
        .into_iter()
        .filter(|id| depends[id.index()])
        .find(|&id| !derivable(&mut scratch, id, &depends))
}

fn derivable(scratch: &mut Graph, id: ExprId, depends: &[bool]) -> bool {
    let Some(atom) = scratch.atom(id).cloned() else {
        return true;
    };
    let arguments = scratch.arguments(id).to_vec();
    let wanted: Vec<bool> = arguments.iter().map(|a| depends[a.index()]).collect();
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
