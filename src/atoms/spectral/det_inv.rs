//! det_inv(X, p) = det(X)^(-p) of a positive definite matrix, as det_rootn(X)^(-n*p).

use super::RootDeterminant;
use crate::atoms::affine::square;
use crate::atoms::elementwise::Power;
use crate::atoms::{
    Abbreviated, Abbreviation, Arity, Entry, Entrywise, ParameterSpec, Specimen, construct,
};
use crate::expr::{Domain, ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "det_inv",
    summary: "The reciprocal of the determinant of a symmetric positive definite matrix, to the power p when p is given.",
    formula: "det(X)^(-p)",
    example: "det_inv([2, 0; 0, 4]) == 0.125",
    arity: Arity::Exactly(&["X"]),
    parameters: &[ParameterSpec {
        name: "p",
        default: Some(1.0),
    }],
    each: false,
    build: |input| match input.number(0)? {
        p if p > 0.0 && p.is_finite() => Ok(Arc::new(Abbreviated(InverseDeterminant::new(p)))),
        p => Err(format!("p must be greater than 0, but it is {p}")),
    },
    specimens: || {
        let atom = Abbreviated(InverseDeterminant::new(0.5));
        vec![Specimen::varying(atom, &[Shape::new(3, 3)])]
    },
};

/// p is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct InverseDeterminant {
    bits: u64,
}

impl InverseDeterminant {
    fn new(exponent: f64) -> Self {
        InverseDeterminant {
            bits: exponent.to_bits(),
        }
    }

    fn exponent(&self) -> f64 {
        f64::from_bits(self.bits)
    }
}

impl Abbreviation for InverseDeterminant {
    fn name(&self) -> &'static str {
        "det_inv"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.exponent())]
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        square(arguments[0], "det_inv").map(|_| ())
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::PositiveDefinite
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let side = graph.shape(arguments[0]).rows as f64;
        let root = construct::apply(graph, RootDeterminant, arguments);
        let power = Entrywise(Power::new(-side * self.exponent()));
        construct::apply(graph, power, &[root])
    }
}
