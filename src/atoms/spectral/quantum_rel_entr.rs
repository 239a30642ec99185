//! quantum_rel_entr(X, Y) = trace(X*(log(X) - log(Y))) of positive semidefinite matrices.

use super::blocks::{check_product, kronecker};
use super::det_rootn::nonnegative_eigenvalues;
use super::frechet::FrechetDerivative;
use super::majorisation::majorising_pieces;
use super::matrix_function::MatrixFunction;
use super::rational_logarithm::{ERROR, quadrature, root};
use super::trace_logm::TraceLogarithm;
use super::von_neumann_entr::VonNeumannEntropy;
use crate::atoms::affine::square;
use crate::atoms::{Along, Arity, Entry, Role, Specimen, construct};
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Splitting, Whole,
};
use crate::matrix::{Eigen, Matrix, rounding};
use crate::shape::{Shape, ShapeError};
use nalgebra::DMatrix;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "quantum_rel_entr",
    summary: "The quantum relative entropy of two symmetric positive semidefinite matrices: jointly convex.",
    formula: "trace(X*(logm(X) - logm(Y)))",
    example: "quantum_rel_entr(diag([exp(1); 1]), diag([1; 1])) == exp(1)",
    arity: Arity::Exactly(&["X", "Y"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(QuantumRelativeEntropy)),
    specimens: || {
        let shape = Shape::new(2, 2);
        let of = |x, y| Specimen::new(QuantumRelativeEntropy, &[(shape, x), (shape, y)]);
        vec![
            of(Role::Variable, Role::Constant),
            of(Role::Constant, Role::Variable),
            of(Role::Variable, Role::Variable),
        ]
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QuantumRelativeEntropy;

/// Σ_ij lambda_i |u_i'v_j|² (log lambda_i - log mu_j); +inf outside the domain.
fn value(x: &Matrix, y: &Matrix) -> f64 {
    let inside = nonnegative_eigenvalues(x).and(nonnegative_eigenvalues(y));
    let (Some(_), Some(x), Some(y)) = (inside, Eigen::of(x), Eigen::of(y)) else {
        return f64::INFINITY;
    };
    let overlap = x.vectors.transpose() * &y.vectors;
    let rounding = rounding(&x.values).max(rounding(&y.values));
    let mut sum = 0.0;
    for (i, &lambda) in x.values.iter().enumerate().filter(|(_, v)| **v > rounding) {
        for (j, &mu) in y.values.iter().enumerate() {
            let weight = lambda * overlap[(i, j)].powi(2);
            if weight > rounding {
                sum += weight * (lambda.ln() - mu.max(0.0).ln());
            }
        }
    }
    sum
}

impl Atom for QuantumRelativeEntropy {
    fn name(&self) -> &'static str {
        "quantum_rel_entr"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, y) = (arguments[0], arguments[1]);
        if square(x, self.name())? == square(y, self.name())? {
            return Ok(Shape::SCALAR);
        }
        Err(ShapeError::new(format!(
            "quantum_rel_entr takes two matrices of one side, but these are a {x} and a {y}"
        )))
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, argument: usize) -> Domain {
        match argument {
            0 => Domain::PositiveSemidefinite,
            _ => Domain::PositiveDefinite,
        }
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        out[0] = value(arguments[0], arguments[1]);
    }

    /// log(X) - log(Y) + I, and minus the derivative of the logarithm at Y in the direction X.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let (x, y) = (call.arguments[0], call.arguments[1]);
        let slope = if argument == 0 {
            let own = construct::apply(graph, MatrixFunction::Logarithm, &[x]);
            let other = construct::apply(graph, MatrixFunction::Logarithm, &[y]);
            let side = graph.shape(x).rows;
            let identity = construct::identity(graph, side);
            let difference = construct::subtract(graph, own, other);
            construct::plus(graph, difference, identity)
        } else {
            let derivative = FrechetDerivative(MatrixFunction::Logarithm);
            let slope = construct::apply(graph, derivative, &[y, x]);
            construct::negate(graph, slope)
        };
        Some(construct::times(graph, call.adjoint, slope))
    }

    /// Of a constant positive definite Y it is exact.
    fn approximation(&self, constant: &[bool]) -> Option<&'static str> {
        (constant.get(1) != Some(&true)).then_some(ERROR)
    }

    /// Of a constant argument a sum of a function of each eigenvalue, or a weighted logarithm.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let (x, y) = (arguments[0].affine(), arguments[1].affine());
        match (&arguments[0], &arguments[1]) {
            (_, Operand::Constant(state)) => match logarithm(state) {
                Some(logarithm) => to_constant(&x, &logarithm, program),
                None => Err(GraphFormError::new(
                    "the constant Y has an eigenvalue that is not positive",
                )),
            },
            (Operand::Constant(state), Operand::Affine(_)) => of_constant(state, &y, program),
            (Operand::Affine(_), Operand::Affine(_)) => {
                check_product(x.shape().rows, y.shape().rows)?;
                Ok(of_both(&x, &y, program))
            }
        }
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// Of a constant Y: Σ v_i - trace(X*log(Y)) <= t with u_i*log(u_i) <= v_i for numbers u that
    /// majorise the eigenvalues of X.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (x, y) = (arguments[0], arguments[1]);
        if !pieces.graph().is_constant(y) {
            return Err(Whole);
        }
        let u = majorising_pieces(pieces, x);
        let shape = pieces.graph().shape(u);
        let ones = construct::ones(pieces.graph(), shape);
        let terms = pieces.variable(shape);
        pieces.relative_entropy(u, ones, terms);
        let graph = pieces.graph();
        let total = construct::sum_along(graph, terms, Along::All);
        let logarithm = construct::apply(graph, MatrixFunction::Logarithm, &[y]);
        let cross = construct::inner_product(graph, logarithm, x);
        let bound = construct::subtract(graph, total, cross);
        pieces.limit(bound);
        Ok(())
    }
}

