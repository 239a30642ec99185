//! `x[3]`, `A[2, :]`, `x[order]`: picking entries.

use super::positions::{index_text, rows_and_columns};
use crate::atoms::{Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Precedence, Printed,
};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Picks rows and columns, or entries by position. Equal picks are equal however they are written.
#[derive(Clone, Debug)]
pub struct Index {
    /// The result's shape.
    pub shape: Shape,
    /// Zero-based positions in the argument, down the columns, for each entry of the result.
    pub positions: Arc<[usize]>,
    /// What stands in the brackets, as the user sees it.
    pub text: Arc<str>,
}

impl PartialEq for Index {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape && self.positions == other.positions
    }
}

impl Eq for Index {}

impl Hash for Index {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.shape.hash(state);
        self.positions.hash(state);
    }
}

impl Index {
    /// The entries at `positions` of a matrix of shape `source`, with the text that says so.
    pub fn new(source: Shape, shape: Shape, positions: Arc<[usize]>) -> Self {
        let text = index_text(&positions, source, shape).into();
        Index {
            shape,
            positions,
            text,
        }
    }

    /// Whether the picked rows and the picked columns are the same.
    fn is_principal(&self, source: Shape) -> bool {
        source.is_square()
            && self.shape.is_square()
            && rows_and_columns(&self.positions, source, self.shape)
                .is_some_and(|(rows, cols)| rows == cols)
    }
}

impl Atom for Index {
    fn name(&self) -> &'static str {
        "[]"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let base = arguments[0].at_least(Precedence::Postfix);
        Printed::tight(format!("{base}[{}]", self.text))
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let size = arguments[0].size();
        if self.positions.iter().any(|&p| p >= size) {
            let message = format!("[{}] is out of range in a {}", self.text, arguments[0]);
            return Err(ShapeError::new(message));
        }
        Ok(self.shape)
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        // Principal submatrices, diagonal entries among them, inherit definiteness.
        let principal = self.is_principal(arguments[0].shape);
        (
            self.shape.is_scalar() || (principal && arguments[0].symmetric),
            principal && arguments[0].psd,
            principal && arguments[0].nsd,
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

/// An entry, a column and a repeated pick.
pub(super) fn specimens() -> Vec<Specimen> {
    let matrix = Shape::new(3, 2);
    let pick = |shape, positions: &[usize]| Index::new(matrix, shape, positions.into());
    [
        pick(Shape::SCALAR, &[4]),
        pick(Shape::vector(3), &[3, 4, 5]),
        pick(Shape::new(2, 2), &[0, 2, 2, 5]),
    ]
    .into_iter()
    .map(|atom| Specimen::varying(atom, &[matrix]))
    .collect()
}
