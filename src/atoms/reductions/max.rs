//! max(x) = max_i x_i.

use crate::atoms::{Along, Arity, BuildInput, Entry, Lanes, Reduce, Reduction, Specimen};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Atom, Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::extreme::Extreme;
use super::largest::largest_indicator;
use super::log_sum_exp::smooth_max;

pub const ENTRY: Entry = Entry {
    name: "max",
    summary: "The largest entry; of several arguments the largest of each place.",
    formula: "max_i x_i",
    example: "max([3; -4]) == 3",
    arity: Arity::AtLeast(1),
    parameters: &[],
    each: true,
    build: |input| build(input),
    specimens: || {
        let matrix = Shape::new(3, 2);
        let mut specimens: Vec<Specimen> = [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = Max;
                Specimen::varying(Reduce { function, along }, &[matrix])
            })
            .into();
        let several = [matrix, Shape::SCALAR, matrix];
        specimens.push(Specimen::varying(Extreme::Largest, &several));
        specimens
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Max;

/// One argument reduces, several work entry by entry.
fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    match (input.shapes.len(), input.along) {
        (1, along) => {
            let function = Max;
            Ok(Arc::new(Reduce { function, along }))
        }
        (_, Along::All) => Ok(Arc::new(Extreme::Largest)),
        (_, Along::Rows | Along::Columns) => Err("`each` takes one argument only".to_owned()),
    }
}

impl Reduction for Max {
    fn name(&self) -> &'static str {
        "max"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        lane.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    fn range(&self, x: Interval, _length: usize) -> Interval {
        x
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

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, _value: ExprId) -> ExprId {
        largest_indicator(graph, x, 1, lanes.along)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(Shape::SCALAR);
        program.at_most(lane, &value);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    fn smoothed(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, width: f64) -> Option<ExprId> {
        Some(smooth_max(graph, lanes, x, width))
    }

    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        pieces.limit(lane);
        Ok(())
    }
}
