//! Forms of variables, products with constants, and lists.

use super::form::{AffineForm, Block, Term};
use crate::atoms::affine::Direction;
use crate::matrix::Matrix;
use crate::problem::Structure;
use crate::shape::Shape;
use crate::solve::descent::packing::Packing;
use crate::solve::descent::tape::product::{times, transposed_times};
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use std::rc::Rc;
use std::sync::Arc;

/// Multiplications of the largest product in plain loops.
const FEW_PRODUCTS: usize = 512;

pub(super) fn entries_of(packing: &Packing, variable: usize) -> AffineForm {
    let packed = packing.variables[variable];
    let term = |row| {
        packed.free_entry(row).map(|free| Term {
            row,
            column: packed.start + free,
            value: 1.0,
        })
    };
    AffineForm {
        terms: (0..packed.shape.size()).filter_map(term).collect(),
        blocks: Vec::new(),
        offset: vec![0.0; packed.shape.size()],
        sorted: true,
        run: (packed.structure == Structure::Full).then_some(packed.start),
    }
}

/// factors .* form, either side a broadcast scalar.
pub(super) fn row_factors(factors: &Matrix, form: &AffineForm, size: usize) -> AffineForm {
    if let Some(factor) = factors.as_scalar() {
        return form.scaled(factor);
    }
    let factors = factors.entries();
    if form.rows() == 1 && size > 1 {
        let copies = form.gather(std::iter::repeat_n(0, size));
        return copies.scaled_rows(|k| factors[k]);
    }
    form.scaled_rows(|k| factors[k])
}

/// A*X, X of the given shape.
pub(super) fn premultiplied(a: &Arc<Matrix>, form: &AffineForm, inner: Shape) -> AffineForm {
    let rows = a.shape().rows;
    let entry_by_entry = |form: &AffineForm| {
        form.mapped(rows * inner.cols, |source| {
            let (i, j) = (source % inner.rows, source / inner.rows);
            column_of(a, i).map(move |(row, value)| (row + j * rows, value))
        })
    };
    let block = (inner.cols == 1)
        .then(|| block_of(a, false, form).or_else(|| times_blocks(a, false, form, entry_by_entry)));
    block.flatten().unwrap_or_else(|| entry_by_entry(form))
}

/// X*B, X of the given shape.
pub(super) fn postmultiplied(b: &Arc<Matrix>, form: &AffineForm, inner: Shape) -> AffineForm {
    let entry_by_entry = |form: &AffineForm| {
        let transposed = transposed(b);
        form.mapped(inner.rows * b.shape().cols, |source| {
            let (i, j) = (source % inner.rows, source / inner.rows);
            column_of(&transposed, j).map(move |(column, value)| (i + column * inner.rows, value))
        })
    };
    let block = (inner.rows == 1)
        .then(|| block_of(b, true, form).or_else(|| times_blocks(b, true, form, entry_by_entry)));
    block.flatten().unwrap_or_else(|| entry_by_entry(form))
}

fn transposed(matrix: &Matrix) -> Matrix {
    match matrix {
        Matrix::Dense(dense) => Matrix::Dense(dense.transpose()),
        Matrix::Sparse(sparse) => Matrix::Sparse(sparse.transposed()),
    }
}

/// Nonzeros of a column.
fn column_of(matrix: &Matrix, j: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
    let (dense, sparse) = match matrix {
        Matrix::Dense(dense) => {
            let rows = dense.nrows();
            (&dense.as_slice()[j * rows..(j + 1) * rows], None)
        }
        Matrix::Sparse(sparse) => ([].as_slice(), Some(sparse.column(j))),
    };
    let dense = dense.iter().copied().enumerate().filter(|(_, v)| *v != 0.0);
    dense.chain(sparse.into_iter().flatten())
}

/// op(A)*(run of free entries + offset) without a copy of A, when the form is that and A is dense.
fn block_of(a: &Arc<Matrix>, transpose: bool, form: &AffineForm) -> Option<AffineForm> {
    let column = form.run?;
    let offset = image(a.as_slice()?, a.shape(), transpose, &form.offset);
    Some(AffineForm {
        blocks: vec![Block {
            matrix: a.clone(),
            transposed: transpose,
            factor: 1.0,
            row: 0,
            column,
        }],
        offset,
        ..AffineForm::default()
    })
}

