//! The second derivative of a function of a matrix, in two directions.

use super::matrix_function::MatrixFunction;
use crate::atoms::affine::square;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter};
use crate::matrix::{Matrix, symmetric_part};
use crate::shape::{Shape, ShapeError};
use nalgebra::DMatrix;

/// At X = U diag(lambda) U' in the directions E and G: U S U' with S_ij the sum over k of
/// f[lambda_i, lambda_k, lambda_j]*(E_ik*G_kj + G_ik*E_kj), E and G turned by U.
///
/// Source: N. J. Higham, "Functions of matrices", 2008, 3.2. Its own derivative is not offered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecondDerivative(pub MatrixFunction);

impl Atom for SecondDerivative {
    fn name(&self) -> &'static str {
        match self.0 {
            MatrixFunction::Logarithm => "logm_second_derivative",
            MatrixFunction::Power(_) => "mpower_second_derivative",
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
        let turned = |k: usize| u.transpose() * symmetric_part(arguments[k]) * u;
        let (e, g) = (turned(1), turned(2));
        let n = eigen.values.len();
        let values = &eigen.values;
        let entry = |i: usize, j: usize| -> f64 {
            let term = |k: usize| {
                let factor = self
                    .0
                    .second_divided_difference(values[i], values[k], values[j]);
                factor * (e[(i, k)] * g[(k, j)] + g[(i, k)] * e[(k, j)])
            };
            (0..n).map(term).sum()
        };
        let bent = DMatrix::from_fn(n, n, entry);
        out.copy_from_slice((u * bent * u.transpose()).as_slice());
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
            "the second derivative of a function of a matrix has no form in the cones at hand",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
