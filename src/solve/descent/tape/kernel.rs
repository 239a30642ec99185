//! One step of a tape: what it computes from its operands into its own buffer.

use super::product::Product;
use crate::expr::Atom;
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

/// Where an operand's value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Slot(usize),
    Constant(usize),
}

#[derive(Clone, Debug)]
pub enum Kernel {
    /// Σ factor_k*operand_k; scalars broadcast.
    Combine(Box<[f64]>),
    Product(Product),
    /// factor * first (a scalar) * second.
    Scale(f64),
    /// first .* second; scalars broadcast.
    ElementMultiply,
    /// first ./ second; scalars broadcast.
    Divide,
    /// Entries of the operand at these positions.
    Gather(Arc<[usize]>),
    /// Zeros with the entries of each operand added at its positions.
    Scatter(Vec<Arc<[usize]>>),
    /// The operand's transpose; its shape.
    Transpose(Shape),
    /// Operands one below the other, by columns: rows of each operand.
    Stack(Box<[usize]>),
    /// Operands side by side.
    Append,
    Sum,
    /// One sum for each row of an operand with so many rows.
    SumRows(usize),
    /// One sum for each column of an operand with so many rows.
    SumColumns(usize),
    /// Any other function.
    Atom(Arc<dyn Atom>),
}

/// Operand lists up to this length are borrowed on the stack.
const STACK_OPERANDS: usize = 8;

impl Kernel {
    /// Computes into `out`, whose former contents do not matter.
    pub fn run<'a>(
        &self,
        operands: &[Source],
        fetch: impl Fn(Source) -> &'a Matrix,
        out: &mut [f64],
    ) {
        let dense = |k: usize| entries(fetch(operands[k]));
        match self {
            Kernel::Combine(factors) => {
                let terms = operands.iter().map(|&s| entries(fetch(s)));
                combine(factors, terms, out);
            }
            Kernel::Product(product) => product.run(fetch(operands[0]), fetch(operands[1]), out),
            Kernel::Scale(factor) => {
                let factor = factor * dense(0)[0];
                out.iter_mut()
                    .zip(dense(1))
                    .for_each(|(o, x)| *o = factor * x);
            }
            Kernel::ElementMultiply => broadcast(dense(0), dense(1), out, |x, y| x * y),
            Kernel::Divide => broadcast(dense(0), dense(1), out, |x, y| x / y),
            Kernel::Gather(positions) => {
                let x = dense(0);
                out.iter_mut()
                    .zip(positions.iter())
                    .for_each(|(o, &p)| *o = x[p]);
            }
            Kernel::Scatter(positions) => {
                out.fill(0.0);
                for (k, positions) in positions.iter().enumerate() {
                    positions
                        .iter()
                        .zip(dense(k))
                        .for_each(|(&p, x)| out[p] += x);
                }
            }
            Kernel::Transpose(shape) => transpose(*shape, dense(0), out),
            Kernel::Stack(rows) => {
                let blocks = operands.iter().map(|&s| entries(fetch(s)));
                stack(rows, blocks, out);
            }
            Kernel::Append => {
                let mut start = 0;
                for &source in operands {
                    let x = entries(fetch(source));
                    out[start..start + x.len()].copy_from_slice(x);
                    start += x.len();
                }
            }
            Kernel::Sum => out[0] = sum(dense(0)),
            Kernel::SumRows(rows) => {
                out.fill(0.0);
                for column in dense(0).chunks_exact((*rows).max(1)) {
                    out.iter_mut().zip(column).for_each(|(o, x)| *o += x);
                }
            }
            Kernel::SumColumns(rows) => {
                let columns = dense(0).chunks_exact((*rows).max(1));
                out.iter_mut().zip(columns).for_each(|(o, c)| *o = sum(c));
            }
            Kernel::Atom(atom) => call(atom.as_ref(), operands, fetch, out),
        }
    }
}

pub(super) fn entries_mut(value: &mut Matrix) -> &mut [f64] {
    match value {
        Matrix::Dense(dense) => dense.as_mut_slice(),
        // Buffers are always dense.
        Matrix::Sparse(_) => &mut [],
    }
}

fn entries(value: &Matrix) -> &[f64] {
    value.as_slice().unwrap_or_default()
}

fn call<'a>(
    atom: &dyn Atom,
    operands: &[Source],
    fetch: impl Fn(Source) -> &'a Matrix,
    out: &mut [f64],
) {
    if operands.is_empty() || operands.len() > STACK_OPERANDS {
        let values: Vec<&Matrix> = operands.iter().map(|&s| fetch(s)).collect();
        return atom.evaluate(&values, out);
    }
    let mut values = [fetch(operands[0]); STACK_OPERANDS];
    for (slot, &source) in values.iter_mut().zip(operands) {
        *slot = fetch(source);
    }
    atom.evaluate(&values[..operands.len()], out);
}

pub(super) fn combine<'a>(
    factors: &[f64],
    terms: impl Iterator<Item = &'a [f64]>,
    out: &mut [f64],
) {
    for (k, (&factor, term)) in factors.iter().zip(terms).enumerate() {
        match (term, k) {
            ([scalar], 0) => out.fill(factor * scalar),
            ([scalar], _) => {
                let shift = factor * scalar;
                out.iter_mut().for_each(|o| *o += shift);
            }
            (_, 0) => out.iter_mut().zip(term).for_each(|(o, x)| *o = factor * x),
            _ => out.iter_mut().zip(term).for_each(|(o, x)| *o += factor * x),
        }
    }
}

pub(super) fn broadcast(x: &[f64], y: &[f64], out: &mut [f64], f: impl Fn(f64, f64) -> f64) {
    match (x, y) {
        (&[x], _) if y.len() == out.len() => {
            out.iter_mut().zip(y).for_each(|(o, &y)| *o = f(x, y));
        }
        (_, &[y]) => out.iter_mut().zip(x).for_each(|(o, &x)| *o = f(x, y)),
        _ => {
            for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
                *o = f(x, y);
            }
        }
    }
}

fn transpose(shape: Shape, x: &[f64], out: &mut [f64]) {
    if shape.is_vector() {
        return out.copy_from_slice(x);
    }
    for (j, column) in x.chunks_exact(shape.rows).enumerate() {
        for (i, value) in column.iter().enumerate() {
            out[j + i * shape.cols] = *value;
        }
    }
}

fn stack<'a>(rows: &[usize], blocks: impl Iterator<Item = &'a [f64]>, out: &mut [f64]) {
    let total: usize = rows.iter().sum();
    let mut offset = 0;
    for (&rows, block) in rows.iter().zip(blocks) {
        let columns = block.chunks_exact(rows.max(1));
        for (source, target) in columns.zip(out.chunks_exact_mut(total.max(1))) {
            target[offset..offset + rows].copy_from_slice(source);
        }
        offset += rows;
    }
}

/// In eight running sums.
pub(super) fn sum(x: &[f64]) -> f64 {
    let chunks = x.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().sum();
    let mut sums = [0.0; 8];
    for chunk in chunks {
        sums.iter_mut().zip(chunk).for_each(|(s, v)| *s += v);
    }
    sums.iter().sum::<f64>() + rest
}
