//! An expression as the body of a function: what it says of itself is read off its parts.

use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity, compose};
use crate::expr::{Evaluator, ExprId, Graph, GraphFormError, NodeKind, Operand, VariableId};
use crate::matrix::definiteness;
use crate::shape::Shape;
use crate::span::Span;
use rustc_hash::FxHashMap;

/// An expression in the arguments of a function as its variables.
#[derive(Debug)]
pub(super) struct Body {
    pub graph: Graph,
    pub root: ExprId,
    /// Whether the constants of which a part asks it are positive, and negative, semidefinite.
    definite: FxHashMap<ExprId, (bool, bool)>,
}

impl Body {
    /// `expression` of variables of these shapes.
    pub fn build(
        shapes: &[Shape],
        expression: impl FnOnce(&mut Graph, &[ExprId]) -> ExprId,
    ) -> Body {
        let mut graph = Graph::new();
        let variable = |(k, &shape): (usize, &Shape)| {
            graph.variable(VariableId(k as u32), shape, Span::default())
        };
        let arguments: Vec<ExprId> = shapes.iter().enumerate().map(variable).collect();
        let root = expression(&mut graph, &arguments);
        let definite = definite_constants(&graph, root);
        Body {
            graph,
            root,
            definite,
        }
    }

    /// One value for each node, arguments first; those of the root come last.
    pub fn fold<T: Clone>(&self, mut node: impl FnMut(&Graph, ExprId, &[T]) -> T) -> Option<T> {
        let mut values: Vec<Option<T>> = vec![None; self.graph.len()];
        for id in self.graph.reachable(&[self.root]) {
            let arguments = self.graph.arguments(id).iter();
            let known: Vec<T> = arguments
                .filter_map(|a| values[a.index()].clone())
                .collect();
            values[id.index()] = Some(node(&self.graph, id, &known));
        }
        values[self.root.index()].take()
    }

    pub fn facts(&self, arguments: &[Facts]) -> Facts {
        let facts = self.fold(|_, id, below| self.node_facts(id, below, arguments));
        facts.unwrap_or_else(|| Facts::unknown(self.graph.shape(self.root)))
    }

    pub fn node_facts(&self, id: ExprId, below: &[Facts], arguments: &[Facts]) -> Facts {
        let unknown = Facts::unknown(self.graph.shape(id));
        match self.graph.kind(id) {
            NodeKind::Variable(v) => arguments[v.index()],
            NodeKind::Constant(constant) => Facts {
                curvature: Curvature::Constant,
                range: Interval::of(constant.value.entries().iter().copied()),
                ..self.as_definite(id, unknown)
            },
            NodeKind::Apply(atom) => {
                let pairs = below.iter().enumerate();
                let pairs = pairs.map(|(k, facts)| (facts.curvature, atom.monotonicity(k, below)));
                let (symmetric, psd, nsd) = atom.definiteness(below);
                let facts = Facts {
                    curvature: compose(atom.curvature(below), pairs),
                    range: atom.range(below),
                    symmetric: symmetric || unknown.symmetric,
                    psd,
                    nsd,
                    ..unknown
                };
                self.as_definite(id, facts)
            }
        }
    }

    fn as_definite(&self, id: ExprId, facts: Facts) -> Facts {
        match self.definite.get(&id) {
            Some(&(psd, nsd)) => Facts {
                symmetric: facts.symmetric || psd || nsd,
                psd: facts.psd || psd,
                nsd: facts.nsd || nsd,
                ..facts
            },
            None => facts,
        }
    }

    /// The first reason why a part's graph form does not hold.
    pub fn refusal(&self, arguments: &[Facts]) -> Option<&'static str> {
        let found = self.fold(|graph, id, below: &[(Facts, Option<&'static str>)]| {
            let facts: Vec<Facts> = below.iter().map(|(facts, _)| *facts).collect();
            let own = graph.atom(id).and_then(|atom| atom.refusal(&facts));
            let reason = below.iter().find_map(|(_, reason)| *reason).or(own);
            (self.node_facts(id, &facts, arguments), reason)
        });
        found.and_then(|(_, reason)| reason)
    }

