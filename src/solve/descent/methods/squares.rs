//! norm2(r)^2 written as sum_squares(r), which is smooth where r is zero and quadratic in r.

use crate::atoms::elementwise::Power;
use crate::atoms::reductions::{Norm2, SumSquares};
use crate::atoms::{Along, Entrywise, Reduce, construct};
use crate::expr::{ExprId, Graph};
use crate::span::Span;
use rustc_hash::FxHashMap;

/// r behind `norm2(r)^2` over all entries.
fn squared_norm(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let power = graph.atom_as::<Entrywise<Power>>(id)?;
    let norm = *graph.arguments(id).first()?;
    let whole = graph.atom_as::<Reduce<Norm2>>(norm)?.along == Along::All;
    (power.0 == Power::new(2.0) && whole).then(|| graph.arguments(norm)[0])
}

/// The root with every squared norm replaced.
pub fn without_squared_norms(graph: &mut Graph, root: ExprId) -> ExprId {
    let mut copies: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in graph.reachable(&[root]) {
        let now = |id: &ExprId| copies.get(id).copied().unwrap_or(*id);
        if let Some(inner) = squared_norm(graph, id) {
            let inner = now(&inner);
            let sum = construct::apply(graph, Reduce::all(SumSquares), &[inner]);
            copies.insert(id, sum);
            continue;
        }
        let arguments: Vec<ExprId> = graph.arguments(id).iter().map(now).collect();
        let Some(atom) = graph.atom(id).cloned() else {
            continue;
        };
        if arguments != graph.arguments(id)
            && let Ok(copy) = graph.apply(atom, &arguments, Span::default())
        {
            copies.insert(id, copy);
        }
    }
    copies.get(&root).copied().unwrap_or(root)
}
