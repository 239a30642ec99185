//! Affine functions ready to be applied: the coefficients by columns, dense data in place.

use super::form::{AffineForm, Block};
use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use crate::solve::descent::tape::product::{times, transposed_times};

/// x -> S*(A*x + b), S a diagonal scaling of the rows.
#[derive(Clone, Debug)]
pub struct AffineMap {
    /// The terms by those columns that have some: many small maps of many unknowns cost what they use.
    sparse: SparseMatrix,
    used: Vec<usize>,
    columns: usize,
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
        let used = used_columns(form, columns);
        let place = |column: usize| match used.len() == columns {
            true => column,
            false => used.partition_point(|&other| other < column),
        };
        let terms = form.terms.iter();
        let terms: Vec<(usize, usize, f64)> =
            terms.map(|t| (t.row, place(t.column), t.value)).collect();
        let shape = Shape::new(form.rows(), used.len());
        let longest = form.blocks.iter().map(|b| {
            let (rows, cols) = b.size();
            rows.max(cols)
        });
        AffineMap {
            sparse: SparseMatrix::from_triplets(shape, &terms),
            used,
            columns,
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
        let sparse = self.sparse.triplets();
        let sparse = sparse.map(|(row, place, value)| (row, self.used[place], value));
        sparse.chain(blocks)
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
        rows.row_indices
            .iter_mut()
            .for_each(|place| *place = self.used[*place]);
        rows.rows = self.columns;
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

    /// How many columns may have coefficients.
    pub fn used(&self) -> usize {
        let blocks = self.blocks.iter().map(|block| block.size().1);
        (self.used.len() + blocks.sum::<usize>()).min(self.columns)
    }

    pub fn columns(&self) -> usize {
        self.columns
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
        for (place, &column) in self.used.iter().enumerate() {
            let factor = x[column];
            if factor != 0.0 {
                let entries = self.sparse.column(place);
                entries.for_each(|(row, value)| out[row] += factor * value);
            }
        }
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
        for (place, &column) in self.used.iter().enumerate() {
            let entries = self.sparse.column(place);
            out[column] += entries
                .map(|(row, value)| value * self.weighted[row])
                .sum::<f64>();
        }
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

/// The columns that terms stand in, rising; all where most are used.
fn used_columns(form: &AffineForm, columns: usize) -> Vec<usize> {
    if form.terms.len() >= columns {
        return (0..columns).collect();
    }
    let mut used: Vec<usize> = form.terms.iter().map(|term| term.column).collect();
    used.sort_unstable();
    used.dedup();
    used
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

#[cfg(test)]
mod tests {
    use super::super::form::Term;
    use super::*;

    /// Few terms among many columns, and many terms, against products written out.
    #[test]
    fn products_are_those_of_the_terms() {
        for (count, columns) in [(3, 50), (60, 7), (0, 4)] {
            let term = |k: usize| Term {
                row: k % 4,
                column: (k * k * 13 + 5 * k) % columns,
                value: k as f64 - 1.5,
            };
            let form = AffineForm {
                terms: (0..count).map(term).collect(),
                offset: vec![1.0, -2.0, 0.0, 3.0],
                ..AffineForm::default()
            };
            let mut map = AffineMap::new(&form, columns);
            map.scale_rows(|row| (row + 1) as f64);
            let x: Vec<f64> = (0..columns).map(|j| (j as f64).sin()).collect();
            let weights = [0.5, -1.0, 2.0, 4.0];
            let (mut value, mut adjoint) = (form.offset.clone(), vec![0.0; columns]);
            for term in &form.terms {
                value[term.row] += term.value * x[term.column];
                let scale = (term.row + 1) as f64;
                adjoint[term.column] += scale * term.value * weights[term.row];
            }
            (0..4).for_each(|row| value[row] *= (row + 1) as f64);
            let (mut found, mut collected) = (vec![0.0; 4], vec![0.0; columns]);
            map.value(&x, &mut found);
            map.add_transposed(&weights, &mut collected);
            let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-10);
            assert!(near(&found, &value), "{found:?} {value:?}");
            assert!(near(&collected, &adjoint), "{collected:?} {adjoint:?}");
            let rows = map.dense_rows();
            let sparse = map.sparse_rows().expect("no dense data");
            for (row, column) in (0..4).flat_map(|i| (0..columns).map(move |j| (i, j))) {
                assert!((rows[(row, column)] - sparse.get(column, row)).abs() < 1e-10);
            }
        }
    }
}
