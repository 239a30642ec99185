//! min(x) = min_i x_i.

use crate::atoms::{
    Along, Arity, BuildInput, Entry, Lanes, Reduce, Reduction, Specimen, construct,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Atom, Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::extreme::Extreme;
use super::largest::largest_indicator;
use super::log_sum_exp::smooth_max;

pub const ENTRY: Entry = Entry {
    name: "min",
    summary: "The smallest entry; of several arguments the smallest of each place.",
    formula: "min_i x_i",
    example: "min([3; -4]) == -4",
    arity: Arity::AtLeast(1),
    parameters: &[],
    each: true,
    build: |input| build(input),
    specimens: || {
        let matrix = Shape::new(3, 2);
        let mut specimens: Vec<Specimen> = [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = Min;
                Specimen::varying(Reduce { function, along }, &[matrix])
            })
            .into();
        let several = [matrix, Shape::SCALAR, matrix];
        specimens.push(Specimen::varying(Extreme::Smallest, &several));
        specimens
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Min;

/// One argument reduces, several work entry by entry.
fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    match (input.shapes.len(), input.along) {
        (1, along) => {
            let function = Min;
            Ok(Arc::new(Reduce { function, along }))
        }
        (_, Along::All) => Ok(Arc::new(Extreme::Smallest)),
        (_, Along::Rows | Along::Columns) => Err("`each` takes one argument only".to_owned()),
    }
}

impl Reduction for Min {
    fn name(&self) -> &'static str {
        "min"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        lane.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn range(&self, x: Interval, _length: usize) -> Interval {
        x
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Concave
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, _value: ExprId) -> ExprId {
        let minus = construct::negate(graph, x);
        largest_indicator(graph, minus, 1, lanes.along)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(Shape::SCALAR);
        program.at_most(&value, lane);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    fn smoothed(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, width: f64) -> Option<ExprId> {
        let minus = construct::negate(graph, x);
        let largest = smooth_max(graph, lanes, minus, width);
        Some(construct::negate(graph, largest))
    }

    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        pieces.limit(lane);
        Ok(())
    }
}
