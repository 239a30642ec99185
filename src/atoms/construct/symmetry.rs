//! Which matrices are seen to be symmetric, and the symmetric part of those that are not.

use super::product::chain;
use super::{apply, diagonal_of_matrix, plus};
use crate::atoms::affine::{Add, Divide, Multiply, Negate, Transpose};
use crate::atoms::spectral::Inverse;
use crate::dcp::Facts;
use crate::expr::{ExprId, Graph, NodeKind};
use rustc_hash::FxHashSet;

/// The symmetric part (X + X')/2: X itself where it is seen to be symmetric.
pub fn symmetric_part(graph: &mut Graph, x: ExprId) -> ExprId {
    if is_symmetric(graph, x) {
        return x;
    }
    let transposed = super::transpose(graph, x);
    let sum = plus(graph, x, transposed);
    let two = graph.number(2.0);
    apply(graph, Divide, &[sum, two])
}

/// Whether x' = x is plain: of symmetric variables and constants, of sums and inverses of symmetric
/// matrices, of A + A', A'*A and A*S*A'.
pub fn is_symmetric(graph: &Graph, x: ExprId) -> bool {
    let mut seen = FxHashSet::default();
    let mut open = vec![x];
    while let Some(id) = open.pop() {
        if seen.insert(id) && !graph.shape(id).is_scalar() {
            match symmetric_if(graph, id) {
                Some(needed) if graph.shape(id).is_square() => open.extend(needed),
                Some(_) | None => return false,
            }
        }
    }
    true
}

/// The matrices whose symmetry makes this one symmetric; `None` where nothing is known to.
fn symmetric_if(graph: &Graph, id: ExprId) -> Option<Vec<ExprId>> {
    let arguments = graph.arguments(id);
    let scalar = |k: usize| graph.shape(arguments[k]).is_scalar();
    match graph.kind(id) {
        NodeKind::Constant(constant) => constant.value.is_symmetric().then(Vec::new),
        NodeKind::Variable(variable) => graph.is_symmetric_variable(*variable).then(Vec::new),
        NodeKind::Apply(_) if diagonal_of_matrix(graph, id).is_some() => Some(Vec::new()),
        NodeKind::Apply(_) if graph.atom_as::<Add>(id).is_some() => {
            Some(unpaired(graph, arguments))
        }
        NodeKind::Apply(_) if graph.atom_as::<Multiply>(id).is_some() => {
            match (scalar(0), scalar(1)) {
                (true, _) => Some(vec![arguments[1]]),
                (_, true) => Some(vec![arguments[0]]),
                _ => palindrome(graph, &chain(graph, id)),
            }
        }
        NodeKind::Apply(_) if graph.atom_as::<Divide>(id).is_some() => {
            scalar(1).then(|| vec![arguments[0]])
        }
        NodeKind::Apply(_) if keeps_symmetry(graph, id) => Some(arguments.to_vec()),
        NodeKind::Apply(atom) => {
            let facts = |&a: &ExprId| Facts::unknown(graph.shape(a));
            let facts: Vec<Facts> = arguments.iter().map(facts).collect();
            atom.definiteness(&facts).0.then(Vec::new)
        }
    }
}

fn keeps_symmetry(graph: &Graph, id: ExprId) -> bool {
    graph.atom_as::<Transpose>(id).is_some()
        || graph.atom_as::<Negate>(id).is_some()
        || graph.atom_as::<Inverse>(id).is_some()
}

/// The terms of a sum without those whose transposes stand in it too.
fn unpaired(graph: &Graph, terms: &[ExprId]) -> Vec<ExprId> {
    let paired = |&term: &ExprId| {
        terms
            .iter()
            .any(|&other| are_transposes(graph, term, other))
    };
    terms.iter().copied().filter(|term| !paired(term)).collect()
}

/// Of a product that reads backwards as its own transpose, the factors that must be symmetric.
fn palindrome(graph: &Graph, factors: &[ExprId]) -> Option<Vec<ExprId>> {
    let count = factors.len();
    let pairs = (0..count.div_ceil(2)).map(|k| (factors[k], factors[count - 1 - k]));
    let open = pairs.filter(|&(a, b)| !are_transposes(graph, a, b));
    open.map(|(a, b)| (a == b).then_some(a)).collect()
}

fn are_transposes(graph: &Graph, a: ExprId, b: ExprId) -> bool {
    let transposes = |a, b| graph.atom_as::<Transpose>(a).is_some() && graph.arguments(a)[0] == b;
    transposes(a, b) || transposes(b, a)
}
