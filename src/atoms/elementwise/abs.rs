//! abs(x) = |x|.

use super::{SignOf, smooth_abs};
use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Proximal, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "abs",
    summary: "The absolute value of each entry.",
    formula: "|x|",
    example: "abs([-2; 3]) == [2; 3]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Abs))),
    specimens: || vec![Specimen::varying(Entrywise(Abs), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Abs;

impl Elementwise for Abs {
    fn name(&self) -> &'static str {
        "abs"
    }

    fn value(&self, x: f64) -> f64 {
        x.abs()
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        construct::apply(graph, Entrywise(SignOf), &[x])
    }

    fn range(&self, x: Interval) -> Interval {
        x.absolute()
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

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let size = program.variable(x.shape());
        program.at_most(x, &size);
        program.nonnegative(size.plus(x));
        Ok(size)
    }

    fn kink(&self) -> Kink {
        Kink::Proximal(Arc::new(SoftThreshold))
    }

    fn smoothed(&self, graph: &mut Graph, x: ExprId, width: f64) -> Option<ExprId> {
        Some(smooth_abs(graph, x, width))
    }

    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let minus = construct::negate(pieces.graph(), x);
        pieces.limit(x);
        pieces.limit(minus);
        Ok(())
    }
}

/// prox of s*|·|: sign(z)*max(|z| - s, 0).
#[derive(Debug)]
pub(crate) struct SoftThreshold;

impl Proximal for SoftThreshold {
    fn prox(&self, _shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        for (slot, z) in out.iter_mut().zip(z) {
            *slot = z.signum() * (z.abs() - step).max(0.0);
        }
    }
}
