//! tan(x) on -pi/2 < x < pi/2: convex on x >= 0, concave on x <= 0.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::f64::consts::FRAC_PI_2;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "tan",
    summary: "The tangent of each entry between -pi/2 and pi/2: convex where x >= 0 is known, concave where x <= 0 is; gradient path only.",
    formula: "tan x, for -pi/2 < x < pi/2",
    example: "tan([0; pi/4]) == [0; 1]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Tan))),
    specimens: || vec![Specimen::varying(Entrywise(Tan), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tan;

impl Elementwise for Tan {
    fn name(&self) -> &'static str {
        "tan"
    }

    fn value(&self, x: f64) -> f64 {
        if x >= FRAC_PI_2 {
            f64::INFINITY
        } else if x <= -FRAC_PI_2 {
            f64::NEG_INFINITY
        } else {
            x.tan()
        }
    }

    /// 1 + tan(x)^2.
    fn derivative(&self, graph: &mut Graph, _x: ExprId, value: ExprId) -> ExprId {
        let square = construct::power(graph, value, 2.0);
        construct::shift(graph, square, 1.0)
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
        Domain::Within(-FRAC_PI_2, FRAC_PI_2)
    }

    fn graph_form(
        &self,
        _x: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "the tangent is not known to be expressible in \
             second-order, semidefinite, exponential and power cones, and it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
