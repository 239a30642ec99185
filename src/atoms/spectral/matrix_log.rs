//! The logarithm of a positive definite matrix, in the derivative of von_neumann_entr.

use crate::atoms::affine::square;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand};
use crate::matrix::{Eigen, Matrix};
use crate::shape::{Shape, ShapeError};

/// U diag(log(lambda)) U'. Its own derivative is not offered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MatrixLogarithm;

impl Atom for MatrixLogarithm {
    fn name(&self) -> &'static str {
        "logm"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], "logm").map(|_| arguments[0])
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
    }

    fn definiteness(&self, _arguments: &[Facts]) -> (bool, bool, bool) {
        (true, false, false)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::PositiveDefinite
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        match Eigen::of(arguments[0]) {
            Some(eigen) => out.copy_from_slice(eigen.map(f64::ln).as_slice()),
            None => out.fill(f64::NAN),
        }
    }

    fn pullback(&self, _graph: &mut Graph, _call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        None
    }

    fn graph_form(
        &self,
        _arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "a matrix logarithm has no exact form in the cones at hand",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
