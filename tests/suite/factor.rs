//! Square-root factors: F'F = P for semidefinite P of all kinds, none for the others.

use bowl::matrix::{Matrix, SparseMatrix, square_root_factor};
use bowl::shape::Shape;
use nalgebra::DMatrix;

/// A fixed sequence of numbers in (-1, 1).
fn numbers(count: usize) -> Vec<f64> {
    let mut state = 7u64;
    let mut next = || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn error(matrix: &DMatrix<f64>, factor: &Matrix) -> f64 {
    let factor = factor.to_dense();
    (factor.tr_mul(&factor) - matrix).amax() / matrix.amax().max(f64::MIN_POSITIVE)
}

fn sparse(matrix: &DMatrix<f64>) -> Matrix {
    Matrix::Sparse(SparseMatrix::from_dense(matrix))
}

fn check(matrix: DMatrix<f64>, rank: usize) {
    for value in [Matrix::Dense(matrix.clone()), sparse(&matrix)] {
        let factor = square_root_factor(&value).expect("the matrix is semidefinite");
        assert_eq!(factor.shape(), Shape::new(rank.max(1), matrix.ncols()));
        assert!(error(&matrix, &factor) < 1e-12, "{matrix} {factor:?}");
    }
}

fn refuse(matrix: DMatrix<f64>) {
    assert!(square_root_factor(&sparse(&matrix)).is_none(), "{matrix}");
    assert!(square_root_factor(&Matrix::Dense(matrix)).is_none());
}

#[test]
fn definite_and_deficient_matrices_have_a_factor() {
    for (rows, n) in [(9, 6), (6, 6), (3, 6), (1, 4), (20, 40)] {
        let a = DMatrix::from_vec(rows, n, numbers(rows * n));
        check(a.tr_mul(&a), rows.min(n));
    }
    check(DMatrix::zeros(3, 3), 0);
    check(DMatrix::from_element(4, 4, 1.0), 1);
    check(DMatrix::from_diagonal_element(3, 3, 2.0), 3);
}

#[test]
fn scales_do_not_matter() {
    let wide = DMatrix::from_diagonal(&nalgebra::DVector::from_vec(vec![1e20, 1.0, 1e-20]));
    let factor = square_root_factor(&Matrix::Dense(wide)).expect("diagonal and positive");
    assert_eq!(factor.get(2, 2), 1e-10);
    check(
        DMatrix::from_row_slice(2, 2, &[1e-200, 0.0, 0.0, 1e-200]),
        2,
    );
}

#[test]
fn noise_on_an_empty_diagonal_is_not_indefinite() {
    let noisy = DMatrix::from_row_slice(2, 2, &[1.0, 1e-17, 1e-17, -1e-17]);
    check(noisy, 1);
}

#[test]
fn others_are_refused() {
    refuse(DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 1.0]));
    refuse(DMatrix::from_row_slice(2, 2, &[0.0, 1.0, 1.0, 0.0]));
    refuse(DMatrix::from_row_slice(2, 2, &[1.0, 0.0, 0.0, -1e-6]));
    refuse(DMatrix::from_row_slice(2, 2, &[1.0, 1.0, 0.0, 1.0]));
    refuse(DMatrix::from_row_slice(
        2,
        2,
        &[1.0, f64::NAN, f64::NAN, 1.0],
    ));
    refuse(DMatrix::from_row_slice(1, 2, &[1.0, 1.0]));
    let a = DMatrix::from_vec(30, 30, numbers(900));
    let mut indefinite = a.tr_mul(&a);
    indefinite[(7, 7)] -= 40.0;
    refuse(indefinite);
}

/// The Laplacian of a grid is singular (the ones) and sparse.
#[test]
fn a_large_sparse_laplacian_stays_sparse() {
    let side = 70;
    let n = side * side;
    let mut triplets = Vec::new();
    let mut edge = |a: usize, b: usize| {
        triplets.extend([(a, a, 1.0), (b, b, 1.0), (a, b, -1.0), (b, a, -1.0)]);
    };
    for i in 0..side {
        for j in 0..side - 1 {
            edge(i * side + j, i * side + j + 1);
            edge(j * side + i, (j + 1) * side + i);
        }
    }
    let laplacian = SparseMatrix::from_triplets(Shape::new(n, n), &triplets);
    let factor = square_root_factor(&Matrix::Sparse(laplacian.clone())).expect("semidefinite");
    let Matrix::Sparse(factor) = factor else {
        panic!("a sparse factor")
    };
    assert_eq!(factor.rows, n - 1);
    assert!(factor.nonzeros() < 40 * n);
    let x = numbers(n);
    let mut through = vec![0.0; factor.rows];
    factor.multiply_add(1.0, &x, &mut through);
    let mut back = vec![0.0; n];
    factor.transpose_multiply_add(1.0, &through, &mut back);
    laplacian.multiply_add(-1.0, &x, &mut back);
    assert!(back.iter().all(|r| r.abs() < 1e-10));
}
