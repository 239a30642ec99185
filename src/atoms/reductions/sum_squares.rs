//! sum_squares(x) = sum_i x_i^2.

use crate::atoms::{
    Along, Arity, Entry, Lanes, Reduce, Reduction, Specimen, construct, squares_below,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "sum_squares",
    summary: "The sum of the squares of all entries, of each row or of each column.",
    formula: "sum_i x_i^2",
    example: "sum_squares([3; -4]) == 25",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        Ok(Arc::new(Reduce {
            function: SumSquares,
            along: input.along,
        }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = SumSquares;
                Specimen::varying(Reduce { function, along }, &matrix)
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SumSquares;

impl Reduction for SumSquares {
    fn name(&self) -> &'static str {
        "sum_squares"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        lane.iter().map(|x| x * x).sum()
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        let size = x.absolute();
        Interval::new(size.lower * size.lower, size.upper * size.upper).repeated(length)
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

    fn gradient(&self, graph: &mut Graph, _lanes: Lanes, x: ExprId, _value: ExprId) -> ExprId {
        construct::scale(graph, 2.0, x)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(Shape::SCALAR);
        // value >= |x|^2: |(2x, value - 1)| <= value + 1.
        let last = value.clone().shifted(-1.0);
        let tail = AffineMap::stack(&[&lane.scaled(2.0), &last]);
        program.second_order(&value.clone().shifted(1.0), &tail);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    fn split_smooth(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let t = pieces.bound();
        squares_below(lane, t, pieces);
        Ok(())
    }
}
