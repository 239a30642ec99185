//! `-x`.

use crate::atoms::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Precedence, Printed,
};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};

/// The value with its sign turned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Negate;

impl Atom for Negate {
    fn name(&self) -> &'static str {
        "-"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let body = &arguments[0];
        let precedence = body
            .precedence
            .clamp(Precedence::Product, Precedence::MatrixProduct);
        let text = body.at_least(Precedence::Product);
        if text.starts_with('-') {
            return Printed::new(format!("-({text})"), Precedence::MatrixProduct);
        }
        Printed::new(format!("-{text}"), precedence)
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range.negated()
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        let a = &arguments[0];
        (a.symmetric, a.nsd, a.psd)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Affine
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Decreasing
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let x = arguments[0].as_slice().unwrap_or_default();
        out.iter_mut().zip(x).for_each(|(slot, x)| *slot = -x);
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        match arguments[0] {
            Matrix::Sparse(sparse) => Some(sparse.map(|v| -v)),
            Matrix::Dense(_) => None,
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        Some(construct::negate(graph, call.adjoint))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Ok(arguments[0].affine().scaled(-1.0))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
