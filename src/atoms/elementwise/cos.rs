//! cos(x) = cos x.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

use super::{Sin, half_turn};

pub const ENTRY: Entry = Entry {
    name: "cos",
    summary: "The cosine of each entry: concave where -pi/2 <= x <= pi/2 is known, convex where pi/2 <= x <= 3 pi/2 is; gradient path only.",
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

    fn range(&self, x: Interval) -> Interval {
        half_turn::range(half_turn::of_cosine(x))
    }

    fn curvature(&self, x: Interval) -> Curvature {
        half_turn::curvature(half_turn::of_cosine(x))
    }

    fn monotonicity(&self, x: Interval) -> Monotonicity {
        half_turn::monotonicity(half_turn::of_cosine(x))
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
            "the cosine is not known to be expressible in second-order, semidefinite, exponential and power cones, and \
             it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
