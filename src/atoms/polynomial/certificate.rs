//! A polynomial that is nowhere negative on a stretch is a sum of squares, each block of squares
//! weighted by a polynomial that is nonnegative there.
//!
//! Source: Y. Nesterov, "Squared functional systems and optimization problems", 2000 (the theorems
//! of Hilbert and of Markov and Lukács).

use super::basis::Basis;
use super::stretch::{Ends, Stretch};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;

/// weight(u) * b(u)' G b(u) with G positive semidefinite of that side, b the basis of the stretch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub side: usize,
    basis: Basis,
    /// In the basis.
    weight: &'static [f64],
}

impl Block {
    /// From the entries of G to the coefficients of the block.
    pub(super) fn matrix(&self, count: usize) -> Matrix {
        let mut triplets = Vec::new();
        for j in 0..self.side {
            for i in 0..self.side {
                for (k, factor) in self.basis.product(i, j) {
                    triplets.extend(
                        self.weighted(k, factor)
                            .map(|(l, c)| (l, i + j * self.side, c)),
                    );
                }
            }
        }
        let shape = Shape::new(count, self.side * self.side);
        Matrix::Sparse(SparseMatrix::from_triplets(shape, &triplets))
    }

    /// weight*factor*b_k.
    fn weighted(&self, k: usize, factor: f64) -> impl Iterator<Item = (usize, f64)> {
        let (basis, weight) = (self.basis, self.weight);
        let weights = weight.iter().enumerate().filter(|(_, w)| **w != 0.0);
        weights.flat_map(move |(l, w)| basis.product(k, l).map(move |(m, c)| (m, factor * w * c)))
    }
}

/// The blocks of the polynomials with `count` coefficients in the basis of the stretch.
pub(super) fn blocks(stretch: Stretch, count: usize) -> Vec<Block> {
    let degree = count - 1;
    let half = degree / 2;
    let plain = (half + 1, &[1.0][..]);
    let pairs: [(usize, &'static [f64]); 2] = match stretch.ends() {
        Ends::Neither => [plain, (0, &[])],
        Ends::One => [plain, (degree.div_ceil(2), &[0.0, 1.0])],
        // 1 - u² = (T_0 - T_2)/2.
        Ends::Both if degree.is_multiple_of(2) => [plain, (half, &[0.5, 0.0, -0.5])],
        Ends::Both => [(half + 1, &[1.0, 1.0]), (half + 1, &[1.0, -1.0])],
    };
    let blocks = pairs.into_iter().filter(|(side, _)| *side > 0);
    let basis = stretch.basis();
    blocks
        .map(|(side, weight)| Block {
            side,
            basis,
            weight,
        })
        .collect()
}
