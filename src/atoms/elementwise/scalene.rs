//! scalene(x, alpha, beta) = alpha max(x, 0) + beta max(-x, 0): the pinball loss of quantiles.

use crate::atoms::{
    Arity, BuildInput, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{
    Atom, Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Proximal, Splitting, Whole,
};
use crate::shape::Shape;
use std::sync::Arc;

use super::{Step, smooth_pos};

pub const ENTRY: Entry = Entry {
    name: "scalene",
    summary: "A weight on the positive and another on the negative part of each entry.",
    formula: "alpha max(x, 0) + beta max(-x, 0)",
    example: "scalene([-2; 3], 0.9, 0.1) == [0.2; 2.7]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[
        ParameterSpec {
            name: "alpha",
            default: None,
        },
        ParameterSpec {
            name: "beta",
            default: None,
        },
    ],
    each: false,
    build: |input| build(input),
    specimens: || {
        [(0.9, 0.1), (1.0, 2.0), (2.0, -1.0), (-1.0, -0.5)]
            .map(|(alpha, beta)| {
                Specimen::varying(Entrywise(Scalene::new(alpha, beta)), &[Shape::new(3, 2)])
            })
            .into()
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let (alpha, beta) = (input.number(0)?, input.number(1)?);
    if alpha.is_finite() && beta.is_finite() {
        Ok(Arc::new(Entrywise(Scalene::new(alpha, beta))))
    } else {
        Err("alpha and beta must be finite".to_owned())
    }
}

/// The weights are kept by their bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scalene {
    above: u64,
    below: u64,
}

impl Scalene {
    pub fn new(alpha: f64, beta: f64) -> Self {
        Scalene {
            above: alpha.to_bits(),
            below: beta.to_bits(),
        }
    }

    /// The slopes on x < 0 and on x > 0: -beta and alpha.
    pub(crate) fn slopes(&self) -> (f64, f64) {
        (-f64::from_bits(self.below), f64::from_bits(self.above))
    }
}

impl Elementwise for Scalene {
    fn name(&self) -> &'static str {
        "scalene"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let (left, right) = self.slopes();
        vec![
            Parameter::named("alpha", right),
            Parameter::named("beta", -left),
        ]
    }

    fn value(&self, x: f64) -> f64 {
        let (left, right) = self.slopes();
        if x == 0.0 {
            0.0
        } else if x > 0.0 {
            right * x
        } else {
            left * x
        }
    }

    /// left + (right - left) step(x).
    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let (left, right) = self.slopes();
        let step = construct::apply(graph, Entrywise(Step), &[x]);
        let rise = construct::scale(graph, right - left, step);
        construct::shift(graph, rise, left)
    }

    fn range(&self, x: Interval) -> Interval {
        let (left, right) = self.slopes();
        let below = Interval::new(x.lower.min(0.0), x.upper.min(0.0)).times(Interval::point(left));
        let above = Interval::new(x.lower.max(0.0), x.upper.max(0.0)).times(Interval::point(right));
        below.plus(above)
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        let (left, right) = self.slopes();
        if left == right {
            Curvature::Affine
        } else if left < right {
            Curvature::Convex
        } else {
            Curvature::Concave
        }
    }

    fn monotonicity(&self, x: Interval) -> Monotonicity {
        let (left, right) = self.slopes();
        let slopes = match (x.is_nonnegative(), x.is_nonpositive()) {
            (true, _) => Interval::point(right),
            (false, true) => Interval::point(left),
            (false, false) => Interval::of([left, right]),
        };
        Monotonicity::of_factor(slopes)
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let (left, right) = self.slopes();
        if left == right {
            return Ok(x.scaled(left));
        }
        // Convex: above both lines; concave: below both.
        let value = program.variable(x.shape());
        for line in [x.scaled(left), x.scaled(right)] {
            if left < right {
                program.at_most(&line, &value);
            } else {
                program.at_most(&value, &line);
            }
        }
        Ok(value)
    }

    fn kink(&self) -> Kink {
        let (left, right) = self.slopes();
        if left == right {
            Kink::Smooth
        } else if left < right {
            Kink::Proximal(Arc::new(TwoSlopes { left, right }))
        } else {
            Kink::Kinked
        }
    }

    fn smoothed(&self, graph: &mut Graph, x: ExprId, width: f64) -> Option<ExprId> {
        let (left, right) = self.slopes();
        let part = |graph: &mut Graph, slope: f64, side: f64| {
            let x = construct::scale(graph, side, x);
            let part = smooth_pos(graph, x, width);
            construct::scale(graph, slope, part)
        };
        let terms = match left * right > 0.0 {
            // left*x + (right - left)*max(x, 0) rises or falls everywhere.
            true => [
                construct::scale(graph, left, x),
                part(graph, right - left, 1.0),
            ],
            false => [part(graph, right, 1.0), part(graph, -left, -1.0)],
        };
        Some(construct::sum(graph, &terms))
    }

    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (left, right) = self.slopes();
        for slope in [left, right] {
            let line = construct::scale(pieces.graph(), slope, x);
            pieces.limit(line);
        }
        Ok(())
    }
}

/// prox: z - s*right above s*right, z - s*left below s*left, 0 between.
#[derive(Debug)]
struct TwoSlopes {
    left: f64,
    right: f64,
}

impl Proximal for TwoSlopes {
    fn prox(&self, _shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        for (slot, &z) in out.iter_mut().zip(z) {
            *slot = (z - step * self.right).max((z - step * self.left).min(0.0));
        }
    }
}
