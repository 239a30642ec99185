//! What the builder asks of the user's expressions: where they bend, and in which direction.

use crate::dcp::{Curvature, Facts, Interval, Monotonicity, compose};
use crate::expr::{Atom, Domain, Evaluator, ExprId, Graph, Kink, NodeKind};
use crate::problem::{Problem, Structure};
use std::cell::OnceCell;

#[derive(Debug)]
pub struct Knowledge {
    /// A kink or the end of a domain at the node itself.
    rough: Vec<bool>,
    /// Or somewhere below.
    rough_below: Vec<bool>,
    facts: OnceCell<Vec<Facts>>,
    problem: Problem,
    roots: Vec<ExprId>,
}

impl Knowledge {
    pub fn new(problem: &Problem, roots: &[ExprId]) -> Self {
        let mut knowledge = Knowledge {
            rough: Vec::new(),
            rough_below: Vec::new(),
            facts: OnceCell::new(),
            problem: problem.clone(),
            roots: roots.to_vec(),
        };
        knowledge.grow(&problem.graph);
        knowledge
    }

    /// Takes up new nodes of the graph.
    pub fn grow(&mut self, graph: &Graph) {
        for id in graph.ids().skip(self.rough.len()) {
            let rough = graph
                .atom(id)
                .is_some_and(|a| is_rough(graph, id, a.as_ref()));
            let below = graph
                .arguments(id)
                .iter()
                .any(|a| self.rough_below[a.index()]);
            self.rough.push(rough);
            self.rough_below.push(rough || below);
        }
    }

    /// Kinked, or with a domain that is not everything, in arguments that vary.
    pub fn is_rough(&self, id: ExprId) -> bool {
        self.rough[id.index()]
    }

    pub fn is_rough_below(&self, id: ExprId) -> bool {
        self.rough_below[id.index()]
    }

    /// Of a node of the user's.
    pub fn facts(&self, id: ExprId) -> Option<&Facts> {
        let all = self.facts.get_or_init(|| facts(&self.problem, &self.roots));
        all.get(id.index())
    }
}

fn is_rough(graph: &Graph, id: ExprId, atom: &dyn Atom) -> bool {
    if graph.is_constant(id) {
        return false;
    }
    let kinked = match atom.kink() {
        Kink::Smooth => false,
        Kink::Proximal(_) | Kink::Kinked => true,
    };
    let bounded = |(k, a): (usize, &ExprId)| {
        !graph.is_constant(*a) && !matches!(atom.domain(k), Domain::Reals | Domain::Symmetric)
    };
    kinked || graph.arguments(id).iter().enumerate().any(bounded)
}

/// Ranges and curvatures by the composition rule, for the nodes below the roots.
fn facts(problem: &Problem, roots: &[ExprId]) -> Vec<Facts> {
    let graph = &problem.graph;
    let evaluator = Evaluator::new(graph, roots);
    let mut all: Vec<Facts> = graph
        .ids()
        .map(|id| Facts::unknown(graph.shape(id)))
        .collect();
    for id in graph.reachable(roots) {
        let shape = graph.shape(id);
        all[id.index()] = match graph.kind(id) {
            NodeKind::Variable(variable) => match problem.variables.get(variable.index()) {
                Some(variable) => Facts {
                    range: variable.range,
                    curvature: Curvature::Affine,
                    symmetric: shape.is_scalar() || variable.structure != Structure::Full,
                    psd: variable.psd,
                    nsd: variable.nsd,
                    shape,
                },
                None => Facts::unknown(shape),
            },
            _ if graph.is_constant(id) => {
                let value = evaluator.constant(id);
                let entries = value.map(|v| v.entries());
                Facts {
                    range: entries.map_or(Interval::REALS, |e| Interval::of(e.iter().copied())),
                    curvature: Curvature::Constant,
                    symmetric: value.is_some_and(|v| v.is_symmetric()),
                    ..Facts::unknown(shape)
                }
            }
            NodeKind::Apply(atom) => applied(graph, id, atom.as_ref(), &all),
            NodeKind::Constant(_) => Facts::unknown(shape),
        };
    }
    all
}

fn applied(graph: &Graph, id: ExprId, atom: &dyn Atom, all: &[Facts]) -> Facts {
    let arguments: Vec<Facts> = graph.arguments(id).iter().map(|a| all[a.index()]).collect();
    let shape = graph.shape(id);
    let range = atom.range(&arguments);
    let (symmetric, psd, nsd) = atom.definiteness(&arguments);
    let pairs = arguments.iter().enumerate().map(|(k, a)| {
        let monotonicity = if a.curvature.is_affine() {
            Monotonicity::Unknown
        } else {
            atom.monotonicity(k, &arguments)
        };
        (a.curvature, monotonicity)
    });
    Facts {
        shape,
        range,
        curvature: compose(atom.curvature(&arguments), pairs),
        symmetric,
        psd,
        nsd,
    }
}
