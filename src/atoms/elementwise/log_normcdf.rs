//! log_normcdf(x) = log Φ(x), Φ the distribution function of the standard normal distribution.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::shape::Shape;
use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::sync::Arc;

use super::Exp;

pub const ENTRY: Entry = Entry {
    name: "log_normcdf",
    summary: "The logarithm of the normal distribution function of each entry; gradient path only.",
    formula: "log(integral of e^(-t^2/2)/sqrt(2 pi) up to x)",
    example: "log_normcdf([0]) == -log(2)",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(LogNormCdf))),
    specimens: || {
        vec![Specimen::varying(
            Entrywise(LogNormCdf),
            &[Shape::new(3, 2)],
        )]
    },
};

/// Below it the series of the tail is exact to rounding; above it erfc has not underflowed.
const FAR_LEFT: f64 = -30.0;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogNormCdf;

/// log √(2π).
fn log_root_of_two_pi() -> f64 {
    0.5 * (2.0 * PI).ln()
}

/// The asymptotic series of the tail, Φ(x) ~ φ(x)/|x| (1 - 1/x² + 3/x⁴ - 15/x⁶ + 105/x⁸).
///
/// Source: M. Abramowitz, I. Stegun, "Handbook of mathematical functions", 26.2.12.
fn far_left(x: f64) -> f64 {
    let r = 1.0 / (x * x);
    let series = -r * (1.0 - 3.0 * r * (1.0 - 5.0 * r * (1.0 - 7.0 * r)));
    -0.5 * x * x - log_root_of_two_pi() - (-x).ln() + series.ln_1p()
}

impl Elementwise for LogNormCdf {
    fn name(&self) -> &'static str {
        "log_normcdf"
    }

    fn value(&self, x: f64) -> f64 {
        if x == f64::NEG_INFINITY {
            x
        } else if x < FAR_LEFT {
            far_left(x)
        } else if x < -1.0 {
            (0.5 * libm::erfc(-x * FRAC_1_SQRT_2)).ln()
        } else {
            (-0.5 * libm::erfc(x * FRAC_1_SQRT_2)).ln_1p()
        }
    }

    /// φ(x)/Φ(x) = exp(-x²/2 - log √(2π) - log Φ(x)).
    fn derivative(&self, graph: &mut Graph, x: ExprId, value: ExprId) -> ExprId {
        let square = construct::power(graph, x, 2.0);
        let half = construct::scale(graph, -0.5, square);
        let difference = construct::subtract(graph, half, value);
        let exponent = construct::shift(graph, difference, -log_root_of_two_pi());
        construct::apply(graph, Entrywise(Exp), &[exponent])
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| self.value(x))
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Concave
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
            "the logarithm of the normal distribution function is not known to be expressible in \
             second-order, semidefinite, exponential and power cones, and it is not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
