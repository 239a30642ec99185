//! matrix_frac(X, P) = trace(X' P^-1 X), for positive definite P.

use super::squares_over;
use crate::atoms::affine::square;
use crate::atoms::spectral::{block_matrix, expression, inverse_of_symmetric_part, trace_of};
use crate::atoms::{Arity, Entry, Role, Specimen, construct};
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Splitting, Whole,
};
use crate::matrix::{Matrix, cholesky};
use crate::shape::{Shape, ShapeError};
use nalgebra::DMatrix;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "matrix_frac",
    summary: "The matrix fraction: jointly convex in X and a positive definite P.",
    formula: "trace(X'*inv(P)*X)",
    example: "matrix_frac([2; 3], [2, 0; 0, 1]) == 11",
    arity: Arity::Exactly(&["X", "P"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(MatrixFraction)),
    specimens: || {
        let (x, matrix) = (Shape::vector(3), Shape::new(3, 3));
        vec![
            Specimen::varying(MatrixFraction, &[x, matrix]),
            Specimen::varying(MatrixFraction, &[Shape::new(3, 2), matrix]),
            Specimen::new(
                MatrixFraction,
                &[(x, Role::Variable), (matrix, Role::Constant)],
            ),
            Specimen::new(
                MatrixFraction,
                &[(x, Role::Constant), (matrix, Role::Variable)],
            ),
        ]
    },
};

/// trace(X' P^-1 X); P is read by its symmetric part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MatrixFraction;

impl Atom for MatrixFraction {
    fn name(&self) -> &'static str {
        "matrix_frac"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, matrix) = (arguments[0], arguments[1]);
        if square(matrix, "matrix_frac")? == x.rows {
            return Ok(Shape::SCALAR);
        }
        Err(ShapeError::new(format!(
            "matrix_frac takes X and P with the same rows, but these are a {x} and a {matrix}"
        )))
    }

    fn asks_definiteness(&self) -> bool {
        true
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

    fn domain(&self, argument: usize) -> Domain {
        match argument {
            0 => Domain::Reals,
            _ => Domain::PositiveDefinite,
        }
    }

    /// |L^-1 X|² with P = L L'.
    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let solved = cholesky(arguments[1])
            .and_then(|lower| lower.solve_lower_triangular(arguments[0].to_dense().as_ref()));
        out[0] = solved.map_or(f64::INFINITY, |half| half.norm_squared());
    }

    /// 2*inv(P)*X and -inv(P)*X*X'*inv(P), of the symmetric part of P.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let (x, matrix) = (call.arguments[0], call.arguments[1]);
        let inverse = inverse_of_symmetric_part(graph, matrix);
        let solved = construct::times(graph, inverse, x);
        let (factor, slope) = if argument == 0 {
            (2.0, solved)
        } else {
            let transposed = construct::transpose(graph, x);
            let right = construct::times(graph, transposed, inverse);
            (-1.0, construct::times(graph, solved, right))
        };
        let product = construct::times(graph, call.adjoint, slope);
        Some(construct::scale(graph, factor, product))
    }

    /// trace(T) with [P, X; X', T] positive semidefinite; for a constant P the squares of L^-1 X.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        if let Operand::Constant(matrix) = &arguments[1]
            && let Some(inverse) = inverse_factor(matrix)
        {
            let one = AffineMap::constant(&Matrix::scalar(1.0));
            let half = x.premultiplied(&Matrix::Dense(inverse));
            return Ok(squares_over(&half, &one, program));
        }
        let matrix = arguments[1].affine();
        let corner = program.symmetric_variable(x.shape().cols);
        let block = block_matrix(&matrix, &x, &corner);
        program.positive_semidefinite(&block, Owner::GraphForm);
        Ok(trace_of(&corner))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// trace(T) <= t with [P, X; X', T] positive semidefinite. A P on the edge of the domain, where T
    /// is as good as anywhere, has no value beside the edge: P is kept off it by little.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (x, matrix) = (arguments[0], arguments[1]);
        let side = pieces.graph().shape(x).cols;
        let corner = pieces.symmetric_variable(side);
        let inner = with_margin(pieces.graph(), matrix);
        let block = expression::block_matrix(pieces.graph(), inner, x, corner);
        pieces.semidefinite(block);
        let trace = expression::trace(pieces.graph(), corner);
        pieces.limit(trace);
        Ok(())
    }
}

/// How far P is kept off the edge, relative to its diagonal: answers with a P on the edge have no value beside it.
const MARGIN: f64 = 1e-9;

/// P less a small share of its diagonal, where P is not given. Of the diagonal and not of the mean eigenvalue: moments
/// of degree 0 to 4 on [0, 500] differ by 1e10, and that would bury the small ones.
fn with_margin(graph: &mut Graph, matrix: ExprId) -> ExprId {
    if graph.is_constant(matrix) {
        return matrix;
    }
    let diagonal = construct::diagonal(graph, matrix);
    let margin = construct::scale(graph, MARGIN, diagonal);
    let margin = construct::diagonal_matrix(graph, margin);
    construct::subtract(graph, matrix, margin)
}

/// L^-1 of P = L L'.
fn inverse_factor(matrix: &Matrix) -> Option<DMatrix<f64>> {
    let lower = cholesky(matrix)?;
    let n = lower.nrows();
    lower.solve_lower_triangular(&DMatrix::identity(n, n))
}
