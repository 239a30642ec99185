//! entr(x) = -x log x for x >= 0.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

use super::Log;

pub const ENTRY: Entry = Entry {
    name: "entr",
    summary: "The entropy of each entry.",
    formula: "-x log x for x >= 0",
    example: "entr([1; 0]) == [0; 0]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Entr))),
    specimens: || vec![Specimen::varying(Entrywise(Entr), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entr;

impl Elementwise for Entr {
    fn name(&self) -> &'static str {
        "entr"
    }

    fn value(&self, x: f64) -> f64 {
        if x < 0.0 {
            f64::NEG_INFINITY
        } else if x == 0.0 {
            0.0
        } else {
            -x * x.ln()
        }
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let log = construct::apply(graph, Entrywise(Log), &[x]);
        let minus = construct::negate(graph, log);
        construct::shift(graph, minus, -1.0)
    }

    fn range(&self, x: Interval) -> Interval {
        let x = x.meet(Interval::NONNEGATIVE);
        let (low, high) = (x.lower.max(0.0), x.upper.max(0.0));
        let peak = (-1f64).exp();
        let ends = [self.value(low), self.value(high)];
        let top = if low <= peak && peak <= high {
            peak
        } else {
            f64::NEG_INFINITY
        };
        let bottom = if high.is_infinite() {
            f64::NEG_INFINITY
        } else {
            ends[0].min(ends[1])
        };
        Interval::new(
            bottom,
            top.max(ends[0])
                .max(if high.is_infinite() { bottom } else { ends[1] }),
        )
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Concave
    }

    fn monotonicity(&self, x: Interval) -> Monotonicity {
        if x.upper <= (-1f64).exp() {
            Monotonicity::Increasing
        } else if x.lower >= (-1f64).exp() {
            Monotonicity::Decreasing
        } else {
            Monotonicity::Unknown
        }
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
        // x exp(value/x) <= 1.
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(&value, x, &one);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// x log(x/1) <= -t.
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let t = pieces.bound();
        let minus = construct::negate(pieces.graph(), t);
        let one = pieces.graph().number(1.0);
        pieces.relative_entropy(x, one, minus);
        Ok(())
    }
}
