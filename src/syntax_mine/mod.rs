//! From bytes to the syntax tree.

pub mod ast;
mod decode;
mod error;
mod near_miss;
mod parse;
mod split;
mod tree;

pub use decode::decode;
pub use error::SyntaxError;
pub use parse::{parse, parse_expression};
