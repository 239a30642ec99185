//! huber_scaled(x, t, M) = t huber(x/t, M), entry by entry; scalars broadcast. The perspective of
//! the Huber penalty, for estimating a scale along with a location.

use super::Clip;
use super::power::squares_over_each;
use crate::atoms::{Arity, Entry, Entrywise, ParameterSpec, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter, Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "huber_scaled",
    summary: "The Huber penalty with a scale t >= 0: jointly convex in x and t.",
    formula: "t huber(x/t, M): x^2/t where |x| <= M t, else 2 M |x| - M^2 t",
    example: "huber_scaled([1; 5], 2) == [0.5; 8]",
    arity: Arity::Exactly(&["x", "t"]),
    parameters: &[ParameterSpec {
        name: "M",
        default: Some(1.0),
    }],
    each: false,
    build: |input| match input.number(0)? {
        m if m > 0.0 => Ok(Arc::new(HuberScaled::new(m))),
        m => Err(format!("M must be greater than 0, but it is {m}")),
    },
    specimens: || {
        let vector = Shape::vector(3);
        vec![
            Specimen::varying(HuberScaled::new(1.0), &[vector, vector]),
            Specimen::varying(HuberScaled::new(0.5), &[vector, Shape::SCALAR]),
            Specimen::varying(HuberScaled::new(2.0), &[Shape::SCALAR, vector]),
        ]
    },
};

/// The half-width M is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HuberScaled {
    bits: u64,
}

impl HuberScaled {
    pub fn new(width: f64) -> Self {
        HuberScaled {
            bits: width.to_bits(),
        }
    }

    /// M.
    pub fn width(&self) -> f64 {
        f64::from_bits(self.bits)
    }

    /// The closure at t = 0 is 2 M |x|.
    fn value(&self, x: f64, t: f64) -> f64 {
        let m = self.width();
        if t < 0.0 {
            f64::INFINITY
        } else if t > 0.0 && x.abs() <= m * t {
            x * (x / t)
        } else {
            2.0 * m * x.abs() - m * m * t
        }
    }
}

impl Atom for HuberScaled {
    fn name(&self) -> &'static str {
        "huber_scaled"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::named("M", self.width())]
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, t) = (arguments[0], arguments[1]);
        x.broadcast(t).ok_or_else(|| {
            ShapeError::new(format!(
                "`huber_scaled` of a {x} and a {t}: the shapes differ"
            ))
        })
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::NONNEGATIVE
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        match argument {
            0 => Monotonicity::even_at(arguments[0].range),
            _ => Monotonicity::Decreasing,
        }
    }

    fn domain(&self, argument: usize) -> Domain {
        match argument {
            0 => Domain::Reals,
            _ => Domain::AtLeast(0.0),
        }
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let x = arguments[0].as_slice().unwrap_or_default();
        let t = arguments[1].as_slice().unwrap_or_default();
        let at = |side: &[f64], k: usize| if side.len() == 1 { side[0] } else { side[k] };
        for (k, slot) in out.iter_mut().enumerate() {
            *slot = self.value(at(x, k), at(t, k));
        }
    }

    /// 2 clip(x/t, M) and -clip(x/t, M)².
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let ratio = construct::divide(graph, call.arguments[0], call.arguments[1]);
        let clipped = construct::apply(graph, Entrywise(Clip::new(self.width())), &[ratio]);
        let slope = if argument == 0 {
            construct::scale(graph, 2.0, clipped)
        } else {
            let square = construct::power(graph, clipped, 2.0);
            construct::negate(graph, square)
        };
        let product = construct::element_times(graph, call.adjoint, slope);
        let shape = graph.shape(call.arguments[argument]);
        Some(construct::unbroadcast(graph, product, shape))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        // x = n + s: n^2/t + 2 M |s| at its least.
        let (x, t) = (arguments[0].affine(), arguments[1].affine());
        let (near, size) = (program.variable(shape), program.variable(shape));
        let far = x.minus(&near);
        program.at_most(&far, &size);
        program.nonnegative(size.plus(&far));
        let square = squares_over_each(&near, &t, program);
        Ok(square.plus(&size.scaled(2.0 * self.width())))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// |x - n| <= s, n² <= q scale, q + 2 M s <= t.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (x, scale) = (arguments[0], arguments[1]);
        let shapes = [x, scale].map(|a| pieces.graph().shape(a));
        let shape = self.shape(&shapes).map_err(|_| Whole)?;
        let [near, size, square] = [shape; 3].map(|shape| pieces.variable(shape));
        let graph = pieces.graph();
        let far = construct::subtract(graph, x, near);
        let minus = construct::negate(graph, far);
        let doubled = construct::scale(graph, 2.0, near);
        let sum = construct::plus(graph, square, scale);
        let difference = construct::subtract(graph, square, scale);
        let weighted = construct::scale(graph, 2.0 * self.width(), size);
        let total = construct::plus(graph, square, weighted);
        pieces.below(far, size);
        pieces.below(minus, size);
        pieces.second_order(sum, &[doubled, difference]);
        pieces.limit(total);
        Ok(())
    }
}
