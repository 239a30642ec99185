//! Derivatives as expressions, by reverse accumulation over the graph.

mod common_factor;
mod derivation;
mod entries;
mod gradient;
mod hessian;
mod kinks;
mod linear;

pub use derivation::{Derivation, SecondDerivative, derive};
pub use gradient::{gradient, gradient_or_unknown, hessian_times, inner_products, underivable};
pub use hessian::{Block, hessian_block};
