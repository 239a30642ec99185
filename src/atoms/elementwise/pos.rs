//! pos(x) = max(x, 0).

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Proximal, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::{Step, smooth_pos};

pub const ENTRY: Entry = Entry {
    name: "pos",
    summary: "The positive part of each entry.",
    formula: "max(x, 0)",
    example: "pos([-2; 3]) == [0; 3]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Pos))),
    specimens: || vec![Specimen::varying(Entrywise(Pos), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pos;

impl Elementwise for Pos {
    fn name(&self) -> &'static str {
        "pos"
    }

    fn value(&self, x: f64) -> f64 {
        x.max(0.0)
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        construct::apply(graph, Entrywise(Step), &[x])
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| x.max(0.0))
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

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(x.shape());
        program.at_most(x, &value);
        program.nonnegative(value.clone());
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Proximal(Arc::new(PositivePart))
    }

    fn smoothed(&self, graph: &mut Graph, x: ExprId, width: f64) -> Option<ExprId> {
        Some(smooth_pos(graph, x, width))
    }

    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let zero = pieces.graph().number(0.0);
        pieces.limit(x);
        pieces.limit(zero);
        Ok(())
    }
}

/// prox of s*max(·, 0): z - s above s, 0 between, z below 0.
#[derive(Debug)]
struct PositivePart;

impl Proximal for PositivePart {
    fn prox(&self, _shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        for (slot, &z) in out.iter_mut().zip(z) {
            *slot = (z - step).max(z.min(0.0));
        }
    }
}
