//! log1p(x) = log(1 + x) for x > -1.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "log1p",
    summary: "The logarithm of one plus each entry, exact for small entries.",
    formula: "log(1 + x) for x > -1",
    example: "log1p([0; 0]) == [0; 0]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Log1p))),
    specimens: || vec![Specimen::varying(Entrywise(Log1p), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Log1p;

impl Elementwise for Log1p {
    fn name(&self) -> &'static str {
        "log1p"
    }

    fn value(&self, x: f64) -> f64 {
        if x < -1.0 {
            f64::NEG_INFINITY
        } else {
            x.ln_1p()
        }
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let one = graph.number(1.0);
        let shifted = construct::shift(graph, x, 1.0);
        construct::divide(graph, one, shifted)
    }

    fn range(&self, x: Interval) -> Interval {
        x.meet(Interval::new(-1.0, f64::INFINITY))
            .map_increasing(|x| x.max(-1.0).ln_1p())
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Concave
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::Above(-1.0)
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(x.shape());
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(&value, &one, &x.clone().shifted(1.0));
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// log(1/(1 + x)) <= -t.
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let t = pieces.bound();
        let one = pieces.graph().number(1.0);
        let minus = construct::negate(pieces.graph(), t);
        let shifted = construct::shift(pieces.graph(), x, 1.0);
        pieces.relative_entropy(one, shifted, minus);
        Ok(())
    }
}
