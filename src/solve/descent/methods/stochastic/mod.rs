//! Methods that look at a few data rows at a time. One step of the trace is one pass over the data.

mod adam;
mod plain;

pub use adam::Adam;
pub use plain::Stochastic;
