//! `linearize(f)`: f(x0) + g'*(x - x0) with the gradient g at the start values x0 of the variables.

use super::{ElaborateError, Elaborator, Result};
use crate::atoms::construct;
use crate::differentiate::{gradient, underivable};
use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::span::Span;
use crate::syntax::ast::Argument;
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
        let nodes = self.started_variables(body, span)?;
        if let Some(node) = underivable(&self.graph, body, &nodes) {
            let name = self.graph.atom(node).map_or("this", |atom| atom.name());
            let message = format!("the derivative of `{name}` is not known");
            return Err(ElaborateError::argument(message, span));
        }
        self.expansion(body, &nodes, span)
    }

    /// The variables below, each of which must have a start.
    fn started_variables(&self, body: ExprId, span: Span) -> Result<Vec<ExprId>> {
        let below = self.graph.reachable(&[body]);
        let variables = self.problem.variables.iter();
        let used = variables.filter(|v| below.binary_search(&v.node).is_ok());
        let mut nodes = Vec::new();
        for variable in used {
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
            nodes.push(variable.node);
        }
        Ok(nodes)
    }

    /// f(x0) - <g, x0> + <g, x>.
    fn expansion(&mut self, body: ExprId, nodes: &[ExprId], span: Span) -> Result<ExprId> {
        let mut roots = gradient(&mut self.graph, body, nodes);
        roots.push(body);
        roots.extend(nodes);
        let zeros = |v: &crate::problem::Variable| Arc::new(Matrix::filled(v.shape, 0.0));
        let variables = self.problem.variables.iter();
        let point = variables.map(|v| v.start.clone().unwrap_or_else(|| zeros(v)));
        let point: Vec<Arc<Matrix>> = point.collect();
        let values = Evaluator::new(&self.graph, &roots).evaluate(&point);
        if values
            .iter()
            .any(|v| v.entries().iter().any(|e| !e.is_finite()))
        {
            let message = "this has no finite value and slope at the start values";
            return Err(ElaborateError::argument(message, span));
        }
        let (slopes, rest) = values.split_at(nodes.len());
        let mut constant = rest[0].as_scalar().unwrap_or_default();
        let mut terms = Vec::with_capacity(nodes.len() + 1);
        for ((slope, start), &node) in slopes.iter().zip(&rest[1..]).zip(nodes) {
            let pairs = slope.entries();
            let pairs = pairs.iter().zip(start.entries().into_owned());
            constant -= pairs.map(|(g, x)| g * x).sum::<f64>();
            let slope = self.graph.constant(Matrix::clone(slope), None, span);
            terms.push(construct::inner_product(&mut self.graph, slope, node));
        }
        terms.push(self.graph.number(constant));
        Ok(construct::sum(&mut self.graph, &terms))
    }
}
