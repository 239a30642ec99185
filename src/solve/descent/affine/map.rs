//! Affine functions ready to be applied: the coefficients by columns, dense data in place.

use super::form::{AffineForm, Block};
use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use crate::solve::descent::tape::product::{times, transposed_times};

/// x -> A*x + b.
#[derive(Clone, Debug)]
pub struct AffineMap {
    pub sparse: SparseMatrix,
    pub blocks: Vec<Block>,
    pub offset: Vec<f64>,
    scratch: Vec<f64>,
}

impl AffineMap {
    /// Of `columns` free entries.
    pub fn new(form: &AffineForm, columns: usize) -> Self {
        let terms: Vec<(usize, usize, f64)> = form
            .terms
            .iter()
            .map(|t| (t.row, t.column, t.value))
            .collect();
        let shape = Shape::new(form.rows(), columns);
        let longest = form.blocks.iter().map(|b| {
            let (rows, cols) = b.size();
            rows.max(cols)
        });
        AffineMap {
            sparse: SparseMatrix::from_triplets(shape, &terms),
            scratch: vec![0.0; longest.max().unwrap_or(0)],
            blocks: form.blocks.clone(),
            offset: form.offset.clone(),
        }
    }

    pub fn rows(&self) -> usize {
        self.offset.len()
    }

    pub fn columns(&self) -> usize {
        self.sparse.cols
    }

    /// out = A*x + b.
    pub fn value(&mut self, x: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&self.offset);
        self.add_product(x, out);
    }

    /// out = A*v.
    pub fn times(&mut self, v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        self.add_product(v, out);
    }

    fn add_product(&mut self, x: &[f64], out: &mut [f64]) {
        self.sparse.multiply_add(1.0, x, out);
        for block in &self.blocks {
            let (rows, cols) = block.size();
            let part = &x[block.column..block.column + cols];
            let result = &mut self.scratch[..rows];
            apply(block, block.transposed, part, result);
            let target = &mut out[block.row..block.row + rows];
            target.iter_mut().zip(&*result).for_each(|(t, r)| *t += r);
        }
    }

    /// out += A'*w.
    pub fn add_transposed(&mut self, w: &[f64], out: &mut [f64]) {
        self.sparse.transpose_multiply_add(1.0, w, out);
        for block in &self.blocks {
            let (rows, cols) = block.size();
            let part = &w[block.row..block.row + rows];
            let result = &mut self.scratch[..cols];
            apply(block, !block.transposed, part, result);
            let target = &mut out[block.column..block.column + cols];
            target.iter_mut().zip(&*result).for_each(|(t, r)| *t += r);
        }
    }
}

/// out = factor*A*x, or with A'.
fn apply(block: &Block, transpose: bool, x: &[f64], out: &mut [f64]) {
    let rows = block.matrix.shape().rows;
    let entries = block.matrix.as_slice().unwrap_or_default();
    if transpose {
        transposed_times(block.factor, entries, rows, x, out);
    } else {
        times(block.factor, entries, rows, x, out);
    }
}
