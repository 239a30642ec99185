//! atanh(x) = log((1 + x)/(1 - x))/2 on -1 < x < 1: convex on x >= 0, concave on x <= 0.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "atanh",
    summary: "The inverse hyperbolic tangent of each entry between -1 and 1: convex where x >= 0 is known, concave where x <= 0 is; gradient path only.",
    formula: "log((1 + x)/(1 - x))/2, for -1 < x < 1",
    example: "atanh([0; 0.6]) == [0; log(2)]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Atanh))),
    specimens: || vec![Specimen::varying(Entrywise(Atanh), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Atanh;

impl Elementwise for Atanh {
    fn name(&self) -> &'static str {
        "atanh"
    }

    fn value(&self, x: f64) -> f64 {
        if x >= 1.0 {
            f64::INFINITY
        } else if x <= -1.0 {
            f64::NEG_INFINITY
        } else {
            x.atanh()
        }
    }

    /// 1/(1 - x^2).
    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let square = construct::power(graph, x, 2.0);
        let minus = construct::negate(graph, square);
        let rest = construct::shift(graph, minus, 1.0);
        construct::power(graph, rest, -1.0)
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| self.value(x))
    }

    fn curvature(&self, x: Interval) -> Curvature {
        Curvature::convex_right_of_zero(x)
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::Within(-1.0, 1.0)
    }

    fn graph_form(
        &self,
        _x: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "the inverse hyperbolic tangent is not known to be expressible in \
             second-order, semidefinite, exponential and power cones, and it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
