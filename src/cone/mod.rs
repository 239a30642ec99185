//! Cone programs: affine maps, cones, and the builder that graph forms write into.

mod affine;
mod builder;
mod eliminate;
mod homogenise;
mod program;
mod quadratic;

pub use affine::{AffineMap, Replacement};
pub use builder::{Owner, ProgramBuilder};
pub use eliminate::Elimination;
pub use program::{Block, Cone, ConeProgram};
