//! The products: gemm, gemv, symv, syrk, syr2k.
//!
//! All are C := alpha X Y + beta C, over the whole of C or one of its triangles.

use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::reborrow::ReborrowMut;
use faer::{Accum, MatMut, MatRef, Par};

use super::{Outcome, Real, is_transposed, is_upper, matrix, matrix_mut, operand, require, size};
use BlockStructure::{Rectangular, StrictTriangularLower, TriangularLower, TriangularUpper};

/// The triangle of C that UPLO names.
fn triangle(upper: bool) -> BlockStructure {
    if upper {
        TriangularUpper
    } else {
        TriangularLower
    }
}

/// `part` of C, entry by entry.
fn update<T: Real>(mut c: MatMut<'_, T>, part: BlockStructure, entry: impl Fn(T) -> T) {
    for j in 0..c.ncols() {
        let rows = match part {
            TriangularLower => j..c.nrows(),
            TriangularUpper => 0..j + 1,
            _ => 0..c.nrows(),
        };
        for i in rows {
            c[(i, j)] = entry(c[(i, j)]);
        }
    }
}

/// `part` of C := beta C, to be added to.  When beta = 0 the old C, perhaps NaN, must
/// not count: the product is told to overwrite it instead.
fn scale<T: Real>(c: MatMut<'_, T>, part: BlockStructure, beta: T) -> Accum {
    if beta == T::zero() {
        return Accum::Replace;
    }
    if beta != T::one() {
        update(c, part, |entry| beta * entry);
    }
    Accum::Add
}

/// `part` of C := alpha X Y, added to C if `start` says so, for an X with that structure.
fn multiply<T: Real>(
    c: MatMut<'_, T>,
    part: BlockStructure,
    start: Accum,
    (x, structure): (MatRef<'_, T>, BlockStructure),
    y: MatRef<'_, T>,
    alpha: T,
) {
    matmul(
        c,
        part,
        start,
        x,
        structure,
        y,
        Rectangular,
        alpha,
        Par::Seq,
    );
}

/// `part` of C := alpha X Y + beta C, where alpha = 0 must not read X and Y.
fn product<T: Real>(
    mut c: MatMut<'_, T>,
    part: BlockStructure,
    (x, y): (MatRef<'_, T>, MatRef<'_, T>),
    alpha: T,
    beta: T,
) {
    let start = scale(c.rb_mut(), part, beta);
    if alpha != T::zero() && x.ncols() > 0 {
        multiply(c, part, start, (x, Rectangular), y, alpha);
    } else if start == Accum::Replace {
        update(c, part, |_| T::zero());
    }
}

/// The vector of `n` entries `inc` apart, as a column.  A negative `inc` runs it
/// backwards: its first entry then lies (n - 1) |inc| after `p`.
///
/// # Safety
/// `p` addresses 1 + (n - 1) |inc| initialised entries, alive for `'a`.
unsafe fn strided<'a, T: Real>(
    p: *const T,
    n: usize,
    inc: i32,
    position: i32,
) -> Outcome<MatRef<'a, T>> {
    require(inc != 0, position)?;
    let step = inc as isize;
    if n == 0 {
        // SAFETY: a matrix without entries.
        return unsafe { matrix(p, (0, 1), 1, position) };
    }
    let back = if step < 0 { n - 1 } else { 0 };
    // SAFETY: by contract, both ends of the vector are in bounds.
    Ok(unsafe { MatRef::from_raw_parts(p.offset(-step * back as isize), n, 1, step, 1) })
}

/// As [`strided`], for writing.
///
/// # Safety
/// As for [`strided`]; nothing else accesses the entries during `'a`.
unsafe fn strided_mut<'a, T: Real>(
    p: *mut T,
    n: usize,
    inc: i32,
    position: i32,
) -> Outcome<MatMut<'a, T>> {
    // SAFETY: by contract, the entries are ours to write.
    Ok(unsafe { strided(p, n, inc, position)?.const_cast() })
}

/// C := alpha op(A) op(B) + beta C.
///
/// # Safety
/// The pointers address matrices of the sizes stated; C overlaps neither A nor B.
pub(super) unsafe fn gemm<T: Real>(
    transa: u8,
    transb: u8,
    m: i32,
    n: i32,
    k: i32,
    alpha: T,
    a: *const T,
    lda: i32,
    b: *const T,
    ldb: i32,
    beta: T,
    c: *mut T,
    ldc: i32,
) -> Outcome {
    let (transa, transb) = (is_transposed(transa, 1)?, is_transposed(transb, 2)?);
    let (m, n, k) = (size(m, 3)?, size(n, 4)?, size(k, 5)?);
    // SAFETY: by contract.
    let (a, b, c) = unsafe {
        (
            operand(a, (m, k), transa, lda, 8)?,
            operand(b, (k, n), transb, ldb, 10)?,
            matrix_mut(c, (m, n), ldc, 13)?,
        )
    };
    product(c, Rectangular, (a, b), alpha, beta);
    Ok(())
}

