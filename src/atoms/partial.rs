//! The value of an inner problem: the least (or greatest) value over inner variables.
//!
//! `f(x) = min { h(x, y) : (x, y) in C }` is convex where h and C are: the projection of a convex
//! epigraph. S. Boyd, L. Vandenberghe, "Convex Optimization", 2004, section 3.2.5.

use super::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Printed, Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

/// The inner objective, whose inner variables are unknowns of the whole problem; behind it stand
/// the arguments of the call, which only print. It is never affine, whatever the inner objective
/// is: where larger is better, or equality is asked for, the inner variables would be chosen
/// against the definition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Partial {
    /// The function that the user defined.
    pub function: Arc<str>,
    /// A minimum; else a maximum.
    pub minimum: bool,
    /// The problem stated here is the dual of the one that the user wrote.
    pub by_dual: bool,
}

impl Partial {
    /// What the user asked for: the "least" or the "greatest" value.
    pub fn extreme(&self) -> &'static str {
        match self.minimum == self.by_dual {
            true => "greatest",
            false => "least",
        }
    }
}

impl Atom for Partial {
    fn name(&self) -> &'static str {
        if self.minimum {
            "partial minimum"
        } else {
            "partial maximum"
        }
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        Printed::call(&self.function, &arguments[1..], &[])
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    /// The outer value bounds nothing from the other side.
    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        if self.minimum {
            Curvature::Convex
        } else {
            Curvature::Concave
        }
    }

    fn monotonicity(&self, argument: usize, _arguments: &[Facts]) -> Monotonicity {
        match argument {
            0 => Monotonicity::Increasing,
            _ => Monotonicity::Constant,
        }
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        out.copy_from_slice(&arguments[0].entries());
    }

    /// In the outer and the inner variables together.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        Some(match argument {
            0 => call.adjoint,
            _ => {
                let shape = graph.shape(call.arguments[argument]);
                construct::zeros(graph, shape)
            }
        })
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Ok(arguments[0].to_affine())
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        pieces.limit(arguments[0]);
        Ok(())
    }
}
