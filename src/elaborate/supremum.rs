//! f(x) = max { h(x, y) : y in C } for h affine in x but for terms of x alone: a supremum of functions
//! of x, one for each y.
//!
//! It is stated by its dual, a minimum. With C = { y : g_k(y) <= 0 }, g_k affine, and L(x, y, λ) =
//! h(x, y) - Σ <λ_k, g_k(y)>, f(x) = min { L(x, 0, λ) : ∂L/∂y (x, λ) == 0, λ_k >= 0 }; λ_k is free for
//! an equation, and norm(e(y)) <= r adds -<ν, e(y)> to L and r*dual_norm(ν) to the minimum. There is
//! no gap while C is not empty, as C is a polyhedron met with norm balls: the constraints of y stay
//! in the problem to show it. R. T. Rockafellar, "Convex Analysis", 1970, sections 16 and 19. Any
//! other C, and any concave term of y alone, is put into cones first: `supremum/cones.rs`.
//!
//! What comes out is convex where the composition rule says so, as of every inner problem.

mod cones;
mod multipliers;
mod terms;

use super::constraint::Comparison;
use super::{ElaborateError, Elaborator, Result};
use crate::atoms::construct;
use crate::cone::ConeProgram;
use crate::dcp::{Curvature, Facts};
use crate::differentiate::gradient_or_unknown;
use crate::expr::{ExprId, Graph, NodeKind};
use crate::problem::{ConstraintName, Origin, Structure};
use crate::span::Span;
use crate::syntax::ast;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;
use terms::Terms;

/// An inner problem whose own variables and constraints stand in the problem already.
pub(super) struct Primal<'a> {
    /// `f#2`.
    pub used: &'a str,
    pub objective: ExprId,
    pub maximum: bool,
    pub variables: Range<usize>,
    pub constraints: Range<usize>,
    pub span: Span,
}

/// What stands in the place of the inner problem.
pub(super) struct Dual {
    pub objective: ExprId,
    /// The inner constraints in cones, where the dual has the same value if they hold strictly.
    pub interior: Option<Arc<ConeProgram>>,
}

