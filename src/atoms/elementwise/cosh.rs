//! cosh(x) = (e^x + e^-x)/2.

use super::Sinh;
use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "cosh",
    summary: "The hyperbolic cosine of each entry.",
    formula: "(e^x + e^-x)/2",
    example: "cosh([0; log(2)]) == [1; 1.25]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Cosh))),
    specimens: || vec![Specimen::varying(Entrywise(Cosh), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cosh;

impl Elementwise for Cosh {
    fn name(&self) -> &'static str {
        "cosh"
    }

    fn value(&self, x: f64) -> f64 {
        x.cosh()
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        construct::apply(graph, Entrywise(Sinh), &[x])
    }

    fn range(&self, x: Interval) -> Interval {
        x.absolute().map_increasing(f64::cosh)
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
        let (up, down) = (program.variable(x.shape()), program.variable(x.shape()));
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(x, &one, &up);
        program.exponential_each(&x.scaled(-1.0), &one, &down);
        Ok(AffineMap::combine(&[(0.5, &up), (0.5, &down)]))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// exp(x) <= u, exp(-x) <= v, (u + v)/2 <= t.
    fn split_smooth(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(x);
        let [u, v] = [shape; 2].map(|shape| pieces.variable(shape));
        let graph = pieces.graph();
        let (one, minus) = (graph.number(1.0), construct::negate(graph, x));
        let total = construct::plus(graph, u, v);
        let mean = construct::scale(graph, 0.5, total);
        pieces.relative_entropy(one, u, minus);
        pieces.relative_entropy(one, v, x);
        pieces.limit(mean);
        Ok(())
    }
}
