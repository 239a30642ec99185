//! ptp(x) = max(x) - min(x), "peak to peak".

use super::largest::largest_indicator;
use super::log_sum_exp::smooth_max;
use crate::atoms::{Along, Arity, Entry, Lanes, Reduce, Reduction, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "ptp",
    summary: "From the smallest entry to the largest, peak to peak.",
    formula: "max_i x_i - min_i x_i",
    example: "ptp([3; -4; 1]) == 7",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        let (function, along) = (PeakToPeak, input.along);
        Ok(Arc::new(Reduce { function, along }))
    },
    specimens: || {
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = PeakToPeak;
                Specimen::varying(Reduce { function, along }, &[Shape::new(3, 2)])
            })
            .into()
    },
};

/// An atom of its own, as the difference of two functions would not be known to be >= 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeakToPeak;

impl Reduction for PeakToPeak {
    fn name(&self) -> &'static str {
        "ptp"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        let largest = lane.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        largest - lane.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        if length == 1 {
            return Interval::point(0.0);
        }
        Interval::new(0.0, x.plus(x.negated()).upper)
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, _value: ExprId) -> ExprId {
        let largest = largest_indicator(graph, x, 1, lanes.along);
        let minus = construct::negate(graph, x);
        let smallest = largest_indicator(graph, minus, 1, lanes.along);
        construct::subtract(graph, largest, smallest)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let top = program.variable(Shape::SCALAR);
        let bottom = program.variable(Shape::SCALAR);
        program.at_most(lane, &top);
        program.at_most(&bottom, lane);
        Ok(top.minus(&bottom))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    /// b <= x <= b + t: the bound itself is the distance.
    fn smoothed(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, width: f64) -> Option<ExprId> {
        let minus = construct::negate(graph, x);
        let ends = [x, minus].map(|x| smooth_max(graph, lanes, x, width));
        Some(construct::sum(graph, &ends))
    }

    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let bottom = pieces.variable(Shape::SCALAR);
        let shape = pieces.graph().shape(lane);
        let floor = construct::fill(pieces.graph(), bottom, shape);
        pieces.below(floor, lane);
        let height = construct::subtract(pieces.graph(), lane, floor);
        pieces.limit(height);
        Ok(())
    }
}
