//! The directional derivative of a function of a matrix.

use super::matrix_function::MatrixFunction;
use super::second_derivative::SecondDerivative;
use crate::atoms::affine::square;
use crate::atoms::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter};
use crate::matrix::{Matrix, symmetric_part};
use crate::shape::{Shape, ShapeError};
use nalgebra::DMatrix;

/// U (F .* U'GU) U' at X = U diag(lambda) U' in the direction G, with the divided differences
/// F_ij = (f(lambda_i) - f(lambda_j))/(lambda_i - lambda_j).
///
/// Source: N. J. Higham, "Functions of matrices", 2008, corollary 3.12 (Daletskii and Krein).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FrechetDerivative(pub MatrixFunction);

impl Atom for FrechetDerivative {
    fn name(&self) -> &'static str {
        match self.0 {
            MatrixFunction::Logarithm => "logm_derivative",
            MatrixFunction::Power(_) => "mpower_derivative",
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], self.name()).map(|_| arguments[0])
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

    fn domain(&self, argument: usize) -> Domain {
        match argument {
            0 => Domain::PositiveDefinite,
            _ => Domain::Symmetric,
        }
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let Some(eigen) = self.0.spectrum(arguments[0]) else {
            out.fill(f64::NAN);
            return;
        };
        let u = &eigen.vectors;
        let turned = u.transpose() * symmetric_part(arguments[1]) * u;
        let n = eigen.values.len();
        let scaled = DMatrix::from_fn(n, n, |i, j| {
            self.0.divided_difference(eigen.values[i], eigen.values[j]) * turned[(i, j)]
        });
        out.copy_from_slice((u * scaled * u.transpose()).as_slice());
    }

    /// Linear in the direction, and its own adjoint there; in the matrix the second derivative.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let (x, direction) = (call.arguments[0], call.arguments[1]);
        Some(if argument == 1 {
            construct::apply(graph, self.clone(), &[x, call.adjoint])
        } else {
            let second = SecondDerivative(self.0.clone());
            construct::apply(graph, second, &[x, direction, call.adjoint])
        })
    }

    fn graph_form(
        &self,
        _arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "the derivative of a function of a matrix has no form in the cones at hand",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
