//! Problems with some of their expressions replaced.

use crate::expr::{ExprId, Graph};
use crate::problem::Problem;
use rustc_hash::FxHashMap;

/// Replaces all expressions above those that have an image: by what `make` makes of an expression and the images
/// of its arguments, or else by its atom on these. `None` where an expression cannot be written so.
pub fn rebuild(
    problem: &mut Problem,
    images: FxHashMap<ExprId, ExprId>,
    make: impl Fn(&mut Graph, ExprId, &[ExprId]) -> Option<ExprId>,
) -> Option<()> {
    let roots = problem.roots();
    let images = rebuild_below(&mut problem.graph, &roots, images, make)?;
    let image = |id: &mut ExprId| *id = images.get(id).copied().unwrap_or(*id);
    for constraint in &mut problem.constraints {
        image(&mut constraint.left);
        image(&mut constraint.right);
    }
    problem.objective.expression.as_mut().map(image);
    Some(())
}

/// The images of all expressions below the roots that change.
pub fn rebuild_below(
    graph: &mut Graph,
    roots: &[ExprId],
    mut images: FxHashMap<ExprId, ExprId>,
    make: impl Fn(&mut Graph, ExprId, &[ExprId]) -> Option<ExprId>,
) -> Option<FxHashMap<ExprId, ExprId>> {
    for id in graph.reachable(roots) {
        let Some(atom) = graph.atom(id).cloned() else {
            continue;
        };
        let arguments = graph.arguments(id).iter();
        let replaced: Vec<ExprId> = arguments.map(|a| *images.get(a).unwrap_or(a)).collect();
        let image = match make(graph, id, &replaced) {
            None if replaced == graph.arguments(id) => continue,
            None => {
                let span = graph.span(id);
                graph.apply(atom, &replaced, span).ok()?
            }
            Some(image) => image,
        };
        images.insert(id, image);
    }
    Some(images)
}
