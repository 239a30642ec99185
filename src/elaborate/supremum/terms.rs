//! The inner objective as a sum of terms.

use super::{Primal, is_affine_in};
use crate::atoms::affine::Add;
use crate::atoms::construct;
use crate::dcp::{Curvature, Facts, compose};
use crate::expr::{ExprId, Graph, NodeKind};
use rustc_hash::FxHashMap;

/// h(x, y) as a sum.
pub(super) struct Terms {
    /// Affine in the inner variables, for any values of the others.
    pub mixed: Vec<ExprId>,
    /// Of inner variables alone, not affine.
    pub own: Vec<ExprId>,
}

impl Terms {
    /// `None` where the problem is to be read jointly: no term has a product of arguments and inner
    /// variables, or the terms of arguments alone are bent the way that a joint problem asks for.
    pub fn of(graph: &mut Graph, primal: &Primal<'_>, inner: &[ExprId]) -> Option<Terms> {
        let mut terms = Terms {
            mixed: Vec::new(),
            own: Vec::new(),
        };
        let (mut product, mut outer) = (false, Vec::new());
        for (factor, core) in flattened(graph, primal.objective) {
            let (own, others) = held(graph, core, inner);
            let term = construct::scale(graph, factor, core);
            if !own || is_affine_in(graph, core, inner, Curvature::Constant) {
                product |= own && !is_affine_in(graph, core, inner, Curvature::Affine);
                outer.extend((!own).then_some(term));
                terms.mixed.push(term);
            } else if others {
                return None;
            } else {
                terms.own.push(term);
            }
        }
        let total = construct::sum(graph, &outer);
        let bent = curvature(graph, total);
        let fits = match primal.maximum {
            true => bent.is_convex(),
            false => bent.is_concave(),
        };
        (product && (terms.own.is_empty() || fits)).then_some(terms)
    }
}

/// Numbers and expressions whose products add up to the expression.
fn flattened(graph: &Graph, root: ExprId) -> Vec<(f64, ExprId)> {
    let mut open = vec![(1.0, root)];
    let mut terms = Vec::new();
    while let Some((factor, id)) = open.pop() {
        let (own, core) = construct::split_coefficient(graph, id);
        match core {
            Some(core) if graph.atom_as::<Add>(core).is_some() => {
                let parts = graph.arguments(core).iter().rev();
                open.extend(parts.map(|&part| (factor * own, part)));
            }
            Some(core) => terms.push((factor * own, core)),
            None => terms.push((factor, id)),
        }
    }
    terms
}

/// Whether these variables, and whether others, stand below `root`.
fn held(graph: &Graph, root: ExprId, inner: &[ExprId]) -> (bool, bool) {
    let is_variable = |id: &ExprId| matches!(graph.kind(*id), NodeKind::Variable(_));
    let below = graph.below(&[root]).into_iter().filter(is_variable);
    below.fold((false, false), |(own, others), id| {
        let is_own = inner.contains(&id);
        (own || is_own, others || !is_own)
    })
}

/// By the composition rule, nothing known of the variables.
fn curvature(graph: &Graph, root: ExprId) -> Curvature {
    let mut known: FxHashMap<ExprId, Facts> = FxHashMap::default();
    for id in graph.below(&[root]) {
        let arguments: Vec<Facts> = graph.arguments(id).iter().map(|a| known[a]).collect();
        let curvature = match graph.atom(id) {
            _ if graph.is_constant(id) => Curvature::Constant,
            None => Curvature::Affine,
            Some(atom) => {
                let pairs = arguments.iter().enumerate();
                let pairs = pairs.map(|(k, f)| (f.curvature, atom.monotonicity(k, &arguments)));
                compose(atom.curvature(&arguments), pairs)
            }
        };
        let facts = Facts {
            curvature,
            ..Facts::unknown(graph.shape(id))
        };
        known.insert(id, facts);
    }
    known[&root].curvature
}
