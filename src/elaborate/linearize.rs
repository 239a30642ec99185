//! `linearize(f)`: f(x0) + g'*(x - x0) with the gradient g at the start values x0 of the variables.

use super::{ElaborateError, Elaborator, Result};
use crate::atoms::affine::Index;
use crate::atoms::construct;
use crate::differentiate::{gradient, underivable};
use crate::expr::{Evaluator, ExprId, Graph, NodeKind, VariableId, evaluate_atom};
use crate::matrix::Matrix;
use crate::span::Span;
use crate::syntax::ast::Argument;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

impl Elaborator<'_> {
    pub(super) fn linearize(&mut self, arguments: &[Argument], span: Span) -> Result<ExprId> {
        let [f] = arguments else {
            let message = format!("`linearize` does not take {} arguments", arguments.len());
            return Err(ElaborateError::argument(message, span).or_help("write `linearize(f)`"));
        };
        let span = f.value.span;
        let body = self.expression(&f.value)?;
        let shape = self.graph.shape(body);
        if !shape.is_scalar() {
            let message = format!("`linearize` takes a scalar, but this is a {shape}");
            return Err(ElaborateError::argument(message, span));
        }
        if self.graph.is_constant(body) {
            return Ok(body);
        }
        let leaves = self.started_leaves(body, span)?;
        if let Some(node) = underivable(&self.graph, body, &leaves) {
            let name = self.graph.atom(node).map_or("this", |atom| atom.name());
            let message = format!("the derivative of `{name}` is not known");
            return Err(ElaborateError::argument(message, span));
        }
        self.expansion(body, &leaves, span)
    }

    /// The variables below, each of which must have a start; where only parts of a variable are
    /// used, such as `x[3]`, those parts.
    fn started_leaves(&self, body: ExprId, span: Span) -> Result<Vec<ExprId>> {
        let graph = &self.graph;
        let below = graph.below(&[body]);
        let part_of = |id: ExprId| {
            let only = *graph.arguments(id).first()?;
            let is_part = graph.atom_as::<Index>(id).is_some();
            (is_part && matches!(graph.kind(only), NodeKind::Variable(_))).then_some(only)
        };
        let mut whole = FxHashSet::from_iter([body]);
        let others = below.iter().filter(|&&id| part_of(id).is_none());
        whole.extend(others.flat_map(|&id| graph.arguments(id)));
        let mut leaves = Vec::new();
        for &id in &below {
            match graph.kind(id) {
                NodeKind::Variable(variable) => {
                    self.check_started(variable.index(), span)?;
                    leaves.extend(whole.contains(&id).then_some(id));
                }
                NodeKind::Apply(_) => {
                    let alone = part_of(id).is_some_and(|variable| !whole.contains(&variable));
                    leaves.extend(alone.then_some(id));
                }
                NodeKind::Constant(_) => {}
            }
        }
        Ok(leaves)
    }

    fn check_started(&self, position: usize, span: Span) -> Result<()> {
        let variable = &self.problem.variables[position];
        let name = &variable.name;
        if variable.inner {
            let message = format!("the linearisation of an inner problem (`{name}`)");
            return Err(ElaborateError::argument(message, span));
        }
        if variable.start.is_none() {
            let message = format!("`linearize` expands around starts, but `{name}` has none");
            return Err(ElaborateError::argument(message, span)
                .or_help(format!("declare it as in `var {name} start …`")));
        }
        Ok(())
    }

    /// f(x0) - <g, x0> + <g, x>.
    fn expansion(&mut self, body: ExprId, leaves: &[ExprId], span: Span) -> Result<ExprId> {
        let point = self.starts(leaves);
        let (mut own, images) = with_variables(&self.graph, body, leaves);
        let variables: Vec<ExprId> = leaves.iter().map(|leaf| images[leaf]).collect();
        let mut roots = gradient(&mut own, images[&body], &variables);
        roots.push(images[&body]);
        let values = Evaluator::new(&own, &roots).evaluate(&point);
        if values
            .iter()
            .any(|v| v.entries().iter().any(|e| !e.is_finite()))
        {
            let message = "this has no finite value and slope at the start values";
            return Err(ElaborateError::argument(message, span));
        }
        let (slopes, value) = values.split_at(leaves.len());
        let mut constant = value[0].as_scalar().unwrap_or_default();
        let mut terms = Vec::with_capacity(leaves.len() + 1);
        for ((slope, start), &leaf) in slopes.iter().zip(&point).zip(leaves) {
            let pairs = slope.entries();
            let pairs = pairs.iter().zip(start.entries().into_owned());
            constant -= pairs.map(|(g, x)| g * x).sum::<f64>();
            let slope = self.graph.constant(slope.clone(), None, span);
            terms.push(construct::inner_product(&mut self.graph, slope, leaf));
        }
        terms.push(self.graph.number(constant));
        Ok(construct::sum(&mut self.graph, &terms))
    }

    /// Start values of variables and of parts of them.
    fn starts(&self, leaves: &[ExprId]) -> Vec<Arc<Matrix>> {
        let graph = &self.graph;
        let zeros = |id| Arc::new(Matrix::filled(graph.shape(id), 0.0));
        let start = |id: ExprId| match graph.kind(id) {
            NodeKind::Variable(variable) => self.problem.variables[variable.index()].start.clone(),
            NodeKind::Constant(_) | NodeKind::Apply(_) => None,
        };
        let value = |&leaf: &ExprId| {
            let whole = graph.arguments(leaf).first().and_then(|&id| start(id));
            let value = match (graph.atom(leaf), whole) {
                (Some(atom), Some(whole)) => {
                    let value = evaluate_atom(atom.as_ref(), &[&whole], graph.shape(leaf));
                    Some(Arc::new(value))
                }
                _ => start(leaf),
            };
            value.unwrap_or_else(|| zeros(leaf))
        };
        leaves.iter().map(value).collect()
    }
}

/// The expression in a graph of its own, with the leaves as its variables, in their order.
fn with_variables(
    graph: &Graph,
    body: ExprId,
    leaves: &[ExprId],
) -> (Graph, FxHashMap<ExprId, ExprId>) {
    let mut own = Graph::new();
    let mut images = FxHashMap::default();
    for (k, &leaf) in leaves.iter().enumerate() {
        let id = VariableId(k as u32);
        images.insert(leaf, own.variable(id, graph.shape(leaf), graph.span(leaf)));
    }
    for id in graph.below(&[body]) {
        let arguments = graph.arguments(id).iter();
        let arguments: Option<Vec<ExprId>> = arguments.map(|a| images.get(a).copied()).collect();
        let is_variable = matches!(graph.kind(id), NodeKind::Variable(_));
        if let Some(arguments) = arguments.filter(|_| !is_variable && !images.contains_key(&id)) {
            images.insert(id, own.copied(graph, id, &arguments));
        }
    }
    (own, images)
}
