//! pow_pos(x, p) = max(x, 0)^p: convex for p >= 1. Smaller p, 0 where x <= 0, occur in derivatives.

use crate::atoms::{
    Arity, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct, positive_part,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Atom, Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

use super::power::square_form;
use super::{Pos, Step};

pub const ENTRY: Entry = Entry {
    name: "pow_pos",
    summary: "The positive part of each entry to a power, on the whole line; convex for p >= 1.",
    formula: "x^p where x > 0, else 0",
    example: "pow_pos([-2; 3], 3) == [0; 27]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "p",
        default: None,
    }],
    each: false,
    build: |input| match input.number(0)? {
        p if p.is_finite() => Ok(of_power(p)),
        p => Err(format!("p must be a finite number, but it is {p}")),
    },
    specimens: || {
        [1.5, 2.0, 3.0, 2.7, 0.5, -1.0]
            .map(|p| Specimen::varying(Entrywise(PowPos::new(p)), &[Shape::new(3, 2)]))
            .into()
    },
};

/// p = 0 and p = 1 have names of their own.
fn of_power(p: f64) -> Arc<dyn Atom> {
    match p {
        0.0 => Arc::new(Entrywise(Step)),
        1.0 => Arc::new(Entrywise(Pos)),
        p => Arc::new(Entrywise(PowPos::new(p))),
    }
}

/// p is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PowPos {
    bits: u64,
}

impl PowPos {
    pub fn new(exponent: f64) -> Self {
        PowPos {
            bits: exponent.to_bits(),
        }
    }

    pub fn exponent(&self) -> f64 {
        f64::from_bits(self.bits)
    }
}

impl Elementwise for PowPos {
    fn name(&self) -> &'static str {
        "pow_pos"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.exponent())]
    }

    fn value(&self, x: f64) -> f64 {
        if x.is_nan() {
            x
        } else if x > 0.0 {
            x.powf(self.exponent())
        } else {
            0.0
        }
    }

    /// p max(x, 0)^(p-1), which is 0 on x <= 0 for every p.
    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let p = self.exponent();
        let lower = graph
            .apply(of_power(p - 1.0), &[x], crate::span::Span::default())
            .expect("a function of each entry takes every shape");
        construct::scale(graph, p, lower)
    }

    fn range(&self, x: Interval) -> Interval {
        if self.exponent() > 0.0 {
            x.map_increasing(|x| self.value(x))
        } else {
            Interval::NONNEGATIVE
        }
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        if self.exponent() >= 1.0 {
            Curvature::Convex
        } else {
            Curvature::Unknown
        }
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        if self.exponent() > 0.0 {
            Monotonicity::Increasing
        } else {
            Monotonicity::Unknown
        }
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let p = self.exponent();
        if p < 1.0 {
            let reason = "pow_pos with p < 1 is neither convex nor concave";
            return Err(GraphFormError::new(reason));
        }
        // x <= part, part^p <= value, part >= 0.
        let part = program.variable(x.shape());
        program.at_most(x, &part);
        program.nonnegative(part.clone());
        if p == 2.0 {
            return Ok(square_form(&part, program));
        }
        let value = program.variable(x.shape());
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.power_each(1.0 / p, &value, &one, &part);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        if self.exponent() > 1.0 {
            Kink::Smooth
        } else {
            Kink::Kinked
        }
    }
    /// x <= y, 0 <= y, t^(1/p) >= y.
    fn split_smooth(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        if self.exponent() <= 1.0 {
            return self.split(x, pieces);
        }
        let part = positive_part(x, pieces);
        let (t, one) = (pieces.bound(), pieces.graph().number(1.0));
        pieces.power(1.0 / self.exponent(), t, one, part);
        Ok(())
    }
}
