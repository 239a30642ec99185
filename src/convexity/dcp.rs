//! Facts of every expression by the composition rule, in one forward pass.

use super::blocks;
use super::constants::Constants;
use crate::atoms::affine::{Add, Negate};
use crate::atoms::bounds;
use crate::atoms::differences::Differences;
use crate::dcp::{Curvature, Facts, Interval, Monotonicity, compose};
use crate::expr::{Atom, Domain, ExprId, Graph, NodeKind};
use crate::matrix::Matrix;
use crate::problem::{Problem, Structure, Variable};
use crate::span::Span;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::sync::Arc;

/// The graph, which rewrites may extend, with what is known of each of its nodes.
#[derive(Debug)]
pub(crate) struct Analysis<'p> {
    pub problem: &'p Problem,
    graph: Cow<'p, Graph>,
    facts: Vec<Facts>,
    known: Vec<bool>,
    constants: Constants,
    /// Bounds of expressions that hold at every feasible point.
    bounds: FxHashMap<ExprId, Interval>,
    differences: Differences,
    /// Whether expressions are positive, and negative, semidefinite at every feasible point.
    definite: FxHashMap<ExprId, (bool, bool)>,
}

impl<'p> Analysis<'p> {
    /// Facts of everything below `roots`.
    pub fn new(problem: &'p Problem, roots: &[ExprId]) -> Self {
        let mut analysis = Analysis {
            problem,
            graph: Cow::Borrowed(&problem.graph),
            facts: Vec::new(),
            known: Vec::new(),
            constants: Constants::default(),
            bounds: FxHashMap::default(),
            differences: Differences::default(),
            definite: FxHashMap::default(),
        };
        analysis.grow();
        let order = problem.graph.reachable(roots);
        analysis.constants.mark_questions(&problem.graph, &order);
        let (constant, varying): (Vec<_>, Vec<_>) = order
            .into_iter()
            .partition(|&id| problem.graph.is_constant(id));
        constant.into_iter().for_each(|id| analysis.learn(id));
        let facts = &analysis.facts;
        let of = |id: ExprId| facts[id.index()];
        analysis.bounds = bounds::of_constraints(problem, |id| of(id).range);
        analysis.differences = Differences::of_constraints(problem, |id| of(id).range);
        analysis.definite = bounds::definite_by_constraints(problem, |id| (of(id).psd, of(id).nsd));
        varying.into_iter().for_each(|id| analysis.learn(id));
        analysis
    }

    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    pub fn facts(&self, id: ExprId) -> &Facts {
        &self.facts[id.index()]
    }

    pub fn curvature(&self, id: ExprId) -> Curvature {
        self.facts(id).curvature
    }

    /// The value of a node without variables.
    pub fn constant(&mut self, id: ExprId) -> Option<Arc<Matrix>> {
        let known = self.graph.is_constant(id) && self.known[id.index()];
        known.then(|| self.constants.value(&self.graph, id))
    }

    /// Builds in the graph, and learns the facts of what was built.
    pub fn build(&mut self, build: impl FnOnce(&mut Graph) -> ExprId) -> ExprId {
        let id = build(self.graph.to_mut());
        self.learn_below(id);
        id
    }

    /// `atom(arguments)`, unless they do not fit.
    pub fn apply(&mut self, atom: Arc<dyn Atom>, arguments: &[ExprId]) -> Option<ExprId> {
        let graph = self.graph.to_mut();
        let id = graph.apply(atom, arguments, Span::default()).ok()?;
        self.learn_below(id);
        Some(id)
    }

    /// left - right, unless they do not fit.
    pub fn subtract(&mut self, left: ExprId, right: ExprId) -> Option<ExprId> {
        let negative = self.apply(Arc::new(Negate), &[right])?;
        self.apply(Arc::new(Add), &[left, negative])
    }

    /// Takes note that the coefficients of an affine matrix are symmetric; a constraint may make it definite then.
    pub fn learn_symmetry(&mut self, id: ExprId) {
        let mut facts = self.facts[id.index()];
        facts.symmetric = true;
        self.facts[id.index()] = self.bounded(id, facts);
    }

    /// Takes note that no entry is smaller at any feasible point.
    pub fn learn_lower(&mut self, id: ExprId, lower: f64) {
        let facts = &mut self.facts[id.index()];
        facts.range.lower = facts.range.lower.max(lower);
    }

    /// Learns what is not yet known below and including `root`.
    fn learn_below(&mut self, root: ExprId) {
        self.grow();
        let mut order = Vec::new();
        let mut pending = vec![root];
        while let Some(id) = pending.pop() {
            if !self.known[id.index()] {
                self.known[id.index()] = true;
                order.push(id);
                pending.extend_from_slice(self.graph.arguments(id));
            }
        }
        order.sort_unstable();
        let asked = self.constants.mark_questions(&self.graph, &order);
        for id in asked {
            if order.binary_search(&id).is_err() {
                self.learn(id);
            }
        }
        for id in order {
            self.learn(id);
        }
    }

    /// Hands over the graph and the facts of all its nodes.
    pub fn into_parts(self) -> (Cow<'p, Graph>, Vec<Facts>) {
        (self.graph, self.facts)
    }

    /// Room for the facts of new nodes.
    fn grow(&mut self) {
        for id in self.graph.ids_from(self.facts.len()) {
            self.facts.push(Facts::unknown(self.graph.shape(id)));
        }
        self.known.resize(self.facts.len(), false);
    }

