//! sinh(x) = (e^x - e^-x)/2: convex on x >= 0, concave on x <= 0.

use super::Cosh;
use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "sinh",
    summary: "The hyperbolic sine of each entry: convex where x >= 0 is known, concave where x <= 0 is; gradient path only.",
    formula: "(e^x - e^-x)/2",
    example: "sinh([0; log(2)]) == [0; 0.75]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Sinh))),
    specimens: || vec![Specimen::varying(Entrywise(Sinh), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sinh;

impl Elementwise for Sinh {
    fn name(&self) -> &'static str {
        "sinh"
    }

    fn value(&self, x: f64) -> f64 {
        x.sinh()
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        construct::apply(graph, Entrywise(Cosh), &[x])
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(f64::sinh)
    }

    fn curvature(&self, x: Interval) -> Curvature {
        Curvature::convex_right_of_zero(x)
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
        Err(GraphFormError::new(
            "the hyperbolic sine is not known to be expressible in \
             second-order, semidefinite, exponential and power cones, and it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