    /// By the chain rule.
    pub fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        let found = self.fold(|graph, id, below: &[(Facts, Monotonicity)]| {
            let facts: Vec<Facts> = below.iter().map(|(facts, _)| *facts).collect();
            let direction = match graph.kind(id) {
                NodeKind::Constant(_) => Monotonicity::Constant,
                NodeKind::Variable(v) if v.index() == argument => Monotonicity::Increasing,
                NodeKind::Variable(_) => Monotonicity::Constant,
                NodeKind::Apply(atom) => below
                    .iter()
                    .enumerate()
                    .map(|(k, (_, inner))| chain(atom.monotonicity(k, &facts), *inner))
                    .fold(Monotonicity::Constant, join),
            };
            (self.node_facts(id, &facts, arguments), direction)
        });
        found.map_or(Monotonicity::Unknown, |(_, direction)| direction)
    }

    /// Each part's graph form in turn; what is constant is evaluated.
    pub fn graph_form(
        &self,
        arguments: &[Operand],
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let constants = Evaluator::new(&self.graph, &[self.root]);
        let form = self.fold(|graph, id, below: &[Result<Operand, GraphFormError>]| {
            if let Some(value) = constants.constant(id) {
                return Ok(Operand::Constant(value.clone()));
            }
            let mut below: Vec<Operand> = below.iter().cloned().collect::<Result<_, _>>()?;
            if let Some(atom) = graph.atom(id) {
                let read = |(k, operand): (usize, Operand)| operand.read_in(atom.domain(k));
                below = below.into_iter().enumerate().map(read).collect();
            }
            Ok(match graph.kind(id) {
                NodeKind::Constant(constant) => Operand::Constant(constant.value.clone()),
                NodeKind::Variable(v) => arguments[v.index()].clone(),
                NodeKind::Apply(atom) => {
                    Operand::Affine(atom.graph_form(&below, graph.shape(id), program)?.into())
                }
            })
        });
        let form = form.unwrap_or_else(|| Err(GraphFormError::new("the expression is empty")))?;
        Ok(form.to_affine())
    }
}

fn definite_constants(graph: &Graph, root: ExprId) -> FxHashMap<ExprId, (bool, bool)> {
    let nodes = graph.reachable(&[root]).into_iter();
    let asking = nodes.filter(|&id| graph.atom(id).is_some_and(|atom| atom.asks_definiteness()));
    let asked: Vec<ExprId> = asking
        .flat_map(|id| graph.arguments(id).to_vec())
        .filter(|&id| graph.is_constant(id) && graph.shape(id).is_square())
        .collect();
    if asked.is_empty() {
        return FxHashMap::default();
    }
    let values = Evaluator::new(graph, &asked);
    let known = asked.iter().filter_map(|&id| {
        let value = values.constant(id)?;
        Some((id, definiteness(value)))
    });
    known.collect()
}

/// The direction of f(g) from those of f and g.
fn chain(outer: Monotonicity, inner: Monotonicity) -> Monotonicity {
    use Monotonicity::{Constant, Decreasing, Increasing, Unknown};
    match (outer, inner) {
        (Constant, _) | (_, Constant) => Constant,
        (Unknown, _) | (_, Unknown) => Unknown,
        (Increasing, Increasing) | (Decreasing, Decreasing) => Increasing,
        (Increasing, Decreasing) | (Decreasing, Increasing) => Decreasing,
    }
}

/// The direction in something that two arguments depend on.
fn join(a: Monotonicity, b: Monotonicity) -> Monotonicity {
    match (a, b) {
        (Monotonicity::Constant, other) | (other, Monotonicity::Constant) => other,
        (a, b) if a == b => a,
        _ => Monotonicity::Unknown,
    }
}
