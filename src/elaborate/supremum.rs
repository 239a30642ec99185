//! f(x) = max { h(x, y) : y in C } for h affine in y: a supremum of functions of x, one for each y.
//!
//! It is stated by its dual, a minimum. With C = { y : g_k(y) <= 0 }, g_k affine, and L(x, y, λ) =
//! h(x, y) - Σ <λ_k, g_k(y)>, f(x) = min { L(x, 0, λ) : ∂L/∂y (x, λ) == 0, λ_k >= 0 }; λ_k is free for
//! an equation, and norm(e(y)) <= r adds -<ν, e(y)> to L and r*dual_norm(ν) to the minimum. There is
//! no gap while C is not empty, as C is a polyhedron met with norm balls: the constraints of y stay
//! in the problem to show it. R. T. Rockafellar, "Convex Analysis", 1970, sections 16 and 19.
//!
//! What comes out is convex where the composition rule says so, as of every inner problem.

use super::constraint::Comparison;
use super::{ElaborateError, Elaborator, Result};
use crate::atoms::construct;
use crate::dcp::{Curvature, Facts};
use crate::differentiate::{gradient, underivable};
use crate::expr::{ExprId, Graph, NodeKind};
use crate::problem::{Constraint, ConstraintName, Origin, Relation, Structure};
use crate::span::Span;
use crate::syntax::ast::{self, Attribute, AttributeWord};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Norms with their dual norms.
const DUAL_NORMS: [(&str, &str); 5] = [
    ("norm1", "norm_inf"),
    ("norm2", "norm2"),
    ("norm_inf", "norm1"),
    ("sigma_max", "norm_nuc"),
    ("norm_nuc", "sigma_max"),
];

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

/// The dual objective in parts.
#[derive(Default)]
struct Lagrangian {
    /// Affine in the inner variables.
    terms: Vec<ExprId>,
    /// Without inner variables.
    penalties: Vec<ExprId>,
}

