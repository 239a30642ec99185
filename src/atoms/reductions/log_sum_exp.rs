//! log_sum_exp(x) = log(sum_i e^(x_i)).

use crate::atoms::{Along, Arity, Entry, Entrywise, Lanes, Reduce, Reduction, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

use crate::atoms::elementwise::Exp;

pub const ENTRY: Entry = Entry {
    name: "log_sum_exp",
    summary: "The logarithm of the sum of exponentials: a smooth maximum.",
    formula: "log(sum_i e^(x_i))",
    example: "log_sum_exp([0; 0]) == log(2)",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        Ok(Arc::new(Reduce {
            function: LogSumExp,
            along: input.along,
        }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = LogSumExp;
                Specimen::varying(Reduce { function, along }, &matrix)
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogSumExp;

/// w log((1/n) Σ exp(x_i/w)) by lane: at most its largest entry, off by at most w log n.
pub(super) fn smooth_max(graph: &mut Graph, lanes: Lanes, x: ExprId, width: f64) -> ExprId {
    let steep = construct::scale(graph, 1.0 / width, x);
    let (function, along) = (LogSumExp, lanes.along);
    let sums = construct::apply(graph, Reduce { function, along }, &[steep]);
    let means = construct::shift(graph, sums, -(lanes.length() as f64).ln());
    construct::scale(graph, width, means)
}

impl Reduction for LogSumExp {
    fn name(&self) -> &'static str {
        "log_sum_exp"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        let most = lane.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !most.is_finite() {
            return most;
        }
        most + lane.iter().map(|x| (x - most).exp()).sum::<f64>().ln()
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        let count = (length as f64).ln();
        Interval::new(x.lower + count, x.upper + count)
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, value: ExprId) -> ExprId {
        let spread = lanes.spread(graph, value);
        let difference = construct::subtract(graph, x, spread);
        construct::apply(graph, Entrywise(Exp), &[difference])
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(Shape::SCALAR);
        // sum exp(x_i - value) <= 1.
        let parts = program.variable(lane.shape());
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(&lane.minus(&value), &one, &parts);
        let total = parts.sum_groups(Shape::SCALAR, |_| 0..parts.rows());
        program.at_most(&total, &one);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// exp(x - t) <= u, sum(u) <= 1.
    fn split_smooth(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(lane);
        let (u, t) = (pieces.variable(shape), pieces.bound());
        let graph = pieces.graph();
        let (one, fall) = (graph.number(1.0), construct::subtract(graph, t, lane));
        let total = construct::sum_along(graph, u, Along::All);
        pieces.relative_entropy(one, u, fall);
        pieces.below(total, one);
        Ok(())
    }
}
