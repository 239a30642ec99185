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

    /// Zero-based `(row, col, value)` in any order; repeated positions add up. One counting pass,
    /// and a sort of those columns whose rows do not come rising.
    pub fn from_triplets(shape: Shape, triplets: &[(usize, usize, f64)]) -> Self {
        SparseMatrix::from_entries(shape, triplets.iter().copied())
    }

    /// [`Self::from_triplets`] of triplets that are made as they are read, twice.
    pub fn from_entries(
        shape: Shape,
        entries: impl Iterator<Item = (usize, usize, f64)> + Clone,
    ) -> Self {
        let mut matrix = SparseMatrix::zeros(shape);
        entries
            .clone()
            .for_each(|(_, col, _)| matrix.column_starts[col + 1] += 1);
        for j in 0..shape.cols {
            matrix.column_starts[j + 1] += matrix.column_starts[j];
        }
        let count = matrix.column_starts[shape.cols];
        matrix.row_indices = vec![0; count];
        matrix.values = vec![0.0; count];
        let mut next = matrix.column_starts.clone();
        entries.for_each(|(row, col, value)| {
            matrix.row_indices[next[col]] = row;
            matrix.values[next[col]] = value;
            next[col] += 1;
        });
        matrix.order_columns();
        matrix
    }

    /// Sorts the columns whose rows do not rise, and adds up what stands at one position.
    fn order_columns(&mut self) {
        let mut scratch: Vec<(usize, f64)> = Vec::new();
        let (mut start, mut end) = (0, 0);
        for j in 0..self.cols {
            let column = start..self.column_starts[j + 1];
            start = column.end;
            if !self.row_indices[column.clone()].is_sorted_by(|a, b| a < b) {
                let rows = self.row_indices[column.clone()].iter().copied();
                scratch.clear();
                scratch.extend(rows.zip(self.values[column].iter().copied()));
                scratch.sort_by_key(|&(row, _)| row);
                end = self.put_merged(end, &scratch);
            } else {
                if end < column.start {
                    self.row_indices.copy_within(column.clone(), end);
                    self.values.copy_within(column.clone(), end);
                }
                end += column.len();
            }
            self.column_starts[j + 1] = end;
        }
        self.row_indices.truncate(end);
        self.values.truncate(end);
    }

    /// Writes sorted entries from `start` on. Returns where they end.
    fn put_merged(&mut self, start: usize, entries: &[(usize, f64)]) -> usize {
        let mut end = start;
        for &(row, value) in entries {
            if end > start && self.row_indices[end - 1] == row {
                self.values[end - 1] += value;
            } else {
                (self.row_indices[end], self.values[end]) = (row, value);
                end += 1;
            }
        }
        end
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

    /// A', by one counting pass: the columns are read in order, so that rows come out rising.
    pub fn transposed(&self) -> SparseMatrix {
        let mut transposed = SparseMatrix::zeros(self.shape().transposed());
        for &row in &self.row_indices {
            transposed.column_starts[row + 1] += 1;
        }
        for i in 0..self.rows {
            transposed.column_starts[i + 1] += transposed.column_starts[i];
        }
        transposed.row_indices.resize(self.nonzeros(), 0);
        transposed.values.resize(self.nonzeros(), 0.0);
        let mut next = transposed.column_starts.clone();
        for (i, j, value) in self.triplets() {
            transposed.row_indices[next[i]] = j;
            transposed.values[next[i]] = value;
            next[i] += 1;
        }
        transposed
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triplets_in_any_order_add_up() {
        let shape = Shape::new(7, 5);
        let triplet = |k: usize| (k * k % 7, (3 * k + k * k % 4) % 5, k as f64 - 8.5);
        for count in 0..60 {
            let triplets: Vec<_> = (0..count).map(triplet).collect();
            let sparse = SparseMatrix::from_triplets(shape, &triplets);
            let mut dense = DMatrix::zeros(7, 5);
            for &(i, j, value) in &triplets {
                dense[(i, j)] += value;
            }
            assert_eq!(sparse.to_dense(), dense);
            assert_eq!(sparse.transposed().to_dense(), dense.transpose());
            let rising = |j: usize| sparse.column(j).is_sorted_by(|a, b| a.0 < b.0);
            assert!((0..5).all(rising), "{sparse:?}");
        }
    }
}
