//! norm_inf(x) = max_i |x_i|.

use crate::atoms::{Along, Arity, Entry, Entrywise, Lanes, Reduce, Reduction, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::largest::largest_indicator;
use super::log_sum_exp::smooth_max;
use crate::atoms::elementwise::{Abs, SignOf, smooth_abs};

pub const ENTRY: Entry = Entry {
    name: "norm_inf",
    summary: "The largest absolute value.",
    formula: "max_i |x_i|",
    example: "norm_inf([3; -4]) == 4",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        Ok(Arc::new(Reduce {
            function: NormInf,
            along: input.along,
        }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = NormInf;
                Specimen::varying(Reduce { function, along }, &matrix)
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NormInf;

impl Reduction for NormInf {
    fn name(&self) -> &'static str {
        "norm_inf"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        lane.iter().fold(
            0.0,
            |m: f64, x| if x.is_nan() { f64::NAN } else { m.max(x.abs()) },
        )
    }

    fn range(&self, x: Interval, _length: usize) -> Interval {
        x.absolute()
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, x: Interval) -> Monotonicity {
        Monotonicity::even_at(x)
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, _value: ExprId) -> ExprId {
        let size = construct::apply(graph, Entrywise(Abs), &[x]);
        let largest = largest_indicator(graph, size, 1, lanes.along);
        let sign = construct::apply(graph, Entrywise(SignOf), &[x]);
        construct::element_times(graph, sign, largest)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let size = program.variable(Shape::SCALAR);
        program.at_most(lane, &size);
        program.nonnegative(size.plus(lane));
        Ok(size)
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    fn smoothed(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, width: f64) -> Option<ExprId> {
        let sizes = smooth_abs(graph, x, width);
        Some(smooth_max(graph, lanes, sizes, width))
    }

    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let minus = construct::negate(pieces.graph(), lane);
        pieces.limit(lane);
        pieces.limit(minus);
        Ok(())
    }
}
