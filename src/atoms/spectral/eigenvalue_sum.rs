//! lambda_max, lambda_min, lambda_sum_largest, lambda_sum_smallest: the sum of the k largest or
//! smallest eigenvalues of a symmetric matrix. A fractional k takes that part of the next one.

use super::blocks::{scaled_identity, trace_of};
use super::eigenprojection::Eigenprojection;
use super::expression;
use super::projection::onto_capped_simplex;
use crate::atoms::affine::square;
use crate::atoms::{Arity, BuildInput, Entry, ParameterSpec, Specimen, construct};
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter, Proximal,
    Splitting, Whole,
};
use crate::matrix::{Eigen, Matrix, eigenvalues};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

const COUNT: &[ParameterSpec] = &[ParameterSpec {
    name: "k",
    default: None,
}];

pub const LAMBDA_MAX: Entry = Entry {
    name: "lambda_max",
    summary: "The largest eigenvalue of a symmetric matrix.",
    formula: "max v'*X*v over |v| = 1",
    example: "lambda_max([2, 1; 1, 2]) == 3",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(EigenvalueSum::new(1.0, End::Largest))),
    specimens: || specimens(&[1.0], End::Largest),
};

pub const LAMBDA_MIN: Entry = Entry {
    name: "lambda_min",
    summary: "The smallest eigenvalue of a symmetric matrix.",
    formula: "min v'*X*v over |v| = 1",
    example: "lambda_min([2, 1; 1, 2]) == 1",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(EigenvalueSum::new(1.0, End::Smallest))),
    specimens: || specimens(&[1.0], End::Smallest),
};

pub const LAMBDA_SUM_LARGEST: Entry = Entry {
    name: "lambda_sum_largest",
    summary: "The sum of the k largest eigenvalues of a symmetric matrix.",
    formula: "lambda_1 + ... + lambda_k, in falling order",
    example: "lambda_sum_largest(diag([3; 1; 2]), 2) == 5",
    arity: Arity::Exactly(&["X"]),
    parameters: COUNT,
    each: false,
    build: |input| build(input, End::Largest),
    specimens: || specimens(&[2.0, 1.5], End::Largest),
};

pub const LAMBDA_SUM_SMALLEST: Entry = Entry {
    name: "lambda_sum_smallest",
    summary: "The sum of the k smallest eigenvalues of a symmetric matrix.",
    formula: "lambda_1 + ... + lambda_k, in rising order",
    example: "lambda_sum_smallest(diag([3; 1; 2]), 2) == 3",
    arity: Arity::Exactly(&["X"]),
    parameters: COUNT,
    each: false,
    build: |input| build(input, End::Smallest),
    specimens: || specimens(&[2.0, 1.5], End::Smallest),
};

fn build(input: &BuildInput, end: End) -> Result<Arc<dyn Atom>, String> {
    let count = input.number(0)?;
    if count > 0.0 && count.is_finite() {
        Ok(Arc::new(EigenvalueSum::new(count, end)))
    } else {
        Err(format!(
            "k must be a finite number greater than 0, but it is {count}"
        ))
    }
}

fn specimens(counts: &[f64], end: End) -> Vec<Specimen> {
    let matrix = [Shape::new(3, 3)];
    counts
        .iter()
        .map(|&count| Specimen::varying(EigenvalueSum::new(count, end), &matrix))
        .collect()
}

/// Which end of the spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    Largest,
    Smallest,
}

/// The sum of `count` eigenvalues from one end; kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EigenvalueSum {
    bits: u64,
    pub end: End,
}

impl EigenvalueSum {
    pub fn new(count: f64, end: End) -> Self {
        EigenvalueSum {
            bits: count.to_bits(),
            end,
        }
    }

    pub fn count(&self) -> f64 {
        f64::from_bits(self.bits)
    }

    /// k*t + trace(Z) with Z + t*I - X and Z positive semidefinite: the sum of the k largest.
    fn epigraph(&self, x: &AffineMap, program: &mut ProgramBuilder) -> AffineMap {
        let n = x.shape().rows;
        let t = program.variable(Shape::SCALAR);
        let above = scaled_identity(&t, n).minus(x);
        if self.count() == 1.0 {
            program.positive_semidefinite(&above, Owner::GraphForm);
            return t;
        }
        let z = program.symmetric_variable(n);
        program.positive_semidefinite(&above.plus(&z), Owner::GraphForm);
        program.positive_semidefinite(&z, Owner::GraphForm);
        AffineMap::combine(&[(self.count(), &t), (1.0, &trace_of(&z))])
    }
}

