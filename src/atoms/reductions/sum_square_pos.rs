//! sum_square_pos(x) = Σ max(x_i, 0)².

use crate::atoms::elementwise::Pos;
use crate::atoms::{
    Along, Arity, Entry, Entrywise, Lanes, Reduce, Reduction, Specimen, construct, positive_part,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::SumSquares;

pub const ENTRY: Entry = Entry {
    name: "sum_square_pos",
    summary: "The sum of the squares of the positive parts, of each row or of each column.",
    formula: "sum_i max(x_i, 0)^2",
    example: "sum_square_pos([3; -4]) == 9",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        let (function, along) = (SumSquarePos, input.along);
        Ok(Arc::new(Reduce { function, along }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = SumSquarePos;
                Specimen::varying(Reduce { function, along }, &matrix)
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SumSquarePos;

impl Reduction for SumSquarePos {
    fn name(&self) -> &'static str {
        "sum_square_pos"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        let negative = |x: f64| x <= 0.0;
        let squares = lane.iter().filter(|x| !negative(**x)).map(|x| x * x);
        squares.sum()
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        x.map_increasing(|x| x.max(0.0) * x.max(0.0))
            .repeated(length)
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

    fn gradient(&self, graph: &mut Graph, _lanes: Lanes, x: ExprId, _value: ExprId) -> ExprId {
        let positive = construct::apply(graph, Entrywise(Pos), &[x]);
        construct::scale(graph, 2.0, positive)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        // At least x and of least square: the positive part.
        let part = program.variable(lane.shape());
        program.at_most(lane, &part);
        program.nonnegative(part.clone());
        SumSquares.graph_form(&part, program)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    fn split_smooth(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let part = positive_part(lane, pieces);
        SumSquares.split_smooth(part, pieces)
    }
}
