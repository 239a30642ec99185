//! rel_entr(x, y) = x log(x/y), entry by entry; scalars broadcast.

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
    name: "rel_entr",
    summary: "The relative entropy of each pair of entries.",
    formula: "x log(x/y)",
    example: "rel_entr([1; 0], [1; 2]) == [0; 0]",
    arity: Arity::Exactly(&["x", "y"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(RelEntr)),
    specimens: || {
        let vector = Shape::vector(3);
        vec![
            Specimen::varying(RelEntr, &[vector, vector]),
            Specimen::varying(RelEntr, &[vector, Shape::SCALAR]),
            Specimen::varying(RelEntr, &[Shape::SCALAR, vector]),
        ]
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RelEntr;

/// x log(x/y); its closure at the boundary.
fn value(x: f64, y: f64) -> f64 {
    if x < 0.0 || y < 0.0 {
        f64::INFINITY
    } else if x == 0.0 {
        0.0
    } else {
        x * (x / y).ln()
    }
}

impl Atom for RelEntr {
    fn name(&self) -> &'static str {
        "rel_entr"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, y) = (arguments[0], arguments[1]);
        x.broadcast(y).ok_or_else(|| {
            ShapeError::new(format!("`rel_entr` of a {x} and a {y}: the shapes differ"))
        })
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, argument: usize, _arguments: &[Facts]) -> Monotonicity {
        match argument {
            0 => Monotonicity::Unknown,
            _ => Monotonicity::Decreasing,
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
            let log = construct::apply(graph, Entrywise(Log), &[ratio]);
            construct::shift(graph, log, 1.0)
        } else {
            construct::negate(graph, ratio)
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
        Ok(program.relative_entropy_each(shape, &x, &y))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let t = pieces.bound();
        pieces.relative_entropy(arguments[0], arguments[1], t);
        Ok(())
    }
}
