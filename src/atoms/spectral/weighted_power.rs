//! trace_mpower(X, p, C) = trace(C*X^p) for a constant positive semidefinite C and -1 <= p <= 2.

use super::blocks::inner_product;
use super::fixed_matrix::FixedMatrix;
use super::frechet::FrechetDerivative;
use super::geometric_mean::{Pieces, mean};
use super::matrix_function::MatrixFunction;
use crate::atoms::affine::square;
use crate::atoms::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter, Splitting, Whole,
};
use crate::matrix::{Eigen, Matrix, SparseMatrix, rounding};
use crate::shape::{Shape, ShapeError};
use crate::span::Span;

/// The exponent is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WeightedTracePower {
    bits: u64,
    weights: FixedMatrix,
}

impl WeightedTracePower {
    /// For p in [-1, 2] and symmetric positive semidefinite weights.
    pub fn new(exponent: f64, weights: FixedMatrix) -> Self {
        WeightedTracePower {
            bits: exponent.to_bits(),
            weights,
        }
    }

    fn exponent(&self) -> f64 {
        f64::from_bits(self.bits)
    }

    fn is_concave(&self) -> bool {
        (0.0..=1.0).contains(&self.exponent())
    }
}

impl Atom for WeightedTracePower {
    fn name(&self) -> &'static str {
        "trace_mpower"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.exponent()), self.weights.parameter()]
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (side, own) = (square(arguments[0], "trace_mpower")?, self.weights.shape());
        if side == own.rows {
            return Ok(Shape::SCALAR);
        }
        Err(ShapeError::new(format!(
            "trace_mpower takes X and C of one side, but these are a {} and a {own}",
            arguments[0]
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

    fn domain(&self, _argument: usize) -> Domain {
        if self.exponent() < 0.0 {
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
        let power = power_of(arguments[0], self.exponent());
        out[0] = power.map_or(outside, |power| {
            let weights = self.weights.matrix().into_dense();
            power.component_mul(&weights).sum()
        });
    }

    /// The derivative of the power at X in the direction C.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let weights = graph.constant(self.weights.matrix(), None, Span::default());
        let derivative = FrechetDerivative(MatrixFunction::power(self.exponent()));
        let slope = construct::apply(graph, derivative, &[call.arguments[0], weights]);
        Some(construct::times(graph, call.adjoint, slope))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        power_form(&x, self.exponent(), &self.weights.matrix(), program)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// For p >= 1, where no slope keeps the gradient path inside the domain: the same in pieces.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        if self.exponent() < 1.0 {
            return Err(Whole);
        }
        power_pieces(
            arguments[0],
            self.exponent(),
            &self.weights.matrix(),
            pieces,
        )
    }
}

/// X^p; `None` outside the domain. Eigenvalues that are negative within rounding count as zero.
pub(super) fn power_of(x: &Matrix, p: f64) -> Option<nalgebra::DMatrix<f64>> {
    let eigen = Eigen::of(x)?;
    let rounding = rounding(&eigen.values);
    let inside = |v: f64| v >= -rounding && (p >= 0.0 || v > 0.0);
    let all = eigen.values.iter().all(|&v| inside(v));
    all.then(|| eigen.map(|v| v.max(0.0).powf(p)))
}

/// <C, T> with T on the right side of X^p = I #_p X; p may be 0.
pub(super) fn power_form(
    x: &AffineMap,
    p: f64,
    weights: &Matrix,
    program: &mut ProgramBuilder,
) -> Result<AffineMap, GraphFormError> {
    let identity = Matrix::Sparse(SparseMatrix::identity(x.shape().rows));
    let identity = AffineMap::constant(&identity);
    let power = mean(&identity, x, p, program).ok_or_else(|| refusal(p))?;
    Ok(inner_product(weights, &power))
}

/// The same in pieces.
pub(super) fn power_pieces(
    x: ExprId,
    p: f64,
    weights: &Matrix,
    pieces: &mut dyn Splitting,
) -> Result<(), Whole> {
    let side = pieces.graph().shape(x).rows;
    let identity = construct::identity(pieces.graph(), side);
    let power = mean(&identity, &x, p, &mut Pieces(&mut *pieces)).ok_or(Whole)?;
    let graph = pieces.graph();
    let weights = graph.constant(weights.clone(), None, Span::default());
    let total = construct::inner_product(graph, weights, power);
    pieces.limit(total);
    Ok(())
}

pub(super) fn refusal(p: f64) -> GraphFormError {
    GraphFormError::new(format!(
        "the power {p} of a matrix has an exact form in semidefinite cones only where it is a \
         ratio of whole numbers up to 1000, and it is not approximated"
    ))
}
