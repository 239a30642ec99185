//! |F x + g|² of a tall dense F through its triangular factor.
//!
//! With the thin factorisation [F g] = Q [R d; 0 ρ], |F x + g|² = |R x + d|² + ρ².
//! Source: G. Golub, "Numerical methods for solving linear least squares problems", 1965.

use crate::cone::AffineMap;
use crate::matrix::Matrix;
use crate::shape::Shape;
use faer::Mat;
use nalgebra::{DMatrix, DVector};

/// Rows for each column from which the factorisation pays: below, its cost exceeds what the smaller
/// program saves.
const TALL: usize = 2;
/// Share of stored entries from which F counts as dense.
const DENSE: f64 = 0.5;
/// The products R'R and R'd are used while |d|² is at most this many times ρ², which the optimum
/// never falls below: then the cancellation in x'R'Rx + 2 d'Rx + d'd costs four digits of sixteen.
const LARGEST_CANCELLATION: f64 = 1e4;
/// And while the diagonal of R spans at most this factor, which bounds the condition from below.
const LARGEST_SPREAD: f64 = 1e5;

/// R, d and ρ.
#[derive(Clone, Debug)]
pub(super) struct Triangular {
    /// Program variables of the columns of R.
    pub columns: Vec<usize>,
    factor: DMatrix<f64>,
    offset: DVector<f64>,
    /// ρ.
    pub rest: f64,
}

/// Whether the map is worth factorising.
pub(super) fn is_tall_and_dense(map: &AffineMap) -> bool {
    let columns = map.longest_row();
    if columns < 3 || map.rows() <= TALL * columns {
        return false;
    }
    let used = used_columns(map).len();
    map.rows() > TALL * used && map.nonzeros() as f64 > DENSE * (map.rows() * used) as f64
}

fn used_columns(map: &AffineMap) -> Vec<usize> {
    let mut columns: Vec<usize> = map.terms().map(|(j, _)| j).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// The factors of a map whose rows name each variable at most once.
pub(super) fn triangular(map: &AffineMap) -> Triangular {
    let columns = used_columns(map);
    let count = columns.len();
    let first = columns.first().copied().unwrap_or_default();
    let span = columns.last().map_or(0, |last| last - first + 1);
    let mut position = vec![0; span];
    for (k, &column) in columns.iter().enumerate() {
        position[column - first] = k;
    }
    let mut dense = Mat::<f64>::zeros(map.rows(), count + 1);
    for row in 0..map.rows() {
        for (column, value) in map.row(row) {
            dense[(row, position[column - first])] = value;
        }
        dense[(row, count)] = map.constants()[row];
    }
    let decomposition = dense.qr();
    let upper = decomposition.thin_R();
    Triangular {
        factor: DMatrix::from_fn(count, count, |i, j| upper[(i, j)]),
        offset: DVector::from_fn(count, |i, _| upper[(i, count)]),
        rest: upper[(count, count)],
        columns,
    }
}

impl Triangular {
    pub(super) fn products_keep_digits(&self) -> bool {
        let diagonal = self.factor.diagonal().map(f64::abs);
        let spread = diagonal.max() <= LARGEST_SPREAD * diagonal.min();
        spread && self.offset.norm_squared() <= LARGEST_CANCELLATION * self.rest * self.rest
    }

    /// R'R, R'd and d'd.
    pub(super) fn products(&self) -> (DMatrix<f64>, DVector<f64>, f64) {
        (
            self.factor.tr_mul(&self.factor),
            self.factor.tr_mul(&self.offset),
            self.offset.norm_squared(),
        )
    }

    /// R x + d.
    pub(super) fn map(&self) -> AffineMap {
        let count = self.columns.len();
        let variables: Vec<AffineMap> = self
            .columns
            .iter()
            .map(|&column| AffineMap::pick(Shape::SCALAR, column))
            .collect();
        let x = AffineMap::stack(&variables.iter().collect::<Vec<_>>());
        let offset = Matrix::vector(self.offset.as_slice().to_vec());
        debug_assert_eq!(x.rows(), count);
        x.premultiplied(&Matrix::Dense(self.factor.clone()))
            .plus(&AffineMap::constant(&offset))
    }
}