/// log(Y) of a positive definite Y.
fn logarithm(y: &Matrix) -> Option<Vec<f64>> {
    let eigen = Eigen::of(y).filter(|eigen| eigen.values.iter().all(|&v| v > 0.0))?;
    Some(eigen.map(f64::ln).as_slice().to_vec())
}

/// -von_neumann_entr(X) - trace(X*log(Y)).
fn to_constant(
    x: &AffineMap,
    logarithm: &[f64],
    program: &mut ProgramBuilder,
) -> Result<AffineMap, GraphFormError> {
    let operand = Operand::Affine(Arc::new(x.clone()));
    let entropy = VonNeumannEntropy.graph_form(&[operand], Shape::SCALAR, program)?;
    let weighted = x.scaled_rows(logarithm);
    let cross = weighted.sum_groups(Shape::SCALAR, |_| 0..x.rows());
    Ok(AffineMap::combine(&[(-1.0, &entropy), (-1.0, &cross)]))
}

/// trace(X*log(X)) - trace_logm(Y, X).
fn of_constant(
    x: &Matrix,
    y: &AffineMap,
    program: &mut ProgramBuilder,
) -> Result<AffineMap, GraphFormError> {
    let identity = Matrix::Dense(DMatrix::identity(x.shape().rows, x.shape().cols));
    let operand = Operand::Affine(Arc::new(y.clone()));
    let weighted = TraceLogarithm::new(x).graph_form(&[operand], Shape::SCALAR, program)?;
    Ok(weighted.scaled(-1.0).shifted(value(x, &identity)))
}

/// -Σ w_j t_j with t_j <= e'P_j(Z, A)e, the perspective of (x - 1)/(s(x - 1) + 1), for
/// A = X ⊗ I, B = I ⊗ Y, their weighted root Z and e = vec(I).
fn of_both(x: &AffineMap, y: &AffineMap, program: &mut ProgramBuilder) -> AffineMap {
    let n = x.shape().rows;
    let a = kronecker(x, n, |i, j, k| (i * n + k, j * n + k));
    let b = kronecker(y, n, |i, j, k| (k * n + i, k * n + j));
    let z = root(&a, &b, program);
    let column = column_sums(&a, n);
    let corner = column.sum_groups(Shape::SCALAR, |_| (0..n).map(|k| k * (n + 1)));
    let mut parts = Vec::new();
    for (s, weight) in quadrature() {
        let t = program.variable(Shape::SCALAR);
        let first = AffineMap::combine(&[(1.0, &corner), (-s, &t)]);
        let last = AffineMap::combine(&[(1.0 - s, &a), (s, &z)]);
        let block = super::blocks::block_matrix(&first, &column.transposed(), &last);
        program.positive_semidefinite(&block, Owner::GraphForm);
        parts.push((-weight, t));
    }
    let parts: Vec<_> = parts.iter().map(|(weight, t)| (*weight, t)).collect();
    AffineMap::combine(&parts)
}

/// A*vec(I) for a matrix of side n².
fn column_sums(a: &AffineMap, n: usize) -> AffineMap {
    let side = n * n;
    let row = move |i: usize| (0..n).map(move |k| i + k * (n + 1) * side);
    a.sum_groups(Shape::vector(side), row)
}
