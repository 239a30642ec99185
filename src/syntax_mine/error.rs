//! What can be wrong with the text itself.

use crate::span::Span;
use miette::Diagnostic;
use thiserror::Error;

/// Spans point into the user's text; the caller attaches it.
#[derive(Clone, Debug, PartialEq, Error, Diagnostic)]
pub enum SyntaxError {
    #[error("this looks like a binary file: byte {at} is zero")]
    #[diagnostic(code(bowl::syntax::binary), help("a problem is a text file in UTF-8"))]
    Binary { at: usize },

    #[error("the file is not UTF-8: line {line}, byte {byte}")]
    #[diagnostic(code(bowl::syntax::not_utf8), help("save the file as UTF-8"))]
    NotUtf8 { line: usize, byte: usize },

    #[error("expected {expected}, found {found}")]
    #[diagnostic(code(bowl::syntax::unexpected))]
    Unexpected {
        expected: String,
        found: String,
        #[label("here")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("this bracket is never closed")]
    #[diagnostic(code(bowl::syntax::unclosed))]
    Unclosed {
        #[label("opened here")]
        open: Span,
        #[label("the statement ends here")]
        end: Span,
        #[help]
        help: String,
    },

    #[error("this bracket closes nothing")]
    #[diagnostic(code(bowl::syntax::unopened))]
    Unopened {
        #[label("no bracket is open here")]
        span: Span,
    },

    #[error("this bracket does not close the one that is open")]
    #[diagnostic(code(bowl::syntax::mismatched))]
    Mismatched {
        #[label("opened here")]
        open: Span,
        #[label("closed by another kind here")]
        close: Span,
    },

    #[error("this text is never closed")]
    #[diagnostic(
        code(bowl::syntax::unclosed_text),
        help("end it with `\"` on the same line")
    )]
    UnclosedText {
        #[label("opened here")]
        open: Span,
    },

    #[error("brackets are nested more than {limit} deep")]
    #[diagnostic(
        code(bowl::syntax::too_deep),
        help("name parts of the expression with `let`")
    )]
    TooDeep {
        limit: usize,
        #[label("too deep here")]
        span: Span,
    },

    #[error("a line cannot begin with `{operator}`")]
    #[diagnostic(
        code(bowl::syntax::leading_operator),
        help("end the line above with `{operator}`")
    )]
    LeadingOperator {
        operator: String,
        #[label("begins here")]
        span: Span,
    },

    #[error("this statement is {length} bytes long; the limit is {limit}")]
    #[diagnostic(
        code(bowl::syntax::too_long),
        help("put the numbers into a CSV file and read it with `csv(\"file.csv\")`")
    )]
    TooLong {
        length: usize,
        limit: usize,
        #[label("starts here")]
        span: Span,
    },

    #[error("a constraint stands before `subject to`")]
    #[diagnostic(
        code(bowl::syntax::no_heading),
        help("write a line `subject to` above the first constraint")
    )]
    NoHeading {
        #[label("this constraint")]
        span: Span,
    },

    /// A form of another language.
    #[error("{message}")]
    #[diagnostic(code(bowl::syntax::near_miss))]
    NearMiss {
        message: String,
        #[label("here")]
        span: Span,
        #[help]
        help: String,
    },
}
