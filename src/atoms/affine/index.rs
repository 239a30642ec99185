//! `x[3]`, `A[2, :]`, `x[order]`: picking entries.

use crate::atoms::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Precedence, Printed,
};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

/// Picks rows and columns, or entries by position.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Index {
    /// The result's shape.
    pub shape: Shape,
    /// Zero-based positions in the argument, down the columns, for each entry of the result.
    pub positions: Arc<[usize]>,
    /// What stands in the brackets, as the user sees it.
    pub text: Arc<str>,
}

impl Atom for Index {
    fn name(&self) -> &'static str {
        "[]"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let base = arguments[0].at_least(Precedence::Postfix);
        Printed::tight(format!("{base}[{}]", self.text))
    }

    fn shape(&self, _arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(self.shape)
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        // A diagonal entry of a semidefinite matrix has its sign.
        let side = arguments[0].shape.rows + 1;
        let diagonal = arguments[0].shape.is_square()
            && self.shape.is_scalar()
            && self.positions.iter().all(|p| p % side == 0);
        (
            self.shape.is_scalar(),
            diagonal && arguments[0].psd,
            diagonal && arguments[0].nsd,
        )
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
        match arguments[0] {
            Matrix::Dense(dense) => {
                let x = dense.as_slice();
                for (slot, &position) in out.iter_mut().zip(self.positions.iter()) {
                    *slot = x[position];
                }
            }
            Matrix::Sparse(sparse) => {
                for (slot, &position) in out.iter_mut().zip(self.positions.iter()) {
                    *slot = sparse.get(position % sparse.rows, position / sparse.rows);
                }
            }
        }
    }

    fn takes_sparse(&self) -> bool {
        true
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        let Matrix::Sparse(sparse) = arguments[0] else {
            return None;
        };
        if self.shape.is_scalar() {
            return None;
        }
        let triplets: Vec<_> = self
            .positions
            .iter()
            .enumerate()
            .map(|(k, p)| (k, sparse.get(p % sparse.rows, p / sparse.rows)))
            .filter(|(_, value)| *value != 0.0)
            .map(|(k, value)| (k % self.shape.rows, k / self.shape.rows, value))
            .collect();
        Some(SparseMatrix::from_triplets(self.shape, &triplets))
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let shape = graph.shape(call.arguments[0]);
        let positions = vec![self.positions.clone()];
        Some(construct::scatter(graph, shape, positions, &[call.adjoint]))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let map = arguments[0].affine();
        Ok(map.select(self.shape, self.positions.iter().copied()))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

/// The entries of `x` at `positions`, in that shape.
pub(crate) fn gather(
    graph: &mut Graph,
    x: ExprId,
    shape: Shape,
    positions: Arc<[usize]>,
) -> ExprId {
    if construct::is_zero(graph, x) {
        return construct::zeros(graph, shape);
    }
    let text = match positions.as_ref() {
        [p] => format!("{}", p + 1),
        _ => "…".to_owned(),
    };
    let index = Index {
        shape,
        positions,
        text: text.into(),
    };
    construct::apply(graph, index, &[x])
}
