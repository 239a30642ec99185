//! xexp(x) = x e^x: convex on x >= -2, concave on x <= -2, least at x = -1.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

use super::Exp;

pub const ENTRY: Entry = Entry {
    name: "xexp",
    summary: "Each entry times its exponential: convex where x >= -2 is known.",
    formula: "x e^x",
    example: "xexp([0; 1]) == [0; exp(1)]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(XExp))),
    specimens: || vec![Specimen::varying(Entrywise(XExp), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct XExp;

impl Elementwise for XExp {
    fn name(&self) -> &'static str {
        "xexp"
    }

    fn value(&self, x: f64) -> f64 {
        if x == f64::NEG_INFINITY {
            return 0.0;
        }
        x * x.exp()
    }

    /// (x + 1) e^x.
    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let exp = construct::apply(graph, Entrywise(Exp), &[x]);
        let factor = construct::shift(graph, x, 1.0);
        construct::element_times(graph, factor, exp)
    }

    fn range(&self, x: Interval) -> Interval {
        let (first, last) = (self.value(x.lower), self.value(x.upper));
        if x.lower <= -1.0 && x.upper >= -1.0 {
            Interval::new(self.value(-1.0), first.max(last))
        } else {
            Interval::new(first.min(last), first.max(last))
        }
    }

    fn curvature(&self, x: Interval) -> Curvature {
        if x.lower >= -2.0 {
            Curvature::Convex
        } else if x.upper <= -2.0 {
            Curvature::Concave
        } else {
            Curvature::Unknown
        }
    }

    fn monotonicity(&self, x: Interval) -> Monotonicity {
        if x.lower >= -1.0 {
            Monotonicity::Increasing
        } else if x.upper <= -1.0 {
            Monotonicity::Decreasing
        } else {
            Monotonicity::Unknown
        }
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn refusal(&self, x: Interval) -> Option<&'static str> {
        let reason = "x*exp(x) is a cone form only where x >= -1 is known; \
                      between -2 and -1 it is convex but falls";
        (x.lower < -1.0).then_some(reason)
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        // u >= e^x, value >= u log u: as u log u rises from u = 1/e on, exact where x >= -1.
        let (u, value) = (program.variable(x.shape()), program.variable(x.shape()));
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(x, &one, &u);
        program.exponential_each(&value.scaled(-1.0), &u, &one);
        program.nonnegative(x.clone().shifted(1.0));
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
