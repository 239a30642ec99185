//! The gradient path.

pub mod oracle;
pub mod packing;
pub mod tape;
