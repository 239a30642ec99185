//! The spectra: syevr (symmetric eigenvalues), gesdd and gesvd (singular values).
//!
//! faer switches from the QR iteration to divide and conquer at order 128.  The latter
//! uses absolute tolerances (of a symmetric matrix of order 130 scaled by 1e10 the
//! eigenvalues come out with a relative error of 5e-5), so it is switched off here: at
//! those orders Clarabel's linear system costs far more than any spectrum.

use std::slice;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{
    ComputeEigenvectors, SelfAdjointEvdParams, self_adjoint_evd, self_adjoint_evd_scratch,
};
use faer::linalg::svd::{ComputeSvdVectors, SvdParams, svd, svd_scratch};
use faer::reborrow::{Reborrow, ReborrowMut};
use faer::{Auto, Col, Mat, MatMut, MatRef, Par};
use faer_traits::math_utils::{eps, sqrt, sqrt_min_positive};

use super::{Outcome, Real, is_upper, magnitude, matrix_mut, option, require, size};

/// max |aᵢⱼ|, or NaN if an entry is NaN.
fn largest<T: Real>(a: MatRef<'_, T>) -> T {
    let mut largest = T::zero();
    for column in a.col_iter() {
        for &entry in column.iter() {
            let entry = magnitude(entry);
            if entry > largest || T::is_nan_impl(&entry) {
                largest = entry;
            }
        }
    }
    largest
}

/// Scales A so that squares of its entries neither vanish nor overflow, and returns
/// the factor: 1 for all but extreme matrices.  Entries below eps⁴ max |aᵢⱼ| become zero,
/// an invisible change without which faer's QR iteration may stall on underflow.
/// Returns nothing if A is not finite.
fn balance<T: Real>(mut a: MatMut<'_, T>) -> Option<T> {
    let norm = largest(a.rb());
    if !T::is_finite_impl(&norm) {
        return None;
    }
    let low = sqrt_min_positive::<T>() / eps::<T>();
    let high = T::one() / sqrt(&low);
    let factor = match norm {
        _ if norm > high => high / norm,
        _ if norm < low && norm > T::zero() => low / norm,
        _ => T::one(),
    };
    let noise = norm * eps::<T>() * eps::<T>() * eps::<T>() * eps::<T>();
    for column in a.rb_mut().col_iter_mut() {
        for entry in column.iter_mut() {
            *entry = if magnitude(*entry) < noise {
                T::zero()
            } else {
                *entry * factor
            };
        }
    }
    Some(factor)
}

