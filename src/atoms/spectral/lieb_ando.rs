//! lieb_ando(A, B, K, t) = trace(K'*A^(1-t)*K*B^t) of two positive semidefinite matrices, for a
//! constant K: jointly concave for 0 <= t <= 1, jointly convex for -1 <= t <= 0 and 1 <= t <= 2.
//!
//! Source: E. H. Lieb, "Convex trace functions and the Wigner-Yanase-Dyson conjecture", 1973;
//! T. Ando, "Concavity of certain maps on positive definite matrices", 1979.

use super::blocks::{check_product, inner_product, kronecker};
use super::fixed_matrix::FixedMatrix;
use super::frechet::FrechetDerivative;
use super::geometric_mean::{Pieces, mean};
use super::matrix_function::MatrixFunction;
use super::weighted_power::{power_form, power_of, power_pieces, refusal};
use crate::atoms::affine::{BilinearMap, Kronecker, square};
use crate::atoms::{Arity, BuildInput, Entry, ParameterSpec, Role, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, Evaluator, ExprId, Graph, GraphFormError, Kink, Operand, Parameter,
    Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use crate::span::Span;
use nalgebra::DMatrix;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "lieb_ando",
    summary: "Lieb's and Ando's function of two symmetric positive semidefinite matrices with a constant K: jointly concave for 0 <= t <= 1, jointly convex for -1 <= t <= 0 and 1 <= t <= 2.",
    formula: "trace(K'*A^(1-t)*K*B^t)",
    example: "lieb_ando(diag([4; 1]), diag([9; 1]), eye(2), t = 0.5) == 7",
    arity: Arity::Exactly(&["A", "B"]),
    parameters: &[
        ParameterSpec {
            name: "K",
            default: None,
        },
        ParameterSpec {
            name: "t",
            default: None,
        },
    ],
    each: false,
    build,
    specimens: || {
        use Role::{Constant, Variable};
        let (a, b) = (Shape::new(3, 3), Shape::new(2, 2));
        let factor = Matrix::from_columns(Shape::new(3, 2), vec![1.0, -0.5, 0.3, 0.4, 1.2, 0.7]);
        let of =
            |t: f64, x: Role, y: Role| Specimen::new(LiebAndo::new(&factor, t), &[(a, x), (b, y)]);
        vec![
            of(0.5, Variable, Variable),
            of(0.3, Variable, Variable),
            of(-0.5, Variable, Variable),
            of(1.75, Variable, Variable),
            of(0.75, Variable, Constant),
            of(0.75, Constant, Variable),
            of(1.5, Constant, Variable),
        ]
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let (factor, t) = (
        input.constants.first().ok_or("K is missing")?,
        input.number(1)?,
    );
    if (-1.0..=2.0).contains(&t) {
        return Ok(Arc::new(LiebAndo::new(factor, t)));
    }
    Err(format!("t must lie between -1 and 2, but it is {t}"))
}

/// t is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LiebAndo {
    factor: FixedMatrix,
    bits: u64,
}

impl LiebAndo {
    /// For t in [-1, 2].
    pub fn new(factor: &Matrix, t: f64) -> Self {
        LiebAndo {
            factor: FixedMatrix::new(factor),
            bits: t.to_bits(),
        }
    }

    fn t(&self) -> f64 {
        f64::from_bits(self.bits)
    }

    fn is_concave(&self) -> bool {
        (0.0..=1.0).contains(&self.t())
    }

    /// Of A and of B.
    fn exponent(&self, argument: usize) -> f64 {
        if argument == 0 {
            1.0 - self.t()
        } else {
            self.t()
        }
    }

    fn factor(&self) -> DMatrix<f64> {
        self.factor.matrix().into_dense()
    }

    /// trace(K'*A^(1-t)*K*B^t).
    fn value(&self, a: &Matrix, b: &Matrix) -> Option<f64> {
        let (a, b) = (
            power_of(a, self.exponent(0))?,
            power_of(b, self.exponent(1))?,
        );
        let factor = self.factor();
        Some((factor.transpose() * a * &factor).component_mul(&b).sum())
    }

    /// The weights of the power of one matrix where the other is constant.
    fn weights(&self, argument: usize, other: &Matrix) -> Result<Matrix, GraphFormError> {
        let power = power_of(other, self.exponent(1 - argument))
            .ok_or_else(|| GraphFormError::new("the constant matrix lies outside of the domain"))?;
        let factor = self.factor();
        Ok(Matrix::Dense(if argument == 0 {
            &factor * power * factor.transpose()
        } else {
            factor.transpose() * power * &factor
        }))
    }

