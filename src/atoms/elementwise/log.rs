//! log(x) = log x for x > 0.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "log",
    summary: "The natural logarithm of each entry.",
    formula: "log x for x > 0",
    example: "log([1; 1]) == [0; 0]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Log))),
    specimens: || vec![Specimen::varying(Entrywise(Log), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Log;

impl Elementwise for Log {
    fn name(&self) -> &'static str {
        "log"
    }

    fn value(&self, x: f64) -> f64 {
        if x < 0.0 { f64::NEG_INFINITY } else { x.ln() }
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let one = graph.number(1.0);
        construct::divide(graph, one, x)
    }

    fn range(&self, x: Interval) -> Interval {
        x.meet(Interval::NONNEGATIVE)
            .map_increasing(|x| x.max(0.0).ln())
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Concave
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
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
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(&value, &one, x);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// log(1/x) <= -t.
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let t = pieces.bound();
        let one = pieces.graph().number(1.0);
        let minus = construct::negate(pieces.graph(), t);
        pieces.relative_entropy(one, x, minus);
        Ok(())
    }
}
