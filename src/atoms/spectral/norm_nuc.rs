//! norm_nuc(X): the nuclear norm, the sum of the singular values.

use super::blocks::{block_matrix, trace_of};
use super::expression;
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
    name: "norm_nuc",
    summary: "The nuclear norm of a matrix: the sum of its singular values.",
    formula: "sum_i sigma_i(X)",
    example: "norm_nuc([0, 3; -4, 0]) == 7",
    arity: Arity::Exactly(&["X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(NuclearNorm)),
    specimens: || {
        [Shape::new(3, 2), Shape::new(2, 2), Shape::vector(3)]
            .map(|shape| Specimen::varying(NuclearNorm, &[shape]))
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NuclearNorm;

impl Atom for NuclearNorm {
    fn name(&self) -> &'static str {
        "norm_nuc"
    }

    fn shape(&self, _arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(Shape::SCALAR)
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let x = &arguments[0];
        // |X|_F <= norm_nuc(X) <= sqrt(rank)*|X|_F.
        let entry = x.range.absolute();
        let (size, rank) = (x.shape.size() as f64, x.shape.rows.min(x.shape.cols) as f64);
        Interval::new(
            entry.lower * size.sqrt(),
            entry.upper * (size * rank).sqrt(),
        )
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, _argument: usize, arguments: &[Facts]) -> Monotonicity {
        if arguments[0].shape.is_vector() {
            Monotonicity::even_at(arguments[0].range)
        } else {
            Monotonicity::Unknown
        }
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        out[0] = singular_values(arguments[0]).map_or(f64::NAN, |v| v.iter().sum());
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let slope = construct::apply(graph, SingularProduct::All, &[call.arguments[0]]);
        Some(construct::times(graph, call.adjoint, slope))
    }

    /// (trace(U) + trace(V))/2 with [U, X; X', V] positive semidefinite; of a vector its length.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        if x.shape().is_vector() {
            let t = program.variable(Shape::SCALAR);
            program.second_order(&t, &x);
            return Ok(t);
        }
        let u = program.symmetric_variable(x.shape().rows);
        let v = program.symmetric_variable(x.shape().cols);
        program.positive_semidefinite(&block_matrix(&u, &x, &v), Owner::GraphForm);
        Ok(AffineMap::combine(&[
            (0.5, &trace_of(&u)),
            (0.5, &trace_of(&v)),
        ]))
    }

    fn kink(&self) -> Kink {
        Kink::Proximal(Arc::new(SingularThreshold))
    }

    /// (trace(U) + trace(V))/2 <= t with [U, X; X', V] positive semidefinite; of a vector its length.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let x = arguments[0];
        let shape = pieces.graph().shape(x);
        if shape.is_vector() {
            pieces.limit_norm(&[x]);
            return Ok(());
        }
        let (u, v) = (
            pieces.symmetric_variable(shape.rows),
            pieces.symmetric_variable(shape.cols),
        );
        let block = expression::block_matrix(pieces.graph(), u, x, v);
        pieces.semidefinite(block);
        let traces = [u, v].map(|m| expression::trace(pieces.graph(), m));
        let total = construct::sum(pieces.graph(), &traces);
        let half = construct::scale(pieces.graph(), 0.5, total);
        pieces.limit(half);
        Ok(())
    }
}

/// Singular values max(z - s, 0).
#[derive(Debug)]
struct SingularThreshold;

impl Proximal for SingularThreshold {
    fn prox(&self, shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        let Some(svd) = Singular::of(&Matrix::from_columns(shape, z.to_vec())) else {
            out.fill(f64::NAN);
            return;
        };
        let shrunk: Vec<f64> = svd.values.iter().map(|v| (v - step).max(0.0)).collect();
        out.copy_from_slice(svd.with_values(&shrunk).as_slice());
    }
}