    /// k'Tk for k = vec(K) and T on the right side of (I ⊗ A) #_t (B ⊗ I) = B^t ⊗ A^(1-t).
    fn joint_form(
        &self,
        a: &AffineMap,
        b: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let (n, m) = (a.shape().rows, b.shape().rows);
        check_product(n, m)?;
        let wide_a = kronecker(a, m, |i, j, k| (i + k * n, j + k * n));
        let wide_b = kronecker(b, n, |i, j, k| (k + i * n, k + j * n));
        let t = mean(&wide_a, &wide_b, self.t(), program).ok_or_else(|| refusal(self.t()))?;
        Ok(inner_product(&self.products(), &t))
    }

    /// k*k' for k = vec(K).
    fn products(&self) -> Matrix {
        let k = self.factor();
        let size = k.len();
        Matrix::Dense(DMatrix::from_fn(size, size, |i, j| k[i] * k[j]))
    }
}

impl LiebAndo {
    fn joint_pieces(&self, a: ExprId, b: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let graph = pieces.graph();
        let (n, m) = (graph.shape(a).rows, graph.shape(b).rows);
        check_product(n, m).map_err(|_| Whole)?;
        let (left, right) = (construct::identity(graph, m), construct::identity(graph, n));
        let wide_a = construct::apply(graph, BilinearMap(Kronecker), &[left, a]);
        let wide_b = construct::apply(graph, BilinearMap(Kronecker), &[b, right]);
        let t = mean(&wide_a, &wide_b, self.t(), &mut Pieces(&mut *pieces)).ok_or(Whole)?;
        let graph = pieces.graph();
        let products = graph.constant(self.products(), None, Span::default());
        let total = construct::inner_product(graph, products, t);
        pieces.limit(total);
        Ok(())
    }
}

impl Atom for LiebAndo {
    fn name(&self) -> &'static str {
        "lieb_ando"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![self.factor.parameter(), Parameter::named("t", self.t())]
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let sides = [
            square(arguments[0], self.name())?,
            square(arguments[1], self.name())?,
        ];
        let factor = self.factor.shape();
        if sides == [factor.rows, factor.cols] {
            return Ok(Shape::SCALAR);
        }
        Err(ShapeError::new(format!(
            "K must have a row for each of A and a column for each of B, {} x {}, but it is a {factor}",
            sides[0], sides[1]
        )))
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::NONNEGATIVE
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        if self.is_concave() {
            Curvature::Concave
        } else {
            Curvature::Convex
        }
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, argument: usize) -> Domain {
        if self.exponent(argument) < 0.0 {
            Domain::PositiveDefinite
        } else {
            Domain::PositiveSemidefinite
        }
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let outside = if self.is_concave() {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
        out[0] = self.value(arguments[0], arguments[1]).unwrap_or(outside);
    }

    /// The derivative of the power of one in the direction K*B^t*K' or K'*A^(1-t)*K.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let power = |argument: usize| MatrixFunction::power(self.exponent(argument));
        let other = call.arguments[1 - argument];
        let other = construct::apply(graph, power(1 - argument), &[other]);
        let factor = graph.constant(self.factor.matrix(), None, Span::default());
        let transposed = construct::transpose(graph, factor);
        let (left, right) = if argument == 0 {
            (factor, transposed)
        } else {
            (transposed, factor)
        };
        let product = construct::times(graph, left, other);
        let direction = construct::times(graph, product, right);
        let derivative = FrechetDerivative(power(argument));
        let slope = construct::apply(graph, derivative, &[call.arguments[argument], direction]);
        Some(construct::times(graph, call.adjoint, slope))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let one = |argument: usize, other: &Matrix, program: &mut ProgramBuilder| {
            let weights = self.weights(argument, other)?;
            let x = arguments[argument].affine();
            power_form(&x, self.exponent(argument), &weights, program)
        };
        match (&arguments[0], &arguments[1]) {
            (_, Operand::Constant(b)) => one(0, b, program),
            (Operand::Constant(a), Operand::Affine(_)) => one(1, a, program),
            (Operand::Affine(a), Operand::Affine(b)) => self.joint_form(a, b, program),
        }
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// Of matrices of the product of both sides.
    fn has_dear_pieces(&self) -> bool {
        true
    }

    /// Where it is convex, one power is above 1 and no slope keeps the gradient path inside the domain; where it is
    /// concave, in both, slopes without end turn all steps away at optima on its edge.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let graph = pieces.graph();
        let fixed = (0..2).find(|&k| graph.is_constant(arguments[k]));
        let Some(fixed) = fixed else {
            return self.joint_pieces(arguments[0], arguments[1], pieces);
        };
        if self.is_concave() {
            return Err(Whole);
        }
        let other = Evaluator::new(graph, &[arguments[fixed]]).evaluate(&[]);
        let varying = 1 - fixed;
        let weights = self.weights(varying, &other[0]).map_err(|_| Whole)?;
        power_pieces(arguments[varying], self.exponent(varying), &weights, pieces)
    }
}
