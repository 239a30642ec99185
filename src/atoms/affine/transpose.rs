//! `x'`.

use crate::atoms::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Precedence, Printed,
};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};

/// Side of the tiles that are moved one after another, so that both sides stay in cache.
const TILE: usize = 32;

/// Rows become columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transpose;

impl Atom for Transpose {
    fn name(&self) -> &'static str {
        "'"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        Printed::tight(format!("{}'", arguments[0].at_least(Precedence::Postfix)))
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0].transposed())
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        let a = &arguments[0];
        (a.symmetric, a.psd, a.nsd)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Affine
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let Shape { rows, cols } = arguments[0].shape();
        let x = arguments[0].as_slice().unwrap_or_default();
        for (i, j) in tiles(rows, cols) {
            for row in i..rows.min(i + TILE) {
                for col in j..cols.min(j + TILE) {
                    out[col + row * cols] = x[row + col * rows];
                }
            }
        }
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        match arguments[0] {
            Matrix::Sparse(sparse) => Some(sparse.transposed()),
            Matrix::Dense(_) => None,
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        Some(construct::transpose(graph, call.adjoint))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Ok(arguments[0].affine().transposed())
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

/// The upper left corners of the tiles of a matrix.
fn tiles(rows: usize, cols: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..cols)
        .step_by(TILE)
        .flat_map(move |j| (0..rows).step_by(TILE).map(move |i| (i, j)))
}
