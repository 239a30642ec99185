//! sum(x) = Σ x_i.

use crate::atoms::{Along, Arity, Entry, Lanes, Reduce, Reduction, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "sum",
    summary: "The sum of all entries, of each row or of each column.",
    formula: "sum_i x_i",
    example: "sum([1, 2; 3, 4], each = row) == [3; 7]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        Ok(Arc::new(Reduce {
            function: Sum,
            along: input.along,
        }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                Specimen::varying(
                    Reduce {
                        function: Sum,
                        along,
                    },
                    &matrix,
                )
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sum;

impl Reduction for Sum {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        lane.iter().sum()
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        x.repeated(length)
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

    fn gradient(&self, graph: &mut Graph, _lanes: Lanes, _x: ExprId, _value: ExprId) -> ExprId {
        construct::ones(graph, Shape::SCALAR)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Ok(lane.sum_groups(Shape::SCALAR, |_| 0..lane.rows()))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
