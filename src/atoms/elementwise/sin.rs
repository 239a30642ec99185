//! sin(x) = sin x.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

use super::{Cos, half_turn};

pub const ENTRY: Entry = Entry {
    name: "sin",
    summary: "The sine of each entry: concave where 0 <= x <= pi is known, convex where -pi <= x <= 0 is; gradient path only.",
    formula: "sin x",
    example: "sin([0; pi]) + 1 == [1; 1]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Sin))),
    specimens: || vec![Specimen::varying(Entrywise(Sin), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sin;

impl Elementwise for Sin {
    fn name(&self) -> &'static str {
        "sin"
    }

    fn value(&self, x: f64) -> f64 {
        x.sin()
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        construct::apply(graph, Entrywise(Cos), &[x])
    }

    fn range(&self, x: Interval) -> Interval {
        half_turn::range(x)
    }

    fn curvature(&self, x: Interval) -> Curvature {
        half_turn::curvature(x)
    }

    fn monotonicity(&self, x: Interval) -> Monotonicity {
        half_turn::monotonicity(x)
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
            "the sine is not known to be expressible in second-order, semidefinite, exponential and power cones, and \
             it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
