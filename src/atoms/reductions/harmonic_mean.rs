//! harmonic_mean(x) = n / Σ (1/x_i) for x >= 0; 0 where an entry is 0.

use crate::atoms::{Along, Arity, Entry, Lanes, Reduce, Reduction, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "harmonic_mean",
    summary: "The harmonic mean: the reciprocal of the mean of the reciprocals.",
    formula: "n / sum_i (1/x_i), for x >= 0",
    example: "harmonic_mean([1; 1; 0.5]) == 0.75",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        let (function, along) = (HarmonicMean, input.along);
        Ok(Arc::new(Reduce { function, along }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = HarmonicMean;
                Specimen::varying(Reduce { function, along }, &matrix)
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HarmonicMean;

impl Reduction for HarmonicMean {
    fn name(&self) -> &'static str {
        "harmonic_mean"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        if lane.iter().any(|&x| x < 0.0) {
            return f64::NEG_INFINITY;
        }
        let least = lane.iter().copied().fold(f64::INFINITY, f64::min);
        if least == 0.0 || least.is_infinite() {
            return least;
        }
        let sum: f64 = lane.iter().map(|x| least / x).sum();
        least * (lane.len() as f64 / sum)
    }

    fn range(&self, x: Interval, _length: usize) -> Interval {
        x.meet(Interval::NONNEGATIVE)
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

    /// (mean/x_i)²/n.
    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, value: ExprId) -> ExprId {
        let mean = lanes.spread(graph, value);
        let ratio = construct::divide(graph, mean, x);
        let square = construct::power(graph, ratio, 2.0);
        construct::scale(graph, 1.0 / lanes.length() as f64, square)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        // w Σ 1/x_i <= 1: parts_i x_i >= w², sum of parts = w; the mean is n w.
        let least = program.variable(Shape::SCALAR);
        let parts = program.variable(lane.shape());
        let (head, last) = (lane.plus(&parts), lane.minus(&parts));
        program.second_order_each(&[&head, &least.scaled(2.0), &last]);
        let total = parts.sum_groups(Shape::SCALAR, |_| 0..parts.rows());
        program.zero(total.minus(&least));
        Ok(least.scaled(lane.rows() as f64))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// w <= √(r_i x_i), Σr <= w, t <= n w.
    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(lane);
        let (least, shares) = (pieces.variable(Shape::SCALAR), pieces.variable(shape));
        pieces.power(0.5, shares, lane, least);
        let total = construct::sum_along(pieces.graph(), shares, Along::All);
        pieces.below(total, least);
        let mean = construct::scale(pieces.graph(), shape.size() as f64, least);
        pieces.limit(mean);
        Ok(())
    }
}
