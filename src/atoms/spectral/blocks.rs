//! Pieces of linear matrix inequalities.

use crate::cone::{AffineMap, ProgramBuilder};
use crate::expr::GraphFormError;
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;

/// [A, B; B', C], by its upper triangle: what is below the diagonal blocks stays A, B, C' entries.
pub(crate) fn block_matrix(a: &AffineMap, b: &AffineMap, c: &AffineMap) -> AffineMap {
    let (m, n) = (a.shape().rows, c.shape().rows);
    let side = m + n;
    let stacked = AffineMap::stack(&[a, b, c]);
    let (b_start, c_start) = (m * m, m * m + m * n);
    let source = move |i: usize, j: usize| match (i < m, j < m) {
        (true, true) => i + j * m,
        (true, false) => b_start + i + (j - m) * m,
        (false, true) => b_start + j + (i - m) * m,
        (false, false) => c_start + (i - m) + (j - m) * n,
    };
    let picks = (0..side).flat_map(|j| (0..side).map(move |i| source(i, j)));
    stacked.select(Shape::new(side, side), picks)
}

/// Σ x_ii.
pub(crate) fn trace_of(x: &AffineMap) -> AffineMap {
    let n = x.shape().rows;
    x.sum_groups(Shape::SCALAR, |_| (0..n).map(|i| i * (n + 1)))
}

/// trace(C*X) of symmetric matrices.
pub(super) fn inner_product(weights: &Matrix, x: &AffineMap) -> AffineMap {
    let weighted = x.scaled_rows(&weights.entries());
    weighted.sum_groups(Shape::SCALAR, |_| 0..x.rows())
}

/// The largest side of a Kronecker product of two unknown matrices: it stands in blocks of twice
/// the side, with a row for each entry.
const LARGEST_PRODUCT: usize = 256;

/// Why two matrices of these sides are too large to be multiplied so.
pub(super) fn check_product(n: usize, m: usize) -> Result<(), GraphFormError> {
    if n.saturating_mul(m) <= LARGEST_PRODUCT {
        return Ok(());
    }
    Err(GraphFormError::new(format!(
        "of two unknown matrices with {n} and {m} rows it takes semidefinite blocks of side {}, and \
         more than {} is refused",
        2 * n * m,
        2 * LARGEST_PRODUCT
    )))
}

/// The matrix with entry (i, j) of the square x at `place(i, j, k)` for each k of `copies`: its
/// Kronecker product with an identity.
pub(super) fn kronecker(
    x: &AffineMap,
    copies: usize,
    place: impl Fn(usize, usize, usize) -> (usize, usize),
) -> AffineMap {
    let n = x.shape().rows;
    let side = n * copies;
    let entries = (0..n).flat_map(|j| (0..n).map(move |i| (i, j)));
    let places: Vec<(usize, usize)> = entries
        .flat_map(|(i, j)| (0..copies).map(move |k| (i, j, k)))
        .map(|(i, j, k)| {
            let (row, column) = place(i, j, k);
            (row + column * side, i + j * n)
        })
        .collect();
    placed(x, side, places.into_iter())
}

/// The diagonal of a square matrix as a vector.
pub(super) fn diagonal_of(x: &AffineMap) -> AffineMap {
    let n = x.shape().rows;
    x.select(Shape::vector(n), (0..n).map(|i| i * (n + 1)))
}

/// t*I.
pub(super) fn scaled_identity(t: &AffineMap, side: usize) -> AffineMap {
    placed(t, side, (0..side).map(|i| (i * (side + 1), 0)))
}

/// diag(x).
pub(super) fn diagonal_matrix(x: &AffineMap) -> AffineMap {
    let side = x.rows();
    placed(x, side, (0..side).map(|i| (i * (side + 1), i)))
}

/// Zeros of that side with entry `e` of x at position `k` (down the columns) for each (k, e).
pub(super) fn placed(
    x: &AffineMap,
    side: usize,
    places: impl Iterator<Item = (usize, usize)>,
) -> AffineMap {
    let triplets: Vec<_> = places.map(|(k, e)| (k, e, 1.0)).collect();
    let matrix = SparseMatrix::from_triplets(Shape::new(side * side, x.rows()), &triplets);
    let entries = x.clone().reshaped(Shape::vector(x.rows()));
    let placed = entries.premultiplied(&Matrix::Sparse(matrix));
    placed.reshaped(Shape::new(side, side))
}

/// A new lower triangular matrix of variables Z with [X, Z; Z', diag(Z)] positive semidefinite;
/// returns the diagonal of Z, whose product is at most det(X), with equality for some Z.
///
/// Source: A. Ben-Tal, A. Nemirovski, "Lectures on modern convex optimization", 4.2.1.
pub(super) fn triangular_diagonal(x: &AffineMap, program: &mut ProgramBuilder) -> AffineMap {
    let n = x.shape().rows;
    let entries = program.variable(Shape::vector(n * (n + 1) / 2));
    // Entry (i, j), i >= j, columns one after another.
    let position = |i: usize, j: usize| j * n - j * (j + 1) / 2 + i;
    let lower = (0..n).flat_map(|j| (j..n).map(move |i| (i + j * n, position(i, j))));
    let z = placed(&entries, n, lower);
    let diagonal = diagonal_of(&z);
    let block = block_matrix(x, &z, &diagonal_matrix(&diagonal));
    program.positive_semidefinite(&block, crate::cone::Owner::GraphForm);
    diagonal
}
