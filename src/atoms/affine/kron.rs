//! kron(A, X): the Kronecker product, block (i, j) is a_ij*X.

use super::bilinear::{Bilinear, BilinearMap, plain_adjoint};
use crate::atoms::{Arity, Entry, Role, Specimen};
use crate::expr::{Call, ExprId, Graph};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "kron",
    summary: "The Kronecker product: the matrix of blocks a_ij*X.",
    formula: "[a_11*X, a_12*X, ...; a_21*X, ...]",
    example: "kron([1; 2], [1; 1]) == [1; 1; 2; 2]",
    arity: Arity::Exactly(&["A", "X"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(BilinearMap(Kronecker))),
    specimens: || {
        let (a, b) = (Shape::new(2, 3), Shape::new(2, 2));
        let of = |arguments| Specimen::new(BilinearMap(Kronecker), arguments);
        vec![
            of(&[(a, Role::Constant), (b, Role::Variable)]),
            of(&[(a, Role::Variable), (b, Role::Constant)]),
        ]
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kronecker;

impl Bilinear for Kronecker {
    fn name(&self) -> &'static str {
        "kron"
    }

    fn shape(&self, left: Shape, right: Shape) -> Result<Shape, ShapeError> {
        let rows = left.rows.checked_mul(right.rows);
        let cols = left.cols.checked_mul(right.cols);
        match (rows, cols) {
            (Some(rows), Some(cols)) if rows.checked_mul(cols).is_some() => {
                Ok(Shape::new(rows, cols))
            }
            _ => Err(ShapeError::new(
                "the Kronecker product does not fit in memory",
            )),
        }
    }

    fn each_pair(&self, left: Shape, right: Shape, mut pair: impl FnMut(usize, usize, usize)) {
        let rows = left.rows * right.rows;
        for (i, j) in positions(left) {
            for (k, l) in positions(right) {
                let target = i * right.rows + k + (j * right.cols + l) * rows;
                pair(target, i + j * left.rows, k + l * right.rows);
            }
        }
    }

    fn longest_sum(&self, _left: Shape, _right: Shape) -> usize {
        1
    }

    fn adjoint(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> ExprId {
        plain_adjoint(graph, self, call, argument)
    }

    fn sparse_value(&self, left: &Matrix, right: &Matrix) -> Option<SparseMatrix> {
        let shape = self.shape(left.shape(), right.shape()).ok()?;
        let (Shape { rows, cols }, right) = (right.shape(), nonzeros(right));
        let mut triplets = Vec::new();
        for (i, j, a) in nonzeros(left) {
            let block = right.iter();
            triplets.extend(block.map(|&(k, l, b)| (i * rows + k, j * cols + l, a * b)));
        }
        Some(SparseMatrix::from_triplets(shape, &triplets))
    }
}

/// Zero-based positions, down the columns.
fn positions(shape: Shape) -> impl Iterator<Item = (usize, usize)> {
    (0..shape.cols).flat_map(move |j| (0..shape.rows).map(move |i| (i, j)))
}

fn nonzeros(matrix: &Matrix) -> Vec<(usize, usize, f64)> {
    match matrix {
        Matrix::Dense(dense) => SparseMatrix::from_dense(dense).triplets().collect(),
        Matrix::Sparse(sparse) => sparse.triplets().collect(),
    }
}
