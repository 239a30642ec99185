//! The logarithm and the powers of a positive definite matrix, in derivatives of spectral sums.

use super::frechet::FrechetDerivative;
use crate::atoms::affine::square;
use crate::atoms::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter};
use crate::matrix::{Eigen, Matrix, rounding};
use crate::shape::{Shape, ShapeError};

/// U diag(f(lambda)) U'.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MatrixFunction {
    Logarithm,
    /// The exponent by its bits.
    Power(u64),
}

impl MatrixFunction {
    pub fn power(exponent: f64) -> Self {
        MatrixFunction::Power(exponent.to_bits())
    }

    /// The eigenvalues and -vectors of a matrix. Of those that are zero but for rounding the logarithm is taken at
    /// the size of rounding: V*X*V' of a tall V is singular at every X, and its slopes along X are finite all the same.
    pub(super) fn spectrum(&self, matrix: &Matrix) -> Option<Eigen> {
        let mut eigen = Eigen::of(matrix)?;
        if matches!(self, MatrixFunction::Logarithm) {
            let rounding = rounding(&eigen.values);
            let is_zero = |value: &&mut f64| value.abs() < rounding;
            let zeros = eigen.values.iter_mut().filter(is_zero);
            zeros.for_each(|value| *value = rounding);
        }
        Some(eigen)
    }

    /// f of one eigenvalue.
    pub(super) fn of(&self, x: f64) -> f64 {
        match self {
            MatrixFunction::Logarithm => x.ln(),
            MatrixFunction::Power(bits) => x.powf(f64::from_bits(*bits)),
        }
    }

    /// f'.
    pub(super) fn slope(&self, x: f64) -> f64 {
        match self {
            MatrixFunction::Logarithm => 1.0 / x,
            MatrixFunction::Power(bits) => {
                let p = f64::from_bits(*bits);
                p * x.powf(p - 1.0)
            }
        }
    }
}

impl MatrixFunction {
    /// f''.
    pub(super) fn bend(&self, x: f64) -> f64 {
        match self {
            MatrixFunction::Logarithm => -1.0 / (x * x),
            MatrixFunction::Power(bits) => {
                let p = f64::from_bits(*bits);
                p * (p - 1.0) * x.powf(p - 2.0)
            }
        }
    }

    /// (f(a) - f(b))/(a - b); of close numbers the slope between them, as the quotient would lose
    /// its digits.
    pub(super) fn divided_difference(&self, a: f64, b: f64) -> f64 {
        if (a - b).abs() <= 1e-5 * a.abs().max(b.abs()) {
            self.slope(0.5 * a + 0.5 * b)
        } else {
            (self.of(a) - self.of(b)) / (a - b)
        }
    }

    /// The divided difference of second order, over the numbers that are furthest apart.
    pub(super) fn second_divided_difference(&self, a: f64, b: f64, c: f64) -> f64 {
        let mut sorted = [a, b, c];
        sorted.sort_by(f64::total_cmp);
        let [low, middle, high] = sorted;
        if high - low <= 1e-3 * high.abs().max(low.abs()) {
            0.5 * self.bend((low + middle + high) / 3.0)
        } else {
            let upper = self.divided_difference(middle, high);
            (upper - self.divided_difference(low, middle)) / (high - low)
        }
    }
}

impl Atom for MatrixFunction {
    fn name(&self) -> &'static str {
        match self {
            MatrixFunction::Logarithm => "logm",
            MatrixFunction::Power(_) => "mpower",
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        match self {
            MatrixFunction::Logarithm => Vec::new(),
            MatrixFunction::Power(bits) => vec![Parameter::plain(f64::from_bits(*bits))],
        }
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], self.name()).map(|_| arguments[0])
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
    }

    fn definiteness(&self, _arguments: &[Facts]) -> (bool, bool, bool) {
        (true, matches!(self, MatrixFunction::Power(_)), false)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::PositiveDefinite
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        match self.spectrum(arguments[0]) {
            Some(eigen) => out.copy_from_slice(eigen.map(|x| self.of(x)).as_slice()),
            None => out.fill(f64::NAN),
        }
    }

    /// The derivative in the direction of the adjoint: it is its own adjoint map.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let derivative = FrechetDerivative(self.clone());
        let arguments = [call.arguments[0], call.adjoint];
        Some(construct::apply(graph, derivative, &arguments))
    }

    fn graph_form(
        &self,
        _arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "a function of a matrix has no exact form in the cones at hand",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
