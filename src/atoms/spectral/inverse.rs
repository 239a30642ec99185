//! inv(X): the inverse of a square matrix. Of data, and in derivatives of log_det and its kin.

use crate::atoms::affine::square;
use crate::atoms::{Arity, Entry, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand};
use crate::matrix::{Matrix, inverse};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "inv",
    summary: "The inverse of a square matrix; neither convex nor concave, but trace(inv(X)) and v'*inv(X)*v of a positive definite X are read as tr_inv and matrix_frac.",
    formula: "X^-1",
    example: "inv([2, 0; 0, 4]) == [0.5, 0; 0, 0.25]",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Inverse)),
    specimens: || vec![Specimen::varying(Inverse, &[Shape::new(3, 3)])],
};

/// X^-1; NaN where X is singular. Its domain is stated as the positive definite matrices, on which
/// other functions use it; it takes any invertible matrix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Inverse;

/// inv((X + X')/2), and inv(X) where X is seen to be symmetric.
pub(crate) fn inverse_of_symmetric_part(graph: &mut Graph, x: ExprId) -> ExprId {
    let symmetric = construct::symmetric_part(graph, x);
    construct::apply(graph, Inverse, &[symmetric])
}

impl Atom for Inverse {
    fn name(&self) -> &'static str {
        "inv"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], "inv").map(|_| arguments[0])
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        let x = &arguments[0];
        (x.symmetric, x.psd, x.nsd)
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
        match inverse(arguments[0]) {
            Some(inverse) => out.copy_from_slice(inverse.as_slice()),
            None => out.fill(f64::NAN),
        }
    }

    /// -inv(X)'*G*inv(X)'.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let transposed = construct::transpose(graph, call.value);
        let right = construct::times(graph, call.adjoint, transposed);
        let product = construct::times(graph, transposed, right);
        Some(construct::negate(graph, product))
    }

    fn graph_form(
        &self,
        _arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "inv is neither convex nor concave; tr_inv(X) and matrix_frac(X, P) are convex",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
