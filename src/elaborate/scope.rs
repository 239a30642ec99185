//! What names mean, and from where they are seen.

use super::{ElaborateError, Elaborator, Result};
use crate::atoms::registry;
use crate::expr::ExprId;
use crate::span::Span;
use crate::spelling::known_names;
use crate::syntax::ast;
use smallvec::SmallVec;
use std::rc::Rc;

/// A name of the file.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub binding: Binding,
    /// Declarations are counted, so that a function body sees only what stood above it.
    pub order: usize,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Binding {
    /// A param, variable or abbreviation.
    Value(Value),
    /// A size name, bound by the first value that has it.
    Size {
        node: ExprId,
        value: i64,
        /// "`A`, line 2".
        by: String,
    },
    Function(Rc<Function>),
    /// Its declaration failed, which is reported there.
    Broken,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub node: ExprId,
    /// The index of the first row and column.
    pub first_index: (i64, i64),
    /// Position in the problem's variables.
    pub variable: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Function {
    pub name: String,
    pub parameters: Vec<ast::Name>,
    pub body: ast::Expr,
    /// The rest of the inner problem whose value it is.
    pub inner: Option<ast::Inner>,
    pub order: usize,
}

/// A name bound inside an expression: a family's index or a function's parameter.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub name: String,
    pub meaning: Meaning,
    /// The index of the first row and column: 1 but for an inner variable with ranges of its own.
    pub first_index: (i64, i64),
}

impl Local {
    pub(super) fn new(name: &ast::Name, meaning: Meaning) -> Self {
        Local {
            name: name.text.clone(),
            meaning,
            first_index: (1, 1),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    Number(f64),
    Node(ExprId),
    /// A column with an entry for each member of a family that is read as a vector.
    Lanes(ExprId),
}

/// A function and its arguments: equal expansions have equal nodes.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Expansion {
    /// The function's place among the declarations.
    pub order: usize,
    pub arguments: SmallVec<[ArgumentKey; 3]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ArgumentKey {
    /// The bits of a number.
    Number(u64),
    Node(ExprId),
    Lanes(ExprId),
}

impl Meaning {
    pub(super) fn key(self) -> ArgumentKey {
        match self {
            Meaning::Number(value) => ArgumentKey::Number(value.to_bits()),
            Meaning::Node(node) => ArgumentKey::Node(node),
            Meaning::Lanes(node) => ArgumentKey::Lanes(node),
        }
    }
}

/// What a name stands for where it is used.
pub(super) enum Found<'s> {
    Local(Meaning),
    Global(&'s Declared),
}

const CONSTANTS: &[&str] = &["pi", "inf"];

impl Elaborator<'_> {
    pub(super) fn find(&self, name: &str) -> Option<Found<'_>> {
        if let Some(local) = self.local(name) {
            return Some(Found::Local(local.meaning));
        }
        self.globals
            .get(name)
            .filter(|declared| declared.order < self.visible)
            .map(Found::Global)
    }

    /// The innermost local of that name.
    pub(super) fn local(&self, name: &str) -> Option<&Local> {
        let frame = &self.locals[self.frame..];
        frame.iter().rev().find(|local| local.name == name)
    }

    /// Declares a name of the file.
    pub(super) fn declare(&mut self, name: &ast::Name, binding: Binding) -> Result<()> {
        self.check_free(name)?;
        self.declare_unchecked(name, binding);
        Ok(())
    }

    pub(super) fn declare_unchecked(&mut self, name: &ast::Name, binding: Binding) {
        let declared = Declared {
            binding,
            order: self.declarations,
            span: name.span,
        };
        self.declarations += 1;
        self.globals.insert(name.text.clone(), declared);
    }

    /// Uses of a name that cannot be declared are not reported again.
    pub(super) fn check_free(&mut self, name: &ast::Name) -> Result<()> {
        if let Some(what) = reserved(&name.text) {
            self.declare_unchecked(name, Binding::Broken);
            return Err(ElaborateError::ReservedName {
                name: name.text.clone(),
                what,
                span: name.span,
            });
        }
        match self.globals.get(&name.text) {
            Some(declared) => Err(ElaborateError::DeclaredTwice {
                name: name.text.clone(),
                first: declared.span,
                span: name.span,
            }),
            None => Ok(()),
        }
    }

