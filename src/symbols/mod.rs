//! Bare expressions such as `x'*A*x`: what each name is, and sizes that make it conform.
//!
//! Capital letters are matrices, small ones vectors, unless declared otherwise. Sizes stay open:
//! they are unified where operands must have the same, and the expression becomes the text of a
//! problem for any numbers in their place. What is derived for several choices of numbers is put
//! into names again by [`generalised`].

mod application;
mod declared;
mod error;
mod generalise;
mod index;
mod infer;
mod merge;
mod sizes;
mod text;

pub use declared::Declared;
pub use error::SymbolError;
pub use generalise::generalised;
pub use infer::Symbol;
pub use text::Sketch;

use crate::syntax::ast::Expr;
use infer::Inference;

/// Names and sizes of a scalar expression.
pub fn sketch(text: &str, expr: &Expr, declared: &[Declared]) -> Result<Sketch, SymbolError> {
    let mut inference = Inference::new(declared);
    inference.find_size_names(expr);
    let extent = inference.extent(expr)?;
    inference.settle()?;
    inference.require_scalar(extent, expr.span)?;
    inference.require_used(declared, expr.span)?;
    Ok(Sketch::new(text, inference.symbols, inference.sizes))
}
