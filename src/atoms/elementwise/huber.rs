//! huber(x, M) = x² where |x| <= M, else 2M|x| - M².

use crate::atoms::{
    Arity, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct, squares_below,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::Clip;
use super::power::square_form;

pub const ENTRY: Entry = Entry {
    name: "huber",
    summary: "The Huber penalty of each entry: a square inside, a line outside.",
    formula: "x^2 where |x| <= M, else 2 M |x| - M^2",
    example: "huber([0.5; 4; -1.5; 0]) == [0.25; 7; 2; 0]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "M",
        default: Some(1.0),
    }],
    each: false,
    build: |input| match input.number(0)? {
        m if m > 0.0 => Ok(Arc::new(Entrywise(Huber::new(m)))),
        m => Err(format!("M must be greater than 0, but it is {m}")),
    },
    specimens: || {
        [1.0, 0.5, 3.0]
            .map(|m| Specimen::varying(Entrywise(Huber::new(m)), &[Shape::new(3, 2)]))
            .into()
    },
};

/// The half-width M is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Huber {
    bits: u64,
}

impl Huber {
    pub fn new(width: f64) -> Self {
        Huber {
            bits: width.to_bits(),
        }
    }

    /// M.
    pub fn width(&self) -> f64 {
        f64::from_bits(self.bits)
    }
}

/// huber(x, M)/(2M): at most |x|, and at least |x| - M/2.
pub(crate) fn smooth_abs(graph: &mut Graph, x: ExprId, width: f64) -> ExprId {
    let huber = construct::apply(graph, Entrywise(Huber::new(width)), &[x]);
    construct::scale(graph, 0.5 / width, huber)
}

impl Elementwise for Huber {
    fn name(&self) -> &'static str {
        "huber"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::named("M", self.width())]
    }

    fn value(&self, x: f64) -> f64 {
        let m = self.width();
        if x.abs() <= m {
            x * x
        } else {
            2.0 * m * x.abs() - m * m
        }
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let clipped = construct::apply(graph, Entrywise(Clip::new(self.width())), &[x]);
        construct::scale(graph, 2.0, clipped)
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
        // x = n + s: n^2 + 2 M |s| at its least.
        let near = program.variable(x.shape());
        let size = program.variable(x.shape());
        let far = x.minus(&near);
        program.at_most(&far, &size);
        program.nonnegative(size.plus(&far));
        let square = square_form(&near, program);
        Ok(square.plus(&size.scaled(2.0 * self.width())))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// |x - n| <= s, n² <= q, q + 2 M s <= t.
    fn split_smooth(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(x);
        let [near, size] = [shape; 2].map(|shape| pieces.variable(shape));
        let far = construct::subtract(pieces.graph(), x, near);
        let minus = construct::negate(pieces.graph(), far);
        pieces.below(far, size);
        pieces.below(minus, size);
        limit_by_huber(near, size, self.width(), pieces);
        Ok(())
    }
}

/// n² + 2 M s <= t.
pub(crate) fn limit_by_huber(near: ExprId, far: ExprId, width: f64, pieces: &mut dyn Splitting) {
    let shape = pieces.graph().shape(near);
    let square = pieces.variable(shape);
    squares_below(near, square, pieces);
    let weighted = construct::scale(pieces.graph(), 2.0 * width, far);
    let total = construct::plus(pieces.graph(), square, weighted);
    pieces.limit(total);
}
