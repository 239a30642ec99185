//! von_neumann_entr(X) = -trace(X*log(X)) of a positive semidefinite matrix.

use super::det_rootn::nonnegative_eigenvalues;
use super::majorisation::majorising;
use super::matrix_function::MatrixFunction;
use crate::atoms::affine::square;
use crate::atoms::{Arity, Entry, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "von_neumann_entr",
    summary: "The von Neumann entropy of a symmetric positive semidefinite matrix.",
    formula: "-sum_i lambda_i*log(lambda_i)",
    example: "von_neumann_entr(diag([1; exp(-1)])) == exp(-1)",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(VonNeumannEntropy)),
    specimens: || vec![Specimen::varying(VonNeumannEntropy, &[Shape::new(3, 3)])],
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VonNeumannEntropy;

impl Atom for VonNeumannEntropy {
    fn name(&self) -> &'static str {
        "von_neumann_entr"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], self.name()).map(|_| Shape::SCALAR)
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        // Each -lambda*log(lambda) is at most 1/e.
        let n = arguments[0].shape.rows as f64;
        Interval::new(f64::NEG_INFINITY, n / std::f64::consts::E)
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
        let entropy = |&v: &f64| if v > 0.0 { -v * v.ln() } else { 0.0 };
        out[0] = nonnegative_eigenvalues(arguments[0])
            .map_or(f64::NEG_INFINITY, |v| v.iter().map(entropy).sum());
    }

    /// -logm(X) - I.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let x = call.arguments[0];
        let logarithm = construct::apply(graph, MatrixFunction::Logarithm, &[x]);
        let side = graph.shape(x).rows;
        let identity = construct::identity(graph, side);
        let total = construct::plus(graph, logarithm, identity);
        let product = construct::times(graph, call.adjoint, total);
        Some(construct::negate(graph, product))
    }

    /// Σ t_i with t_i <= -u_i*log(u_i) for numbers u that majorise the eigenvalues.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        let n = x.shape().rows;
        let u = majorising(&x, program)?;
        let entropies = program.variable(Shape::vector(n));
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        // u*exp(t/u) <= 1.
        program.exponential_each(&entropies, &u, &one);
        Ok(entropies.sum_groups(Shape::SCALAR, |_| 0..n))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
