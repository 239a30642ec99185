//! clip(x) = min(max(x, -M), M).

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Parameter};
use crate::shape::Shape;
use std::sync::Arc;

use super::{Abs, Step};

pub const ENTRY: Entry = Entry {
    name: "clip",
    summary: "Each entry cut off at -M and M: half the derivative of huber.",
    formula: "min(max(x, -M), M)",
    example: "clip([-2; 0.5], 1) == [-1; 0.5]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "M",
        default: Some(1.0),
    }],
    each: false,
    build: |input| match input.number(0)? {
        m if m > 0.0 => Ok(Arc::new(Entrywise(Clip::new(m)))),
        m => Err(format!("M must be greater than 0, but it is {m}")),
    },
    specimens: || {
        vec![Specimen::varying(
            Entrywise(Clip::new(1.0)),
            &[Shape::new(3, 2)],
        )]
    },
};

/// The bound M is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Clip {
    bits: u64,
}

impl Clip {
    pub fn new(bound: f64) -> Self {
        Clip {
            bits: bound.to_bits(),
        }
    }
}

impl Elementwise for Clip {
    fn name(&self) -> &'static str {
        "clip"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(f64::from_bits(self.bits))]
    }

    fn value(&self, x: f64) -> f64 {
        let m = f64::from_bits(self.bits);
        x.clamp(-m, m)
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let m = f64::from_bits(self.bits);
        let size = construct::apply(graph, Entrywise(Abs), &[x]);
        let minus = construct::negate(graph, size);
        let inside = construct::shift(graph, minus, m);
        construct::apply(graph, Entrywise(Step), &[inside])
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| self.value(x))
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn graph_form(
        &self,
        _x: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new("clip is neither convex nor concave"))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
