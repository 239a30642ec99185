//! `perspective(f, s)`: a call whose first argument is read as a function of its variables.

use super::{ElaborateError, Elaborator, Result};
use crate::atoms::affine::Multiply;
use crate::atoms::perspective::Perspective;
use crate::expr::{ExprId, NodeKind};
use crate::span::Span;
use crate::syntax::ast::Argument;
use std::sync::Arc;

impl Elaborator<'_> {
    pub(super) fn perspective(&mut self, arguments: &[Argument], span: Span) -> Result<ExprId> {
        let [f, s] = arguments else {
            let message = format!("`perspective` does not take {} arguments", arguments.len());
            let error = ElaborateError::argument(message, span);
            return Err(error.or_help("write `perspective(f, s)`"));
        };
        let (body, scale) = (self.expression(&f.value)?, self.expression(&s.value)?);
        let shapes = [self.graph.shape(body), self.graph.shape(scale)];
        if let Some(other) = shapes.iter().find(|shape| !shape.is_scalar()) {
            let message = format!("`perspective` takes two scalars, but this is a {other}");
            return Err(ElaborateError::argument(message, span));
        }
        let (f_span, s_span) = (f.value.span, s.value.span);
        if self.graph.is_constant(body) {
            let both = [(body, f_span), (scale, s_span)];
            return self.apply(Arc::new(Multiply), &both, span);
        }
        let (atom, variables) = Perspective::of(&self.graph, body);
        if self.shares_variables(scale, &variables) {
            let message = "the scale of a perspective cannot stand inside of it as well";
            return Err(ElaborateError::argument(message, s_span)
                .or_help("`perspective(f, s)` is s*f(x/s), where x are all variables of f"));
        }
        if self.has_inner_variable(body) {
            return self.perspective_of_values((body, f_span), (scale, s_span), span);
        }
        let mut operands: Vec<(ExprId, Span)> = variables.iter().map(|&v| (v, f_span)).collect();
        operands.push((scale, s_span));
        self.apply(Arc::new(atom), &operands, span)
    }

    fn has_inner_variable(&self, body: ExprId) -> bool {
        let mut below = self.graph.below(&[body]).into_iter();
        below.any(|id| match self.graph.kind(id) {
            NodeKind::Variable(variable) => self.problem.variables[variable.index()].inner,
            NodeKind::Constant(_) | NodeKind::Apply(_) => false,
        })
    }

    fn shares_variables(&self, scale: ExprId, variables: &[ExprId]) -> bool {
        let nodes = self.graph.below(&[scale]).into_iter();
        let mut own = nodes.filter(|&id| matches!(self.graph.kind(id), NodeKind::Variable(_)));
        own.any(|id| variables.contains(&id))
    }
}
