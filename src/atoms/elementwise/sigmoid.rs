//! sigmoid(x) = 1/(1 + e^-x).

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "sigmoid",
    summary: "The logistic function of each entry: concave where x >= 0 is known, convex where x <= 0 is; gradient path only.",
    formula: "1/(1 + e^-x)",
    example: "sigmoid([0]) == 0.5",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Sigmoid))),
    specimens: || vec![Specimen::varying(Entrywise(Sigmoid), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sigmoid;

impl Elementwise for Sigmoid {
    fn name(&self) -> &'static str {
        "sigmoid"
    }

    fn value(&self, x: f64) -> f64 {
        let small = (-x.abs()).exp();
        let numerator = if x >= 0.0 { 1.0 } else { small };
        numerator / (1.0 + small)
    }

    fn derivative(&self, graph: &mut Graph, _x: ExprId, value: ExprId) -> ExprId {
        let minus = construct::negate(graph, value);
        let rest = construct::shift(graph, minus, 1.0);
        construct::element_times(graph, value, rest)
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| self.value(x))
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
            "the logistic function is not known to be expressible in second-order, semidefinite, exponential and \
             power cones, and it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
