//! inv_pos(x) = 1/x for x > 0.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "inv_pos",
    summary: "The reciprocal of each positive entry.",
    formula: "1/x for x > 0",
    example: "inv_pos([2; 4]) == [0.5; 0.25]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(InvPos))),
    specimens: || vec![Specimen::varying(Entrywise(InvPos), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InvPos;

impl Elementwise for InvPos {
    fn name(&self) -> &'static str {
        "inv_pos"
    }

    fn value(&self, x: f64) -> f64 {
        if x <= 0.0 { f64::INFINITY } else { 1.0 / x }
    }

    fn derivative(&self, graph: &mut Graph, _x: ExprId, value: ExprId) -> ExprId {
        let square = construct::power(graph, value, 2.0);
        construct::negate(graph, square)
    }

    fn range(&self, x: Interval) -> Interval {
        x.meet(Interval::NONNEGATIVE)
            .map_decreasing(|x| 1.0 / x.max(0.0))
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Decreasing
    }

    fn domain(&self) -> Domain {
        Domain::Above(0.0)
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(x.shape());
        // x*value >= 1: |(2, x - value)| <= x + value.
        let two = AffineMap::constant(&Matrix::scalar(2.0));
        program.second_order_each(&[&x.plus(&value), &two, &x.minus(&value)]);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// x*t >= 1 as x^½*t^½ >= 1: beside x = 1e4 a t of 1e-4 has no digits left in x + t.
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let t = pieces.bound();
        let one = pieces.graph().number(1.0);
        pieces.power(0.5, x, t, one);
        Ok(())
    }
}
