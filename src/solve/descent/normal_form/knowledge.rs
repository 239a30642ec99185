//! What the builder asks of the user's expressions: where they bend, and in which direction.

use crate::atoms::Entrywise;
use crate::atoms::bounds::{narrowed, of_constraints};
use crate::atoms::elementwise::PowAbs;
use crate::dcp::{Curvature, Facts, Interval, Monotonicity, compose};
use crate::expr::{Atom, Domain, ExprId, Graph, Kink, NodeKind, evaluate_atom, evaluate_constant};
use crate::matrix::{Matrix, definiteness};
use crate::problem::{Problem, Structure};
use crate::shape::Shape;
use crate::solve::descent::packing::Packing;
use rustc_hash::FxHashMap;
use std::iter::repeat_n;
use std::sync::Arc;

#[derive(Debug)]
pub struct Knowledge {
    /// A kink or the end of a domain at the node itself.
    rough: Vec<bool>,
    /// Or somewhere below.
    rough_below: Vec<bool>,
    /// By the composition rule, as far as asked for.
    facts: Vec<Facts>,
    /// Values of the constant ones among these.
    constants: FxHashMap<ExprId, Arc<Matrix>>,
    /// Of variables, the user's first.
    variables: Vec<Facts>,
    /// What the constraints say of the ranges of affine nodes.
    bounds: FxHashMap<ExprId, Interval>,
    /// Whether slopes that turn without end, as those of |x|^1.5 at 0, count as kinks.
    takes_turns_for_kinks: bool,
}

impl Knowledge {
    pub fn new(problem: &Problem, takes_turns_for_kinks: bool) -> Self {
        let variable = |v: &crate::problem::Variable| Facts {
            range: v.range,
            curvature: Curvature::Affine,
            symmetric: v.shape.is_scalar() || v.structure != Structure::Full,
            psd: v.psd,
            nsd: v.nsd,
            shape: v.shape,
        };
        let mut knowledge = Knowledge {
            rough: Vec::new(),
            rough_below: Vec::new(),
            facts: Vec::new(),
            constants: FxHashMap::default(),
            variables: problem.variables.iter().map(variable).collect(),
            bounds: FxHashMap::default(),
            takes_turns_for_kinks,
        };
        knowledge.grow(&problem.graph);
        knowledge
    }

    /// Takes up the ranges that the constraints state: a proof may rest on them.
    pub fn learn_bounds(&mut self, problem: &Problem) {
        let entries = |id| evaluate_constant(&problem.graph, id);
        let range = |id| entries(id).map(|value| Interval::of(value.entries().iter().copied()));
        self.bounds = of_constraints(problem, |id| range(id).unwrap_or(Interval::REALS));
        self.facts.clear();
    }

    /// Takes up new nodes of the graph.
    pub fn grow(&mut self, graph: &Graph) {
        for id in graph.ids_from(self.rough.len()) {
            let rough = graph
                .atom(id)
                .is_some_and(|a| is_rough(graph, id, a.as_ref()));
            let rough = rough || self.takes_turns_for_kinks && turns_without_end(graph, id);
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

    /// Range, sign and curvature of a node.
    pub fn facts(&mut self, graph: &Graph, id: ExprId) -> &Facts {
        for next in graph.ids_from(self.facts.len()) {
            if next > id {
                break;
            }
            let mut facts = self.learn(graph, next);
            if let Some(bound) = self
                .bounds
                .get(&next)
                .filter(|_| facts.curvature.is_affine())
            {
                facts.range = narrowed(facts.range, *bound);
            }
            self.facts.push(facts);
        }
        &self.facts[id.index()]
    }

    /// What is known of a new variable.
    pub fn add_variable(&mut self, shape: Shape, range: Interval) {
        self.variables.push(Facts {
            range,
            curvature: Curvature::Affine,
            ..Facts::unknown(shape)
        });
    }

    /// Of the free entries of all variables.
    pub fn columns(&self, packing: &Packing) -> Vec<Interval> {
        let variables = self.variables.iter().zip(&packing.variables);
        let ranges = variables.flat_map(|(facts, packed)| repeat_n(facts.range, packed.len()));
        ranges.collect()
    }

    fn learn(&mut self, graph: &Graph, id: ExprId) -> Facts {
        let shape = graph.shape(id);
        match graph.kind(id) {
            NodeKind::Variable(variable) => {
                let known = self.variables.get(variable.index()).copied();
                known.unwrap_or_else(|| Facts::unknown(shape))
            }
            NodeKind::Constant(leaf) => self.constant(id, leaf.value.clone()),
            NodeKind::Apply(atom) if graph.is_constant(id) => {
                let arguments = graph.arguments(id).iter();
                let arguments: Option<Vec<&Matrix>> = arguments
                    .map(|a| self.constants.get(a).map(Arc::as_ref))
                    .collect();
                let value = evaluate_atom(atom.as_ref(), &arguments.unwrap_or_default(), shape);
                self.constant(id, Arc::new(value))
            }
            NodeKind::Apply(atom) => {
                if atom.asks_definiteness() {
                    self.decide_definiteness(graph.arguments(id));
                }
                applied(graph, id, atom.as_ref(), &self.facts)
            }
        }
    }

    /// Finds out the signs of constant matrices that a function asks for.
    fn decide_definiteness(&mut self, arguments: &[ExprId]) {
        for &argument in arguments {
            if let Some(value) = self.constants.get(&argument) {
                let facts = &mut self.facts[argument.index()];
                (facts.psd, facts.nsd) = definiteness(value);
            }
        }
    }

    fn constant(&mut self, id: ExprId, value: Arc<Matrix>) -> Facts {
        let facts = Facts {
            range: Interval::of(value.entries().iter().copied()),
            curvature: Curvature::Constant,
            symmetric: value.is_symmetric(),
            ..Facts::unknown(value.shape())
        };
        self.constants.insert(id, value);
        facts
    }
}

pub fn turns_without_end(graph: &Graph, id: ExprId) -> bool {
    let power = graph.atom_as::<Entrywise<PowAbs>>(id);
    !graph.is_constant(id) && power.is_some_and(|power| power.0.turns_without_end())
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
