//! Functions whose kinks an objective has too.

use crate::atoms::elementwise::{Abs, Neg, Pos, Power};
use crate::atoms::reductions::Norm2;
use crate::atoms::{Entrywise, Reduce};
use crate::expr::{ExprId, Graph, Kink};
use rustc_hash::FxHashSet;

/// The functions of varying arguments below with a kink that no power above one rounds off: norm2(x)^2 and abs(x)^1.5
/// have a slope everywhere.
pub fn kinked(graph: &Graph, root: ExprId) -> Vec<ExprId> {
    let below = graph.below(&[root]);
    let mut sharp: FxHashSet<ExprId> = FxHashSet::default();
    sharp.insert(root);
    for &id in below.iter().filter(|&&id| !is_rounding(graph, id)) {
        sharp.extend(graph.arguments(id));
    }
    let is_kinked = |id: &ExprId| {
        let atom = graph.atom(*id);
        let bent = atom.is_some_and(|atom| !matches!(atom.kink(), Kink::Smooth));
        let is_rounded = !sharp.contains(id) && is_zero_at_its_kinks(graph, *id);
        bent && !graph.is_constant(*id) && !is_rounded
    };
    below.into_iter().filter(is_kinked).collect()
}

fn is_rounding(graph: &Graph, id: ExprId) -> bool {
    let power = graph.atom_as::<Entrywise<Power>>(id);
    power.is_some_and(|power| power.0.exponent() > 1.0)
}

fn is_zero_at_its_kinks(graph: &Graph, id: ExprId) -> bool {
    graph.atom_as::<Entrywise<Abs>>(id).is_some()
        || graph.atom_as::<Entrywise<Pos>>(id).is_some()
        || graph.atom_as::<Entrywise<Neg>>(id).is_some()
        || graph.atom_as::<Reduce<Norm2>>(id).is_some()
}
