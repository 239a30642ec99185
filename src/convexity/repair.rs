//! Puts expressions of unknown curvature into a form that the composition rule knows.

use super::dcp::Analysis;
use super::quadratic::{Coordinates, QuadraticProof, collect, is_linear};
use crate::dcp::Curvature;
use crate::expr::ExprId;
use rustc_hash::{FxHashMap, FxHashSet};

/// What was done to an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Its terms of degree two were collected; `None` when they cancel.
    Quadratic(Option<QuadraticProof>),
}

/// Rewritten forms of expressions, each found once and shared by all parts.
#[derive(Debug)]
pub(super) struct Repair {
    coordinates: Coordinates,
    images: FxHashMap<ExprId, ExprId>,
    steps: FxHashMap<ExprId, Step>,
}

/// Nodes of unknown curvature below a root, with nothing but such nodes in between.
struct Unknowns {
    /// Rising.
    nodes: Vec<ExprId>,
    /// Those that some other node than a sum (or none) uses.
    maximal: FxHashSet<ExprId>,
}

impl Repair {
    pub fn new(analysis: &Analysis<'_>) -> Self {
        Repair {
            coordinates: Coordinates::new(analysis.problem),
            images: FxHashMap::default(),
            steps: FxHashMap::default(),
        }
    }

    /// An expression equal to `root` whose curvature is known, or known in more of its parts.
    pub fn expression(&mut self, analysis: &mut Analysis<'_>, root: ExprId) -> ExprId {
        let unknowns = Unknowns::below(analysis, root);
        for &id in &unknowns.nodes {
            if !self.images.contains_key(&id) || (id == root && !self.steps.contains_key(&id)) {
                let maximal = unknowns.maximal.contains(&id);
                let image = self.node(analysis, id, maximal);
                self.images.insert(id, image);
            }
        }
        self.image(root)
    }

    /// The form found for an expression.
    pub fn image(&self, id: ExprId) -> ExprId {
        self.images.get(&id).copied().unwrap_or(id)
    }

    /// The steps that led from `root` to its form.
    pub fn steps(&self, analysis: &Analysis<'_>, root: ExprId) -> Vec<&Step> {
        let nodes = Unknowns::below(analysis, root).nodes;
        nodes.iter().filter_map(|id| self.steps.get(id)).collect()
    }

    fn node(&mut self, analysis: &mut Analysis<'_>, id: ExprId, maximal: bool) -> ExprId {
        let rebuilt = self.rebuilt(analysis, id);
        if analysis.curvature(rebuilt) != Curvature::Unknown {
            return rebuilt;
        }
        if maximal && analysis.graph().shape(id).is_scalar() {
            let image = |id: ExprId| self.images.get(&id).copied().unwrap_or(id);
            if let Some(collected) = collect(analysis, &mut self.coordinates, id, image) {
                self.steps.insert(id, Step::Quadratic(collected.proof));
                return collected.expression;
            }
        }
        rebuilt
    }

    /// The node over the forms of its arguments.
    fn rebuilt(&self, analysis: &mut Analysis<'_>, id: ExprId) -> ExprId {
        let arguments = analysis.graph().arguments(id);
        let images: Vec<ExprId> = arguments.iter().map(|&a| self.image(a)).collect();
        if images == arguments {
            return id;
        }
        match analysis.graph().atom(id).cloned() {
            Some(atom) => analysis.apply(atom, &images).unwrap_or(id),
            None => id,
        }
    }
}

impl Unknowns {
    fn below(analysis: &Analysis<'_>, root: ExprId) -> Self {
        let mut unknowns = Unknowns {
            nodes: Vec::new(),
            maximal: FxHashSet::default(),
        };
        if analysis.curvature(root) != Curvature::Unknown {
            return unknowns;
        }
        let mut seen = FxHashSet::from_iter([root]);
        unknowns.maximal.insert(root);
        let mut pending = vec![root];
        while let Some(id) = pending.pop() {
            unknowns.nodes.push(id);
            let passes = is_linear(analysis.graph(), id);
            for &argument in analysis.graph().arguments(id) {
                if analysis.curvature(argument) != Curvature::Unknown {
                    continue;
                }
                if !passes {
                    unknowns.maximal.insert(argument);
                }
                if seen.insert(argument) {
                    pending.push(argument);
                }
            }
        }
        unknowns.nodes.sort_unstable();
        unknowns
    }
}
