//! norm1(x) = sum_i |x_i|.

use crate::atoms::{Along, Arity, Entry, Entrywise, Lanes, Reduce, Reduction, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use crate::atoms::elementwise::{SignOf, SoftThreshold, smooth_abs};

pub const ENTRY: Entry = Entry {
    name: "norm1",
    summary: "The sum of the absolute values.",
    formula: "sum_i |x_i|",
    example: "norm1([3; -4]) == 7",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        Ok(Arc::new(Reduce {
            function: Norm1,
            along: input.along,
        }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = Norm1;
                Specimen::varying(Reduce { function, along }, &matrix)
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Norm1;

impl Reduction for Norm1 {
    fn name(&self) -> &'static str {
        "norm1"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        lane.iter().map(|x| x.abs()).sum()
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        x.absolute().repeated(length)
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
        construct::apply(graph, Entrywise(SignOf), &[x])
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let size = program.variable(lane.shape());
        program.at_most(lane, &size);
        program.nonnegative(size.plus(lane));
        Ok(size.sum_groups(Shape::SCALAR, |_| 0..lane.rows()))
    }

    fn kink(&self) -> Kink {
        Kink::Proximal(Arc::new(SoftThreshold))
    }

    /// |x| <= s, Σs <= t.
    fn smoothed(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, width: f64) -> Option<ExprId> {
        let sizes = smooth_abs(graph, x, width);
        Some(lanes.sum(graph, sizes))
    }

    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(lane);
        let sizes = pieces.nonnegative_variable(shape);
        let minus = construct::negate(pieces.graph(), lane);
        pieces.below(lane, sizes);
        pieces.below(minus, sizes);
        let total = construct::sum_along(pieces.graph(), sizes, Along::All);
        pieces.limit(total);
        Ok(())
    }
}
