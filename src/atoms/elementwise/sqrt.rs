//! sqrt(x) = sqrt(x).

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "sqrt",
    summary: "The square root of each entry.",
    formula: "sqrt(x)",
    example: "sqrt([4; 9]) == [2; 3]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Sqrt))),
    specimens: || vec![Specimen::varying(Entrywise(Sqrt), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sqrt;

impl Elementwise for Sqrt {
    fn name(&self) -> &'static str {
        "sqrt"
    }

    fn value(&self, x: f64) -> f64 {
        if x < 0.0 { f64::NEG_INFINITY } else { x.sqrt() }
    }

    fn derivative(&self, graph: &mut Graph, _x: ExprId, value: ExprId) -> ExprId {
        let half = graph.number(0.5);
        construct::divide(graph, half, value)
    }

    fn range(&self, x: Interval) -> Interval {
        x.meet(Interval::NONNEGATIVE)
            .map_increasing(|x| x.max(0.0).sqrt())
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Concave
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::AtLeast(0.0)
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(x.shape());
        // value^2 <= x: |(2 value, x - 1)| <= x + 1.
        let head = x.clone().shifted(1.0);
        let last = x.clone().shifted(-1.0);
        program.second_order_each(&[&head, &value.scaled(2.0), &last]);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// |s| <= x^(1/2) for some s >= t.
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(x);
        let (root, one) = (pieces.variable(shape), pieces.graph().number(1.0));
        pieces.power(0.5, x, one, root);
        pieces.limit(root);
        Ok(())
    }
}
