//! trace_logm(X, C) = trace(C*log(X)) of a positive definite matrix, for a constant positive
//! semidefinite C.

use super::blocks::{block_matrix, inner_product};
use super::fixed_matrix::FixedMatrix;
use super::frechet::FrechetDerivative;
use super::matrix_function::MatrixFunction;
use super::rational_logarithm::{ERROR, quadrature, root};
use crate::atoms::affine::square;
use crate::atoms::{Arity, BuildInput, Entry, ParameterSpec, Specimen, construct};
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter};
use crate::matrix::{Eigen, Matrix, SparseMatrix, symmetric_part};
use crate::shape::{Shape, ShapeError};
use crate::span::Span;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "trace_logm",
    summary: "The trace of the logarithm of a symmetric positive definite matrix, weighted by a positive semidefinite C.",
    formula: "trace(C*logm(X))",
    example: "trace_logm(diag([exp(1); exp(2)]), [3, 0; 0, 5]) == 13",
    arity: Arity::Exactly(&["X"]),
    parameters: &[ParameterSpec {
        name: "C",
        default: None,
    }],
    each: false,
    build,
    specimens: || {
        let weights = Matrix::from_columns(Shape::new(2, 2), vec![2.0, 0.5, 0.5, 1.0]);
        vec![Specimen::varying(
            TraceLogarithm::new(&weights),
            &[Shape::new(2, 2)],
        )]
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let weights = input.constants.first().ok_or("C is missing")?;
    let weights = FixedMatrix::weights("C", weights)?;
    Ok(Arc::new(TraceLogarithm { weights }))
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceLogarithm {
    weights: FixedMatrix,
}

impl TraceLogarithm {
    /// Weighted by the symmetric part of the matrix.
    pub fn new(weights: &Matrix) -> Self {
        TraceLogarithm {
            weights: FixedMatrix::new(&Matrix::Dense(symmetric_part(weights))),
        }
    }
}

impl Atom for TraceLogarithm {
    fn name(&self) -> &'static str {
        "trace_logm"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![self.weights.parameter()]
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let side = square(arguments[0], "trace_logm")?;
        let own = self.weights.shape().rows;
        if side == own {
            return Ok(Shape::SCALAR);
        }
        Err(ShapeError::new(format!(
            "trace_logm takes X and C of one side, but these have {side} and {own} rows"
        )))
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
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
        let eigen = Eigen::of(arguments[0]).filter(|e| e.values.iter().all(|&v| v > 0.0));
        out[0] = eigen.map_or(f64::NEG_INFINITY, |eigen| {
            let logarithm = eigen.map(f64::ln);
            let weights = self.weights.matrix().into_dense();
            logarithm.component_mul(&weights).sum()
        });
    }

    /// The derivative of the logarithm at X in the direction C.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let weights = graph.constant(self.weights.matrix(), None, Span::default());
        let derivative = FrechetDerivative(MatrixFunction::Logarithm);
        let slope = construct::apply(graph, derivative, &[call.arguments[0], weights]);
        Some(construct::times(graph, call.adjoint, slope))
    }

    fn approximation(&self, _constant: &[bool]) -> Option<&'static str> {
        Some(ERROR)
    }

    /// Σ w_j trace(C T_j) with T_j below (Z - I)(s(Z - I) + I)^-1, for the root Z of X.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        let n = x.shape().rows;
        let identity = AffineMap::constant(&Matrix::Sparse(SparseMatrix::identity(n)));
        let z = root(&identity, &x, program);
        let mut parts = Vec::new();
        for (s, weight) in quadrature() {
            let t = program.symmetric_variable(n);
            let first = AffineMap::combine(&[(1.0, &identity), (-s, &t)]);
            let last = AffineMap::combine(&[(1.0 - s, &identity), (s, &z)]);
            let block = block_matrix(&first, &identity, &last);
            program.positive_semidefinite(&block, Owner::GraphForm);
            parts.push((weight, t));
        }
        let parts: Vec<_> = parts.iter().map(|(weight, t)| (*weight, t)).collect();
        let total = AffineMap::combine(&parts);
        Ok(inner_product(&self.weights.matrix(), &total))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
