//! trace_mpower(X, p) = trace(X^p) of a positive semidefinite matrix; with weights see
//! `weighted_power`.

use super::blocks::{block_matrix, trace_of};
use super::det_rootn::nonnegative_eigenvalues;
use super::expression;
use super::fixed_matrix::FixedMatrix;
use super::majorisation::{majorising, majorising_pieces};
use super::matrix_function::MatrixFunction;
use super::weighted_power::WeightedTracePower;
use crate::atoms::affine::square;
use crate::atoms::elementwise::Power;
use crate::atoms::{
    Along, Arity, BuildInput, Elementwise, Entry, ParameterSpec, Specimen, construct,
};
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Lane, Operand, Parameter, Splitting,
    Whole,
};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "trace_mpower",
    summary: "The trace of a power of a symmetric positive semidefinite matrix: concave for 0 < p <= 1, else convex; weighted by a positive semidefinite C where it is given, for -1 <= p <= 2.",
    formula: "trace(C*X^p), sum_i lambda_i(X)^p without C",
    example: "trace_mpower([2, 0; 0, 9], 0.5) == sqrt(2) + 3",
    arity: Arity::Exactly(&["X"]),
    parameters: &[
        ParameterSpec {
            name: "p",
            default: None,
        },
        ParameterSpec {
            name: "C",
            default: Some(1.0),
        },
    ],
    each: false,
    build,
    specimens: || {
        let shape = [Shape::new(3, 3)];
        let mut specimens: Vec<Specimen> = [0.5, 0.3, 1.0, 1.5, 2.0, 4.0, -1.0, -0.5]
            .map(|p| Specimen::varying(TracePower::new(p), &shape))
            .into();
        let entries = vec![2.0, 0.5, 0.1, 0.5, 1.0, -0.3, 0.1, -0.3, 0.7];
        let weights = FixedMatrix::new(&Matrix::from_columns(shape[0], entries));
        for p in [0.5, 0.3, 1.0, 1.25, 2.0, -1.0, -0.4] {
            let atom = WeightedTracePower::new(p, weights.clone());
            specimens.push(Specimen::varying(atom, &shape));
        }
        specimens
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let p = input.number(0)?;
    if p == 0.0 || !p.is_finite() {
        return Err(format!("p must be a number other than 0, but it is {p}"));
    }
    let weights = input.constants.get(1).ok_or("C is missing")?;
    if weights.as_scalar() == Some(1.0) {
        return Ok(Arc::new(TracePower::new(p)));
    }
    if !(-1.0..=2.0).contains(&p) {
        return Err(format!(
            "with weights C, p must lie between -1 and 2, but it is {p}; else the trace is neither convex nor concave"
        ));
    }
    let weights = FixedMatrix::weights("C", weights)?;
    Ok(Arc::new(WeightedTracePower::new(p, weights)))
}

/// The exponent is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TracePower {
    bits: u64,
}

impl TracePower {
    /// For p other than 0.
    pub fn new(exponent: f64) -> Self {
        TracePower {
            bits: exponent.to_bits(),
        }
    }

    pub fn exponent(&self) -> f64 {
        f64::from_bits(self.bits)
    }

    fn is_concave(&self) -> bool {
        (0.0..=1.0).contains(&self.exponent())
    }
}

impl Atom for TracePower {
    fn name(&self) -> &'static str {
        "trace_mpower"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.exponent())]
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        square(arguments[0], "trace_mpower").map(|_| Shape::SCALAR)
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
        let p = self.exponent();
        out[0] = match nonnegative_eigenvalues(arguments[0]) {
            Some(values) => values.iter().map(|v| v.powf(p)).sum(),
            None if self.is_concave() => f64::NEG_INFINITY,
            None => f64::INFINITY,
        };
    }

    /// p*X^(p-1).
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let p = self.exponent();
        let lower = MatrixFunction::power(p - 1.0);
        let power = construct::apply(graph, lower, &[call.arguments[0]]);
        let product = construct::times(graph, call.adjoint, power);
        Some(construct::scale(graph, p, product))
    }

    /// Σ u_i^p for numbers u that majorise the eigenvalues; for p = 1/2 the trace of a Z with
    /// Z² <= X, for p = -1 that of a Z above the inverse.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        let n = x.shape().rows;
        let p = self.exponent();
        if p == 0.5 || p == -1.0 {
            let identity = AffineMap::constant(&Matrix::Sparse(SparseMatrix::identity(n)));
            let z = program.symmetric_variable(n);
            let block = if p == 0.5 {
                block_matrix(&x, &z, &identity)
            } else {
                block_matrix(&x, &identity, &z)
            };
            program.positive_semidefinite(&block, Owner::GraphForm);
            return Ok(trace_of(&z));
        }
        let u = majorising(&x, program)?;
        program.nonnegative(u.clone());
        let powers = Power::new(p).graph_form(&u, program)?;
        Ok(powers.sum_groups(Shape::SCALAR, |_| 0..n))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// The same in pieces; with p < 0 it is smooth up to the edge of its domain, where it has no end.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let x = arguments[0];
        let n = pieces.graph().shape(x).rows;
        let p = self.exponent();
        if p < 0.0 && p != -1.0 {
            return Err(Whole);
        }
        if p == 0.5 || p == -1.0 {
            let z = pieces.symmetric_variable(n);
            let identity = construct::identity(pieces.graph(), n);
            let (corner, last) = if p == 0.5 {
                (z, identity)
            } else {
                (identity, z)
            };
            let block = expression::block_matrix(pieces.graph(), x, corner, last);
            pieces.semidefinite(block);
            let trace = expression::trace(pieces.graph(), z);
            pieces.limit(trace);
            return Ok(());
        }
        let u = majorising_pieces(pieces, x);
        let powers = self.powers_of(u, n, pieces)?;
        let total = construct::sum_along(pieces.graph(), powers, Along::All);
        pieces.limit(total);
        Ok(())
    }
}

impl TracePower {
    /// New numbers above (for a concave power below) u_i^p.
    fn powers_of(&self, u: ExprId, n: usize, pieces: &mut dyn Splitting) -> Result<ExprId, Whole> {
        let p = self.exponent();
        let zero = pieces.graph().number(0.0);
        pieces.below(zero, u);
        if p == 1.0 {
            return Ok(u);
        }
        let powers = pieces.variable(Shape::vector(n));
        let mut lane = Lane {
            whole: pieces,
            bound: powers,
            convex: !self.is_concave(),
        };
        Power::new(p).split(u, &mut lane)?;
        Ok(powers)
    }
}
