//! The text of a problem and its syntax tree.
//!
//! `decode` turns a file's bytes into text, `split` finds its statements, the grammar in
//! `grammar/opt.pest` parses each of them, `build` makes the tree, and `near_miss` explains what
//! the grammar refuses.

pub mod ast;
mod build;
mod decode;
mod definition;
mod error;
mod fallback;
mod form;
mod grammar;
mod lex;
mod near_miss;
mod parse;
mod split;
mod together;
mod words;

pub use decode::decode;
pub use error::SyntaxError;
pub use near_miss::{DeclarationMiss, NearMiss};
pub use parse::{parse, parse_expression};