/// The eigenvalues, ascending, of the symmetric matrix with lower triangle `a`, and
/// its eigenvectors as columns (none unless `vectors`).
fn eigen<T: Real>(mut a: Mat<T>, vectors: bool) -> Outcome<(Col<T>, Mat<T>)> {
    let n = a.nrows();
    let factor = balance(a.as_mut()).ok_or(-5)?;
    let wanted = if vectors {
        ComputeEigenvectors::Yes
    } else {
        ComputeEigenvectors::No
    };
    let params = SelfAdjointEvdParams {
        recursion_threshold: usize::MAX,
        ..Auto::<T>::auto()
    };
    let scratch = self_adjoint_evd_scratch::<T>(n, wanted, Par::Seq, params.into());
    let mut values = Col::<T>::zeros(n);
    let mut basis = Mat::<T>::zeros(n, if vectors { n } else { 0 });
    self_adjoint_evd(
        a.as_ref(),
        values.as_mut().as_diagonal_mut(),
        vectors.then(|| basis.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params.into(),
    )
    .map_err(|_| 1)?;
    values.iter_mut().for_each(|value| *value = *value / factor);
    Ok((values, basis))
}

/// Which eigenvalues RANGE selects: all, those in (VL, VU], or the IL-th to the IU-th.
enum Selection<T> {
    All,
    Within(T, T),
    Ranked(usize, usize),
}

impl<T: Real> Selection<T> {
    /// Reads RANGE and the bounds it uses, checking these as LAPACK does.
    fn new(range: u8, n: usize, (vl, vu): (T, T), (il, iu): (i32, i32)) -> Outcome<Self> {
        match range {
            b'V' => require(n == 0 || vl < vu, 8).map(|()| Self::Within(vl, vu)),
            b'I' => {
                let first = size(il, 9)?;
                require((1..=n.max(1)).contains(&first), 9)?;
                let last = size(iu, 10)?;
                require((n.min(first)..=n).contains(&last), 10)?;
                Ok(Self::Ranked(first - 1, last))
            }
            _ => Ok(Self::All),
        }
    }

    /// The indices selected among the ascending eigenvalues `w`.
    fn indices(&self, w: &Col<T>) -> std::ops::Range<usize> {
        let up_to = |bound: T| w.iter().filter(|&&value| value <= bound).count();
        match *self {
            Self::All => 0..w.nrows(),
            Self::Within(low, high) => up_to(low)..up_to(high),
            Self::Ranked(first, last) => first..last,
        }
    }
}

/// Writes the workspace length needed, 1, and tells whether LWORK = -1: only asked for.
///
/// # Safety
/// `work` addresses max(1, `lwork`) entries.
unsafe fn answer<T>(work: *mut T, one: T, lwork: i32, position: i32) -> Outcome<bool> {
    require(lwork == -1 || lwork >= 1, position)?;
    // SAFETY: by contract.
    unsafe { *work = one };
    Ok(lwork == -1)
}

/// Eigenvalues W of a symmetric matrix given by one triangle, M of them, ascending, as
/// RANGE selects, and, if JOBZ = V, their vectors Z.  Fails with 1 when the iteration
/// stalls and, as LAPACKE, with -5 when A is not finite.
///
/// # Safety
/// The pointers address arrays of the sizes LAPACK documents.
unsafe fn syevr<T: Real>(
    jobz: u8,
    range: u8,
    uplo: u8,
    n: i32,
    a: *mut T,
    lda: i32,
    vl: T,
    vu: T,
    il: i32,
    iu: i32,
    _abstol: T,
    m: *mut i32,
    w: *mut T,
    z: *mut T,
    ldz: i32,
    isuppz: *mut i32,
    work: *mut T,
    lwork: i32,
    iwork: *mut i32,
    liwork: i32,
) -> Outcome {
    let vectors = option(jobz, b"NV", 1)? == b'V';
    let range = option(range, b"AVI", 2)?;
    let upper = is_upper(uplo, 3)?;
    let n = size(n, 4)?;
    // SAFETY: by contract.
    let a = unsafe { matrix_mut(a, (n, n), lda, 6)? };
    let selection = Selection::new(range, n, (vl, vu), (il, iu))?;
    require(ldz >= 1 && !(vectors && (ldz as usize) < n), 15)?;
    // SAFETY: by contract, the workspaces hold their lengths, and one entry for a query.
    let asked = unsafe { answer(work, T::one(), lwork, 18)? | answer(iwork, 1, liwork, 20)? };
    // SAFETY: by contract.
    unsafe { *m = 0 };
    if asked || n == 0 {
        return Ok(());
    }
    let mut lower = Mat::zeros(n, n);
    lower.copy_from_triangular_lower(if upper { a.transpose_mut() } else { a });
    let (values, basis) = eigen(lower, vectors)?;
    let chosen = selection.indices(&values);
    let count = chosen.len();
    // SAFETY: by contract.
    unsafe { *m = count as i32 };
    // SAFETY: by contract, W holds n entries.
    let w = unsafe { slice::from_raw_parts_mut(w, n) };
    w.iter_mut()
        .zip(chosen.clone())
        .for_each(|(to, k)| *to = values[k]);
    if vectors {
        // SAFETY: by contract, Z has room for `count` columns and ISUPPZ for as many pairs.
        let (mut z, support) = unsafe {
            (
                matrix_mut(z, (n, count), ldz, 15)?,
                slice::from_raw_parts_mut(isuppz, 2 * count),
            )
        };
        z.copy_from(basis.get(.., chosen));
        // Any row of a vector may be nonzero.
        support
            .chunks_exact_mut(2)
            .for_each(|pair| pair.copy_from_slice(&[1, n as i32]));
    }
    Ok(())
}

/// A = U diag(s) Vᵀ with s descending: that many columns of U and of V, each count
/// being 0, min(m, n) or the full side.  `position` is that of the argument A.
fn singular<T: Real>(
    mut a: MatMut<'_, T>,
    (left, right): (usize, usize),
    position: i32,
) -> Outcome<(Col<T>, Mat<T>, Mat<T>)> {
    let (m, n) = a.shape();
    let rank = m.min(n);
    let factor = balance(a.rb_mut()).ok_or(-position)?;
    let kind = |columns| match columns {
        0 => ComputeSvdVectors::No,
        _ if columns == rank => ComputeSvdVectors::Thin,
        _ => ComputeSvdVectors::Full,
    };
    let params = SvdParams {
        recursion_threshold: usize::MAX,
        ..Auto::<T>::auto()
    };
    let scratch = svd_scratch::<T>(m, n, kind(left), kind(right), Par::Seq, params.into());
    let mut values = Col::<T>::zeros(rank);
    let (mut u, mut v) = (Mat::<T>::zeros(m, left), Mat::<T>::zeros(n, right));
    svd(
        a.rb(),
        values.as_mut().as_diagonal_mut(),
        (left > 0).then(|| u.as_mut()),
        (right > 0).then(|| v.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params.into(),
    )
    .map_err(|_| 1)?;
    values.iter_mut().for_each(|value| *value = *value / factor);
    Ok((values, u, v))
}

/// Singular values S of A and the vectors that the letters ask for: All of them, the
/// first min(m, n) in the Small, the same Over A, or None.  `at` is the position of the
/// argument M, after which those of gesdd and gesvd agree.
///
/// # Safety
/// The pointers address arrays of the sizes LAPACK documents.
unsafe fn decompose<T: Real>(
    (job_u, job_vt): (u8, u8),
    at: i32,
    (m, n): (i32, i32),
    (a, lda): (*mut T, i32),
    s: *mut T,
    (u, ldu): (*mut T, i32),
    (vt, ldvt): (*mut T, i32),
    (work, lwork): (*mut T, i32),
) -> Outcome {
    let (m, n) = (size(m, at)?, size(n, at + 1)?);
    let rank = m.min(n);
    let count = |job, side| match job {
        b'A' => side,
        b'N' => 0,
        _ => rank,
    };
    let (left, right) = (count(job_u, m), count(job_vt, n));
    let u_shape = if matches!(job_u, b'A' | b'S') {
        (m, left)
    } else {
        (0, 0)
    };
    let vt_shape = if matches!(job_vt, b'A' | b'S') {
        (right, n)
    } else {
        (0, 0)
    };
    // SAFETY: by contract; what is not asked for has no entries.
    let (mut a, mut u, mut vt) = unsafe {
        (
            matrix_mut(a, (m, n), lda, at + 3)?,
            matrix_mut(u, u_shape, ldu, at + 6)?,
            matrix_mut(vt, vt_shape, ldvt, at + 8)?,
        )
    };
    // SAFETY: by contract, WORK holds LWORK entries, and one for a query.
    if unsafe { answer(work, T::one(), lwork, at + 10)? } || rank == 0 {
        return Ok(());
    }
    let (values, left, right) = singular(a.rb_mut(), (left, right), at + 2)?;
    // SAFETY: by contract, S holds min(m, n) entries.
    let s = unsafe { slice::from_raw_parts_mut(s, rank) };
    s.iter_mut()
        .zip(values.iter())
        .for_each(|(to, &value)| *to = value);
    match job_u {
        b'O' => a.rb_mut().subcols_mut(0, rank).copy_from(&left),
        b'N' => {}
        _ => u.copy_from(&left),
    }
    match job_vt {
        b'O' => a.subrows_mut(0, rank).copy_from(right.transpose()),
        b'N' => {}
        _ => vt.copy_from(right.transpose()),
    }
    Ok(())
}

/// Singular values of A, and vectors as one letter asks.
///
/// # Safety
/// The pointers address arrays of the sizes LAPACK documents.
unsafe fn gesdd<T: Real>(
    jobz: u8,
    m: i32,
    n: i32,
    a: *mut T,
    lda: i32,
    s: *mut T,
    u: *mut T,
    ldu: i32,
    vt: *mut T,
    ldvt: i32,
    work: *mut T,
    lwork: i32,
    _iwork: *mut i32,
) -> Outcome {
    // Over A goes the factor that has its shape; the other one is square.
    let jobs = match option(jobz, b"ASON", 1)? {
        b'O' if m >= n => (b'O', b'S'),
        b'O' => (b'S', b'O'),
        both => (both, both),
    };
    // SAFETY: by contract.
    unsafe {
        decompose(
            jobs,
            2,
            (m, n),
            (a, lda),
            s,
            (u, ldu),
            (vt, ldvt),
            (work, lwork),
        )
    }
}

/// Singular values of A, and vectors as a letter for either side asks.
///
/// # Safety
/// The pointers address arrays of the sizes LAPACK documents.
unsafe fn gesvd<T: Real>(
    jobu: u8,
    jobvt: u8,
    m: i32,
    n: i32,
    a: *mut T,
    lda: i32,
    s: *mut T,
    u: *mut T,
    ldu: i32,
    vt: *mut T,
    ldvt: i32,
    work: *mut T,
    lwork: i32,
) -> Outcome {
    let jobs = (option(jobu, b"ASON", 1)?, option(jobvt, b"ASON", 2)?);
    require(jobs != (b'O', b'O'), 2)?;
    // SAFETY: by contract.
    unsafe {
        decompose(
            jobs,
            3,
            (m, n),
            (a, lda),
            s,
            (u, ldu),
            (vt, ldvt),
            (work, lwork),
        )
    }
}

export!(lapack syevr as dsyevr_ ssyevr_ (jobz: letter, range: letter, uplo: letter, n: integer,
    a: output, lda: integer, vl: scalar, vu: scalar, il: integer, iu: integer, abstol: scalar,
    m: integers, w: output, z: output, ldz: integer, isuppz: integers, work: output,
    lwork: integer, iwork: integers, liwork: integer));
export!(lapack gesdd as dgesdd_ sgesdd_ (jobz: letter, m: integer, n: integer, a: output,
    lda: integer, s: output, u: output, ldu: integer, vt: output, ldvt: integer, work: output,
    lwork: integer, iwork: integers));
export!(lapack gesvd as dgesvd_ sgesvd_ (jobu: letter, jobvt: letter, m: integer, n: integer,
    a: output, lda: integer, s: output, u: output, ldu: integer, vt: output, ldvt: integer,
    work: output, lwork: integer));
