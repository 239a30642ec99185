//! sigma_max(X): the largest singular value, the spectral norm.

use super::blocks::{block_matrix, scaled_identity};
use super::expression;
use super::projection::onto_l1_ball;
use super::singular_product::SingularProduct;
use crate::atoms::{Arity, Entry, Specimen, construct};
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Proximal, Splitting, Whole,
};
use crate::matrix::{Matrix, Singular, singular_values};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "sigma_max",
    summary: "The largest singular value of a matrix, its spectral norm.",
    formula: "max |X*v| over |v| = 1",
    example: "sigma_max([0, 3; -4, 0]) == 4",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(LargestSingularValue)),
    specimens: || {
        [Shape::new(3, 2), Shape::new(2, 2), Shape::vector(3)]
            .map(|shape| Specimen::varying(LargestSingularValue, &[shape]))
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LargestSingularValue;

impl Atom for LargestSingularValue {
    fn name(&self) -> &'static str {
        "sigma_max"
    }

    fn shape(&self, _arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(Shape::SCALAR)
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let x = &arguments[0];
        // max |x_ij| <= sigma_max <= sqrt(m n) max |x_ij|.
        let entry = x.range.absolute();
        Interval::new(entry.lower, entry.upper * (x.shape.size() as f64).sqrt())
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Convex
    }

    /// Of nonnegative matrices the larger one has the larger norm (Perron and Frobenius).
    fn monotonicity(&self, _argument: usize, arguments: &[Facts]) -> Monotonicity {
        Monotonicity::even_at(arguments[0].range)
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let values = singular_values(arguments[0]);
        out[0] = values.map_or(f64::NAN, |v| v.first().copied().unwrap_or(0.0));
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let slope = construct::apply(graph, SingularProduct::Largest, &[call.arguments[0]]);
        Some(construct::times(graph, call.adjoint, slope))
    }

    /// t with [t*I, X; X', t*I] positive semidefinite; of a vector its length.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        let t = program.variable(Shape::SCALAR);
        if x.shape().is_vector() {
            program.second_order(&t, &x);
            return Ok(t);
        }
        let (rows, cols) = (x.shape().rows, x.shape().cols);
        let block = block_matrix(&scaled_identity(&t, rows), &x, &scaled_identity(&t, cols));
        program.positive_semidefinite(&block, Owner::GraphForm);
        Ok(t)
    }

    fn kink(&self) -> Kink {
        Kink::Proximal(Arc::new(SpectralNorm))
    }

    /// [t*I, X; X', t*I] is positive semidefinite; of a vector its length.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let x = arguments[0];
        let shape = pieces.graph().shape(x);
        if shape.is_vector() {
            pieces.limit_norm(&[x]);
            return Ok(());
        }
        let t = pieces.bound();
        let graph = pieces.graph();
        let upper = expression::scaled_identity(graph, t, shape.rows);
        let lower = expression::scaled_identity(graph, t, shape.cols);
        let block = expression::block_matrix(graph, upper, x, lower);
        pieces.semidefinite(block);
        Ok(())
    }
}

/// By Moreau's identity: singular values z - s*P(z/s), with P the projection onto the l1 ball.
#[derive(Debug)]
struct SpectralNorm;

impl Proximal for SpectralNorm {
    fn prox(&self, shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        let Some(svd) = Singular::of(&Matrix::from_columns(shape, z.to_vec())) else {
            out.fill(f64::NAN);
            return;
        };
        let dual = onto_l1_ball(&svd.values, step);
        let moved: Vec<f64> = svd.values.iter().zip(&dual).map(|(v, u)| v - u).collect();
        out.copy_from_slice(svd.with_values(&moved).as_slice());
    }
}
