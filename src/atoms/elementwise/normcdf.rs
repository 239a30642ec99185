//! normcdf(x) = Φ(x), the distribution function of the standard normal distribution: convex on x <= 0, concave on x >= 0.

use super::Exp;
use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "normcdf",
    summary: "The normal distribution function of each entry: convex where x <= 0 is known, concave where x >= 0 is; gradient path only.",
    formula: "integral of e^(-t^2/2)/sqrt(2 pi) up to x",
    example: "normcdf([0]) == 0.5",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(NormCdf))),
    specimens: || vec![Specimen::varying(Entrywise(NormCdf), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NormCdf;

impl Elementwise for NormCdf {
    fn name(&self) -> &'static str {
        "normcdf"
    }

    fn value(&self, x: f64) -> f64 {
        0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
    }

    /// e^(-x^2/2)/sqrt(2 pi).
    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let square = construct::power(graph, x, 2.0);
        let half = construct::scale(graph, -0.5, square);
        let bell = construct::apply(graph, Entrywise(Exp), &[half]);
        construct::scale(graph, (2.0 * PI).sqrt().recip(), bell)
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| self.value(x))
    }

    fn curvature(&self, x: Interval) -> Curvature {
        Curvature::convex_right_of_zero(x).negated()
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
        Err(GraphFormError::new(
            "the normal distribution function is not known to be expressible in \
             second-order, semidefinite, exponential and power cones, and it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