/// How much of each eigenvalue, from the end, a sum of `count` takes.
pub(super) fn shares(count: f64, n: usize) -> impl Iterator<Item = f64> {
    (0..n).map(move |k| (count - k as f64).clamp(0.0, 1.0))
}

impl Atom for EigenvalueSum {
    fn name(&self) -> &'static str {
        match (self.end, self.count() == 1.0) {
            (End::Largest, true) => "lambda_max",
            (End::Smallest, true) => "lambda_min",
            (End::Largest, false) => "lambda_sum_largest",
            (End::Smallest, false) => "lambda_sum_smallest",
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        if self.count() == 1.0 {
            Vec::new()
        } else {
            vec![Parameter::plain(self.count())]
        }
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let side = square(arguments[0], self.name())?;
        if self.count() <= side as f64 {
            return Ok(Shape::SCALAR);
        }
        let count = self.count();
        Err(ShapeError::new(format!(
            "a matrix of side {side} has fewer than {count} eigenvalues"
        )))
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let x = &arguments[0];
        // |lambda| <= n*max|x_ij|.
        let largest = x.range.absolute().upper * x.shape.rows as f64;
        let each = Interval::new(
            if x.psd { 0.0 } else { -largest },
            if x.nsd { 0.0 } else { largest },
        );
        each.times(Interval::point(self.count()))
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        match self.end {
            End::Largest => Curvature::Convex,
            End::Smallest => Curvature::Concave,
        }
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Symmetric
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let Some(mut values) = eigenvalues(arguments[0]) else {
            out[0] = f64::NAN;
            return;
        };
        if self.end == End::Largest {
            values.reverse();
        }
        let shares = shares(self.count(), values.len());
        out[0] = shares
            .zip(&values)
            .map(|(share, value)| share * value)
            .sum();
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let projection = Eigenprojection(self.clone());
        let slope = construct::apply(graph, projection, &[call.arguments[0]]);
        Some(construct::times(graph, call.adjoint, slope))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        Ok(match self.end {
            End::Largest => self.epigraph(&x, program),
            End::Smallest => self.epigraph(&x.scaled(-1.0), program).scaled(-1.0),
        })
    }

    fn kink(&self) -> Kink {
        match self.end {
            End::Largest => Kink::Proximal(Arc::new(LargestSum {
                count: self.count(),
            })),
            End::Smallest => Kink::Kinked,
        }
    }

    /// k*s + trace(Z) bounds the sum of the k largest, with Z and Z + s*I - X positive semidefinite;
    /// the smallest of X are minus the largest of -X.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let x = arguments[0];
        let side = pieces.graph().shape(x).rows;
        let largest = matches!(self.end, End::Largest);
        let level = pieces.variable(Shape::SCALAR);
        let identity = expression::scaled_identity(pieces.graph(), level, side);
        let mut terms = vec![construct::scale(pieces.graph(), self.count(), level)];
        let signed = construct::scale(pieces.graph(), if largest { -1.0 } else { 1.0 }, x);
        let mut above = construct::plus(pieces.graph(), identity, signed);
        if self.count() != 1.0 {
            let rest = pieces.symmetric_variable(side);
            pieces.semidefinite(rest);
            above = construct::plus(pieces.graph(), above, rest);
            terms.push(expression::trace(pieces.graph(), rest));
        }
        pieces.semidefinite(above);
        let total = construct::sum(pieces.graph(), &terms);
        let sign = if largest { 1.0 } else { -1.0 };
        let side = construct::scale(pieces.graph(), sign, total);
        pieces.limit(side);
        Ok(())
    }
}

/// By Moreau's identity on the spectrum: eigenvalues z - s*P(z/s), with P the projection onto
/// 0 <= u <= 1, Σ u = k, whose support function is the sum of the k largest.
#[derive(Debug)]
struct LargestSum {
    count: f64,
}

impl Proximal for LargestSum {
    fn prox(&self, shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        let Some(eigen) = Eigen::of(&Matrix::from_columns(shape, z.to_vec())) else {
            out.fill(f64::NAN);
            return;
        };
        let scaled: Vec<f64> = eigen.values.iter().map(|v| v / step).collect();
        let dual = onto_capped_simplex(&scaled, self.count);
        let moved = eigen.values.iter().zip(&dual).map(|(v, u)| v - step * u);
        let moved: Vec<f64> = moved.collect();
        out.copy_from_slice(eigen.with_values(&moved).as_slice());
    }
}
