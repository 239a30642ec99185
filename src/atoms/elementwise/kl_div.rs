//! kl_div(x, y) = x log(x/y) - x + y, entry by entry; scalars broadcast.

use super::Log;
use crate::atoms::{Arity, Entry, Entrywise, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "kl_div",
    summary: "The Kullback-Leibler divergence of each pair of entries.",
    formula: "x log(x/y) - x + y",
    example: "kl_div([1; 0], [1; 2]) == [0; 2]",
    arity: Arity::Exactly(&["x", "y"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(KlDiv)),
    specimens: || {
        let vector = Shape::vector(3);
        vec![
            Specimen::varying(KlDiv, &[vector, vector]),
            Specimen::varying(KlDiv, &[vector, Shape::SCALAR]),
            Specimen::varying(KlDiv, &[Shape::SCALAR, vector]),
        ]
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KlDiv;

/// x log(x/y) - x + y; its closure at the boundary.
fn value(x: f64, y: f64) -> f64 {
    if x < 0.0 || y < 0.0 {
        f64::INFINITY
    } else if x == 0.0 {
        y
    } else {
        x * (x / y).ln() - x + y
    }
}

impl Atom for KlDiv {
    fn name(&self) -> &'static str {
        "kl_div"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, y) = (arguments[0], arguments[1]);
        x.broadcast(y).ok_or_else(|| {
            ShapeError::new(format!("`kl_div` of a {x} and a {y}: the shapes differ"))
        })
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::NONNEGATIVE
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, argument: usize, _arguments: &[Facts]) -> Monotonicity {
        match argument {
            0 => Monotonicity::Unknown,
            _ => Monotonicity::Unknown,
        }
    }

    fn domain(&self, argument: usize) -> Domain {
        match argument {
            0 => Domain::AtLeast(0.0),
            _ => Domain::Above(0.0),
        }
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let x = arguments[0].as_slice().unwrap_or_default();
        let y = arguments[1].as_slice().unwrap_or_default();
        let at = |side: &[f64], k: usize| if side.len() == 1 { side[0] } else { side[k] };
        for (k, slot) in out.iter_mut().enumerate() {
            *slot = value(at(x, k), at(y, k));
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let (x, y) = (call.arguments[0], call.arguments[1]);
        let ratio = construct::divide(graph, x, y);
        let slope = if argument == 0 {
            construct::apply(graph, Entrywise(Log), &[ratio])
        } else {
            let minus = construct::negate(graph, ratio);
            construct::shift(graph, minus, 1.0)
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
        let (x, y) = (arguments[0].affine(), arguments[1].affine());
        let value = program.relative_entropy_each(shape, &x, &y);
        Ok(AffineMap::combine(&[(1.0, &value), (-1.0, &x), (1.0, &y)]))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// x log(x/y) <= t + x - y.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (x, y, t) = (arguments[0], arguments[1], pieces.bound());
        let shifted = construct::plus(pieces.graph(), t, x);
        let room = construct::subtract(pieces.graph(), shifted, y);
        pieces.relative_entropy(x, y, room);
        Ok(())
    }
}
