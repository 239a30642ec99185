//! F of an affine map: by compressed rows, or as a dense matrix that is shared with the problem.

use crate::matrix::Matrix;
use nalgebra::DMatrix;
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// F by compressed rows. A row of up to two terms is kept in place, without an allocation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rows {
    pub starts: SmallVec<[usize; 2]>,
    pub columns: SmallVec<[u32; 4]>,
    pub values: SmallVec<[f64; 2]>,
}

/// How F is held.
#[derive(Clone, Debug)]
pub(super) enum Terms {
    Rows(Rows),
    Product(Box<DenseProduct>),
}

/// factor*A for the consecutive variables from `first` on: the rows are written out when somebody
/// asks for them.
#[derive(Debug)]
pub struct DenseProduct {
    matrix: Arc<Matrix>,
    first: usize,
    factor: f64,
    rows: OnceLock<Rows>,
}

impl Clone for DenseProduct {
    /// Without the rows.
    fn clone(&self) -> Self {
        DenseProduct::new(self.matrix.clone(), self.first, self.factor)
    }
}

impl DenseProduct {
    pub(super) fn new(matrix: Arc<Matrix>, first: usize, factor: f64) -> Self {
        DenseProduct {
            matrix,
            first,
            factor,
            rows: OnceLock::new(),
        }
    }

    /// A; `None` for sparse matrices, of which no product is made.
    pub fn matrix(&self) -> Option<&DMatrix<f64>> {
        match self.matrix.as_ref() {
            Matrix::Dense(dense) => Some(dense),
            Matrix::Sparse(_) => None,
        }
    }

    fn written_out(&self) -> Rows {
        let columns: Vec<u32> = self.columns().map(|j| j as u32).collect();
        let factors = vec![self.factor; columns.len()];
        match self.matrix.as_ref() {
            Matrix::Dense(dense) => Rows::of_product(dense, 1, |_| (&columns, &factors)),
            Matrix::Sparse(_) => Rows::with_capacity(0, 0),
        }
    }

    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The variables, rising.
    pub fn columns(&self) -> Range<usize> {
        self.first..self.first + self.matrix.shape().cols
    }
}

impl Rows {
    pub(super) fn with_capacity(rows: usize, terms: usize) -> Self {
        let mut starts = SmallVec::with_capacity(rows + 1);
        starts.push(0);
        Rows {
            starts,
            columns: SmallVec::with_capacity(terms),
            values: SmallVec::with_capacity(terms),
        }
    }

    /// The product of a matrix with the variables that column by column of the result are
    /// `picked(j)`, each times its factor.
    pub(super) fn of_product<'a>(
        dense: &DMatrix<f64>,
        cols: usize,
        picked: impl Fn(usize) -> (&'a [u32], &'a [f64]),
    ) -> Self {
        let (rows, inner) = dense.shape();
        let count = rows * cols * inner;
        let mut columns = Vec::with_capacity(count);
        let mut values = vec![0.0; count];
        for j in 0..cols {
            let (variables, factors) = picked(j);
            (0..rows).for_each(|_| columns.extend_from_slice(variables));
            write_rows(dense, factors, &mut values[j * rows * inner..]);
        }
        Rows {
            starts: (0..=rows * cols).map(|k| k * inner).collect(),
            columns: columns.into(),
            values: values.into(),
        }
    }
}

/// The rows of a matrix, each entry times its column's factor: block by block, so that both the
/// columns of the matrix and the rows of the result stay in the cache.
fn write_rows(dense: &DMatrix<f64>, factors: &[f64], values: &mut [f64]) {
    let (rows, inner) = dense.shape();
    for (block, inners) in blocks(rows, inner) {
        for l in inners {
            let column = &dense.as_slice()[l * rows..][block.clone()];
            let targets = values[block.start * inner..].chunks_exact_mut(inner);
            for (row, entry) in targets.zip(column) {
                row[l] = factors[l] * entry;
            }
        }
    }
}

impl Terms {
    pub(super) fn by_rows(&self) -> &Rows {
        match self {
            Terms::Rows(rows) => rows,
            Terms::Product(product) => product.rows.get_or_init(|| product.written_out()),
        }
    }

    /// Terms of all rows.
    pub(super) fn count(&self) -> usize {
        match self {
            Terms::Rows(rows) => rows.values.len(),
            Terms::Product(product) => product.matrix.shape().size(),
        }
    }

    pub(super) fn scale(&mut self, factor: f64) {
        match self {
            Terms::Rows(rows) => rows.values.iter_mut().for_each(|v| *v *= factor),
            Terms::Product(product) => {
                let scaled = factor * product.factor;
                **product = DenseProduct::new(product.matrix.clone(), product.first, scaled);
            }
        }
    }
}

/// Rows and columns of a block that is transposed at once.
const BLOCK: usize = 64;

fn blocks(rows: usize, cols: usize) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let cut = |length: usize| {
        (0..length)
            .step_by(BLOCK)
            .map(move |start| start..(start + BLOCK).min(length))
    };
    cut(rows).flat_map(move |r| cut(cols).map(move |c| (r.clone(), c)))
}
