//! Why a convex problem has no cone program.

use crate::span::Span;
use miette::Diagnostic;
use thiserror::Error;

#[derive(Clone, Debug, Error, Diagnostic, PartialEq, Eq)]
pub enum LoweringError {
    /// The function has no exact form in the cones at hand.
    #[error("`{name}` has no exact cone form here: {reason}")]
    #[diagnostic(
        code(bowl::canonicalize::no_graph_form),
        help("the gradient path may still solve this problem")
    )]
    NoGraphForm {
        name: String,
        reason: String,
        #[label("this expression")]
        at: Span,
    },
    /// A value that the program is built from is NaN.
    #[error("a constant part of the problem is not a number")]
    #[diagnostic(
        code(bowl::canonicalize::not_a_number),
        help("some function is evaluated outside its domain, such as log of a negative number")
    )]
    NotANumber {
        #[label("this expression")]
        at: Span,
    },
    /// The program would have more variables than 32-bit indices can name.
    #[error("the problem has too many entries to lower: {count}")]
    #[diagnostic(code(bowl::canonicalize::too_large))]
    TooLarge { count: usize },
}
