//! The derivative of a sum of eigenvalues: Σ v v' over its eigenvectors v.

use super::eigenvalue_sum::{EigenvalueSum, End, shares};
use crate::atoms::affine::square;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter};
use crate::matrix::{Eigen, Matrix};
use crate::shape::{Shape, ShapeError};

/// The orthogonal projection onto the eigenvectors of the sum's eigenvalues, a fractional part of
/// the last one; where eigenvalues are equal one of many. Its own derivative is not offered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Eigenprojection(pub EigenvalueSum);

impl Atom for Eigenprojection {
    fn name(&self) -> &'static str {
        match self.0.end {
            End::Largest => "top_eigenprojection",
            End::Smallest => "bottom_eigenprojection",
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], self.name()).map(|_| arguments[0])
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::new(-1.0, 1.0)
    }

    fn definiteness(&self, _arguments: &[Facts]) -> (bool, bool, bool) {
        (true, true, false)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Symmetric
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let Some(eigen) = Eigen::of(arguments[0]) else {
            out.fill(f64::NAN);
            return;
        };
        let mut values: Vec<f64> = shares(self.0.count(), eigen.values.len()).collect();
        if self.0.end == End::Largest {
            values.reverse();
        }
        out.copy_from_slice(eigen.with_values(&values).as_slice());
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
            "eigenvectors are neither convex nor concave in the matrix",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
