//! Derivatives as expressions, by reverse accumulation over the graph.

mod gradient;

pub use gradient::{gradient, hessian_times, inner_products, underivable};
