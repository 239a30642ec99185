//! What can be wrong between the syntax tree and the problem.

use crate::data::DataError;
use crate::span::Span;
use miette::{Diagnostic, LabeledSpan};
use thiserror::Error;

/// Errors of names, shapes, data and declarations; all point into the user's own text.
#[derive(Debug, Error, Diagnostic)]
pub enum ElaborateError {
    #[error("there is no {what} `{name}`")]
    #[diagnostic(code(bowl::name::unknown))]
    UnknownName {
        what: &'static str,
        name: String,
        #[label("unknown here")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("`{name}` is declared twice")]
    #[diagnostic(code(bowl::name::twice), help("choose another name for one of them"))]
    DeclaredTwice {
        name: String,
        #[label("first here")]
        first: Span,
        #[label("and again here")]
        span: Span,
    },

    #[error("`{name}` is the name of a built-in {what}")]
    #[diagnostic(
        code(bowl::name::reserved),
        help("choose another name, such as `{name}_`")
    )]
    ReservedName {
        name: String,
        what: &'static str,
        #[label("cannot be declared")]
        span: Span,
    },

    #[error("`{name}` {problem}")]
    #[diagnostic(code(bowl::name::kind))]
    WrongKind {
        name: String,
        problem: String,
        #[label("here")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("{message}")]
    #[diagnostic(code(bowl::shape::mismatch))]
    Shape {
        message: String,
        #[label(collection)]
        labels: Vec<LabeledSpan>,
        #[help]
        help: Option<String>,
    },

    #[error("`{name}` has {found} {axis}, but {wanted}")]
    #[diagnostic(code(bowl::shape::size))]
    Size {
        name: String,
        found: usize,
        axis: &'static str,
        /// "m = 50 (bound by `A`, line 2)".
        wanted: String,
        #[label("{found} {axis}")]
        span: Span,
        #[label("bound here")]
        bound: Option<Span>,
        #[help]
        help: Option<String>,
    },

    #[error("{what} must be a whole number, but it is {found}")]
    #[diagnostic(
        code(bowl::shape::whole_number),
        help("correct the number, or the formula that gives it")
    )]
    NotWhole {
        what: &'static str,
        found: f64,
        #[label("this is {found}")]
        span: Span,
    },

    #[error("{what} must be a known number")]
    #[diagnostic(code(bowl::name::not_constant))]
    NotConstant {
        what: &'static str,
        #[label("this {found}")]
        span: Span,
        found: String,
        #[help]
        help: Option<String>,
    },

    #[error("{message}")]
    #[diagnostic(code(bowl::shape::index))]
    IndexRange {
        message: String,
        #[label("{label}")]
        span: Span,
        label: &'static str,
        #[help]
        help: Option<String>,
    },

    #[error("{what} would have {count:e} entries, more than the limit of {limit:.1e}")]
    #[diagnostic(
        code(bowl::shape::too_large),
        help("check the sizes; a problem of this size does not fit into memory")
    )]
    TooLarge {
        what: String,
        count: f64,
        limit: f64,
        #[label("too large")]
        span: Span,
    },

    #[error("`{name}` is declared {attribute}, but {broken}")]
    #[diagnostic(code(bowl::data::attribute))]
    Attribute {
        name: String,
        attribute: &'static str,
        broken: String,
        #[label("declared here")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("param `{name}` has no value")]
    #[diagnostic(
        code(bowl::data::no_value),
        help(
            "write `= …` behind it, or give it on the command line: `--set {name}=…` or `--data FILE.json`"
        )
    )]
    NoValue {
        name: String,
        #[label("needs a value")]
        span: Span,
    },

    #[error("`{option}` gives `{name}`, but the file has no param `{name}`")]
    #[diagnostic(code(bowl::data::unused), help("{help}"))]
    UnusedInput {
        option: &'static str,
        name: String,
        help: String,
    },

    #[error("`--set {name}={text}`: {reason}")]
    #[diagnostic(code(bowl::data::setting))]
    Setting {
        name: String,
        text: String,
        reason: String,
        #[label("its value is taken from the command line")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error(transparent)]
    #[diagnostic(transparent)]
    NotFinite(#[from] NotFinite),

    #[error(transparent)]
    #[diagnostic(transparent)]
    Data(#[from] LocatedDataError),

    #[error("{message}")]
    #[diagnostic(code(bowl::call::argument))]
    Argument {
        message: String,
        #[label("here")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("{message}")]
    #[diagnostic(code(bowl::problem::statement))]
    Statement {
        message: String,
        #[label("{label}")]
        span: Span,
        label: String,
        #[label("the first is here")]
        other: Option<Span>,
        #[help]
        help: Option<String>,
    },

    #[error(transparent)]
    #[diagnostic(transparent)]
    InFunction(#[from] FunctionError),

    /// Follows from an error that is reported elsewhere; never shown.
    #[error("follows from another error")]
    Suppressed,
}

/// A number that is not finite where it has to be.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
#[diagnostic(code(bowl::data::not_finite), help("{help}"))]
pub struct NotFinite {
    pub message: String,
    pub text: String,
    #[label("{text}")]
    pub span: Span,
    pub help: &'static str,
}

impl NotFinite {
    /// Of an operation on finite numbers.
    pub(super) fn arithmetic(message: String, text: String, span: Span) -> ElaborateError {
        let help = "correct the numbers, or the formula that takes them";
        ElaborateError::NotFinite(NotFinite {
            message,
            text,
            span,
            help,
        })
    }

    /// Of an infinite number that bounds nothing.
    pub(super) fn formula(message: String, text: String, span: Span) -> ElaborateError {
        let help =
            "`inf` may stand alone on one side of `<=` or `>=`, where it leaves the other free";
        ElaborateError::NotFinite(NotFinite {
            message,
            text,
            span,
            help,
        })
    }
}

/// A data error and the text that named the file.
#[derive(Debug, Error)]
#[error("{error}")]
pub struct LocatedDataError {
    pub error: DataError,
    pub span: Span,
}

impl Diagnostic for LocatedDataError {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.error.code()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.error.help()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some("read here".to_owned()), self.span);
        Some(Box::new(std::iter::once(label)))
    }
}

/// An error in a function's body, and the use of the function that brought it up.
#[derive(Debug, Error)]
#[error("{error}")]
pub struct FunctionError {
    pub error: Box<ElaborateError>,
    pub function: String,
    pub used_at: Span,
}

impl Diagnostic for FunctionError {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.error.code()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.error.help()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let text = format!("in this use of `{}`", self.function);
        let label = LabeledSpan::new_with_span(Some(text), self.used_at);
        let own = self.error.labels().into_iter().flatten();
        Some(Box::new(own.chain([label])))
    }
}

impl ElaborateError {
    /// The error as one of a function's body; only the innermost use is told.
    pub(super) fn used_at(self, function: &str, used_at: Span) -> Self {
        match self {
            ElaborateError::Suppressed | ElaborateError::InFunction(_) => self,
            error => ElaborateError::InFunction(FunctionError {
                error: Box::new(error),
                function: function.to_owned(),
                used_at,
            }),
        }
    }

    pub(super) fn argument(message: impl Into<String>, span: Span) -> Self {
        ElaborateError::Argument {
            message: message.into(),
            span,
            help: None,
        }
    }

    pub(super) fn data(error: DataError, span: Span) -> Self {
        ElaborateError::Data(LocatedDataError { error, span })
    }

    pub(super) fn statement(message: impl Into<String>, label: &str, span: Span) -> Self {
        ElaborateError::Statement {
            message: message.into(),
            span,
            label: label.to_owned(),
            other: None,
            help: None,
        }
    }

    /// The same error with a help text, where the kind carries one.
    pub(super) fn or_help(mut self, text: impl Into<String>) -> Self {
        match &mut self {
            ElaborateError::UnknownName { help, .. }
            | ElaborateError::WrongKind { help, .. }
            | ElaborateError::Shape { help, .. }
            | ElaborateError::Size { help, .. }
            | ElaborateError::NotConstant { help, .. }
            | ElaborateError::IndexRange { help, .. }
            | ElaborateError::Attribute { help, .. }
            | ElaborateError::Setting { help, .. }
            | ElaborateError::Argument { help, .. }
            | ElaborateError::Statement { help, .. } => *help = Some(text.into()),
            ElaborateError::DeclaredTwice { .. }
            | ElaborateError::ReservedName { .. }
            | ElaborateError::NotWhole { .. }
            | ElaborateError::TooLarge { .. }
            | ElaborateError::NoValue { .. }
            | ElaborateError::UnusedInput { .. }
            | ElaborateError::NotFinite(_)
            | ElaborateError::Data(_)
            | ElaborateError::InFunction(_)
            | ElaborateError::Suppressed => {}
        }
        self
    }
}
