//! step(x) = 1 if x > 0 else 0.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "step",
    summary: "1 where an entry is positive, else 0: the derivative of pos.",
    formula: "1 if x > 0 else 0",
    example: "step([-2; 3]) == [0; 1]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Step))),
    specimens: || vec![Specimen::varying(Entrywise(Step), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step;

impl Elementwise for Step {
    fn name(&self) -> &'static str {
        "step"
    }

    fn value(&self, x: f64) -> f64 {
        if x > 0.0 { 1.0 } else { 0.0 }
    }

    fn derivative(&self, graph: &mut Graph, _x: ExprId, _value: ExprId) -> ExprId {
        construct::zeros(graph, Shape::SCALAR)
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| self.value(x))
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn graph_form(
        &self,
        _x: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new("step is neither convex nor concave"))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
