//! A polynomial that is nowhere negative on a stretch is a sum of squares, each block of squares
//! weighted by a polynomial that is nonnegative there.
//!
//! Source: Y. Nesterov, "Squared functional systems and optimization problems", 2000 (the theorems
//! of Hilbert and of Markov and Lukács).

use super::stretch::{Ends, Stretch};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;

/// weight(u) * (1, u, …)' G (1, u, …) with G positive semidefinite of that side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub side: usize,
    /// The lowest power first.
    weight: &'static [f64],
}

impl Block {
    /// From the entries of G to the coefficients of the block, the lowest power first.
    pub(super) fn matrix(&self, count: usize) -> Matrix {
        let mut triplets = Vec::new();
        for j in 0..self.side {
            for i in 0..self.side {
                let shifts = self.weight.iter().enumerate().filter(|(_, w)| **w != 0.0);
                triplets.extend(shifts.map(|(l, w)| (i + j + l, i + j * self.side, *w)));
            }
        }
        let shape = Shape::new(count, self.side * self.side);
        Matrix::Sparse(SparseMatrix::from_triplets(shape, &triplets))
    }
}

/// The blocks of the polynomials with `count` coefficients in the variable u of the stretch.
pub(super) fn blocks(stretch: Stretch, count: usize) -> Vec<Block> {
    let degree = count - 1;
    let half = degree / 2;
    let plain = (half + 1, &[1.0][..]);
    let pairs: [(usize, &'static [f64]); 2] = match stretch.ends() {
        Ends::Neither => [plain, (0, &[])],
        Ends::One => [plain, (degree.div_ceil(2), &[0.0, 1.0])],
        Ends::Both if degree.is_multiple_of(2) => [plain, (half, &[1.0, 0.0, -1.0])],
        Ends::Both => [(half + 1, &[1.0, 1.0]), (half + 1, &[1.0, -1.0])],
    };
    let blocks = pairs.into_iter().filter(|(side, _)| *side > 0);
    blocks
        .map(|(side, weight)| Block { side, weight })
        .collect()
}
