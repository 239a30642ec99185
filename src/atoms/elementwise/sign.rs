//! sign(x): -1, 0 or 1. The derivative of abs; neither convex nor concave.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "sign",
    summary: "The sign of each entry: -1, 0 or 1.",
    formula: "x/|x|, and 0 at 0",
    example: "sign([-2; 0; 3]) == [-1; 0; 1]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(SignOf))),
    specimens: || vec![Specimen::varying(Entrywise(SignOf), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SignOf;

impl Elementwise for SignOf {
    fn name(&self) -> &'static str {
        "sign"
    }

    fn value(&self, x: f64) -> f64 {
        if x == 0.0 { 0.0 } else { x.signum() }
    }

    fn derivative(&self, graph: &mut Graph, _x: ExprId, _value: ExprId) -> ExprId {
        construct::zeros(graph, Shape::SCALAR)
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| self.value(x))
    }

    fn curvature(&self, x: Interval) -> Curvature {
        if x.is_positive() || x.upper < 0.0 {
            Curvature::Affine
        } else {
            Curvature::Unknown
        }
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
        Err(GraphFormError::new("sign is neither convex nor concave"))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