/// Forms put together in one direction.
pub(super) fn stacked(
    direction: Direction,
    parts: &[Rc<AffineForm>],
    shapes: &[Shape],
    whole: Shape,
) -> AffineForm {
    let mut result = AffineForm {
        offset: vec![0.0; whole.size()],
        ..AffineForm::default()
    };
    let mut start = 0;
    for (part, shape) in parts.iter().zip(shapes) {
        let place = |row: usize| match direction {
            Direction::Horizontal => start * whole.rows + row,
            Direction::Vertical => start + row % shape.rows + (row / shape.rows) * whole.rows,
        };
        let moved = |t: &Term| Term {
            row: place(t.row),
            ..*t
        };
        if direction == Direction::Horizontal || whole.cols == 1 {
            result.terms.extend(part.terms.iter().map(moved));
            result.blocks.extend(part.blocks.iter().map(|b| Block {
                row: place(b.row),
                ..b.clone()
            }));
        } else {
            result.terms.extend(part.all_terms().map(|t| moved(&t)));
        }
        for (row, &value) in part.offset.iter().enumerate() {
            result.offset[place(row)] = value;
        }
        start += match direction {
            Direction::Horizontal => shape.cols,
            Direction::Vertical => shape.rows,
        };
    }
    result
}

/// op(A)*v.
fn image(entries: &[f64], shape: Shape, transpose: bool, v: &[f64]) -> Vec<f64> {
    let rows = if transpose { shape.cols } else { shape.rows };
    let mut out = vec![0.0; rows];
    if v.iter().all(|&v| v == 0.0) {
        return out;
    }
    if transpose {
        transposed_times(1.0, entries, shape.rows, v, &mut out);
    } else {
        times(1.0, entries, shape.rows, v, &mut out);
    }
    out
}

/// factor*A*B by columns; few products in plain loops, as what kernels for large ones prepare costs more than these.
fn matrix_product(a: MatRef<'_, f64>, b: MatRef<'_, f64>, factor: f64) -> Vec<f64> {
    let (rows, inner, cols) = (a.nrows(), a.ncols(), b.ncols());
    let mut values = vec![0.0; rows * cols];
    if rows * inner * cols <= FEW_PRODUCTS {
        for (place, value) in values.iter_mut().enumerate() {
            let (i, j) = (place % rows, place / rows);
            *value = factor * (0..inner).map(|k| a[(i, k)] * b[(k, j)]).sum::<f64>();
        }
        return values;
    }
    let out = MatMut::from_column_major_slice_mut(&mut values, rows, cols);
    matmul(out, Accum::Replace, a, b, factor, Par::Seq);
    values
}

/// op(A)*(blocks*x + terms + offset) with each product of two dense matrices computed as such.
fn times_blocks(
    a: &Arc<Matrix>,
    transpose: bool,
    form: &AffineForm,
    rest: impl FnOnce(&AffineForm) -> AffineForm,
) -> Option<AffineForm> {
    let (entries, shape) = (a.as_slice()?, a.shape());
    if form.blocks.is_empty() {
        return None;
    }
    let whole = MatRef::from_column_major_slice(entries, shape.rows, shape.cols);
    let whole = if transpose { whole.transpose() } else { whole };
    let product = |block: &Block| {
        let (rows, cols) = block.size();
        let left = whole.subcols(block.row, rows);
        let inner = block.matrix.shape();
        let right = block.matrix.as_slice()?;
        let right = MatRef::from_column_major_slice(right, inner.rows, inner.cols);
        let right = if block.transposed {
            right.transpose()
        } else {
            right
        };
        let values = matrix_product(left, right, block.factor);
        let matrix = Matrix::from_columns(Shape::new(left.nrows(), cols), values);
        Some(Block {
            matrix: Arc::new(matrix),
            transposed: false,
            factor: 1.0,
            row: 0,
            column: block.column,
        })
    };
    let blocks = form.blocks.iter().map(product).collect::<Option<_>>()?;
    Some(AffineForm {
        blocks,
        offset: image(entries, shape, transpose, &form.offset),
        ..rest(&form.beside_blocks())
    })
}
