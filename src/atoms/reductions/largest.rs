//! Where the k largest entries of each lane stand: the slope of `max` and `sum_largest`.

use crate::atoms::{Along, Lanes, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};

/// 1 at the k largest entries of each lane (ties: the first), 0 elsewhere. Only derivatives use it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LargestIndicator {
    pub count: usize,
    pub along: Along,
}

impl Atom for LargestIndicator {
    fn name(&self) -> &'static str {
        "largest"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let several = self.count != 1;
        let count = several.then(|| Parameter::plain(self.count as f64));
        count.into_iter().chain(self.along.parameter()).collect()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::UNIT
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let x = arguments[0].as_slice().unwrap_or_default();
        let lanes = Lanes {
            along: self.along,
            shape: arguments[0].shape(),
        };
        out.fill(0.0);
        for k in 0..lanes.count() {
            mark_largest(x, lanes.positions(k), self.count, out);
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let shape = graph.shape(call.value);
        Some(construct::zeros(graph, shape))
    }

    fn graph_form(
        &self,
        _arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "an indicator is neither convex nor concave",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}

fn mark_largest(
    x: &[f64],
    positions: impl Iterator<Item = usize> + Clone,
    count: usize,
    out: &mut [f64],
) {
    if count == 1 {
        let better = |best: usize, k: usize| if x[k] > x[best] { k } else { best };
        if let Some(best) = positions.reduce(better) {
            out[best] = 1.0;
        }
        return;
    }
    let mut order: Vec<usize> = positions.collect();
    order.sort_by(|a, b| x[*b].total_cmp(&x[*a]));
    for position in order.into_iter().take(count) {
        out[position] = 1.0;
    }
}

/// The indicator as an expression.
pub(crate) fn largest_indicator(
    graph: &mut Graph,
    x: ExprId,
    count: usize,
    along: Along,
) -> ExprId {
    construct::apply(graph, LargestIndicator { count, along }, &[x])
}
