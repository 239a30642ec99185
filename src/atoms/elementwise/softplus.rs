//! softplus: another name for `logistic`.

use super::Logistic;
use crate::atoms::{Arity, Entry, Entrywise, Specimen};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "softplus",
    summary: "A smooth rectifier; the same as `logistic`.",
    formula: "log(1 + e^x)",
    example: "softplus([0]) == log(2)",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Logistic))),
    specimens: || vec![Specimen::varying(Entrywise(Logistic), &[Shape::new(2, 2)])],
};
