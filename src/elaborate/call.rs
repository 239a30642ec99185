//! Calls: of the user's functions, of built-in functions, over families.

use super::scope::{Binding, Expansion, Found, Function, Local, Meaning};
use super::{ElaborateError, Elaborator, Result, generate, sets, suggest};
use crate::atoms::Along;
use crate::atoms::registry::{self, Arity, BuildInput, Entry, usage};
use crate::expr::ExprId;
use crate::matrix::Matrix;
use crate::span::Span;
use crate::spelling::closest;
use crate::syntax::ast::{Argument, Expr, ExprKind, Family, Name};
use std::rc::Rc;
use std::sync::Arc;

/// Whether the name calls something that comes with the language.
pub(super) fn is_builtin(name: &str) -> bool {
    registry::find(name).is_some()
        || name == "linearize"
        || generate::is_generator(name)
        || crate::data::find(name).is_some()
}

impl Elaborator<'_> {
    pub(super) fn call(
        &mut self,
        function: &Name,
        arguments: &[Argument],
        family: Option<&Family>,
        span: Span,
    ) -> Result<ExprId> {
        if let Some(family) = family {
            return self.call_over_family(function, arguments, family, span);
        }
        if let Some(found) = self.user_function(function)? {
            return self.expand(&found, function, arguments, span);
        }
        if generate::is_generator(&function.text) {
            return self.generate_constant(function, arguments, span);
        }
        if function.text == "perspective" {
            return self.perspective(arguments, span);
        }
        if function.text == "linearize" {
            return self.linearize(arguments, span);
        }
        match registry::find(&function.text) {
            Some(entry) => self.call_entry(entry, arguments, span),
            None => Err(self.unknown_function(function)),
        }
    }

    pub(super) fn user_function(&self, function: &Name) -> Result<Option<Rc<Function>>> {
        match self.find(&function.text) {
            Some(Found::Global(declared)) => match &declared.binding {
                Binding::Function(found) => Ok(Some(found.clone())),
                Binding::Broken => Err(ElaborateError::Suppressed),
                Binding::Value(_) | Binding::Size { .. } => Err(self.not_a_function(function)),
            },
            Some(Found::Local(_)) => Err(self.not_a_function(function)),
            None => Ok(None),
        }
    }

    fn not_a_function(&self, function: &Name) -> ElaborateError {
        let name = &function.text;
        ElaborateError::WrongKind {
            name: name.clone(),
            problem: "is not a function".to_owned(),
            span: function.span,
            help: Some(format!(
                "index with brackets, `{name}[i]`; multiply with `*`, `{name}*(…)`"
            )),
        }
    }

    /// The body with the parameters bound, in the scope of the definition.
    fn expand(
        &mut self,
        function: &Function,
        name: &Name,
        arguments: &[Argument],
        span: Span,
    ) -> Result<ExprId> {
        if arguments.len() != function.parameters.len()
            || arguments.iter().any(|a| a.name.is_some())
        {
            return Err(wrong_arguments(function, name, arguments, span));
        }
        let mut bound = Vec::with_capacity(arguments.len());
        for (parameter, argument) in function.parameters.iter().zip(arguments) {
            let meaning = match self.quick_number(&argument.value) {
                Some(number) => Meaning::Number(number),
                None => Meaning::Node(self.expression(&argument.value)?),
            };
            bound.push(Local::new(parameter, meaning));
        }
        let expansion = Expansion {
            order: function.order,
            arguments: bound.iter().map(|local| local.meaning.key()).collect(),
        };
        if let Some(&node) = self.expansions.get(&expansion) {
            return Ok(node);
        }
        let node = self.body(function, bound, span)?;
        self.expansions.insert(expansion, node);
        Ok(node)
    }

    /// The body sees its parameters and what was declared above it, nothing of the caller.
    fn body(&mut self, function: &Function, bound: Vec<Local>, span: Span) -> Result<ExprId> {
        let caller = (self.frame, self.visible, self.locals.len());
        self.frame = self.locals.len();
        self.visible = function.order;
        self.locals.extend(bound);
        let value = match &function.inner {
            Some(inner) => self.inner_problem(function, inner, span),
            None => self.expression(&function.body),
        };
        (self.frame, self.visible) = (caller.0, caller.1);
        self.locals.truncate(caller.2);
        value.map_err(|error| error.used_at(&function.name, span))
    }

    fn call_over_family(
        &mut self,
        function: &Name,
        arguments: &[Argument],
        family: &Family,
        span: Span,
    ) -> Result<ExprId> {
        let [body] = arguments else {
            return Err(ElaborateError::argument(
                format!("`{}(… for …)` takes one expression", function.text),
                span,
            ));
        };
        if function.text == "sum" {
            return self.family_sum(&body.value, family, span);
        }
        let Some(entry) = registry::find(&function.text).filter(|entry| runs_over_a_list(entry))
        else {
            return Err(ElaborateError::argument(
                format!("`{}` cannot run over a family", function.text),
                function.span,
            )
            .or_help("`sum(… for …)`, `max(… for …)`, `min(… for …)` can"));
        };
        match self.list_of_members(&body.value, family, span)? {
            Some(list) => self.build(entry, &[(list, span)], &[], Along::All, span),
            None if function.text == "prod" => Ok(self.graph.number(1.0)),
            None => Err(self.no_entries(span)),
        }
    }

    fn call_entry(
        &mut self,
        entry: &'static Entry,
        arguments: &[Argument],
        span: Span,
    ) -> Result<ExprId> {
        let mut expressions = Vec::new();
        let mut positional = Vec::new();
        let most = match entry.arity {
            Arity::Exactly(names) => names.len(),
            Arity::AtLeast(_) => usize::MAX,
        };
        for argument in arguments.iter().filter(|a| a.name.is_none()) {
            if expressions.len() < most {
                let node = self.expression(&argument.value)?;
                expressions.push((node, argument.value.span));
            } else {
                positional.push(&argument.value);
            }
        }
        self.check_arity(entry, &expressions, positional.len(), span)?;
        let along = self.along(entry, arguments)?;
        let constants = self.parameters(entry, &positional, arguments, span)?;
        self.build(entry, &expressions, &constants, along, span)
    }

    fn check_arity(
        &self,
        entry: &Entry,
        expressions: &[(ExprId, Span)],
        further: usize,
        span: Span,
    ) -> Result<()> {
        let given = expressions.len();
        let enough = match entry.arity {
            Arity::Exactly(names) => given == names.len() && further <= entry.parameters.len(),
            Arity::AtLeast(least) => given >= least,
        };
        if enough {
            return Ok(());
        }
        let message = format!(
            "`{}` does not take {} arguments",
            entry.name,
            given + further
        );
        let first = expressions.first().map_or("x", |e| e.1.of(self.text));
        let help = match entry.arity {
            Arity::Exactly(names) if entry.each && given + further > names.len() => {
                along_help(entry, first)
            }
            _ => format!("write `{}`", usage(entry)),
        };
        Err(ElaborateError::argument(message, span).or_help(help))
    }

    fn along(&self, entry: &Entry, arguments: &[Argument]) -> Result<Along> {
        let Some(each) = Argument::named(arguments, "each") else {
            return Ok(Along::All);
        };
        let span = each.span;
        if !entry.each {
            let message = format!("`{}` does not run along rows or columns", entry.name);
            return Err(ElaborateError::argument(message, span));
        }
        match each.kind.as_ref() {
            ExprKind::Name(word) if word == "row" => Ok(Along::Rows),
            ExprKind::Name(word) if word == "column" => Ok(Along::Columns),
            _ => Err(ElaborateError::argument(
                "`each` is `row` or `column`",
                span,
            )),
        }
    }

    /// Values of the parameters in the entry's order: by position, by name, or by default.
    pub(super) fn parameters(
        &mut self,
        entry: &'static Entry,
        positional: &[&Expr],
        arguments: &[Argument],
        span: Span,
    ) -> Result<Vec<Arc<Matrix>>> {
        if let Some(unknown) = arguments
            .iter()
            .filter_map(|a| a.name.as_ref())
            .find(|n| n.text != "each" && !entry.parameters.iter().any(|p| p.name == n.text))
        {
            let message = format!("`{}` has no argument `{}`", entry.name, unknown.text);
            let axis = matches!(unknown.text.as_str(), "axis" | "dim" | "dims" | "over");
            let help = if entry.each && axis {
                along_help(entry, "x")
            } else {
                format!("write `{}`", usage(entry))
            };
            return Err(ElaborateError::argument(message, unknown.span).or_help(help));
        }
        let mut values = Vec::with_capacity(entry.parameters.len());
        for (k, parameter) in entry.parameters.iter().enumerate() {
            let given = positional
                .get(k)
                .copied()
                .or_else(|| Argument::named(arguments, parameter.name));
            values.push(match (given, parameter.default) {
                (Some(expr), _) => {
                    let node = self.expression(expr)?;
                    self.constant_value(node, "this argument", expr.span)?
                }
                (None, Some(default)) => Arc::new(Matrix::scalar(default)),
                (None, None) => {
                    let message =
                        format!("`{}` needs its argument `{}`", entry.name, parameter.name);
                    return Err(ElaborateError::argument(message, span)
                        .or_help(format!("write `{}`", usage(entry))));
                }
            });
        }
        Ok(values)
    }

    pub(super) fn build(
        &mut self,
        entry: &'static Entry,
        expressions: &[(ExprId, Span)],
        constants: &[Arc<Matrix>],
        along: Along,
        span: Span,
    ) -> Result<ExprId> {
        let input = BuildInput {
            shapes: expressions
                .iter()
                .map(|(e, _)| self.graph.shape(*e))
                .collect(),
            parameters: entry.parameters,
            constants: constants.to_vec(),
            along,
        };
        let atom = (entry.build)(&input).map_err(|reason| {
            ElaborateError::argument(format!("`{}`: {reason}", entry.name), span)
        })?;
        self.apply(atom, expressions, span)
    }

    fn unknown_function(&self, function: &Name) -> ElaborateError {
        let name = function.text.as_str();
        let known = registry::entries().map(|entry| entry.name);
        let own = self
            .visible_names()
            .into_iter()
            .filter_map(|(name, declared)| {
                matches!(declared.binding, Binding::Function(_)).then_some(name)
            });
        if let Some(error) = self.declared_too_late(name, function.span) {
            return error;
        }
        let help = if crate::data::find(name).is_some() {
            format!("a data source stands alone behind a param: `param A[m, n] = {name}(…)`")
        } else if let Some(help) = suggest::elsewhere(name).or_else(|| sets::membership_of(name)) {
            help
        } else {
            let all = known
                .chain(own)
                .chain(generate::GENERATORS.iter().map(|(name, _)| *name));
            match closest(name, all) {
                Some(other) => format!("did you mean `{other}`?"),
                None => "`bowl atoms` lists all functions".to_owned(),
            }
        };
        ElaborateError::UnknownName {
            what: "function",
            name: name.to_owned(),
            span: function.span,
            help: Some(help),
        }
    }
}