    /// Names of the file that are seen from here, in the order of their declarations.
    pub(super) fn visible_names(&self) -> Vec<(&str, &Declared)> {
        let globals = self.globals.iter();
        let mut names: Vec<(&str, &Declared)> = globals
            .filter(|(_, declared)| declared.order < self.visible)
            .map(|(name, declared)| (name.as_str(), declared))
            .collect();
        names.sort_unstable_by_key(|(_, declared)| declared.order);
        names
    }

    /// A function's body cannot use what is declared after the function.
    pub(super) fn declared_too_late(&self, name: &str, span: Span) -> Option<ElaborateError> {
        let declared = self.globals.get(name)?;
        let (problem, help) = if declared.order == self.visible {
            let help = "a function is its body, written out; repetition is `sum(… for i in 1..n)`";
            ("is used in its own definition", help.to_owned())
        } else {
            let line = self.line(declared.span);
            let help = format!("move its declaration, line {line}, above the function");
            ("is declared below the function that uses it", help)
        };
        Some(ElaborateError::WrongKind {
            name: name.to_owned(),
            problem: problem.to_owned(),
            span,
            help: Some(help),
        })
    }

    /// A name of the file that is declared further down. Texts of the command line have no place in
    /// the file.
    fn declared_below(&self, name: &str, span: Span) -> Option<ElaborateError> {
        if span.of(self.text) != name {
            return None;
        }
        let mut declared = self
            .file
            .statements
            .iter()
            .filter_map(|s| s.kind.declares());
        let below = declared.find(|d| d.text == name && d.span.start > span.start)?;
        let line = self.line(below.span);
        Some(ElaborateError::WrongKind {
            name: name.to_owned(),
            problem: "is used before it is declared".to_owned(),
            span,
            help: Some(format!(
                "move its declaration, line {line}, above this line"
            )),
        })
    }

    /// The position of the variable of that name.
    pub(super) fn variable_named(&self, name: &ast::Name) -> Result<usize> {
        let wrong = || ElaborateError::WrongKind {
            name: name.text.clone(),
            problem: "is not a variable".to_owned(),
            span: name.span,
            help: Some("`find` takes names of variables".to_owned()),
        };
        match self.find(&name.text) {
            None => Err(self.unknown_name(&name.text, name.span)),
            Some(Found::Global(declared)) => match &declared.binding {
                Binding::Value(value) => value.variable.ok_or_else(wrong),
                Binding::Broken => Err(ElaborateError::Suppressed),
                Binding::Size { .. } | Binding::Function(_) => Err(wrong()),
            },
            Some(Found::Local(_)) => Err(wrong()),
        }
    }

    pub(super) fn unknown_name(&self, name: &str, span: Span) -> ElaborateError {
        let locals = self.locals[self.frame..].iter().map(|l| l.name.as_str());
        let visible = self.visible_names();
        let known = visible.iter().map(|(name, _)| *name).chain(locals);
        let late = self.declared_too_late(name, span);
        if let Some(error) = late.or_else(|| self.declared_below(name, span)) {
            return error;
        }
        let help = if registry::find(name).is_some() {
            format!("`{name}` is a function: write `{name}(…)`")
        } else if name == "e" {
            "write `exp(x)` for e^x, and `exp(1)` for e".to_owned()
        } else {
            known_names(name, known, "the names declared so far are")
        };
        ElaborateError::UnknownName {
            what: "name",
            name: name.to_owned(),
            span,
            help: Some(help),
        }
    }
}

pub(super) fn is_constant(name: &str) -> bool {
    CONSTANTS.contains(&name)
}

/// What a name of the language is.
fn reserved(name: &str) -> Option<&'static str> {
    if is_constant(name) {
        return Some("constant");
    }
    super::call::is_builtin(name).then_some("function")
}