impl Elaborator<'_> {
    /// The objective of the dual, whose variables and constraints are added to the problem; `None`
    /// where the inner variables have no factor that varies, so that the problem may be joint.
    pub(super) fn dual(&mut self, primal: &Primal<'_>) -> Result<Option<ExprId>> {
        let inner = &self.problem.variables[primal.variables.clone()];
        let inner: Vec<ExprId> = inner.iter().map(|v| v.node).collect();
        let affine = |others| is_affine_in(&self.graph, primal.objective, &inner, others);
        if affine(Curvature::Affine) || !affine(Curvature::Constant) {
            return Ok(None);
        }
        self.check_full(primal)?;
        let mut lagrangian = Lagrangian {
            terms: vec![primal.objective],
            ..Lagrangian::default()
        };
        for k in primal.constraints.clone() {
            let constraint = self.problem.constraints[k].clone();
            self.price(primal, &constraint, &inner, &mut lagrangian)?;
        }
        let total = construct::sum(&mut self.graph, &lagrangian.terms);
        self.balance(primal, total, &inner)?;
        let at_zero = self.at_zero(total, &inner, primal.span)?;
        lagrangian.penalties.push(at_zero);
        Ok(Some(construct::sum(&mut self.graph, &lagrangian.penalties)))
    }

    /// ∂L/∂y == 0.
    fn balance(&mut self, primal: &Primal<'_>, total: ExprId, inner: &[ExprId]) -> Result<()> {
        if underivable(&self.graph, total, inner).is_some() {
            return Err(no_dual(primal, primal.span));
        }
        let slopes = gradient(&mut self.graph, total, inner);
        for (slope, position) in slopes.into_iter().zip(primal.variables.clone()) {
            if holds(&self.graph, slope, inner) {
                return Err(no_dual(primal, primal.span));
            }
            let variable = &self.problem.variables[position].name;
            let name = ConstraintName {
                label: format!("slope in {variable}").into(),
                indices: Vec::new(),
                part: None,
            };
            let zero = self.graph.number(0.0);
            let comparison = Comparison {
                left: (slope, primal.span),
                relation: ast::Relation::Equal,
                right: (zero, primal.span),
                span: primal.span,
            };
            self.compare(name, Origin::Inner, comparison)?;
        }
        Ok(())
    }

    /// Adds a constraint with its multiplier.
    fn price(
        &mut self,
        primal: &Primal<'_>,
        constraint: &Constraint,
        inner: &[ExprId],
        lagrangian: &mut Lagrangian,
    ) -> Result<()> {
        let known = |elaborator: &Self, id| {
            let graph = &elaborator.graph;
            holds_only(graph, id, inner) && is_affine_in(graph, id, inner, Curvature::Constant)
        };
        let affine = known(self, constraint.left) && known(self, constraint.right);
        if affine && constraint.relation != Relation::Precedes {
            self.check_finite_sides(primal, constraint)?;
            let (left, right) = (constraint.left, constraint.right);
            let excess = construct::subtract(&mut self.graph, left, right);
            let multiplier = self.multiplier(constraint, excess, primal.span);
            let term = construct::inner_product(&mut self.graph, multiplier, excess);
            lagrangian.terms.push(self.signed(!primal.maximum, term));
            return Ok(());
        }
        let Some((norm, argument)) = self.dual_norm(constraint).filter(|(_, e)| known(self, *e))
        else {
            return Err(no_dual(primal, constraint.span));
        };
        let free = Constraint {
            relation: Relation::Equal,
            ..constraint.clone()
        };
        let multiplier = self.multiplier(&free, argument, primal.span);
        let term = construct::inner_product(&mut self.graph, multiplier, argument);
        lagrangian.terms.push(self.signed(!primal.maximum, term));
        let size = self.function(norm, (multiplier, primal.span))?;
        let penalty = construct::times(&mut self.graph, constraint.right, size);
        lagrangian
            .penalties
            .push(self.signed(primal.maximum, penalty));
        Ok(())
    }

    fn signed(&mut self, positive: bool, term: ExprId) -> ExprId {
        match positive {
            true => term,
            false => construct::negate(&mut self.graph, term),
        }
    }

    /// `norm(e) <= r` with a known r: the dual norm, and e.
    fn dual_norm(&self, constraint: &Constraint) -> Option<(&'static str, ExprId)> {
        let graph = &self.graph;
        let atom = graph.atom(constraint.left)?;
        let scalar = graph.shape(constraint.left).is_scalar();
        let known =
            graph.is_constant(constraint.right) && graph.shape(constraint.right).is_scalar();
        let below = constraint.relation == Relation::LessEqual;
        let (_, dual) = DUAL_NORMS.iter().find(|(norm, _)| *norm == atom.name())?;
        let argument = *graph.arguments(constraint.left).first()?;
        (scalar && known && below).then_some((*dual, argument))
    }

    /// A variable of the excess's shape, nonnegative for an inequality.
    fn multiplier(&mut self, constraint: &Constraint, excess: ExprId, span: Span) -> ExprId {
        let name = format!("multiplier of {}", constraint.name).into();
        let shape = self.graph.shape(excess);
        let position = self.free_variable(name, shape, span);
        self.problem.variables[position].inner = true;
        if constraint.relation == Relation::LessEqual {
            let attribute = Attribute::Nonneg;
            self.attribute_constraint(position, &AttributeWord { attribute, span });
        }
        self.problem.variables[position].node
    }

    /// The expression where all inner variables are 0.
    fn at_zero(&mut self, root: ExprId, inner: &[ExprId], span: Span) -> Result<ExprId> {
        let mut images: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for &node in inner {
            let shape = self.graph.shape(node);
            images.insert(node, construct::zeros(&mut self.graph, shape));
        }
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

    fn check_full(&self, primal: &Primal<'_>) -> Result<()> {
        let inner = &self.problem.variables[primal.variables.clone()];
        match inner.iter().find(|v| v.structure != Structure::Full) {
            Some(variable) => Err(no_dual(primal, variable.span)),
            None => Ok(()),
        }
    }

    fn check_finite_sides(&self, primal: &Primal<'_>, constraint: &Constraint) -> Result<()> {
        let sides = [constraint.left, constraint.right];
        let mut nodes = sides.into_iter().flat_map(|side| self.graph.below(&[side]));
        let infinite = nodes.any(|id| {
            let leaf = self.graph.constant_leaf(id);
            leaf.is_some_and(|leaf| leaf.value.stored().iter().any(|v| v.is_infinite()))
        });
        match infinite {
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
        "where arguments and inner variables are multiplied, the constraints may be equations and inequalities that are affine in the inner variables alone, or norms of them (`norm1`, `norm2`, `norm_inf`, `sigma_max`, `norm_nuc`) below a number",
    )
}

/// Whether some of the nodes stand below `root`.
fn holds(graph: &Graph, root: ExprId, nodes: &[ExprId]) -> bool {
    graph.below(&[root]).iter().any(|id| nodes.contains(id))
}

/// Whether no other variables than these stand below `root`.
fn holds_only(graph: &Graph, root: ExprId, nodes: &[ExprId]) -> bool {
    let is_variable = |id: ExprId| matches!(graph.kind(id), NodeKind::Variable(_));
    let below = graph.below(&[root]).into_iter();
    below
        .filter(|&id| is_variable(id))
        .all(|id| nodes.contains(&id))
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
