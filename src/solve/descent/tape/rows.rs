//! Constant matrices read by blocks of rows.

use super::product::{add_times, add_transposed_times, transposed_times};
use crate::matrix::{Matrix, SparseMatrix};
use std::ops::Range;
use std::sync::Arc;

/// A matrix with many rows.
#[derive(Clone, Debug)]
pub enum RowData {
    /// Dense data in place, or its transpose.
    Dense {
        matrix: Arc<Matrix>,
        transposed: bool,
    },
    /// A row-major copy of sparse data: both products read it once, in order.
    Sparse(CompressedRows),
}

/// Entries `starts[i]..starts[i + 1]` are those of row i.
#[derive(Clone, Debug)]
pub struct CompressedRows {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
}

impl RowData {
    /// Of the matrix or its transpose, which has fewer than 2^32 columns.
    pub fn new(matrix: &Arc<Matrix>, transposed: bool) -> Self {
        match matrix.as_ref() {
            Matrix::Dense(_) => RowData::Dense {
                matrix: matrix.clone(),
                transposed,
            },
            Matrix::Sparse(sparse) if transposed => RowData::Sparse(CompressedRows::new(sparse)),
            Matrix::Sparse(sparse) => RowData::Sparse(CompressedRows::new(&sparse.transposed())),
        }
    }

    /// out = factor*A*x for these rows of A.
    pub fn times(&self, factor: f64, rows: Range<usize>, x: &[f64], out: &mut [f64]) {
        match self {
            RowData::Dense { matrix, transposed } => {
                let entries = matrix.as_slice().unwrap_or_default();
                if *transposed {
                    let part = &entries[rows.start * x.len()..rows.end * x.len()];
                    transposed_times(factor, part, x.len(), x, out);
                } else {
                    out.fill(0.0);
                    add_times(factor, entries, matrix.shape().rows, rows, x, out);
                }
            }
            RowData::Sparse(data) => data.times(factor, rows, x, out),
        }
    }

    /// out += factor*A'*w for these rows of A.
    pub fn add_transposed(&self, factor: f64, rows: Range<usize>, w: &[f64], out: &mut [f64]) {
        match self {
            RowData::Dense { matrix, transposed } => {
                let entries = matrix.as_slice().unwrap_or_default();
                if *transposed {
                    let size = out.len();
                    let part = &entries[rows.start * size..rows.end * size];
                    add_times(factor, part, size, 0..size, w, out);
                } else {
                    add_transposed_times(factor, entries, matrix.shape().rows, rows, w, out);
                }
            }
            RowData::Sparse(data) => data.add_transposed(factor, rows, w, out),
        }
    }
}

impl CompressedRows {
    /// Of the transpose of compressed columns.
    fn new(columns: &SparseMatrix) -> Self {
        CompressedRows {
            starts: columns.column_starts.clone(),
            columns: columns.row_indices.iter().map(|&j| j as u32).collect(),
            values: columns.values.clone(),
        }
    }

    fn row(&self, i: usize) -> (&[u32], &[f64]) {
        let range = self.starts[i]..self.starts[i + 1];
        (&self.columns[range.clone()], &self.values[range])
    }

    fn times(&self, factor: f64, rows: Range<usize>, x: &[f64], out: &mut [f64]) {
        for (slot, i) in out.iter_mut().zip(rows) {
            let (columns, values) = self.row(i);
            *slot = factor * sparse_dot(columns, values, x);
        }
    }

    fn add_transposed(&self, factor: f64, rows: Range<usize>, w: &[f64], out: &mut [f64]) {
        for (w, i) in w.iter().zip(rows) {
            let (columns, values) = self.row(i);
            let scaled = factor * w;
            for (&j, value) in columns.iter().zip(values) {
                out[j as usize] += scaled * value;
            }
        }
    }
}

/// Σ values_k*x[columns_k] in four running sums.
fn sparse_dot(columns: &[u32], values: &[f64], x: &[f64]) -> f64 {
    let (places, factors) = (columns.chunks_exact(4), values.chunks_exact(4));
    let rest = places.remainder().iter().zip(factors.remainder());
    let rest: f64 = rest.map(|(&j, v)| v * x[j as usize]).sum();
    let mut sums = [0.0; 4];
    for (places, factors) in places.zip(factors) {
        for k in 0..4 {
            sums[k] += factors[k] * x[places[k] as usize];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
