//! Reverse accumulation: adjoints are collected per node as a list and summed once, so that the
//! derivative's size is linear in the size of the graph.

use crate::atoms::{Along, construct};
use crate::expr::{Call, ExprId, Graph};
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

/// The nodes of `order`, which rises, that stand on a path from `wrt` upwards.
pub(super) fn dependent(graph: &Graph, order: &[ExprId], wrt: &[ExprId]) -> FxHashSet<ExprId> {
    let mut depends = FxHashSet::from_iter(wrt.iter().copied());
    for &id in order {
        if graph.arguments(id).iter().any(|a| depends.contains(a)) {
            depends.insert(id);
        }
    }
    depends
}

/// The gradient of the scalar `root`: for each of `wrt` an expression of its shape. At a kink it
/// is one subgradient. Contributions stand in the order of the text.
///
/// Meant for roots that [`underivable`] passes: an argument without pullback counts as constant.
pub fn gradient(graph: &mut Graph, root: ExprId, wrt: &[ExprId]) -> Vec<ExprId> {
    accumulate(graph, root, wrt, &mut |_| {})
}

/// The gradient, or a node that depends on `wrt` through an argument of which its atom knows no derivative.
pub fn gradient_or_unknown(
    graph: &mut Graph,
    root: ExprId,
    wrt: &[ExprId],
) -> Result<Vec<ExprId>, ExprId> {
    let mut unknown = None;
    let slopes = accumulate(graph, root, wrt, &mut |node| unknown = Some(node));
    unknown.map_or(Ok(slopes), Err)
}

/// The gradient; tells the nodes of which some derivative is not known.
fn accumulate(
    graph: &mut Graph,
    root: ExprId,
    wrt: &[ExprId],
    unknown: &mut dyn FnMut(ExprId),
) -> Vec<ExprId> {
    let mut adjoints = Adjoints::below(graph, root, wrt);
    for k in (0..adjoints.order.len()).rev() {
        if !adjoints.depends[k] {
            continue;
        }
        let id = adjoints.order[k];
        let mut terms = std::mem::take(&mut adjoints.terms[k]);
        terms.reverse();
        let Some(adjoint) = total(graph, id, &terms) else {
            continue;
        };
        if !distribute(graph, id, adjoint, &mut adjoints) {
            unknown(id);
        }
        adjoints.terms[k].push(adjoint);
    }
    let found = |id: &ExprId| match adjoints.of(*id) {
        Some(adjoint) => adjoint,
        None => {
            let shape = graph.shape(*id);
            construct::zeros(graph, shape)
        }
    };
    wrt.iter().map(found).collect()
}

/// The nodes below a root and what has been handed down to each.
struct Adjoints {
    /// Rising.
    order: Vec<ExprId>,
    /// By place in the order: whether it stands on a path from the unknowns upwards.
    depends: Vec<bool>,
    /// Contributions, and their sum alone once it is made.
    terms: Vec<SmallVec<[ExprId; 2]>>,
}

impl Adjoints {
    fn below(graph: &mut Graph, root: ExprId, wrt: &[ExprId]) -> Self {
        let order = graph.below(&[root]);
        let mut adjoints = Adjoints {
            depends: vec![false; order.len()],
            terms: vec![SmallVec::new(); order.len()],
            order,
        };
        for id in wrt {
            if let Some(place) = adjoints.place(*id) {
                adjoints.depends[place] = true;
            }
        }
        for k in 0..adjoints.order.len() {
            let mut arguments = graph.arguments(adjoints.order[k]).iter();
            let is_above = arguments.any(|a| adjoints.is_dependent(*a));
            adjoints.depends[k] |= is_above;
        }
        if let Some(last) = adjoints.terms.last_mut() {
            last.push(graph.number(1.0));
        }
        adjoints
    }

    fn place(&self, id: ExprId) -> Option<usize> {
        self.order.binary_search(&id).ok()
    }

    fn is_dependent(&self, id: ExprId) -> bool {
        self.place(id).is_some_and(|place| self.depends[place])
    }

    fn of(&self, id: ExprId) -> Option<ExprId> {
        let place = self.place(id).filter(|&place| self.depends[place])?;
        self.terms[place].first().copied()
    }
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

/// Hands the adjoint of a node down to its arguments, last argument first; whether all derivatives are known.
fn distribute(graph: &mut Graph, id: ExprId, adjoint: ExprId, adjoints: &mut Adjoints) -> bool {
    let Some(atom) = graph.atom(id).cloned() else {
        return true;
    };
    let arguments: SmallVec<[ExprId; 4]> = graph.arguments(id).into();
    let call = Call {
        arguments: &arguments,
        value: id,
        adjoint,
    };
    let wanted = arguments.iter().map(|a| adjoints.is_dependent(*a));
    let wanted: SmallVec<[bool; 4]> = wanted.collect();
    let contributions = atom.pullbacks(graph, &call, &wanted);
    let is_known = all_known(&wanted, &contributions);
    for (argument, contribution) in arguments.iter().zip(contributions).rev() {
        if let (Some(contribution), Some(place)) = (contribution, adjoints.place(*argument)) {
            adjoints.terms[place].push(contribution);
        }
    }
    is_known
}

fn all_known(wanted: &[bool], contributions: &[Option<ExprId>]) -> bool {
    let mut pairs = wanted.iter().zip(contributions);
    pairs.all(|(&wanted, found)| !wanted || found.is_some())
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
    let order = graph.below(&[root]);
    let depends = dependent(graph, &order, wrt);
    let (mut scratch, places) = graph.part(&[root]);
    let inside: FxHashSet<ExprId> = order
        .iter()
        .filter(|id| depends.contains(id))
        .map(|id| places[id])
        .collect();
    order
        .into_iter()
        .filter(|id| depends.contains(id))
        .find(|id| !derivable(&mut scratch, places[id], &inside))
}

fn derivable(scratch: &mut Graph, id: ExprId, depends: &FxHashSet<ExprId>) -> bool {
    let Some(atom) = scratch.atom(id).cloned() else {
        return true;
    };
    let arguments = scratch.arguments(id).to_vec();
    let wanted: Vec<bool> = arguments.iter().map(|a| depends.contains(a)).collect();
    let shape = scratch.shape(id);
    let adjoint = construct::ones(scratch, shape);
    let call = Call {
        arguments: &arguments,
        value: id,
        adjoint,
    };
    all_known(&wanted, &atom.pullbacks(scratch, &call, &wanted))
}