/// Whether a list alone is all that the function reduces.
fn runs_over_a_list(entry: &Entry) -> bool {
    let one = match entry.arity {
        Arity::Exactly(names) => names.len() == 1,
        Arity::AtLeast(least) => least == 1,
    };
    entry.each && one
}

fn wrong_arguments(
    function: &Function,
    name: &Name,
    arguments: &[Argument],
    span: Span,
) -> ElaborateError {
    let parameters: Vec<&str> = function
        .parameters
        .iter()
        .map(|p| p.text.as_str())
        .collect();
    let usage = format!("{}({})", name.text, parameters.join(", "));
    if let Some(named) = arguments.iter().find_map(|a| a.name.as_ref()) {
        let message = format!("arguments of `{}` have no names", name.text);
        return ElaborateError::argument(message, named.span).or_help(format!("write `{usage}`"));
    }
    let wanted = parameters.len();
    let plural = if wanted == 1 { "" } else { "s" };
    let message = format!(
        "`{}` takes {wanted} argument{plural}, not {}",
        name.text,
        arguments.len()
    );
    ElaborateError::argument(message, span).or_help(format!("write `{usage}`"))
}

/// How other languages' axis arguments are written here.
fn along_help(entry: &Entry, argument: &str) -> String {
    let name = entry.name;
    format!(
        "write `{name}({argument}, each = row)` for each row, `{name}({argument}, each = column)` for each column"
    )
}
