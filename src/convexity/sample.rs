//! Random points within the declarations of the variables.

use crate::dcp::Interval;
use crate::matrix::Matrix;
use crate::problem::{Structure, Variable};
use crate::shape::Shape;
use nalgebra::DMatrix;
use std::sync::Arc;

/// SplitMix64. Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
/// generators", 2014.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform on [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal, nearly: the sum of twelve uniform numbers.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// A whole number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        (self.uniform() * count as f64) as usize
    }
}

/// A value of the variable, its entries spread by `scale`, within bounds and structure.
pub(super) fn value(variable: &Variable, random: &mut Random, scale: f64) -> Arc<Matrix> {
    let entries = (0..variable.shape.size()).map(|_| entry(variable.range, random, scale));
    let raw = Matrix::from_columns(variable.shape, entries.collect());
    Arc::new(admitted(variable, raw))
}

/// Zero, or the value nearest to it that the declaration allows.
pub(super) fn origin(variable: &Variable) -> Arc<Matrix> {
    Arc::new(admitted(variable, Matrix::zeros(variable.shape)))
}

fn entry(range: Interval, random: &mut Random, scale: f64) -> f64 {
    let Interval { lower, upper } = range;
    match (lower.is_finite(), upper.is_finite()) {
        (true, true) => lower + (upper - lower) * random.uniform(),
        (true, false) => lower + scale * random.normal().abs(),
        (false, true) => upper - scale * random.normal().abs(),
        (false, false) => scale * random.normal(),
    }
}

/// The value brought within bounds, structure and definiteness.
pub(super) fn admitted(variable: &Variable, raw: Matrix) -> Matrix {
    let Interval { lower, upper } = variable.range;
    let mut dense = raw.into_dense();
    if lower <= upper {
        dense.apply(|entry| *entry = entry.clamp(lower, upper));
    }
    match variable.structure {
        Structure::Full => {}
        Structure::Symmetric => dense = symmetric(&dense),
        Structure::Diagonal => dense = DMatrix::from_diagonal(&dense.diagonal()),
    }
    if variable.psd || variable.nsd {
        dense = definite(&dense, if variable.psd { 1.0 } else { -1.0 });
    }
    let shape = Shape::new(dense.nrows(), dense.ncols());
    Matrix::from_columns(shape, dense.as_slice().to_vec())
}

/// The upper triangle, mirrored.
fn symmetric(dense: &DMatrix<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(dense.nrows(), dense.ncols(), |i, j| {
        dense[(i.min(j), i.max(j))]
    })
}

/// Eigenvalues of the other sign take this one: at zero, at the edge, few functions have a value.
fn definite(dense: &DMatrix<f64>, sign: f64) -> DMatrix<f64> {
    let mut eigen = symmetric(dense).symmetric_eigen();
    eigen.eigenvalues.apply(|e| *e = sign * e.abs());
    symmetric(&eigen.recompose())
}