/// y := alpha op(A) x + beta y, with A of `m` rows and `n` columns.
///
/// # Safety
/// The pointers address arrays of the sizes stated; y overlaps neither A nor x.
unsafe fn gemv<T: Real>(
    trans: u8,
    m: i32,
    n: i32,
    alpha: T,
    a: *const T,
    lda: i32,
    x: *const T,
    incx: i32,
    beta: T,
    y: *mut T,
    incy: i32,
) -> Outcome {
    let trans = is_transposed(trans, 1)?;
    let (m, n) = (size(m, 2)?, size(n, 3)?);
    let (rows, cols) = if trans { (n, m) } else { (m, n) };
    // SAFETY: by contract.
    let (a, x, y) = unsafe {
        (
            operand(a, (rows, cols), trans, lda, 6)?,
            strided(x, cols, incx, 8)?,
            strided_mut(y, rows, incy, 11)?,
        )
    };
    // The reference leaves y alone when A has no entry, whatever beta.
    if rows > 0 && cols > 0 {
        product(y, Rectangular, (a, x), alpha, beta);
    }
    Ok(())
}

/// y := alpha A x + beta y, with A symmetric, given by one triangle.
///
/// # Safety
/// The pointers address arrays of the sizes stated; y overlaps neither A nor x.
unsafe fn symv<T: Real>(
    uplo: u8,
    n: i32,
    alpha: T,
    a: *const T,
    lda: i32,
    x: *const T,
    incx: i32,
    beta: T,
    y: *mut T,
    incy: i32,
) -> Outcome {
    let upper = is_upper(uplo, 1)?;
    let n = size(n, 2)?;
    // SAFETY: by contract.
    let (a, x, mut y) = unsafe {
        (
            operand(a, (n, n), upper, lda, 5)?,
            strided(x, n, incx, 7)?,
            strided_mut(y, n, incy, 10)?,
        )
    };
    if alpha == T::zero() {
        product(y, Rectangular, (a, x), alpha, beta);
        return Ok(());
    }
    // The view now holds the lower triangle L, and A = L + (L without diagonal)ᵀ.
    let (lower, upper) = (TriangularLower, StrictTriangularLower.transpose());
    let start = scale(y.rb_mut(), Rectangular, beta);
    multiply(y.rb_mut(), Rectangular, start, (a, lower), x, alpha);
    let rest = (a.transpose(), upper);
    multiply(y, Rectangular, Accum::Add, rest, x, alpha);
    Ok(())
}

/// One triangle of C := alpha op(A) op(A)ᵀ + beta C.
///
/// # Safety
/// The pointers address matrices of the sizes stated; C does not overlap A.
unsafe fn syrk<T: Real>(
    uplo: u8,
    trans: u8,
    n: i32,
    k: i32,
    alpha: T,
    a: *const T,
    lda: i32,
    beta: T,
    c: *mut T,
    ldc: i32,
) -> Outcome {
    let (upper, trans) = (is_upper(uplo, 1)?, is_transposed(trans, 2)?);
    let (n, k) = (size(n, 3)?, size(k, 4)?);
    // SAFETY: by contract.
    let (a, c) = unsafe {
        (
            operand(a, (n, k), trans, lda, 7)?,
            matrix_mut(c, (n, n), ldc, 10)?,
        )
    };
    product(c, triangle(upper), (a, a.transpose()), alpha, beta);
    Ok(())
}

/// One triangle of C := alpha (op(A) op(B)ᵀ + op(B) op(A)ᵀ) + beta C.
///
/// # Safety
/// The pointers address matrices of the sizes stated; C overlaps neither A nor B.
unsafe fn syr2k<T: Real>(
    uplo: u8,
    trans: u8,
    n: i32,
    k: i32,
    alpha: T,
    a: *const T,
    lda: i32,
    b: *const T,
    ldb: i32,
    beta: T,
    c: *mut T,
    ldc: i32,
) -> Outcome {
    let (upper, trans) = (is_upper(uplo, 1)?, is_transposed(trans, 2)?);
    let (n, k) = (size(n, 3)?, size(k, 4)?);
    // SAFETY: by contract.
    let (a, b, mut c) = unsafe {
        (
            operand(a, (n, k), trans, lda, 7)?,
            operand(b, (n, k), trans, ldb, 9)?,
            matrix_mut(c, (n, n), ldc, 12)?,
        )
    };
    product(c.rb_mut(), triangle(upper), (a, b.transpose()), alpha, beta);
    product(c, triangle(upper), (b, a.transpose()), alpha, T::one());
    Ok(())
}

export!(blas gemm as dgemm_ sgemm_ (transa: letter, transb: letter, m: integer, n: integer,
    k: integer, alpha: scalar, a: input, lda: integer, b: input, ldb: integer, beta: scalar,
    c: output, ldc: integer));
export!(blas gemv as dgemv_ sgemv_ (trans: letter, m: integer, n: integer, alpha: scalar,
    a: input, lda: integer, x: input, incx: integer, beta: scalar, y: output, incy: integer));
export!(blas symv as dsymv_ ssymv_ (uplo: letter, n: integer, alpha: scalar, a: input,
    lda: integer, x: input, incx: integer, beta: scalar, y: output, incy: integer));
export!(blas syrk as dsyrk_ ssyrk_ (uplo: letter, trans: letter, n: integer, k: integer,
    alpha: scalar, a: input, lda: integer, beta: scalar, c: output, ldc: integer));
export!(blas syr2k as dsyr2k_ ssyr2k_ (uplo: letter, trans: letter, n: integer, k: integer,
    alpha: scalar, a: input, lda: integer, b: input, ldb: integer, beta: scalar, c: output,
    ldc: integer));
