//! Mistakes in declarations that come from other languages.

use miette::Diagnostic;
use thiserror::Error;

use crate::span::Span;

/// What is wrong with a `param`, `var` or `let`; `write` is the user's own text, corrected.
#[derive(Clone, Debug, Diagnostic, Error, PartialEq)]
pub enum DeclarationMiss {
    #[error("a shape stands in square brackets")]
    #[diagnostic(code(bowl::syntax::shape_brackets), help("write `{write}`"))]
    ShapeBrackets {
        #[label("the shape")]
        span: Span,
        write: String,
    },

    #[error("a declaration has one name")]
    #[diagnostic(
        code(bowl::syntax::several_names),
        help("write `{write}`, or give each its own line")
    )]
    SeveralNames {
        #[label("a second name")]
        span: Span,
        write: String,
    },

    #[error("`{found}` is not an attribute")]
    #[diagnostic(code(bowl::syntax::foreign_attribute), help("write `{write}`"))]
    Attribute {
        found: String,
        #[label("unknown attribute")]
        span: Span,
        write: String,
    },

    #[error("`{found}` is not an attribute")]
    #[diagnostic(
        code(bowl::syntax::unknown_attribute),
        help("the attributes are nonneg, nonpos, symmetric, psd, nsd, diagonal, sparse")
    )]
    UnknownAttribute {
        found: String,
        #[label("unknown attribute")]
        span: Span,
    },

    #[error("variables are continuous; `{found}` is not supported")]
    #[diagnostic(
        code(bowl::syntax::integer_variable),
        help("a convex relaxation has bounds instead: `var x[n] >= 0, <= 1`")
    )]
    Integer {
        found: String,
        #[label("this would make the problem a mixed-integer one")]
        span: Span,
    },

    #[error("a `var` has no value")]
    #[diagnostic(
        code(bowl::syntax::variable_value),
        help("write `{write}` for a starting point, or declare a known quantity with `param`")
    )]
    VariableValue {
        #[label("a variable is what the solver looks for")]
        span: Span,
        write: String,
    },

    #[error("a `param` has no bounds")]
    #[diagnostic(
        code(bowl::syntax::param_bounds),
        help("write an attribute, such as `param c[n] nonneg`; it is checked against the value")
    )]
    ParamBounds {
        #[label("a bound is for a `var`")]
        span: Span,
    },

    #[error("commas stand between bounds alone")]
    #[diagnostic(code(bowl::syntax::first_comma), help("write `{write}`"))]
    FirstComma {
        #[label("leave this out")]
        span: Span,
        write: String,
    },

    #[error("the bounds of a variable are separated by a comma")]
    #[diagnostic(code(bowl::syntax::bounds_comma), help("write `{write}`"))]
    BoundsComma {
        #[label("a comma belongs before this")]
        span: Span,
        write: String,
    },

    #[error("the parameters of a function stand in parentheses")]
    #[diagnostic(code(bowl::syntax::function_parameters), help("write `{write}`"))]
    FunctionParameters {
        #[label("parameters of the function")]
        span: Span,
        write: String,
    },

    #[error("a value is given with `=`, not `{found}`")]
    #[diagnostic(code(bowl::syntax::foreign_assignment), help("write `{write}`"))]
    Assignment {
        found: String,
        #[label("use `=`")]
        span: Span,
        write: String,
    },
}
