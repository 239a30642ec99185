//! A function without kinks below a convex one: where the slopes of that jump, its lowest point is found only by
//! chance, and the smooth function proves as much.

use super::small_numbers::own_number;
use crate::convexity::Analysis;
use crate::dcp::{Facts, Monotonicity};
use crate::expr::{ExprId, Graph, Kink};
use crate::problem::Problem;
use rustc_hash::FxHashMap;

/// The root with its kinks rounded off to a share of the largest number below each, and whatever is left as it is;
/// `None` where there are none that could be.
pub(super) fn below(
    problem: &Problem,
    graph: &mut Graph,
    root: ExprId,
    share: f64,
) -> Option<ExprId> {
    let stated = Problem {
        graph: graph.clone(),
        variables: problem.variables.clone(),
        constraints: problem.constraints.clone(),
        ..Problem::default()
    };
    let analysis = Analysis::new(&stated, &[root]);
    let order = stated.graph.reachable(&[root]);
    let signs = signs(&analysis, &order, root);
    let numbers = numbers(&stated.graph, &order);
    let mut images: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in order {
        let Some(atom) = stated.graph.atom(id).cloned() else {
            continue;
        };
        let arguments = stated.graph.arguments(id).iter();
        let image = |a: &ExprId| images.get(a).copied().unwrap_or(*a);
        let arguments: Vec<ExprId> = arguments.map(image).collect();
        let is_rounded = is_kinked(&analysis, id) && lowers(&analysis, &signs, id);
        let rounded = is_rounded
            .then(|| atom.smoothed(graph, &arguments, share * numbers[&id]))
            .flatten();
        let is_changed = arguments != stated.graph.arguments(id);
        let image = match rounded {
            Some(rounded) => rounded,
            None if is_changed => graph.apply(atom, &arguments, stated.graph.span(id)).ok()?,
            None => continue,
        };
        images.insert(id, image);
    }
    images.get(&root).copied()
}

/// The largest finite number below each node, 1 where there is none, of nodes that come in rising order.
fn numbers(graph: &Graph, order: &[ExprId]) -> FxHashMap<ExprId, f64> {
    let mut numbers: FxHashMap<ExprId, f64> = FxHashMap::default();
    for &id in order {
        let own = own_number(graph, id);
        let below = graph.arguments(id).iter().map(|a| numbers[a]);
        let all = below.fold(own, f64::max);
        numbers.insert(id, all);
    }
    let has_none = numbers.values_mut().filter(|number| **number == 0.0);
    has_none.for_each(|number| *number = 1.0);
    numbers
}

/// How the root moves with a node.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    Up,
    Down,
    Unknown,
}

/// Of the nodes that move the root, which come in rising order.
fn signs(analysis: &Analysis<'_>, order: &[ExprId], root: ExprId) -> FxHashMap<ExprId, Sign> {
    let graph = analysis.graph();
    let mut signs = FxHashMap::from_iter([(root, Sign::Up)]);
    for &id in order.iter().rev() {
        let (Some(atom), Some(&own)) = (graph.atom(id), signs.get(&id)) else {
            continue;
        };
        let facts = facts_of_arguments(analysis, id);
        for (k, &argument) in graph.arguments(id).iter().enumerate() {
            let sign =
                match (own, atom.monotonicity(k, &facts)) {
                    (Sign::Up, Monotonicity::Increasing)
                    | (Sign::Down, Monotonicity::Decreasing) => Sign::Up,
                    (Sign::Up, Monotonicity::Decreasing)
                    | (Sign::Down, Monotonicity::Increasing) => Sign::Down,
                    _ => Sign::Unknown,
                };
            let known = signs.entry(argument).or_insert(sign);
            if *known != sign {
                *known = Sign::Unknown;
            }
        }
    }
    signs
}

fn is_kinked(analysis: &Analysis<'_>, id: ExprId) -> bool {
    let graph = analysis.graph();
    let atom = graph.atom(id).filter(|_| !graph.is_constant(id));
    atom.is_some_and(|atom| matches!(atom.kink(), Kink::Kinked | Kink::Proximal(_)))
}

/// Whether what rounds off the kinks of a node does not raise the root.
fn lowers(analysis: &Analysis<'_>, signs: &FxHashMap<ExprId, Sign>, id: ExprId) -> bool {
    let facts = facts_of_arguments(analysis, id);
    let atom = analysis.graph().atom(id);
    let Some(curvature) = atom.map(|atom| atom.curvature(&facts)) else {
        return false;
    };
    match signs.get(&id) {
        Some(Sign::Up) => curvature.is_convex(),
        Some(Sign::Down) => curvature.is_concave(),
        Some(Sign::Unknown) | None => false,
    }
}

fn facts_of_arguments(analysis: &Analysis<'_>, id: ExprId) -> Vec<Facts> {
    let arguments = analysis.graph().arguments(id).iter();
    arguments.map(|a| *analysis.facts(*a)).collect()
}
