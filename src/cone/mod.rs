//! Cone programs: affine maps, cones, and the builder that graph forms write into.

mod affine;
mod builder;
mod program;

pub use affine::AffineMap;
pub use builder::{Owner, ProgramBuilder};
pub use program::{Block, Cone, ConeProgram};
