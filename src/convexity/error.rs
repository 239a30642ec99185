//! Why a part is not proved convex, for the user.

use miette::{Diagnostic, LabeledSpan};
use thiserror::Error;

/// A part that is not proved convex.
#[derive(Clone, Debug, Error, Diagnostic)]
pub enum ConvexityError {
    #[error("{message}")]
    #[diagnostic(code(bowl::convexity::unknown))]
    Unknown {
        message: String,
        #[label(collection)]
        labels: Vec<LabeledSpan>,
        #[help]
        help: Option<String>,
    },
}
