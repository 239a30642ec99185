//! What is wrong with a bare expression.

use crate::span::Span;
use miette::{Diagnostic, SourceSpan};
use thiserror::Error;

#[derive(Clone, Debug, Error, Diagnostic)]
#[error("{message}")]
#[diagnostic(code(bowl::expression))]
pub struct SymbolError {
    pub message: String,
    #[help]
    pub help: Option<String>,
    #[label("here")]
    pub span: SourceSpan,
}

impl SymbolError {
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        SymbolError {
            message: message.into(),
            help: None,
            span: span.into(),
        }
    }

    pub fn or_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
