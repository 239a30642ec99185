//! cos(x) = cos x.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

use super::Sin;

pub const ENTRY: Entry = Entry {
    name: "cos",
    summary: "The cosine of each entry.",
    formula: "cos x",
    example: "cos([0; 0]) == [1; 1]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Cos))),
    specimens: || vec![Specimen::varying(Entrywise(Cos), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cos;

impl Elementwise for Cos {
    fn name(&self) -> &'static str {
        "cos"
    }

    fn value(&self, x: f64) -> f64 {
        x.cos()
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let sine = construct::apply(graph, Entrywise(Sin), &[x]);
        construct::negate(graph, sine)
    }

    fn range(&self, _x: Interval) -> Interval {
        Interval::new(-1.0, 1.0)
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn graph_form(
        &self,
        _x: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new("cos is neither convex nor concave"))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
