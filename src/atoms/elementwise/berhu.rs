//! berhu(x, M) = |x| where |x| <= M, else (x² + M²)/(2M): the Huber penalty turned round.
//!
//! Source: A. Owen, "A robust hybrid of lasso and ridge regression", 2007.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{
    Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Proximal, Splitting, Whole,
};
use crate::shape::Shape;
use std::sync::Arc;

use super::power::square_form;
use super::{Clip, PowPos, SignOf};

pub const ENTRY: Entry = Entry {
    name: "berhu",
    summary: "The reversed Huber penalty of each entry: a line inside, a square outside.",
    formula: "|x| where |x| <= M, else (x^2 + M^2)/(2 M)",
    example: "berhu([0.5; -3]) == [0.5; 5]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "M",
        default: Some(1.0),
    }],
    each: false,
    build: |input| match input.number(0)? {
        m if m > 0.0 => Ok(Arc::new(Entrywise(Berhu::new(m)))),
        m => Err(format!("M must be greater than 0, but it is {m}")),
    },
    specimens: || {
        [1.0, 0.5, 3.0]
            .map(|m| Specimen::varying(Entrywise(Berhu::new(m)), &[Shape::new(3, 2)]))
            .into()
    },
};

/// The half-width M is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Berhu {
    bits: u64,
}

impl Berhu {
    pub fn new(width: f64) -> Self {
        Berhu {
            bits: width.to_bits(),
        }
    }

    /// M.
    pub fn width(&self) -> f64 {
        f64::from_bits(self.bits)
    }
}

impl Elementwise for Berhu {
    fn name(&self) -> &'static str {
        "berhu"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::named("M", self.width())]
    }

    fn value(&self, x: f64) -> f64 {
        let m = self.width();
        let size = x.abs();
        if size <= m {
            size
        } else {
            0.5 * (size * (size / m) + m)
        }
    }

    /// sign(x) + (x - clip(x, M))/M.
    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let sign = construct::apply(graph, Entrywise(SignOf), &[x]);
        let clipped = construct::apply(graph, Entrywise(Clip::new(self.width())), &[x]);
        let beyond = construct::subtract(graph, x, clipped);
        let beyond = construct::scale(graph, 1.0 / self.width(), beyond);
        construct::plus(graph, sign, beyond)
    }

    fn range(&self, x: Interval) -> Interval {
        x.absolute().map_increasing(|x| self.value(x))
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
        // size >= |x|, beyond >= size - M: size + beyond^2/(2 M) at its least.
        let (size, beyond) = (program.variable(x.shape()), program.variable(x.shape()));
        program.at_most(x, &size);
        program.nonnegative(size.plus(x));
        program.nonnegative(beyond.minus(&size).shifted(self.width()));
        let square = square_form(&beyond, program);
        Ok(size.plus(&square.scaled(0.5 / self.width())))
    }

    fn kink(&self) -> Kink {
        Kink::Proximal(Arc::new(Proximity {
            width: self.width(),
        }))
    }

    /// |x| <= s, s + max(s - M, 0)²/(2M) <= t.
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(x);
        let size = pieces.variable(shape);
        let graph = pieces.graph();
        let minus = construct::negate(graph, x);
        let beyond = construct::shift(graph, size, -self.width());
        let square = construct::apply(graph, Entrywise(PowPos::new(2.0)), &[beyond]);
        let square = construct::scale(graph, 0.5 / self.width(), square);
        let total = construct::plus(graph, size, square);
        pieces.below(x, size);
        pieces.below(minus, size);
        pieces.limit(total);
        Ok(())
    }
}

/// prox of s*berhu: soft thresholding while the result is at most M, then z/(1 + s/M).
#[derive(Debug)]
struct Proximity {
    width: f64,
}

impl Proximal for Proximity {
    fn prox(&self, _shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        for (slot, &z) in out.iter_mut().zip(z) {
            let soft = (z.abs() - step).max(0.0);
            *slot = if soft <= self.width {
                z.signum() * soft
            } else {
                z / (1.0 + step / self.width)
            };
        }
    }
}
