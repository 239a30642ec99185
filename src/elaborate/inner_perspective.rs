//! `perspective(f(x), s)` where f holds values of inner problems.
//!
//! With f(x) = min { h(x, y) : g(x, y) <= 0 } and Y = s*y,
//! s*f(x/s) = min { s*h(x/s, Y/s) : s*g(x/s, Y/s) <= 0 }:
//! an inner problem over Y, whose objective and constraints are the perspectives of those of f.

use super::{ElaborateError, Elaborator, Result};
use crate::atoms::construct;
use crate::atoms::partial::Partial;
use crate::atoms::perspective::{Perspective, cone_around};
use crate::dcp::{Curvature, Facts};
use crate::expr::{Atom, ExprId, NodeKind};
use crate::problem::{Constraint, ConstraintName, Goal, InnerProblem, Relation, Variable};
use crate::span::Span;
use crate::syntax::ast;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Scaled variables in the place of inner ones, and the scale.
struct Scaled {
    images: FxHashMap<ExprId, ExprId>,
    scale: (ExprId, Span),
}

impl Elaborator<'_> {
    pub(super) fn perspective_of_values(
        &mut self,
        body: (ExprId, Span),
        scale: (ExprId, Span),
        span: Span,
    ) -> Result<ExprId> {
        let uses = self.values_below(body.0);
        let first = (self.problem.variables.len(), self.problem.constraints.len());
        let name = self.use_name("perspective");
        let scaled = Scaled {
            images: self.scaled_variables(&name, &uses),
            scale,
        };
        let held: BTreeSet<usize> = uses
            .iter()
            .flat_map(|&k| self.problem.inner[k].stated_constraints())
            .collect();
        for k in held {
            let constraint = self.problem.constraints[k].clone();
            self.scaled_constraint(&name, &constraint, &scaled)?;
        }
        let minimum = self.is_minimum(body)?;
        let (objective, mut arguments) = self.scaled_expression(body.0, &scaled, span)?;
        arguments.retain(|a| !scaled.images.values().any(|image| image == a));
        let atom = Partial {
            function: "perspective".into(),
            minimum,
            by_dual: false,
        };
        let mut operands = vec![(objective, span)];
        operands.extend(arguments.into_iter().map(|node| (node, span)));
        let value = self.apply(Arc::new(atom), &operands, span)?;
        let interior = uses.iter();
        let interior = interior.flat_map(|&k| self.problem.inner[k].interior.clone());
        let problem = InnerProblem {
            name,
            value,
            goal: match minimum {
                true => Goal::Minimize,
                false => Goal::Maximize,
            },
            objective,
            variables: first.0..self.problem.variables.len(),
            constraints: first.1..self.problem.constraints.len(),
            definition: span,
            interior: interior.collect(),
            replaced: Default::default(),
        };
        self.problem.inner.push(problem);
        Ok(value)
    }

    /// Inner problems whose values the expression needs, by position.
    fn values_below(&self, body: ExprId) -> Vec<usize> {
        let inner = self.problem.inner.iter().enumerate();
        let values: FxHashMap<ExprId, usize> = inner.map(|(k, i)| (i.value, k)).collect();
        let mut found = BTreeSet::new();
        let mut open = vec![body];
        while let Some(root) = open.pop() {
            for id in self.graph.below(&[root]) {
                if let Some(&k) = values.get(&id).filter(|k| !found.contains(*k)) {
                    found.insert(k);
                    let constraints = self.problem.inner[k].stated_constraints();
                    let constraints = constraints.map(|k| &self.problem.constraints[k]);
                    open.extend(constraints.flat_map(|c| [c.left, c.right]));
                }
            }
        }
        found.into_iter().collect()
    }

    /// Y for each inner variable y.
    fn scaled_variables(&mut self, name: &str, uses: &[usize]) -> FxHashMap<ExprId, ExprId> {
        let held: BTreeSet<usize> = uses
            .iter()
            .flat_map(|&k| self.problem.inner[k].stated_variables())
            .collect();
        let mut images = FxHashMap::default();
        for old in held {
            let variable = self.problem.variables[old].clone();
            let own = format!("{name}.{}", variable.name).into();
            let position = self.free_variable(own, variable.shape, variable.span);
            let place = &mut self.problem.variables[position];
            images.insert(variable.node, place.node);
            *place = Variable {
                name: place.name.clone(),
                node: place.node,
                range: cone_around(variable.range),
                start: None,
                ..variable
            };
        }
        images
    }

    /// s*expression(x/s, Y/s), and the nodes x, Y and s.
    fn scaled_expression(
        &mut self,
        expression: ExprId,
        scaled: &Scaled,
        span: Span,
    ) -> Result<(ExprId, Vec<ExprId>)> {
        let (atom, variables) = Perspective::of(&self.graph, expression);
        let image = |v: &ExprId| scaled.images.get(v).copied().unwrap_or(*v);
        let mut nodes: Vec<ExprId> = variables.iter().map(image).collect();
        nodes.push(scaled.scale.0);
        let operands: Vec<(ExprId, Span)> = nodes.iter().map(|&node| (node, span)).collect();
        Ok((self.apply(Arc::new(atom), &operands, span)?, nodes))
    }

    /// s*(left - right)(x/s, Y/s) against 0; of an affine e that is e(x, Y) + (s - 1)*e(0).
    fn scaled_constraint(
        &mut self,
        name: &str,
        constraint: &Constraint,
        scaled: &Scaled,
    ) -> Result<()> {
        let span = constraint.span;
        let excess = construct::subtract(&mut self.graph, constraint.left, constraint.right);
        let (atom, _) = Perspective::of(&self.graph, excess);
        let left = if atom.is_affine() {
            let images = scaled.images.clone();
            let moved = self.with_images(excess, images, span)?;
            let at_zero = self.graph.constant(atom.at_zero(), None, span);
            let more = construct::shift(&mut self.graph, scaled.scale.0, -1.0);
            let offset = construct::times(&mut self.graph, more, at_zero);
            construct::plus(&mut self.graph, moved, offset)
        } else {
            self.scaled_expression(excess, scaled, span)?.0
        };
        let relation = match constraint.relation {
            Relation::Equal => ast::Relation::Equal,
            Relation::LessEqual => ast::Relation::LessEqual,
            Relation::Precedes => ast::Relation::PrecedesEqual,
        };
        let name = ConstraintName {
            label: format!("{name} of {}", constraint.name.label).into(),
            ..constraint.name.clone()
        };
        self.against_nothing(name, left, relation, span)
    }

    /// Whether the values stand where smaller is better, or all where larger is.
    fn is_minimum(&self, (body, span): (ExprId, Span)) -> Result<bool> {
        let (atom, variables) = Perspective::of(&self.graph, body);
        let facts = variables.iter().map(|&v| Facts {
            curvature: Curvature::Affine,
            range: match self.graph.kind(v) {
                NodeKind::Variable(id) => self.problem.variables[id.index()].range,
                NodeKind::Constant(_) | NodeKind::Apply(_) => crate::dcp::Interval::REALS,
            },
            ..Facts::unknown(self.graph.shape(v))
        });
        match atom.curvature(&facts.collect::<Vec<_>>()) {
            Curvature::Convex => Ok(true),
            Curvature::Concave => Ok(false),
            Curvature::Constant | Curvature::Affine | Curvature::Unknown => {
                let message =
                    "the perspective of the value of an inner problem must be convex or concave";
                Err(ElaborateError::argument(message, span).or_help(
                    "the composition rule must show it, as for `f(x)` or `f(x) + norm2(x)`; a value that is the least of an inner problem stands where smaller is better",
                ))
            }
        }
    }
}
