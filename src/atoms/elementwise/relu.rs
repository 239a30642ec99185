//! relu: another name for `pos`.

use super::Pos;
use crate::atoms::{Arity, Entry, Entrywise, Specimen};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "relu",
    summary: "The rectifier of each entry; the same as `pos`.",
    formula: "max(x, 0)",
    example: "relu([-2; 3]) == [0; 3]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Pos))),
    specimens: || vec![Specimen::varying(Entrywise(Pos), &[Shape::new(2, 2)])],
};
