//! An expression put into another graph, and its slopes there.

use crate::atoms::body::Body;
use crate::atoms::construct;
use crate::expr::{Call, ExprId, Graph, NodeKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// The expression of another graph in `own`, with `given` nodes of `own` in the place of some of
/// its nodes; these must stand in the place of all its variables.
pub(super) fn copy(
    graph: &Graph,
    expression: ExprId,
    own: &mut Graph,
    given: impl Iterator<Item = (ExprId, ExprId)>,
) -> ExprId {
    let copied = copies(graph, expression, own, given);
    copied
        .get(&expression)
        .copied()
        .unwrap_or_else(|| own.number(f64::NAN))
}

/// Every node below the expression and its copy.
fn copies(
    graph: &Graph,
    expression: ExprId,
    own: &mut Graph,
    given: impl Iterator<Item = (ExprId, ExprId)>,
) -> FxHashMap<ExprId, ExprId> {
    let mut copied: FxHashMap<ExprId, ExprId> = given.collect();
    for id in above(graph, expression, &copied) {
        let span = graph.span(id);
        let copy = match graph.kind(id) {
            NodeKind::Constant(constant) => {
                own.constant(constant.value.clone(), constant.name.clone(), span)
            }
            NodeKind::Variable(variable) => own.variable(*variable, graph.shape(id), span),
            NodeKind::Apply(atom) => {
                let arguments: Vec<ExprId> = graph
                    .arguments(id)
                    .iter()
                    .filter_map(|a| copied.get(a).copied())
                    .collect();
                // The shapes are those that fitted before.
                match own.apply(atom.clone(), &arguments, span) {
                    Ok(copy) => copy,
                    Err(_) => own.number(f64::NAN),
                }
            }
        };
        copied.insert(id, copy);
    }
    copied
}

/// The nodes of the expression above those that are given, rising.
fn above(graph: &Graph, expression: ExprId, given: &FxHashMap<ExprId, ExprId>) -> Vec<ExprId> {
    let mut nodes = graph.below(&[expression]);
    let mut wanted = FxHashSet::from_iter([expression]);
    for id in nodes.iter().rev() {
        if wanted.contains(id) && !given.contains_key(id) {
            wanted.extend(graph.arguments(*id));
        }
    }
    nodes.retain(|id| wanted.contains(id) && !given.contains_key(id));
    nodes
}

/// The value of the body at these points and, for an adjoint of that value, the adjoint of each
/// point by reverse accumulation; `None` where a part has no derivative.
pub(super) fn slopes(
    body: &Body,
    graph: &mut Graph,
    points: &[ExprId],
    adjoint: ExprId,
) -> Option<(ExprId, Vec<ExprId>)> {
    let own = &body.graph;
    let place = |id: ExprId| match own.kind(id) {
        NodeKind::Variable(v) => points.get(v.index()).map(|&point| (id, point)),
        NodeKind::Constant(_) | NodeKind::Apply(_) => None,
    };
    let given: Vec<_> = own.ids().filter_map(place).collect();
    let copied = copies(own, body.root, graph, given.iter().copied());
    let value = *copied.get(&body.root)?;
    let mut adjoints: FxHashMap<ExprId, Vec<ExprId>> = FxHashMap::default();
    adjoints.insert(body.root, vec![adjoint]);
    for id in own.reachable(&[body.root]).into_iter().rev() {
        let Some(atom) = own.atom(id).filter(|_| !own.is_constant(id)) else {
            continue;
        };
        let Some(adjoint) = total(graph, adjoints.remove(&id), *copied.get(&id)?) else {
            continue;
        };
        let below = own.arguments(id);
        let arguments: Vec<ExprId> = below
            .iter()
            .filter_map(|a| copied.get(a).copied())
            .collect();
        let call = Call {
            arguments: &arguments,
            value: *copied.get(&id)?,
            adjoint,
        };
        let wanted: Vec<bool> = below.iter().map(|&a| !own.is_constant(a)).collect();
        let contributions = atom.pullbacks(graph, &call, &wanted);
        for ((argument, wanted), contribution) in below.iter().zip(wanted).zip(contributions) {
            if wanted {
                adjoints.entry(*argument).or_default().push(contribution?);
            }
        }
    }
    let mut slopes: Vec<ExprId> = Vec::with_capacity(points.len());
    for &point in points {
        let shape = graph.shape(point);
        slopes.push(construct::zeros(graph, shape));
    }
    for (id, point) in given {
        if let Some(slope) = total(graph, adjoints.remove(&id), point) {
            let k = points.iter().position(|&p| p == point)?;
            slopes[k] = slope;
        }
    }
    Some((value, slopes))
}

/// The sum of the contributions, of the shape of `like`.
fn total(graph: &mut Graph, terms: Option<Vec<ExprId>>, like: ExprId) -> Option<ExprId> {
    let sum = construct::sum(graph, &terms?);
    let shape = graph.shape(like);
    Some(construct::fill(graph, sum, shape))
}
