//! sum_largest(x, k): the sum of the k largest entries; a fractional k takes that part of the next one.

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
    summary: "The sum of the k largest entries; of a fractional k, that part of the next one too.",
    formula: "x_[1] + … + x_[k], in falling order",
    example: "sum_largest([1; 5; 3], 2) == 8",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "k",
        default: None,
    }],
    each: true,
    build: |input| {
        let function = SumLargest::new(input.number(0)?)?;
        let along = input.along;
        Ok(Arc::new(Reduce { function, along }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [
            (1.0, Along::All),
            (4.0, Along::All),
            (2.4, Along::All),
            (0.5, Along::Columns),
            (1.0, Along::Rows),
            (2.0, Along::Columns),
        ]
        .into_iter()
        .filter_map(|(count, along)| {
            let function = SumLargest::new(count).ok()?;
            let atom = Reduce { function, along };
            Some(Specimen::varying(atom, &matrix))
        })
        .collect()
    },
};

/// k is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SumLargest {
    count: u64,
}

impl SumLargest {
    /// For k > 0.
    pub fn new(count: f64) -> Result<Self, String> {
        if count > 0.0 && count.is_finite() {
            let count = count.to_bits();
            Ok(SumLargest { count })
        } else {
            Err(format!(
                "k must be a finite number greater than 0, but it is {count}"
            ))
        }
    }

    /// For a k that is known to be greater than 0.
    pub(super) fn positive(count: f64) -> Self {
        let count = count.to_bits();
        SumLargest { count }
    }

    pub fn count(&self) -> f64 {
        f64::from_bits(self.count)
    }
}

impl Reduction for SumLargest {
    fn name(&self) -> &'static str {
        "sum_largest"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.count())]
    }

    fn check(&self, length: usize) -> Result<(), ShapeError> {
        let count = self.count();
        if count <= length as f64 {
            return Ok(());
        }
        Err(ShapeError::new(format!(
            "k is {count}, but there are only {length} entries"
        )))
    }

    fn value(&self, lane: &[f64]) -> f64 {
        let mut sorted = lane.to_vec();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let count = self.count();
        let share = |k: usize| (count - k as f64).clamp(0.0, 1.0);
        let entries = sorted.iter().enumerate().take(count.ceil() as usize);
        entries.map(|(k, x)| share(k) * x).sum()
    }

    fn range(&self, x: Interval, _length: usize) -> Interval {
        x.times(Interval::point(self.count()))
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
        let whole = self.count().floor();
        let part = self.count() - whole;
        let lower = largest_indicator(graph, x, whole as usize, lanes.along);
        if part == 0.0 {
            return lower;
        }
        let upper = largest_indicator(graph, x, whole as usize + 1, lanes.along);
        let lower = construct::scale(graph, 1.0 - part, lower);
        let upper = construct::scale(graph, part, upper);
        construct::plus(graph, lower, upper)
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
        Ok(total.plus(&level.scaled(self.count())))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let total = self.split_below(lane, pieces);
        pieces.limit(total);
        Ok(())
    }
}

impl SumLargest {
    /// k*s + Σu with x - s <= u, 0 <= u: at least the value, with equality for some s and u.
    pub(super) fn split_below(&self, lane: ExprId, pieces: &mut dyn Splitting) -> ExprId {
        let shape = pieces.graph().shape(lane);
        let (level, above) = (pieces.variable(Shape::SCALAR), pieces.variable(shape));
        let excess = construct::subtract(pieces.graph(), lane, level);
        let zero = pieces.graph().number(0.0);
        pieces.below(excess, above);
        pieces.below(zero, above);
        let base = construct::scale(pieces.graph(), self.count(), level);
        let rest = construct::sum_along(pieces.graph(), above, Along::All);
        construct::plus(pieces.graph(), base, rest)
    }
}
