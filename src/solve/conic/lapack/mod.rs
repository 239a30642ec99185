//! BLAS and LAPACK for Clarabel, written on `faer`.
//!
//! Clarabel's semidefinite cone calls eleven Fortran routines, in double and in
//! single precision.  It leaves their symbols (`dgemm_`, `dsyevr_`, ...) open and
//! expects a system library to supply them.  This folder supplies them instead.
//! Matrices are stored by columns with a leading dimension, scalars come by address,
//! option letters in either case, sizes are 32-bit, and the hidden string lengths of
//! Fortran are neither passed by Clarabel nor read here.
//!
//! # Why the linker finds the symbols
//!
//! Clarabel is an upstream crate, so on the command line its objects come *after*
//! ours, and a linker that reads archives once, in order, would already have passed
//! over an object of ours that nothing had asked for.  Two rules of rustc prevent it:
//!
//! 1. A `#[unsafe(no_mangle)]` function is a root: it is compiled and kept as a
//!    global symbol of the library even when no Rust code calls it.
//! 2. For each executable (binary, test, bench, example) rustc writes an object
//!    `symbols.o`, first on the command line, that names every such symbol of every
//!    linked crate.  The archive members defining them are therefore extracted
//!    before Clarabel is read, and `--gc-sections` later drops what is unused.
//!
//! One condition remains: the executable must link this crate, so a test that uses
//! Clarabel alone needs `use bowl as _;`.
//!
//! # Errors
//!
//! Arguments are checked as in the reference: a LAPACK routine returns `info = -i`
//! for its `i`-th argument; a BLAS routine, which has no `info`, panics as `XERBLA`
//! stops, and a panic that reaches an `extern "C"` function aborts the process.
//! All scratch memory is allocated here, so a workspace query answers 1.

// Fortran signatures are long.
#![allow(clippy::too_many_arguments)]

#[macro_use]
mod export;

mod blas;
mod factor;
mod spectral;
#[cfg(test)]
mod tests;

use std::ptr::NonNull;

use faer::{MatMut, MatRef};
use faer_traits::RealField;

/// `f32` or `f64`.
pub(super) trait Real: RealField + Copy {}
impl Real for f32 {}
impl Real for f64 {}

/// |x|.
fn magnitude<T: Real>(x: T) -> T {
    if x < T::zero() { -x } else { x }
}

/// `Err(-i)`: argument `i` is illegal.  `Err(i)`: the computation failed at step `i`.
type Outcome<V = ()> = Result<V, i32>;

/// Panics at an illegal argument, as XERBLA stops the program.
fn stop_if_illegal(routine: &str, outcome: Outcome) {
    if let Err(position) = outcome {
        panic!("{routine}: argument {} has an illegal value", -position);
    }
}

/// Fails with `-position` unless the argument at `position` is legal.
fn require(legal: bool, position: i32) -> Outcome {
    if legal { Ok(()) } else { Err(-position) }
}

/// The option letter in upper case, if it is one of `allowed`.
fn option(letter: u8, allowed: &[u8], position: i32) -> Outcome<u8> {
    let letter = letter.to_ascii_uppercase();
    require(allowed.contains(&letter), position)?;
    Ok(letter)
}

/// Whether UPLO names the upper triangle.
fn is_upper(uplo: u8, position: i32) -> Outcome<bool> {
    Ok(option(uplo, b"UL", position)? == b'U')
}

/// Whether TRANS asks for the transpose; conjugation changes nothing over the reals.
fn is_transposed(trans: u8, position: i32) -> Outcome<bool> {
    Ok(option(trans, b"NTC", position)? != b'N')
}

/// A dimension, which may not be negative.
fn size(n: i32, position: i32) -> Outcome<usize> {
    usize::try_from(n).map_err(|_| -position)
}

/// The distance between columns of a matrix of `rows` rows: at least max(1, rows).
fn leading(ld: i32, rows: usize, position: i32) -> Outcome<isize> {
    require(size(ld, position)? >= rows.max(1), position)?;
    Ok(ld as isize)
}

/// The address of a `shape` matrix: not that of the caller, perhaps null, if it is empty.
fn address<T>(p: *const T, shape: (usize, usize)) -> *const T {
    if shape.0 * shape.1 == 0 {
        return NonNull::dangling().as_ptr();
    }
    p
}

/// The `shape` matrix at `p`.
///
/// # Safety
/// `p` addresses an initialised column-major matrix of that shape, alive for `'a`.
unsafe fn matrix<'a, T: Real>(
    p: *const T,
    shape: (usize, usize),
    ld: i32,
    position: i32,
) -> Outcome<MatRef<'a, T>> {
    let (p, step) = (address(p, shape), leading(ld, shape.0, position)?);
    // SAFETY: by contract; the leading dimension has just been checked.
    Ok(unsafe { MatRef::from_raw_parts(p, shape.0, shape.1, 1, step) })
}

/// As [`matrix`], for writing.
///
/// # Safety
/// As for [`matrix`]; nothing else accesses the entries during `'a`.
unsafe fn matrix_mut<'a, T: Real>(
    p: *mut T,
    shape: (usize, usize),
    ld: i32,
    position: i32,
) -> Outcome<MatMut<'a, T>> {
    // SAFETY: by contract, the entries are ours to write.
    Ok(unsafe { matrix(p, shape, ld, position)?.const_cast() })
}

/// The `shape` matrix op(A), where A itself is stored transposed if `transposed`.
///
/// # Safety
/// As for [`matrix`].
unsafe fn operand<'a, T: Real>(
    p: *const T,
    shape: (usize, usize),
    transposed: bool,
    ld: i32,
    position: i32,
) -> Outcome<MatRef<'a, T>> {
    let stored = if transposed {
        (shape.1, shape.0)
    } else {
        shape
    };
    // SAFETY: by contract.
    let a = unsafe { matrix(p, stored, ld, position)? };
    Ok(if transposed { a.transpose() } else { a })
}
