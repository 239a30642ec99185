//! A constant matrix inside of an atom.

use crate::expr::Parameter;
use crate::matrix::{Matrix, symmetric_part};
use crate::shape::Shape;

use super::det_rootn::nonnegative_eigenvalues;

/// The entries, down the columns, by their bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FixedMatrix {
    shape: Shape,
    bits: Vec<u64>,
}

impl FixedMatrix {
    pub fn new(matrix: &Matrix) -> Self {
        FixedMatrix {
            shape: matrix.shape(),
            bits: matrix.entries().iter().map(|e| e.to_bits()).collect(),
        }
    }

    /// The symmetric part of a positive semidefinite matrix called `name`, or why it is none.
    pub fn weights(name: &str, matrix: &Matrix) -> Result<Self, String> {
        let shape = matrix.shape();
        if !shape.is_square() {
            return Err(format!(
                "{name} must be a square matrix, but it is a {shape}"
            ));
        }
        if nonnegative_eigenvalues(matrix).is_none() {
            return Err(format!(
                "{name} must be positive semidefinite, but it has a negative eigenvalue"
            ));
        }
        Ok(FixedMatrix::new(&Matrix::Dense(symmetric_part(matrix))))
    }

    pub fn shape(&self) -> Shape {
        self.shape
    }

    pub fn matrix(&self) -> Matrix {
        let entries = self.bits.iter().map(|&e| f64::from_bits(e)).collect();
        Matrix::from_columns(self.shape, entries)
    }

    /// As it is printed.
    pub fn parameter(&self) -> Parameter {
        let text = format!("<{} x {}>", self.shape.rows, self.shape.cols);
        Parameter { name: None, text }
    }
}
