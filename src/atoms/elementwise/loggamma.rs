//! loggamma(x) = log Γ(x) for x > 0.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::sync::Arc;

use super::Polygamma;

pub const ENTRY: Entry = Entry {
    name: "loggamma",
    summary: "The logarithm of the gamma function of each positive entry; gradient path only.",
    formula: "log(integral of t^(x-1) e^(-t) over t >= 0), for x > 0",
    example: "loggamma([1; 4]) == [0; log(6)]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(LogGamma))),
    specimens: || vec![Specimen::varying(Entrywise(LogGamma), &[Shape::new(3, 2)])],
};

/// Where log Γ is least, and its value there.
const LEAST_AT: f64 = 1.461_632_144_968_362_3;
const LEAST: f64 = -0.121_486_290_535_849_6;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogGamma;

impl Elementwise for LogGamma {
    fn name(&self) -> &'static str {
        "loggamma"
    }

    fn value(&self, x: f64) -> f64 {
        if x <= 0.0 {
            f64::INFINITY
        } else {
            libm::lgamma(x)
        }
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        construct::apply(graph, Entrywise(Polygamma::new(0)), &[x])
    }

    fn range(&self, x: Interval) -> Interval {
        let x = x.meet(Interval::NONNEGATIVE);
        let (first, last) = (self.value(x.lower), self.value(x.upper));
        if x.lower <= LEAST_AT && x.upper >= LEAST_AT {
            Interval::new(LEAST.next_down(), first.max(last))
        } else {
            Interval::new(first.min(last), first.max(last))
        }
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, x: Interval) -> Monotonicity {
        if x.lower >= LEAST_AT {
            Monotonicity::Increasing
        } else if x.upper <= LEAST_AT {
            Monotonicity::Decreasing
        } else {
            Monotonicity::Unknown
        }
    }

    fn domain(&self) -> Domain {
        Domain::Above(0.0)
    }

    fn graph_form(
        &self,
        _x: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "the logarithm of the gamma function is not known to be expressible in second-order, \
             semidefinite, exponential and power cones, and it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
