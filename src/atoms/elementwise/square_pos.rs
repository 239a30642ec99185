//! square_pos(x) = max(x, 0)².

use super::PowPos;
use crate::atoms::{Arity, Entry, Entrywise, Specimen};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "square_pos",
    summary: "The square of the positive part of each entry.",
    formula: "max(x, 0)^2",
    example: "square_pos([-2; 3]) == [0; 9]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(PowPos::new(2.0)))),
    specimens: || {
        vec![Specimen::varying(
            Entrywise(PowPos::new(2.0)),
            &[Shape::new(2, 2)],
        )]
    },
};
