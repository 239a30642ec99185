//! tanh(x) = (e^x - e^-x)/(e^x + e^-x).

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "tanh",
    summary: "The hyperbolic tangent of each entry: concave where x >= 0 is known, convex where x <= 0 is; gradient path only.",
    formula: "(e^x - e^-x)/(e^x + e^-x)",
    example: "tanh([0; 0]) == [0; 0]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Tanh))),
    specimens: || vec![Specimen::varying(Entrywise(Tanh), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tanh;

impl Elementwise for Tanh {
    fn name(&self) -> &'static str {
        "tanh"
    }

    fn value(&self, x: f64) -> f64 {
        x.tanh()
    }

    fn derivative(&self, graph: &mut Graph, _x: ExprId, value: ExprId) -> ExprId {
        let square = construct::power(graph, value, 2.0);
        let minus = construct::negate(graph, square);
        construct::shift(graph, minus, 1.0)
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(f64::tanh)
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
            "the hyperbolic tangent is not known to be expressible in second-order, semidefinite, exponential and \
             power cones, and it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
