//! asinh(x) = log(x + sqrt(x^2 + 1)): concave on x >= 0, convex on x <= 0.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "asinh",
    summary: "The inverse hyperbolic sine of each entry: concave where x >= 0 is known, convex where x <= 0 is; gradient path only.",
    formula: "log(x + sqrt(x^2 + 1))",
    example: "asinh([0; 0.75]) == [0; log(2)]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Asinh))),
    specimens: || vec![Specimen::varying(Entrywise(Asinh), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asinh;

impl Elementwise for Asinh {
    fn name(&self) -> &'static str {
        "asinh"
    }

    fn value(&self, x: f64) -> f64 {
        x.asinh()
    }

    /// (x^2 + 1)^(-1/2).
    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let square = construct::power(graph, x, 2.0);
        let sum = construct::shift(graph, square, 1.0);
        construct::power(graph, sum, -0.5)
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(f64::asinh)
    }

    fn curvature(&self, x: Interval) -> Curvature {
        Curvature::convex_right_of_zero(x).negated()
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
            "the inverse hyperbolic sine is not known to be expressible in \
             second-order, semidefinite, exponential and power cones, and it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