    /// The facts of one node, whose arguments are known; once more where more is known of these.
    pub fn learn(&mut self, id: ExprId) {
        let facts = match self.graph.kind(id) {
            NodeKind::Constant(_) => self.constants.facts(&self.graph, id),
            NodeKind::Variable(variable) => match self.problem.variables.get(variable.index()) {
                Some(variable) => variable_facts(variable),
                None => Facts::unknown(self.graph.shape(id)),
            },
            NodeKind::Apply(_) if self.graph.is_constant(id) => {
                self.constants.facts(&self.graph, id)
            }
            NodeKind::Apply(atom) => self.applied(id, atom.as_ref()),
        };
        self.facts[id.index()] = self.bounded(id, facts);
        self.known[id.index()] = true;
    }

    fn applied(&self, id: ExprId, atom: &dyn Atom) -> Facts {
        let block_symmetric =
            || blocks::is_symmetric(&self.graph, id, |block| self.facts[block.index()].symmetric);
        let arguments: SmallVec<[Facts; 3]> = self
            .graph
            .arguments(id)
            .iter()
            .map(|a| self.facts[a.index()])
            .collect();
        let shape = self.graph.shape(id);
        let range = atom.range(&arguments);
        let (symmetric, psd, nsd) = atom.definiteness(&arguments);
        let scalar = shape.is_scalar();
        Facts {
            shape,
            range,
            curvature: composed(atom, &arguments),
            symmetric: symmetric || scalar || block_symmetric(),
            psd: psd || (scalar && range.is_nonnegative()),
            nsd: nsd || (scalar && range.is_nonpositive()),
        }
    }

    /// The facts of affine expressions, with the range narrowed by what the constraints say, and definite where they
    /// say so.
    fn bounded(&self, id: ExprId, mut facts: Facts) -> Facts {
        if !facts.curvature.is_affine() {
            return facts;
        }
        if let Some(bound) = self.bounds.get(&id) {
            facts.range = bounds::narrowed(facts.range, *bound);
        }
        if let Some(bound) = self.differences.bound(&self.graph, id) {
            facts.range = bounds::narrowed(facts.range, bound);
        }
        if let Some(&(psd, nsd)) = self.definite.get(&id)
            && facts.symmetric
        {
            facts.psd |= psd;
            facts.nsd |= nsd;
        }
        facts
    }
}

fn variable_facts(variable: &Variable) -> Facts {
    let shape = variable.shape;
    let structured = match variable.structure {
        Structure::Full => shape.is_scalar(),
        Structure::Symmetric | Structure::Diagonal => true,
    };
    let by_sign = shape.is_scalar() || variable.structure == Structure::Diagonal;
    Facts {
        shape,
        range: variable.range,
        curvature: Curvature::Affine,
        symmetric: structured || variable.psd || variable.nsd,
        psd: variable.psd || (by_sign && variable.range.is_nonnegative()),
        nsd: variable.nsd || (by_sign && variable.range.is_nonpositive()),
    }
}

/// The curvature of `atom(arguments)`, at least one of which varies.
///
/// The rule asks for the monotonicity of the function *with its infinite values*: a convex function
/// that is +inf below its domain does not rise there, so that an argument which may leave the domain
/// on that side must be affine.
fn composed(atom: &dyn Atom, arguments: &[Facts]) -> Curvature {
    let function = atom.curvature(arguments);
    let bending = |k: usize| !arguments[k].curvature.is_affine();
    let monotonicity = |k: usize| match bending(k) {
        true => atom.monotonicity(k, arguments),
        false => Monotonicity::Unknown,
    };
    let confined = |k: usize, bend: Curvature| {
        let monotonicity = monotonicity(k);
        let leaves =
            bending(k) && leaves_domain(atom.domain(k), arguments[k].range, monotonicity, bend);
        if leaves {
            Monotonicity::Unknown
        } else {
            monotonicity
        }
    };
    let compose_as = |bend: Curvature| {
        let pairs = (0..arguments.len()).map(|k| (arguments[k].curvature, confined(k, bend)));
        compose(function, pairs)
    };
    let as_convex = compose_as(Curvature::Convex);
    let as_concave = compose_as(Curvature::Concave);
    match (as_convex.is_convex(), as_concave.is_concave()) {
        (true, true) => Curvature::Affine,
        (true, false) => Curvature::Convex,
        (false, true) => Curvature::Concave,
        (false, false) => Curvature::Unknown,
    }
}

/// Whether the argument may leave the domain on the side where the function ought to be smallest
/// (convex) or largest (concave) by its monotonicity, but is infinite.
fn leaves_domain(
    domain: Domain,
    range: Interval,
    monotonicity: Monotonicity,
    bend: Curvature,
) -> bool {
    let (lower, upper) = match domain {
        Domain::AtLeast(bound) | Domain::Above(bound) => (bound, f64::INFINITY),
        Domain::Within(lower, upper) => (lower, upper),
        Domain::Reals
        | Domain::Symmetric
        | Domain::PositiveSemidefinite
        | Domain::PositiveDefinite => return false,
    };
    let below = range.lower < lower;
    let above = range.upper > upper;
    match (monotonicity, bend) {
        (Monotonicity::Increasing, Curvature::Convex) => below,
        (Monotonicity::Increasing, _) => above,
        (Monotonicity::Decreasing, Curvature::Convex) => above,
        (Monotonicity::Decreasing, _) => below,
        (Monotonicity::Constant | Monotonicity::Unknown, _) => false,
    }
}
