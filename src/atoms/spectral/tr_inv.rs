//! tr_inv(X): the trace of the inverse of a positive definite matrix.

use super::blocks::{block_matrix, trace_of};
use super::expression;
use super::inverse::inverse_of_symmetric_part;
use crate::atoms::affine::square;
use crate::atoms::{Arity, Entry, Specimen, construct};
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Splitting, Whole,
};
use crate::matrix::{Matrix, SparseMatrix, cholesky};
use crate::shape::{Shape, ShapeError};
use nalgebra::DMatrix;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "tr_inv",
    summary: "The trace of the inverse of a symmetric positive definite matrix.",
    formula: "sum_i 1/lambda_i(X)",
    example: "tr_inv([2, 0; 0, 4]) == 0.75",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(TraceInverse)),
    specimens: || vec![Specimen::varying(TraceInverse, &[Shape::new(3, 3)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceInverse;

impl Atom for TraceInverse {
    fn name(&self) -> &'static str {
        "tr_inv"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], "tr_inv").map(|_| Shape::SCALAR)
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::NONNEGATIVE
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::PositiveDefinite
    }

    /// |L^-1|² with X = L L'.
    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let n = arguments[0].shape().rows;
        let inverse = cholesky(arguments[0])
            .and_then(|lower| lower.solve_lower_triangular(&DMatrix::identity(n, n)));
        out[0] = inverse.map_or(f64::INFINITY, |half| half.norm_squared());
    }

    /// -inv(X)*inv(X), of the symmetric part.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let inverse = inverse_of_symmetric_part(graph, call.arguments[0]);
        let square = construct::times(graph, inverse, inverse);
        let product = construct::times(graph, call.adjoint, square);
        Some(construct::negate(graph, product))
    }

    /// trace(T) with [X, I; I, T] positive semidefinite: one block of side 2n.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        let side = x.shape().rows;
        let identity = AffineMap::constant(&Matrix::Sparse(SparseMatrix::identity(side)));
        let corner = program.symmetric_variable(side);
        let block = block_matrix(&x, &identity, &corner);
        program.positive_semidefinite(&block, Owner::GraphForm);
        Ok(trace_of(&corner))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// trace(T) <= t with [X, I; I, T] positive semidefinite.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let side = pieces.graph().shape(arguments[0]).rows;
        let corner = pieces.symmetric_variable(side);
        let identity = construct::identity(pieces.graph(), side);
        let block = expression::block_matrix(pieces.graph(), arguments[0], identity, corner);
        pieces.semidefinite(block);
        let trace = expression::trace(pieces.graph(), corner);
        pieces.limit(trace);
        Ok(())
    }
}
