//! log_det(X): the logarithm of the determinant of a positive definite matrix.

use super::blocks::triangular_diagonal;
use super::expression;
use super::inverse::inverse_of_symmetric_part;
use crate::atoms::affine::square;
use crate::atoms::{Along, Arity, Entry, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Proximal, Splitting, Whole,
};
use crate::matrix::{Eigen, Matrix, cholesky};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "log_det",
    summary: "The logarithm of the determinant of a symmetric positive definite matrix.",
    formula: "sum_i log(lambda_i(X))",
    example: "log_det(diag([exp(1); exp(2)])) == 3",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(LogDeterminant)),
    specimens: || vec![Specimen::varying(LogDeterminant, &[Shape::new(3, 3)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogDeterminant;

impl Atom for LogDeterminant {
    fn name(&self) -> &'static str {
        "log_det"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], "log_det").map(|_| Shape::SCALAR)
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        // Hadamard: det(X) is at most the product of the diagonal.
        let x = &arguments[0];
        let largest = x.range.upper.max(0.0).ln() * x.shape.rows as f64;
        Interval::new(f64::NEG_INFINITY, largest)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Concave
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::PositiveDefinite
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        out[0] = match cholesky(arguments[0]) {
            Some(lower) => 2.0 * lower.diagonal().iter().map(|p| p.ln()).sum::<f64>(),
            None => f64::NEG_INFINITY,
        };
    }

    /// inv(X), of the symmetric part.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let inverse = inverse_of_symmetric_part(graph, call.arguments[0]);
        Some(construct::times(graph, call.adjoint, inverse))
    }

    /// Σ t_i with log(1/z_i) <= -t_i for the diagonal z of the triangular factor.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let diagonal = triangular_diagonal(&arguments[0].affine(), program);
        let logarithms = program.variable(diagonal.shape());
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.exponential_each(&logarithms, &one, &diagonal);
        let n = logarithms.rows();
        Ok(logarithms.sum_groups(Shape::SCALAR, |_| 0..n))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// t <= Σ log of the diagonal of the triangular factor.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let diagonal = expression::triangular_diagonal(pieces, arguments[0]);
        let shape = pieces.graph().shape(diagonal);
        let logs = pieces.variable(shape);
        let one = pieces.graph().number(1.0);
        let minus = construct::negate(pieces.graph(), logs);
        pieces.relative_entropy(one, diagonal, minus);
        let total = construct::sum_along(pieces.graph(), logs, Along::All);
        pieces.limit(total);
        Ok(())
    }
}

/// prox of -s*log_det: eigenvalues (z + sqrt(z² + 4 s))/2. The function itself is smooth; a method
/// that must stay inside its domain can step with this.
#[derive(Debug)]
pub struct NegativeLogDeterminantProximal;

impl Proximal for NegativeLogDeterminantProximal {
    fn prox(&self, shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        let Some(eigen) = Eigen::of(&Matrix::from_columns(shape, z.to_vec())) else {
            out.fill(f64::NAN);
            return;
        };
        // For z < 0 the equal form without cancellation.
        let root = |z: f64| {
            let length = z.hypot(2.0 * step.sqrt());
            if z >= 0.0 {
                0.5 * (z + length)
            } else {
                2.0 * step / (length - z)
            }
        };
        out.copy_from_slice(eigen.map(root).as_slice());
    }
}
