//! trace_logm(X, C) = trace(C*log(X)) of a positive definite matrix, for a constant positive
//! semidefinite C.

use super::blocks::block_matrix;
use super::det_rootn::nonnegative_eigenvalues;
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
    let shape = weights.shape();
    if !shape.is_square() {
        return Err(format!("C must be a square matrix, but it is a {shape}"));
    }
    if nonnegative_eigenvalues(weights).is_none() {
        return Err("C must be positive semidefinite, but it has a negative eigenvalue".to_owned());
    }
    Ok(Arc::new(TraceLogarithm::new(weights)))
}

/// The weights, down the columns, by their bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceLogarithm {
    side: usize,
    weights: Vec<u64>,
}

impl TraceLogarithm {
    /// Weighted by the symmetric part of the matrix.
    pub fn new(weights: &Matrix) -> Self {
        TraceLogarithm {
            side: weights.shape().rows,
            weights: symmetric_part(weights)
                .iter()
                .map(|w| w.to_bits())
                .collect(),
        }
    }

    fn weights(&self) -> Matrix {
        let entries = self.weights.iter().map(|&w| f64::from_bits(w)).collect();
        Matrix::from_columns(Shape::new(self.side, self.side), entries)
    }
}

impl Atom for TraceLogarithm {
    fn name(&self) -> &'static str {
        "trace_logm"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let text = format!("<{} x {}>", self.side, self.side);
        vec![Parameter { name: None, text }]
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let side = square(arguments[0], "trace_logm")?;
        if side == self.side {
            return Ok(Shape::SCALAR);
        }
        let own = self.side;
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
            let weights = self.weights();
            let pairs = logarithm.iter().zip(weights.entries().into_owned());
            pairs.map(|(l, w)| l * w).sum()
        });
    }

    /// The derivative of the logarithm at X in the direction C.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let weights = graph.constant(self.weights(), None, Span::default());
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
        let n = self.side;
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
        let total = AffineMap::combine(&parts).scaled_rows(&self.weights().entries());
        Ok(total.sum_groups(Shape::SCALAR, |_| 0..n * n))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
