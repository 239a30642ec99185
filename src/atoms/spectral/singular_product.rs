//! The derivatives of norm_nuc and sigma_max: U V' and u_1 v_1' of X = U diag(s) V'.

use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand};
use crate::matrix::{Matrix, Singular};
use crate::shape::{Shape, ShapeError};

/// Which products of singular vectors are summed. Its own derivative is not offered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SingularProduct {
    /// Σ u_i v_i' over all singular values above rounding: a subgradient of the nuclear norm.
    All,
    /// u_1 v_1' of the largest: a subgradient of the largest singular value.
    Largest,
}

impl Atom for SingularProduct {
    fn name(&self) -> &'static str {
        match self {
            SingularProduct::All => "orthogonal_factor",
            SingularProduct::Largest => "top_singular_product",
        }
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::new(-1.0, 1.0)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let Some(svd) = Singular::of(arguments[0]) else {
            out.fill(f64::NAN);
            return;
        };
        let largest = svd.values.first().copied().unwrap_or(0.0);
        let rounding = largest * f64::EPSILON * svd.left.nrows().max(svd.right.nrows()) as f64;
        let weight = |(k, &value): (usize, &f64)| match self {
            SingularProduct::All => f64::from(u8::from(value > rounding)),
            SingularProduct::Largest => f64::from(u8::from(k == 0 && value > 0.0)),
        };
        let weights: Vec<f64> = svd.values.iter().enumerate().map(weight).collect();
        out.copy_from_slice(svd.with_values(&weights).as_slice());
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
            "singular vectors are neither convex nor concave in the matrix",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
