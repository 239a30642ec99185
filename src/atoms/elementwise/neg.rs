//! neg(x) = max(-x, 0).

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Proximal, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::{Step, smooth_pos};

pub const ENTRY: Entry = Entry {
    name: "neg",
    summary: "The negative part of each entry.",
    formula: "max(-x, 0)",
    example: "neg([-2; 3]) == [2; 0]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Neg))),
    specimens: || vec![Specimen::varying(Entrywise(Neg), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Neg;

impl Elementwise for Neg {
    fn name(&self) -> &'static str {
        "neg"
    }

    fn value(&self, x: f64) -> f64 {
        (-x).max(0.0)
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let minus = construct::negate(graph, x);
        let step = construct::apply(graph, Entrywise(Step), &[minus]);
        construct::negate(graph, step)
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_decreasing(|x| (-x).max(0.0))
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Decreasing
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(x.shape());
        program.nonnegative(value.plus(x));
        program.nonnegative(value.clone());
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Proximal(Arc::new(NegativePart))
    }

    fn smoothed(&self, graph: &mut Graph, x: ExprId, width: f64) -> Option<ExprId> {
        let minus = construct::negate(graph, x);
        Some(smooth_pos(graph, minus, width))
    }

    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let minus = construct::negate(pieces.graph(), x);
        let zero = pieces.graph().number(0.0);
        pieces.limit(minus);
        pieces.limit(zero);
        Ok(())
    }
}

/// prox of s*max(-·, 0): z + s below -s, 0 between, z above 0.
#[derive(Debug)]
struct NegativePart;

impl Proximal for NegativePart {
    fn prox(&self, _shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        for (slot, &z) in out.iter_mut().zip(z) {
            *slot = (z + step).min(z.max(0.0));
        }
    }
}
