//! Sparse matrices by compressed columns; row indices rise strictly within a column.

use crate::shape::Shape;
use nalgebra::DMatrix;

/// Entry k of column j, for k in `column_starts[j]..column_starts[j + 1]`, is `values[k]` at row
/// `row_indices[k]`.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseMatrix {
    pub rows: usize,
    pub cols: usize,
    pub column_starts: Vec<usize>,
    pub row_indices: Vec<usize>,
    pub values: Vec<f64>,
}

impl SparseMatrix {
    pub fn zeros(shape: Shape) -> Self {
        SparseMatrix {
            rows: shape.rows,
            cols: shape.cols,
            column_starts: vec![0; shape.cols + 1],
            row_indices: Vec::new(),
            values: Vec::new(),
        }
    }

    /// diag(d).
    pub fn diagonal(entries: &[f64]) -> Self {
        let n = entries.len();
        SparseMatrix {
            rows: n,
            cols: n,
            column_starts: (0..=n).collect(),
            row_indices: (0..n).collect(),
            values: entries.to_vec(),
        }
    }

    pub fn identity(n: usize) -> Self {
        SparseMatrix::diagonal(&vec![1.0; n])
    }

    /// Zero-based `(row, col, value)` in any order; repeated positions add up. Linear time by two
    /// counting sorts.
    pub fn from_triplets(shape: Shape, triplets: &[(usize, usize, f64)]) -> Self {
        let by_row = counting_order(triplets.len(), shape.rows, |k| triplets[k].0);
        let by_column = stable_counting_order(&by_row, shape.cols, |k| triplets[k].1);
        let mut matrix = SparseMatrix::zeros(shape);
        matrix.row_indices.reserve(triplets.len());
        matrix.values.reserve(triplets.len());
        let mut previous = None;
        for k in by_column {
            let (row, col, value) = triplets[k];
            if previous == Some((row, col)) {
                if let Some(last) = matrix.values.last_mut() {
                    *last += value;
                }
                continue;
            }
            previous = Some((row, col));
            matrix.row_indices.push(row);
            matrix.values.push(value);
            matrix.column_starts[col + 1] += 1;
        }
        for j in 0..shape.cols {
            matrix.column_starts[j + 1] += matrix.column_starts[j];
        }
        matrix
    }

    /// Keeps the nonzero entries.
    pub fn from_dense(dense: &DMatrix<f64>) -> Self {
        let mut sparse = SparseMatrix::zeros(Shape::new(dense.nrows(), dense.ncols()));
        for (j, column) in dense.column_iter().enumerate() {
            for (i, &value) in column.iter().enumerate().filter(|(_, v)| **v != 0.0) {
                sparse.row_indices.push(i);
                sparse.values.push(value);
            }
            sparse.column_starts[j + 1] = sparse.values.len();
        }
        sparse
    }

    pub fn is_identity(&self) -> bool {
        let each = (0..self.cols).all(|j| self.column(j).eq([(j, 1.0)]));
        self.rows == self.cols && each
    }

    pub fn shape(&self) -> Shape {
        Shape::new(self.rows, self.cols)
    }

    /// Number of stored entries.
    pub fn nonzeros(&self) -> usize {
        self.values.len()
    }

    /// Rows and values of column `j`.
    pub fn column(&self, j: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.column_starts[j]..self.column_starts[j + 1];
        self.row_indices[range.clone()]
            .iter()
            .copied()
            .zip(self.values[range].iter().copied())
    }

    /// `(row, col, value)`, column by column.
    pub fn triplets(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        (0..self.cols).flat_map(move |j| self.column(j).map(move |(i, v)| (i, j, v)))
    }

    pub fn get(&self, row: usize, col: usize) -> f64 {
        let start = self.column_starts[col];
        let rows = &self.row_indices[start..self.column_starts[col + 1]];
        rows.binary_search(&row)
            .map_or(0.0, |k| self.values[start + k])
    }

    pub fn to_dense(&self) -> DMatrix<f64> {
        let mut dense = DMatrix::zeros(self.rows, self.cols);
        for (i, j, value) in self.triplets() {
            dense[(i, j)] += value;
        }
        dense
    }

    /// A'.
    pub fn transposed(&self) -> SparseMatrix {
        let triplets: Vec<_> = self.triplets().map(|(i, j, v)| (j, i, v)).collect();
        SparseMatrix::from_triplets(self.shape().transposed(), &triplets)
    }

    /// The same pattern with other values.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> SparseMatrix {
        SparseMatrix {
            values: self.values.iter().map(|&v| f(v)).collect(),
            ..self.clone()
        }
    }

    /// `out += alpha*A*x`.
    pub fn multiply_add(&self, alpha: f64, x: &[f64], out: &mut [f64]) {
        for (j, &xj) in x.iter().enumerate().take(self.cols) {
            let factor = alpha * xj;
            if factor != 0.0 {
                for (i, value) in self.column(j) {
                    out[i] += factor * value;
                }
            }
        }
    }

    /// `out += alpha*A'*x`.
    pub fn transpose_multiply_add(&self, alpha: f64, x: &[f64], out: &mut [f64]) {
        for (j, slot) in out.iter_mut().enumerate().take(self.cols) {
            *slot += alpha * self.column(j).map(|(i, value)| value * x[i]).sum::<f64>();
        }
    }
}

/// The order of `0..count` by rising key, stable.
fn counting_order(count: usize, keys: usize, key: impl Fn(usize) -> usize) -> Vec<usize> {
    let identity: Vec<usize> = (0..count).collect();
    stable_counting_order(&identity, keys, key)
}

fn stable_counting_order(order: &[usize], keys: usize, key: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut starts = vec![0; keys + 1];
    for &k in order {
        starts[key(k) + 1] += 1;
    }
    for j in 0..keys {
        starts[j + 1] += starts[j];
    }
    let mut sorted = vec![0; order.len()];
    for &k in order {
        let slot = &mut starts[key(k)];
        sorted[*slot] = k;
        *slot += 1;
    }
    sorted
}
