//! mean(x) = sum_i x_i / n.

use crate::atoms::{Along, Arity, Entry, Lanes, Reduce, Reduction, Specimen};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "mean",
    summary: "The mean of all entries, of each row or of each column.",
    formula: "sum_i x_i / n",
    example: "mean([1; 2; 6]) == 3",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        Ok(Arc::new(Reduce {
            function: Mean,
            along: input.along,
        }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = Mean;
                Specimen::varying(Reduce { function, along }, &matrix)
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mean;

impl Reduction for Mean {
    fn name(&self) -> &'static str {
        "mean"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        lane.iter().sum::<f64>() / lane.len() as f64
    }

    fn range(&self, x: Interval, _length: usize) -> Interval {
        x
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Affine
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, _x: ExprId, _value: ExprId) -> ExprId {
        graph.number(1.0 / lanes.length() as f64)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let total = lane.sum_groups(Shape::SCALAR, |_| 0..lane.rows());
        Ok(total.scaled(1.0 / lane.rows() as f64))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
