//! inv_prod(x, p) = Π x_i^(-p) for x > 0.

use super::geo_mean::{entry, mean_form, mean_of_pieces};
use crate::atoms::elementwise::Exp;
use crate::atoms::{
    Along, Arity, Entry, Entrywise, Lanes, ParameterSpec, Reduce, Reduction, Specimen, construct,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "inv_prod",
    summary: "The reciprocal of the product of all entries, to the power p when p is given.",
    formula: "prod_i x_i^(-p), for x > 0",
    example: "inv_prod([2; 4]) == 0.125",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "p",
        default: Some(1.0),
    }],
    each: true,
    build: |input| match input.number(0)? {
        p if p > 0.0 && p.is_finite() => {
            let (function, along) = (InverseProduct::new(p), input.along);
            Ok(Arc::new(Reduce { function, along }))
        }
        p => Err(format!("p must be greater than 0, but it is {p}")),
    },
    specimens: || {
        [(1.0, Along::All), (0.5, Along::Rows), (2.0, Along::Columns)]
            .map(|(p, along)| {
                let function = InverseProduct::new(p);
                Specimen::varying(Reduce { function, along }, &[Shape::new(3, 2)])
            })
            .into()
    },
};

/// Entries from which on logarithms are as accurate as the power cone, and take fewer iterations the more
/// there are: with 20, a fifth; with 30 the power cone ends short of 1e-6.
const MANY: usize = 5;

/// p is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InverseProduct {
    bits: u64,
}

impl InverseProduct {
    /// For p > 0.
    pub fn new(exponent: f64) -> Self {
        InverseProduct {
            bits: exponent.to_bits(),
        }
    }

    pub fn exponent(&self) -> f64 {
        f64::from_bits(self.bits)
    }

    /// value >= exp(-p Σu), u_i <= log(x_i).
    fn by_logarithms(&self, lane: &AffineMap, program: &mut ProgramBuilder) -> AffineMap {
        let (value, logs) = (
            program.variable(Shape::SCALAR),
            program.variable(lane.shape()),
        );
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(&logs, &one, lane);
        let total = logs.sum_groups(Shape::SCALAR, |_| 0..logs.rows());
        program.exponential_each(&total.scaled(-self.exponent()), &one, &value);
        value
    }

    /// The same in pieces: log(1/x_i) <= v_i, exp(p Σv) <= t.
    fn split_by_logarithms(&self, lane: ExprId, pieces: &mut dyn Splitting) {
        let shape = pieces.graph().shape(lane);
        let (bound, logs) = (pieces.bound(), pieces.variable(shape));
        let one = pieces.graph().number(1.0);
        pieces.relative_entropy(one, lane, logs);
        let graph = pieces.graph();
        let total = construct::sum_along(graph, logs, Along::All);
        let exponent = construct::scale(graph, self.exponent(), total);
        let product = construct::apply(graph, Entrywise(Exp), &[exponent]);
        pieces.below(product, bound);
    }

    /// Of x_1, …, x_n and the value in a geometric mean: p, …, p, 1 over their sum.
    fn weights(&self, length: usize) -> Vec<f64> {
        let p = self.exponent();
        let total = 1.0 + p * length as f64;
        let mut weights = vec![p / total; length];
        weights.push(1.0 / total);
        weights
    }
}

impl Reduction for InverseProduct {
    fn name(&self) -> &'static str {
        "inv_prod"
    }

    fn parameters(&self) -> Vec<Parameter> {
        match self.exponent() {
            1.0 => Vec::new(),
            p => vec![Parameter::named("p", p)],
        }
    }

    fn value(&self, lane: &[f64]) -> f64 {
        if lane.iter().any(|&x| x <= 0.0) {
            return f64::INFINITY;
        }
        let logs: f64 = lane.iter().map(|x| x.ln()).sum();
        (-self.exponent() * logs).exp()
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        let count = self.exponent() * length as f64;
        x.meet(Interval::NONNEGATIVE)
            .map_decreasing(|x| x.max(0.0).powf(-count))
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Decreasing
    }

    fn domain(&self) -> Domain {
        Domain::Above(0.0)
    }

    /// -p value/x_i.
    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, value: ExprId) -> ExprId {
        let value = lanes.spread(graph, value);
        let ratio = construct::divide(graph, value, x);
        construct::scale(graph, -self.exponent(), ratio)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        if lane.rows() >= MANY {
            return Ok(self.by_logarithms(lane, program));
        }
        // value Π x_i^p >= 1: the geometric mean is >= 1.
        let value = program.variable(Shape::SCALAR);
        let weights = self.weights(lane.rows());
        let mean = mean_form(&AffineMap::stack(&[lane, &value]), &weights, program);
        program.at_most(&AffineMap::constant(&Matrix::scalar(1.0)), &mean);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// The geometric mean of x_1, …, x_n and t with weights p, …, p, 1 over their sum is at least 1.
    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let length = pieces.graph().shape(lane).size();
        if length >= MANY {
            self.split_by_logarithms(lane, pieces);
            return Ok(());
        }
        let mut entries: Vec<ExprId> = (0..length).map(|k| entry(pieces, lane, k)).collect();
        entries.push(pieces.bound());
        let mean = mean_of_pieces(&entries, &self.weights(length), pieces);
        let one = pieces.graph().number(1.0);
        pieces.below(one, mean);
        Ok(())
    }
}
