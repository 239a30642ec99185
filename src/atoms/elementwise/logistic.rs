//! logistic(x) = log(1 + e^x).

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

use super::Sigmoid;

pub const ENTRY: Entry = Entry {
    name: "logistic",
    summary: "The logistic loss of each entry.",
    formula: "log(1 + e^x)",
    example: "logistic([0]) == log(2)",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Logistic))),
    specimens: || vec![Specimen::varying(Entrywise(Logistic), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Logistic;

impl Elementwise for Logistic {
    fn name(&self) -> &'static str {
        "logistic"
    }

    fn value(&self, x: f64) -> f64 {
        x.max(0.0) + (-x.abs()).exp().ln_1p()
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        construct::apply(graph, Entrywise(Sigmoid), &[x])
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| self.value(x))
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
        // exp(x - value) + exp(-value) <= 1.
        let (u, v) = (program.variable(x.shape()), program.variable(x.shape()));
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(&x.minus(&value), &one, &u);
        program.exponential_each(&value.scaled(-1.0), &one, &v);
        program.at_most(&u.plus(&v), &one);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// exp(-t) <= u, exp(x - t) <= v, u + v <= 1.
    fn split_smooth(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(x);
        let [u, v] = [shape; 2].map(|shape| pieces.variable(shape));
        let t = pieces.bound();
        let graph = pieces.graph();
        let (one, fall) = (graph.number(1.0), construct::subtract(graph, t, x));
        let total = construct::plus(graph, u, v);
        pieces.relative_entropy(one, u, t);
        pieces.relative_entropy(one, v, fall);
        pieces.below(total, one);
        Ok(())
    }
}
