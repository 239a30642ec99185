//! Each entry's weight by its rank in its lane: the slope of `dotsort`.

use crate::atoms::{Along, Lanes, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter, Printed,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};

/// The first weight at the largest entry of each lane, and so on; weights by their bits. Only
/// derivatives use it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RankWeights {
    pub weights: Vec<u64>,
    pub along: Along,
}

impl Atom for RankWeights {
    fn name(&self) -> &'static str {
        "rank_weights"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let weights = self.weights.iter();
        let texts: Vec<String> = weights
            .map(|&w| Printed::number(f64::from_bits(w)))
            .collect();
        let weights = Parameter {
            name: None,
            text: format!("[{}]", texts.join(", ")),
        };
        std::iter::once(weights)
            .chain(self.along.parameter())
            .collect()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::of(self.weights.iter().map(|&w| f64::from_bits(w)))
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
        let (along, shape) = (self.along, arguments[0].shape());
        let lanes = Lanes { along, shape };
        for k in 0..lanes.count() {
            let mut order: Vec<usize> = lanes.positions(k).collect();
            order.sort_by(|a, b| x[*b].total_cmp(&x[*a]));
            for (position, &weight) in order.into_iter().zip(&self.weights) {
                out[position] = f64::from_bits(weight);
            }
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
            "weights by rank are neither convex nor concave",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
