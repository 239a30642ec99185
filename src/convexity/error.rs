//! Why a part is not proved convex, for the user.

use miette::{Diagnostic, LabeledSpan};
use thiserror::Error;

/// A part that is not proved convex.
#[derive(Clone, Debug, Error, Diagnostic)]
pub enum ConvexityError {
    /// A counterexample shows that the part is not convex.
    #[error("{message}")]
    #[diagnostic(code(bowl::convexity::not_convex))]
    NotConvex {
        message: String,
        #[label(collection)]
        labels: Vec<LabeledSpan>,
        #[help]
        help: Option<String>,
    },

    /// No rule proves the part convex, and no counterexample was found.
    #[error("{message}")]
    #[diagnostic(code(bowl::convexity::unknown))]
    Unknown {
        message: String,
        #[label(collection)]
        labels: Vec<LabeledSpan>,
        #[help]
        help: Option<String>,
    },

    /// A semidefinite relation between matrices that need not be symmetric.
    #[error("{message}")]
    #[diagnostic(code(bowl::convexity::not_symmetric))]
    NotSymmetric {
        message: String,
        #[label(collection)]
        labels: Vec<LabeledSpan>,
        #[help]
        help: Option<String>,
    },
}
