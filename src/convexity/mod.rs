//! Is the problem convex? Each part is proved so, refuted by a counterexample, or unknown.

mod blocks;
mod brief;
mod check;
mod constants;
mod convex_problem;
mod counterexample;
mod dcp;
mod error;
mod explain;
mod part;
mod prove;
mod quadratic;
mod repair;
mod rewrite;
mod sample;
mod signs;
mod symmetry;
mod tree;
mod verdict;

pub use brief::brief;
pub use check::{Check, check};
pub use convex_problem::ConvexProblem;
pub use counterexample::Counterexample;
pub(crate) use dcp::Analysis;
pub use error::ConvexityError;
pub use part::Part;
pub use quadratic::{Bend, QuadraticProof};
pub use verdict::{Convexity, Proof, Rewrite, Verdict};
