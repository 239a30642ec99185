//! The factorisations: potrf and potrs (Cholesky), gesv (LU).

use std::slice;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{
    LltError, LltRegularization, cholesky_in_place, cholesky_in_place_scratch,
};
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_unit_lower_triangular_in_place,
    solve_upper_triangular_in_place,
};
use faer::reborrow::{Reborrow, ReborrowMut};
use faer::{Accum, Mat, MatMut, Par};

use super::{Outcome, Real, is_upper, magnitude, matrix_mut, operand, size};

/// Replaces one triangle of A by its factor: A = L Lᵀ (UPLO = L) or A = Uᵀ U (U).
/// Fails with i when the leading minor of order i is not positive definite.
///
/// # Safety
/// `a` addresses an `n` by `n` matrix.
unsafe fn potrf<T: Real>(uplo: u8, n: i32, a: *mut T, lda: i32) -> Outcome {
    let upper = is_upper(uplo, 1)?;
    let n = size(n, 2)?;
    // SAFETY: by contract.
    let a = unsafe { matrix_mut(a, (n, n), lda, 4)? };
    // U stored by columns is L stored by rows.
    let mut a = if upper { a.transpose_mut() } else { a };
    // faer's kernel also writes above the diagonal, where A must stay as it is.
    let mut l = Mat::<T>::zeros(n, n);
    l.copy_from_triangular_lower(a.rb());
    let outcome = cholesky_in_place(
        l.as_mut(),
        LltRegularization::default(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(cholesky_in_place_scratch::<T>(
            n,
            Par::Seq,
            Default::default(),
        ))),
        Default::default(),
    );
    a.copy_from_triangular_lower(&l);
    match outcome {
        Ok(_) => Ok(()),
        Err(LltError::NonPositivePivot { index }) => Err(index as i32 + 1),
    }
}

/// B := A⁻¹ B, from the factor that [`potrf`] left in one triangle of A.
///
/// # Safety
/// `a` addresses an `n` by `n` matrix and `b` an `n` by `nrhs` one, apart.
unsafe fn potrs<T: Real>(
    uplo: u8,
    n: i32,
    nrhs: i32,
    a: *const T,
    lda: i32,
    b: *mut T,
    ldb: i32,
) -> Outcome {
    let upper = is_upper(uplo, 1)?;
    let (n, nrhs) = (size(n, 2)?, size(nrhs, 3)?);
    // SAFETY: by contract.
    let (l, mut b) = unsafe {
        (
            operand(a, (n, n), upper, lda, 5)?,
            matrix_mut(b, (n, nrhs), ldb, 7)?,
        )
    };
    solve_lower_triangular_in_place(l, b.rb_mut(), Par::Seq);
    solve_upper_triangular_in_place(l.transpose(), b, Par::Seq);
    Ok(())
}

/// Exchanges row `k` of A with row `pivots[k]`, for k = 0, 1, ...
fn exchange<T: Real>(mut a: MatMut<'_, T>, pivots: &[usize]) {
    for j in 0..a.ncols() {
        for (k, &p) in pivots.iter().enumerate() {
            let kept = a[(k, j)];
            a[(k, j)] = a[(p, j)];
            a[(p, j)] = kept;
        }
    }
}

/// LU of a single column: the pivot is the largest entry, and L the others over it.
fn eliminate<T: Real>(mut a: MatMut<'_, T>) -> (usize, bool) {
    let larger = |i, p| magnitude(a[(i, 0)]) > magnitude(a[(p, 0)]);
    let p = (1..a.nrows()).fold(0, |p, i| if larger(i, p) { i } else { p });
    exchange(a.rb_mut(), &[p]);
    let pivot = a[(0, 0)];
    if pivot == T::zero() {
        return (p, true);
    }
    for i in 1..a.nrows() {
        a[(i, 0)] = a[(i, 0)] / pivot;
    }
    (p, false)
}

/// P A = L U in place for A with at least as many rows as columns, by halving the
/// columns (LAPACK's `getrf2`), so that nearly all the work is faer's matmul.  Returns
/// the index of the first zero pivot; unlike faer's own LU it goes on after one.
fn lu<T: Real>(mut a: MatMut<'_, T>, pivots: &mut [usize]) -> Option<usize> {
    let n = a.ncols();
    if n < 2 {
        let pivot = pivots.first_mut()?;
        let (row, zero) = eliminate(a);
        *pivot = row;
        return zero.then_some(0);
    }
    let half = n / 2;
    let (head, tail) = pivots.split_at_mut(half);
    let (mut left, mut right) = a.rb_mut().split_at_col_mut(half);
    let first = lu(left.rb_mut(), head);
    exchange(right.rb_mut(), head);
    let (l11, l21) = left.rb().split_at_row(half);
    let (mut u12, mut a22) = right.split_at_row_mut(half);
    solve_unit_lower_triangular_in_place(l11, u12.rb_mut(), Par::Seq);
    matmul(a22.rb_mut(), Accum::Add, l21, u12.rb(), -T::one(), Par::Seq);
    let second = lu(a22, tail);
    exchange(left.split_at_row_mut(half).1, tail);
    for p in tail {
        *p += half;
    }
    first.or(second.map(|k| k + half))
}

/// B := A⁻¹ B, leaving L and U in A and the row exchanges, counted from 1, in IPIV.
/// Fails with i when the i-th pivot is zero; B is then unchanged.
///
/// # Safety
/// `a` addresses an `n` by `n` matrix, `b` an `n` by `nrhs` one, `ipiv` `n` integers.
unsafe fn gesv<T: Real>(
    n: i32,
    nrhs: i32,
    a: *mut T,
    lda: i32,
    ipiv: *mut i32,
    b: *mut T,
    ldb: i32,
) -> Outcome {
    let (n, nrhs) = (size(n, 1)?, size(nrhs, 2)?);
    // SAFETY: by contract.
    let (mut a, mut b) = unsafe {
        (
            matrix_mut(a, (n, n), lda, 4)?,
            matrix_mut(b, (n, nrhs), ldb, 7)?,
        )
    };
    let mut pivots = vec![0; n];
    let singular = lu(a.rb_mut(), &mut pivots);
    if n > 0 {
        // SAFETY: by contract; n > 0 rules out a null pointer.
        let ipiv = unsafe { slice::from_raw_parts_mut(ipiv, n) };
        ipiv.iter_mut()
            .zip(&pivots)
            .for_each(|(to, &p)| *to = p as i32 + 1);
    }
    if let Some(k) = singular {
        return Err(k as i32 + 1);
    }
    exchange(b.rb_mut(), &pivots);
    solve_unit_lower_triangular_in_place(a.rb(), b.rb_mut(), Par::Seq);
    solve_upper_triangular_in_place(a.rb(), b, Par::Seq);
    Ok(())
}

export!(lapack potrf as dpotrf_ spotrf_ (uplo: letter, n: integer, a: output, lda: integer));
export!(lapack potrs as dpotrs_ spotrs_ (uplo: letter, n: integer, nrhs: integer, a: input,
    lda: integer, b: output, ldb: integer));
export!(lapack gesv as dgesv_ sgesv_ (n: integer, nrhs: integer, a: output, lda: integer,
    ipiv: integers, b: output, ldb: integer));
