//! Calls for all members of a family at once: functions that work entry by entry, and the file's own.

use super::bends;
use crate::atoms::Along;
use crate::atoms::registry::{self, Arity, Entry};
use crate::elaborate::Elaborator;
use crate::elaborate::scope::{Expansion, Found, Function, Local, Meaning};
use crate::expr::ExprId;
use crate::span::Span;
use crate::syntax::ast::{Argument, Expr, Name};

impl Elaborator<'_> {
    pub(super) fn lane_call(
        &mut self,
        function: &Name,
        arguments: &[Argument],
        span: Span,
    ) -> Option<ExprId> {
        match self.find(&function.text) {
            Some(Found::Global(_)) => {
                let found = self.user_function(function).ok()??;
                self.lane_expansion(&found, arguments)
            }
            Some(Found::Local(_)) => None,
            None => {
                let entry = registry::find(&function.text)?;
                self.lane_entry(entry, arguments, span)
            }
        }
    }

    /// A function that works entry by entry.
    fn lane_entry(
        &mut self,
        entry: &'static Entry,
        arguments: &[Argument],
        span: Span,
    ) -> Option<ExprId> {
        let count = match entry.arity {
            Arity::Exactly(names) if registry::is_elementwise(entry) => names.len(),
            Arity::AtLeast(_) if matches!(entry.name, "max" | "min") && arguments.len() > 1 => {
                arguments.len()
            }
            Arity::Exactly(_) | Arity::AtLeast(_) => return None,
        };
        let (expressions, parameters) = arguments.split_at_checked(count)?;
        let rewritten = matches!(entry.name, "sqrt" | "log");
        if expressions.iter().any(|a| a.name.is_some())
            || expressions.iter().any(|a| rewritten && bends(&a.value))
            || parameters.iter().any(|a| self.varies(&a.value))
        {
            return None;
        }
        let mut nodes = Vec::with_capacity(count);
        for argument in expressions {
            nodes.push((self.lanes(&argument.value)?, argument.value.span));
        }
        let unnamed = parameters.iter().filter(|a| a.name.is_none());
        let positional: Vec<&Expr> = unnamed.map(|a| &a.value).collect();
        if positional.len() > entry.parameters.len() {
            return None;
        }
        let constants = self.parameters(entry, &positional, arguments, span).ok()?;
        self.build(entry, &nodes, &constants, Along::All, span).ok()
    }

    fn lane_expansion(&mut self, function: &Function, arguments: &[Argument]) -> Option<ExprId> {
        if function.inner.is_some()
            || arguments.len() != function.parameters.len()
            || arguments.iter().any(|a| a.name.is_some())
        {
            return None;
        }
        let mut bound = Vec::with_capacity(arguments.len());
        for (parameter, argument) in function.parameters.iter().zip(arguments) {
            let meaning = match self.quick_number(&argument.value) {
                Some(number) => Meaning::Number(number),
                None if self.varies(&argument.value) => self.lane_meaning(&argument.value)?,
                None => Meaning::Node(self.expression(&argument.value).ok()?),
            };
            bound.push(Local::new(parameter, meaning));
        }
        if !bound
            .iter()
            .any(|local| matches!(local.meaning, Meaning::Lanes(_)))
        {
            return None;
        }
        let expansion = Expansion {
            order: function.order,
            arguments: bound.iter().map(|local| local.meaning.key()).collect(),
        };
        if let Some(&node) = self.expansions.get(&expansion) {
            return Some(node);
        }
        let node = self.lane_body(function, bound)?;
        self.expansions.insert(expansion, node);
        Some(node)
    }

    fn lane_meaning(&mut self, argument: &Expr) -> Option<Meaning> {
        let node = self.lanes(argument)?;
        Some(match self.graph.shape(node).is_scalar() {
            true => Meaning::Node(node),
            false => Meaning::Lanes(node),
        })
    }

    fn lane_body(&mut self, function: &Function, bound: Vec<Local>) -> Option<ExprId> {
        let caller = (self.frame, self.visible, self.locals.len());
        self.frame = self.locals.len();
        self.visible = function.order;
        self.locals.extend(bound);
        let value = self.lanes(&function.body);
        (self.frame, self.visible) = (caller.0, caller.1);
        self.locals.truncate(caller.2);
        value
    }
}
