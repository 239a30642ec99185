//! norm2(x) = sqrt(Σ x_i²), the Frobenius norm of a matrix.

use crate::atoms::{Along, Arity, Entry, Lanes, Reduce, Reduction, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Proximal, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::HuberCirc;

pub const ENTRY: Entry = Entry {
    name: "norm2",
    summary: "The Euclidean norm of a vector; of a matrix the Frobenius norm.",
    formula: "sqrt(sum_i x_i^2)",
    example: "norm2([3; -4]) == 5",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        Ok(Arc::new(Reduce {
            function: Norm2,
            along: input.along,
        }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                Specimen::varying(
                    Reduce {
                        function: Norm2,
                        along,
                    },
                    &matrix,
                )
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Norm2;

/// Scaled by the largest entry, so that neither 1e200 nor 1e-200 over- or underflows when squared.
pub(crate) fn euclidean(x: &[f64]) -> f64 {
    let largest = x.iter().fold(0.0, |m: f64, e| m.max(e.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    largest * x.iter().map(|e| (e / largest).powi(2)).sum::<f64>().sqrt()
}

impl Reduction for Norm2 {
    fn name(&self) -> &'static str {
        "norm2"
    }

    fn value(&self, lane: &[f64]) -> f64 {
        euclidean(lane)
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        let entry = x.absolute();
        Interval::new(entry.lower, entry.upper).times(Interval::point((length as f64).sqrt()))
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

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, value: ExprId) -> ExprId {
        let norm = lanes.spread(graph, value);
        construct::divide(graph, x, norm)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let norm = program.variable(Shape::SCALAR);
        program.second_order(&norm, lane);
        Ok(norm)
    }

    fn kink(&self) -> Kink {
        Kink::Proximal(Arc::new(Shrink))
    }

    fn smoothed(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, width: f64) -> Option<ExprId> {
        let (function, along) = (HuberCirc::new(width), lanes.along);
        let huber = construct::apply(graph, Reduce { function, along }, &[x]);
        Some(construct::scale(graph, 0.5 / width, huber))
    }

    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        pieces.limit_norm(&[lane]);
        Ok(())
    }
}

/// prox of s*|·|: (1 - s/|z|)_+ z.
#[derive(Debug)]
struct Shrink;

impl Proximal for Shrink {
    fn prox(&self, _shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        let norm = euclidean(z);
        let factor = if norm > step { 1.0 - step / norm } else { 0.0 };
        out.iter_mut()
            .zip(z)
            .for_each(|(slot, z)| *slot = factor * z);
    }
}
