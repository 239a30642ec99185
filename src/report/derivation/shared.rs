//! Parts that formulas use again and again, under short names: `p` for a softmax.

use crate::atoms::affine::{Negate, Transpose};
use crate::expr::{ExprId, Graph, Printed, print_with};
use rustc_hash::{FxHashMap, FxHashSet};

/// Shorter texts are as quickly read as their name.
const SHORTEST: usize = 12;
/// More names are no help.
const MOST_NAMES: usize = 4;
const VECTORS: [&str; 8] = ["p", "q", "r", "s", "t", "u", "w", "z"];
const MATRICES: [&str; 6] = ["P", "Q", "R", "S", "T", "U"];

/// Names of parts, and what each stands for, in the order in which they are defined.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared {
    texts: FxHashMap<ExprId, String>,
    pub definitions: Vec<(String, String)>,
}

impl Shared {
    /// Of formulas in one graph; `taken` names stand for something else.
    pub fn of(
        graph: &Graph,
        roots: &[ExprId],
        names: &[String],
        taken: &FxHashSet<String>,
    ) -> Self {
        let mut shared = Shared::default();
        for id in used_again(graph, roots) {
            let text = shared.print(graph, id, names).text;
            let long = text.chars().count() >= SHORTEST;
            if !long || shared.definitions.len() == MOST_NAMES {
                continue;
            }
            let Some(name) = shared.unused(graph, id, taken) else {
                continue;
            };
            shared.definitions.push((name.clone(), text));
            shared.texts.insert(id, name);
        }
        shared
    }

    /// The formula with the names in place of the parts.
    pub fn print(&self, graph: &Graph, root: ExprId, names: &[String]) -> Printed {
        print_with(graph, root, names, &self.texts)
    }

    fn unused(&self, graph: &Graph, id: ExprId, taken: &FxHashSet<String>) -> Option<String> {
        let shape = graph.shape(id);
        let names: &[&str] = match shape.is_vector() || shape.is_scalar() {
            true => &VECTORS,
            false => &MATRICES,
        };
        let used = |name: &str| self.definitions.iter().any(|(n, _)| n == name);
        let free = names
            .iter()
            .find(|name| !taken.contains(**name) && !used(name));
        free.map(|name| (*name).to_owned())
    }
}

/// Parts that vary and stand more than once in the formulas, arguments first. A transpose or a sign
/// is no part of its own.
fn used_again(graph: &Graph, roots: &[ExprId]) -> Vec<ExprId> {
    let nodes = graph.below(roots);
    let mut uses: FxHashMap<ExprId, usize> = FxHashMap::default();
    for &id in &nodes {
        for argument in graph.arguments(id) {
            *uses.entry(*argument).or_default() += 1;
        }
    }
    let slight =
        |id| graph.atom_as::<Transpose>(id).is_some() || graph.atom_as::<Negate>(id).is_some();
    let again = |id: &ExprId| uses.get(id).copied().unwrap_or(0) > 1;
    let varies = |id: &ExprId| !graph.is_constant(*id) && graph.atom(*id).is_some();
    let found = nodes
        .into_iter()
        .filter(|id| again(id) && varies(id) && !slight(*id));
    found.filter(|id| !roots.contains(id)).collect()
}
