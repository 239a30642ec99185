//! What stands for A^(1/2) log(A^(1/2) B^-1 A^(1/2)) A^(1/2) in `T in rel_entr_epi(A, B)`: a sum
//! of unknown matrices that linear matrix inequalities hold, and which is not exact.

use super::rational_logarithm::{ERROR_OF_SET, ROOTS, quadrature};
use crate::atoms::affine::square;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};

/// The sum as it is: all that this adds is what it says of its error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OperatorLogarithm;

impl OperatorLogarithm {
    /// A #_(1/2^k) B by k times the middle of the last mean and A.
    pub(crate) fn root(
        a: ExprId,
        b: ExprId,
        mut middle: impl FnMut(ExprId, ExprId) -> ExprId,
    ) -> ExprId {
        (0..ROOTS).fold(b, |z, _| middle(z, a))
    }

    /// Points and weights of the integral.
    pub(crate) fn quadrature() -> Vec<(f64, f64)> {
        quadrature()
    }
}

impl Atom for OperatorLogarithm {
    fn name(&self) -> &'static str {
        "rel_entr_epi"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], self.name()).map(|_| arguments[0])
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        (arguments[0].symmetric, false, false)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Affine
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        out.copy_from_slice(&arguments[0].entries());
    }

    fn pullback(&self, _graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        Some(call.adjoint)
    }

    fn approximation(&self, _constant: &[bool]) -> Option<&'static str> {
        Some(ERROR_OF_SET)
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Ok(arguments[0].to_affine())
    }

    fn linear_map(
        &self,
        _constants: &[Option<&Matrix>],
        shapes: &[Shape],
        _argument: usize,
    ) -> Option<SparseMatrix> {
        Some(SparseMatrix::identity(shapes[0].size()))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
