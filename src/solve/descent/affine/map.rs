//! Affine functions ready to be applied: the coefficients by columns, dense data in place.

use super::form::{AffineForm, Block};
use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use crate::solve::descent::tape::product::{times, transposed_times};

/// x -> S*(A*x + b), S a diagonal scaling of the rows.
#[derive(Clone, Debug)]
pub struct AffineMap {
    pub sparse: SparseMatrix,
    pub blocks: Vec<Block>,
    pub offset: Vec<f64>,
    /// The whole of A and b, row by row, is to be multiplied by this.
    row_scales: Vec<f64>,
    scratch: Vec<f64>,
    weighted: Vec<f64>,
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
            row_scales: vec![1.0; form.rows()],
            weighted: vec![0.0; form.rows()],
            offset: form.offset.clone(),
        }
    }

    pub fn row_scales(&self) -> &[f64] {
        &self.row_scales
    }

    /// Multiplies the rows further.
    pub fn scale_rows(&mut self, scales: impl Fn(usize) -> f64) {
        for (k, s) in self.row_scales.iter_mut().enumerate() {
            *s *= scales(k);
        }
    }

    /// (row, column, coefficient) without the scaling of the rows.
    pub fn triplets(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        let blocks = self.blocks.iter().flat_map(Block::terms);
        let blocks = blocks.map(|t| (t.row, t.column, t.value));
        self.sparse.triplets().chain(blocks)
    }

    /// Σ_j (a_kj*u_j)² for each row, scaled.
    pub fn squared_row_norms(&self, sizes: &[f64]) -> Vec<f64> {
        let mut norms = vec![0.0; self.rows()];
        for (row, column, value) in self.triplets() {
            norms[row] += (value * sizes[column]).powi(2);
        }
        let scaled = norms.iter().zip(&self.row_scales);
        scaled.map(|(n, s)| n * s * s).collect()
    }

    /// Rows as (column, value) lists, scaled; `None` when there is dense data.
    pub fn sparse_rows(&self) -> Option<SparseMatrix> {
        if !self.blocks.is_empty() {
            return None;
        }
        let mut rows = self.sparse.transposed();
        for k in 0..rows.cols {
            for e in rows.column_starts[k]..rows.column_starts[k + 1] {
                rows.values[e] *= self.row_scales[k];
            }
        }
        Some(rows)
    }

    /// Number of coefficients, blocks written out.
    pub fn coefficients(&self) -> usize {
        let blocks = self.blocks.iter().map(|b| b.matrix.shape().size());
        self.sparse.values.len() + blocks.sum::<usize>()
    }

    /// Rows as columns of a sparse matrix, scaled, dense data written out.
    pub fn all_rows(&self) -> SparseMatrix {
        let triplets: Vec<(usize, usize, f64)> = self
            .triplets()
            .filter(|(_, _, value)| *value != 0.0)
            .map(|(row, column, value)| (column, row, value * self.row_scales[row]))
            .collect();
        SparseMatrix::from_triplets(Shape::new(self.columns(), self.rows()), &triplets)
    }

    /// All rows, dense and scaled.
    pub fn dense_rows(&self) -> faer::Mat<f64> {
        let mut dense = faer::Mat::zeros(self.rows(), self.columns());
        for (row, column, value) in self.triplets() {
            dense[(row, column)] += value * self.row_scales[row];
        }
        dense
    }

    pub fn rows(&self) -> usize {
        self.offset.len()
    }

    pub fn columns(&self) -> usize {
        self.sparse.cols
    }

    /// out = S*(A*x + b).
    pub fn value(&mut self, x: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&self.offset);
        self.add_product(x, out);
        self.scale(out);
    }

    /// out = S*A*v.
    pub fn times(&mut self, v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        self.add_product(v, out);
        self.scale(out);
    }

    fn scale(&self, out: &mut [f64]) {
        out.iter_mut()
            .zip(&self.row_scales)
            .for_each(|(o, s)| *o *= s);
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

    /// out += A'*S*w.
    pub fn add_transposed(&mut self, w: &[f64], out: &mut [f64]) {
        for ((t, w), s) in self.weighted.iter_mut().zip(w).zip(&self.row_scales) {
            *t = w * s;
        }
        self.sparse.transpose_multiply_add(1.0, &self.weighted, out);
        for block in &self.blocks {
            let (rows, cols) = block.size();
            let part = &self.weighted[block.row..block.row + rows];
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
