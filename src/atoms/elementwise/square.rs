//! square(x) = x².

use super::Power;
use crate::atoms::{Arity, Entry, Entrywise, Specimen};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "square",
    summary: "The square of each entry.",
    formula: "x^2",
    example: "square([-2; 3]) == [4; 9]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Power::new(2.0)))),
    specimens: || {
        vec![Specimen::varying(
            Entrywise(Power::new(2.0)),
            &[Shape::new(3, 2)],
        )]
    },
};
