//! |F x + g|² of a tall dense F through its triangular factor.
//!
//! With the thin factorisation [F g] = Q [R d; 0 ρ], |F x + g|² = |R x + d|² + ρ².
//! Source: G. Golub, "Numerical methods for solving linear least squares problems", 1965.

use super::products::{Numbering, transposed};
use crate::cone::AffineMap;
use crate::matrix::Matrix;
use crate::shape::Shape;
use faer::Mat;
use nalgebra::DMatrix;

/// Rows for each column from which the factorisation pays.
const TALL: usize = 2;
/// Share of stored entries from which F counts as dense.
const DENSE: f64 = 0.5;

/// R x + d and ρ.
#[derive(Clone, Debug)]
pub(super) struct Triangular {
    pub map: AffineMap,
    pub rest: f64,
}

/// Whether the map is worth factorising.
pub(super) fn is_tall_and_dense(map: &AffineMap, columns: &[usize]) -> bool {
    let count = columns.len();
    map.rows() > TALL * count && map.nonzeros() as f64 > DENSE * (map.rows() * count) as f64
}

/// The factors of a map whose rows name each of `columns` at most once.
pub(super) fn triangular(map: &AffineMap, columns: &[usize]) -> Triangular {
    let count = columns.len();
    let rows = transposed(map, &Numbering::new(columns), count);
    let whole = Mat::from_fn(map.rows(), count + 1, |i, j| {
        if j < count {
            rows[(j, i)]
        } else {
            map.constants()[i]
        }
    });
    let upper = whole.qr();
    let upper = upper.thin_R();
    let factor = DMatrix::from_fn(count, count, |i, j| upper[(i, j)]);
    let offset = (0..count).map(|i| upper[(i, count)]).collect();
    let variables = AffineMap::pick_list(Shape::vector(count), columns);
    Triangular {
        map: variables
            .premultiplied(&Matrix::Dense(factor))
            .plus(&AffineMap::constant(&Matrix::vector(offset))),
        rest: upper[(count, count)],
    }
}