impl Elaborator<'_> {
    /// The dual, whose variables and constraints are added to the problem; `None` where the inner
    /// variables have no factor that varies, so that the problem may be joint.
    pub(super) fn dual(&mut self, primal: &Primal<'_>) -> Result<Option<Dual>> {
        let inner = &self.problem.variables[primal.variables.clone()];
        let inner: Vec<ExprId> = inner.iter().map(|v| v.node).collect();
        let Some(terms) = Terms::of(&mut self.graph, primal, &inner) else {
            return Ok(None);
        };
        for k in primal.constraints.clone() {
            self.check_own(primal, k, &inner)?;
        }
        if terms.own.is_empty() && self.is_full(primal) && self.is_priced(primal, &inner) {
            let objective = self.dual_by_multipliers(primal, terms.mixed, &inner)?;
            return Ok(Some(Dual {
                objective,
                interior: None,
            }));
        }
        self.dual_by_cones(primal, &terms, &inner).map(Some)
    }

    /// ∂L/∂y (x), free of y, for each inner variable.
    fn slopes(
        &mut self,
        primal: &Primal<'_>,
        total: ExprId,
        inner: &[ExprId],
    ) -> Result<Vec<ExprId>> {
        let slopes = gradient_or_unknown(&mut self.graph, total, inner)
            .map_err(|_| no_dual(primal, primal.span))?;
        match slopes.iter().any(|&s| holds(&self.graph, s, inner)) {
            true => Err(no_dual(primal, primal.span)),
            false => Ok(slopes),
        }
    }

    /// expression == 0, or <= 0.
    pub(super) fn against_nothing(
        &mut self,
        name: ConstraintName,
        expression: ExprId,
        relation: ast::Relation,
        span: Span,
    ) -> Result<()> {
        let zero = self.graph.number(0.0);
        let comparison = Comparison {
            left: (expression, span),
            relation,
            right: (zero, span),
            span,
        };
        self.compare(name, Origin::Inner, comparison)
    }

    fn signed(&mut self, positive: bool, term: ExprId) -> ExprId {
        match positive {
            true => term,
            false => construct::negate(&mut self.graph, term),
        }
    }

    /// The expression where all inner variables are 0.
    fn at_zero(&mut self, root: ExprId, inner: &[ExprId], span: Span) -> Result<ExprId> {
        let mut images: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for &node in inner {
            let shape = self.graph.shape(node);
            images.insert(node, construct::zeros(&mut self.graph, shape));
        }
        self.with_images(root, images, span)
    }

    /// The expression with images in the place of nodes.
    pub(super) fn with_images(
        &mut self,
        root: ExprId,
        mut images: FxHashMap<ExprId, ExprId>,
        span: Span,
    ) -> Result<ExprId> {
        for id in self.graph.below(&[root]) {
            let arguments = self.graph.arguments(id).to_vec();
            if images.contains_key(&id) || !arguments.iter().any(|a| images.contains_key(a)) {
                continue;
            }
            let image = |a: &ExprId| (images.get(a).copied().unwrap_or(*a), span);
            let operands: Vec<(ExprId, Span)> = arguments.iter().map(image).collect();
            if let Some(atom) = self.graph.atom(id).cloned() {
                let image = self.apply(atom, &operands, span)?;
                images.insert(id, image);
            }
        }
        Ok(images.get(&root).copied().unwrap_or(root))
    }

    fn is_full(&self, primal: &Primal<'_>) -> bool {
        let inner = &self.problem.variables[primal.variables.clone()];
        inner.iter().all(|v| v.structure == Structure::Full)
    }

    /// Constraints of inner variables alone, without infinite numbers.
    fn check_own(&self, primal: &Primal<'_>, k: usize, inner: &[ExprId]) -> Result<()> {
        let constraint = &self.problem.constraints[k];
        let nodes = self.graph.below(&[constraint.left, constraint.right]);
        let foreign = |id: &ExprId| match self.graph.kind(*id) {
            NodeKind::Variable(_) => !inner.contains(id),
            NodeKind::Constant(leaf) => leaf.value.stored().iter().any(|v| v.is_infinite()),
            NodeKind::Apply(_) => false,
        };
        match nodes.iter().any(foreign) {
            true => Err(no_dual(primal, constraint.span)),
            false => Ok(()),
        }
    }
}

fn no_dual(primal: &Primal<'_>, span: Span) -> ElaborateError {
    let function = primal.used.split('#').next().unwrap_or_default();
    let extreme = if primal.maximum { "greatest" } else { "least" };
    let message = format!(
        "`{function}` is the {extreme} of functions of its arguments, one for each value of the inner variables, and this has no known dual"
    );
    ElaborateError::argument(message, span).or_help(
        "where arguments and inner variables are multiplied, the constraints must be convex and hold inner variables alone, and so must all terms of the objective that are not affine in the inner variables (concave ones under `maximize`, convex ones under `minimize`)",
    )
}

/// Whether some of the nodes stand below `root`.
fn holds(graph: &Graph, root: ExprId, nodes: &[ExprId]) -> bool {
    graph.below(&[root]).iter().any(|id| nodes.contains(id))
}

/// Whether `root` is affine in these nodes, where everything else that varies is held fixed
/// (`others` constant) or counted in (affine).
fn is_affine_in(graph: &Graph, root: ExprId, nodes: &[ExprId], others: Curvature) -> bool {
    let mut varying: FxHashMap<ExprId, bool> = FxHashMap::default();
    for id in graph.below(&[root]) {
        let arguments = graph.arguments(id);
        let varies = nodes.contains(&id) || arguments.iter().any(|a| varying[a]);
        varying.insert(id, varies);
        let Some(atom) = graph.atom(id).filter(|_| varies) else {
            continue;
        };
        let facts = arguments.iter().map(|a| Facts {
            curvature: match (varying[a], graph.is_constant(*a)) {
                (true, _) => Curvature::Affine,
                (false, true) => Curvature::Constant,
                (false, false) => others,
            },
            ..Facts::unknown(graph.shape(*a))
        });
        if !atom.curvature(&facts.collect::<Vec<_>>()).is_affine() {
            return false;
        }
    }
    true
}
