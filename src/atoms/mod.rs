//! Every function of the language, one file each, and the registry that names them.

mod abbreviation;
pub mod affine;
mod body;
pub mod bounds;
pub mod construct;
pub mod differences;
pub mod elementwise;
mod entrywise;
pub mod levels;
pub mod partial;
pub mod perspective;
mod pieces;
pub mod polynomial;
pub mod quadratic;
mod reduce;
pub mod reductions;
pub mod registry;
pub mod spectral;

pub use abbreviation::{Abbreviated, Abbreviation};
pub use entrywise::{Elementwise, Entrywise};
pub(crate) use pieces::{Probe, positive_part, squares_below};
pub use reduce::{Along, Lanes, Reduce, Reduction};
pub use registry::{Arity, BuildInput, Entry, ParameterSpec, Role, Specimen, entries, find};
