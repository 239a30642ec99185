//! exp(x) = e^x.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "exp",
    summary: "The exponential of each entry.",
    formula: "e^x",
    example: "exp([0; 0]) == [1; 1]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Exp))),
    specimens: || vec![Specimen::varying(Entrywise(Exp), &[Shape::new(3, 2)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exp;

impl Elementwise for Exp {
    fn name(&self) -> &'static str {
        "exp"
    }

    fn value(&self, x: f64) -> f64 {
        x.exp()
    }

    fn derivative(&self, _graph: &mut Graph, _x: ExprId, value: ExprId) -> ExprId {
        value
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(f64::exp)
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
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(x, &one, &value);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// log(1/t) <= -x.
    fn split_smooth(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (one, t) = (pieces.graph().number(1.0), pieces.bound());
        let minus = construct::negate(pieces.graph(), x);
        pieces.relative_entropy(one, t, minus);
        Ok(())
    }
}
