//! sum_log(x) = Σ log x_i for x > 0.

use crate::atoms::elementwise::Log;
use crate::atoms::{
    Along, Arity, Elementwise, Entry, Lanes, Reduce, Reduction, Specimen, construct,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "sum_log",
    summary: "The sum of the logarithms of all entries, of each row or of each column.",
    formula: "sum_i log x_i, for x > 0",
    example: "sum_log([2; 0.5]) + 1 == 1",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        let (function, along) = (SumLog, input.along);
        Ok(Arc::new(Reduce { function, along }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = SumLog;
                Specimen::varying(Reduce { function, along }, &matrix)
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SumLog;

impl Reduction for SumLog {
    fn name(&self) -> &'static str {
        "sum_log"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        lane.iter().map(|&x| Log.value(x)).sum()
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        Log.range(x).repeated(length)
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

    fn gradient(&self, graph: &mut Graph, _lanes: Lanes, x: ExprId, _value: ExprId) -> ExprId {
        let one = graph.number(1.0);
        construct::divide(graph, one, x)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let logs = Log.graph_form(lane, program)?;
        Ok(logs.sum_groups(Shape::SCALAR, |_| 0..logs.rows()))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// log(1/x_i) <= -l_i, t <= Σl.
    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(lane);
        let logs = pieces.variable(shape);
        let one = pieces.graph().number(1.0);
        let minus = construct::negate(pieces.graph(), logs);
        pieces.relative_entropy(one, lane, minus);
        let total = construct::sum_along(pieces.graph(), logs, Along::All);
        pieces.limit(total);
        Ok(())
    }
}
