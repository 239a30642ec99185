//! Logarithms and entropies of k*x, told by those of x: log(k x) = log x + log k, and with it
//! entr(k x) = k entr(x) - k log(k) x, kl_div(k x, y) = k kl_div(x, y/k), the same of rel_entr.

use crate::atoms::Entrywise;
use crate::atoms::construct::{apply, scale, shift, split_coefficient, sum};
use crate::atoms::elementwise::{Entr, KlDiv, Log, RelEntr};
use crate::expr::{ExprId, Graph};

/// The atom of `id` on other arguments, the first of them k*x; `None` for other atoms, and where k is 1.
pub fn without_unit(graph: &mut Graph, id: ExprId, arguments: &[ExprId]) -> Option<ExprId> {
    let (factor, core) = split_coefficient(graph, *arguments.first()?);
    let x = core.filter(|_| factor > 0.0 && factor != 1.0 && factor.is_finite())?;
    if graph.atom_as::<Entrywise<Log>>(id).is_some() {
        let log = apply(graph, Entrywise(Log), &[x]);
        return Some(shift(graph, log, factor.ln()));
    }
    if graph.atom_as::<Entrywise<Entr>>(id).is_some() {
        let entropy = apply(graph, Entrywise(Entr), &[x]);
        let terms = [
            scale(graph, factor, entropy),
            scale(graph, -factor * factor.ln(), x),
        ];
        return Some(sum(graph, &terms));
    }
    let is_divergence =
        graph.atom_as::<KlDiv>(id).is_some() || graph.atom_as::<RelEntr>(id).is_some();
    let atom = graph.atom(id).filter(|_| is_divergence)?.clone();
    let (y, span) = (scale(graph, 1.0 / factor, arguments[1]), graph.span(id));
    let divergence = graph.apply(atom, &[x, y], span).ok()?;
    Some(scale(graph, factor, divergence))
}
