//! sum_largest(x, k): the sum of the k largest entries.

use crate::atoms::{
    Along, Arity, Entry, Lanes, ParameterSpec, Reduce, Reduction, Specimen, construct,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

use super::largest::largest_indicator;

pub const ENTRY: Entry = Entry {
    name: "sum_largest",
    summary: "The sum of the k largest entries.",
    formula: "x_[1] + … + x_[k]",
    example: "sum_largest([1; 5; 3], 2) == 8",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "k",
        default: None,
    }],
    each: true,
    build: |input| {
        let function = SumLargest {
            count: input.count(0)?,
        };
        let along = input.along;
        Ok(Arc::new(Reduce { function, along }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [
            (1, Along::All),
            (4, Along::All),
            (1, Along::Rows),
            (2, Along::Columns),
        ]
        .map(|(count, along)| {
            let function = SumLargest { count };
            Specimen::varying(Reduce { function, along }, &matrix)
        })
        .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SumLargest {
    pub count: usize,
}

impl Reduction for SumLargest {
    fn name(&self) -> &'static str {
        "sum_largest"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.count as f64)]
    }

    fn check(&self, length: usize) -> Result<(), ShapeError> {
        if (1..=length).contains(&self.count) {
            return Ok(());
        }
        let count = self.count;
        Err(ShapeError::new(format!(
            "the {count} largest of {length} entries"
        )))
    }

    fn value(&self, lane: &[f64]) -> f64 {
        let mut sorted = lane.to_vec();
        sorted.sort_by(|a, b| b.total_cmp(a));
        sorted.iter().take(self.count).sum()
    }

    fn range(&self, x: Interval, _length: usize) -> Interval {
        x.repeated(self.count)
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
        largest_indicator(graph, x, self.count, lanes.along)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        // k q + sum max(x - q, 0) at its least over q.
        let level = program.variable(Shape::SCALAR);
        let above = program.variable(lane.shape());
        program.nonnegative(above.plus(&level).minus(lane));
        program.nonnegative(above.clone());
        let total = above.sum_groups(Shape::SCALAR, |_| 0..above.rows());
        Ok(total.plus(&level.scaled(self.count as f64)))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    /// x - s <= u, 0 <= u, k*s + Σu <= t.
    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(lane);
        let (level, above) = (pieces.variable(Shape::SCALAR), pieces.variable(shape));
        let excess = construct::subtract(pieces.graph(), lane, level);
        let zero = pieces.graph().number(0.0);
        pieces.below(excess, above);
        pieces.below(zero, above);
        let base = construct::scale(pieces.graph(), self.count as f64, level);
        let rest = construct::sum_along(pieces.graph(), above, Along::All);
        let total = construct::plus(pieces.graph(), base, rest);
        pieces.limit(total);
        Ok(())
    }
}
