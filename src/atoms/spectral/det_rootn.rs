//! det_rootn(X) = det(X)^(1/n) of a positive semidefinite matrix of side n.

use super::blocks::triangular_diagonal;
use super::expression;
use super::inverse::inverse_of_symmetric_part;
use crate::atoms::affine::square;
use crate::atoms::reductions::GeoMean;
use crate::atoms::{Arity, Entry, Reduction, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Splitting, Whole,
};
use crate::matrix::{Matrix, eigenvalues, rounding};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "det_rootn",
    summary: "The n-th root of the determinant of a symmetric positive semidefinite matrix of side n: the geometric mean of its eigenvalues.",
    formula: "det(X)^(1/n)",
    example: "det_rootn([2, 0; 0, 8]) == 4",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(RootDeterminant)),
    specimens: || vec![Specimen::varying(RootDeterminant, &[Shape::new(3, 3)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RootDeterminant;

impl Atom for RootDeterminant {
    fn name(&self) -> &'static str {
        "det_rootn"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], "det_rootn").map(|_| Shape::SCALAR)
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        // Hadamard: det(X) is at most the product of the diagonal.
        Interval::new(0.0, arguments[0].range.upper.max(0.0))
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Concave
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::PositiveSemidefinite
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        out[0] = match nonnegative_eigenvalues(arguments[0]) {
            Some(values) => {
                let logarithms: f64 = values.iter().map(|v| v.ln()).sum();
                (logarithms / values.len() as f64).exp()
            }
            None => f64::NEG_INFINITY,
        };
    }

    /// det_rootn(X)/n * inv(X), of the symmetric part.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let x = call.arguments[0];
        let side = graph.shape(x).rows as f64;
        let inverse = inverse_of_symmetric_part(graph, x);
        let slope = construct::times(graph, call.value, inverse);
        let product = construct::times(graph, call.adjoint, slope);
        Some(construct::scale(graph, 1.0 / side, product))
    }

    /// The geometric mean of the diagonal z of the triangular factor, one generalised power cone.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        let side = x.shape().rows;
        if side == 1 {
            program.nonnegative(x.clone().into_owned());
            return Ok(x.into_owned());
        }
        let diagonal = triangular_diagonal(&x, program);
        let mean = program.variable(Shape::SCALAR);
        program.generalized_power(vec![1.0 / side as f64; side], &diagonal, &mean);
        Ok(mean)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// The geometric mean of the diagonal of the triangular factor.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let diagonal = expression::triangular_diagonal(pieces, arguments[0]);
        GeoMean::equal().split(diagonal, pieces)
    }
}

/// The eigenvalues, those negative within rounding as zero; `None` when one is negative.
pub(super) fn nonnegative_eigenvalues(matrix: &Matrix) -> Option<Vec<f64>> {
    let values = eigenvalues(matrix)?;
    let rounding = rounding(&values);
    let nonnegative = values.iter().all(|&v| v >= -rounding);
    nonnegative.then(|| values.iter().map(|v| v.max(0.0)).collect())
}
