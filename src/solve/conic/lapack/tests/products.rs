//! gemm, gemv, symv, syrk, syr2k.

use clarabel::algebra::FloatT;

use super::super::{blas::gemm, stop_if_illegal};
use super::{Padded, Random, dot, from, in_both_precisions, op, stored, to, tolerance};

in_both_precisions!(
    multiplies_matrices,
    multiplies_vectors,
    multiplies_symmetric_vectors,
    squares,
    doubles
);

/// Factors (alpha, beta), with the zeros that must keep operands from being read.
const FACTORS: [(f64, f64); 6] = [
    (1.0, 0.0),
    (2.0, -0.5),
    (-1.0, 1.0),
    (0.0, 0.0),
    (0.0, 2.0),
    (0.0, 1.0),
];

/// Random, or NaN where a zero factor says that it is not to be read.
fn read<T: FloatT>(factor: f64, (m, n): (usize, usize), random: &mut Random) -> Padded<T> {
    if factor == 0.0 {
        Padded::nan(m, n)
    } else {
        Padded::random(m, n, random)
    }
}

/// factor * x, where a zero factor hides NaN.
fn times(factor: f64, x: f64) -> f64 {
    if factor == 0.0 { 0.0 } else { factor * x }
}

fn multiplies_matrices<T: FloatT>() {
    let mut random = Random(1);
    let shapes = [
        (0, 3, 2),
        (3, 0, 2),
        (3, 4, 0),
        (1, 1, 1),
        (5, 1, 4),
        (1, 6, 3),
        (4, 3, 1),
        (7, 5, 3),
        (33, 18, 40),
    ];
    for (m, n, k) in shapes {
        for (ta, tb) in [b"NN", b"NT", b"TN", b"TT", b"Cn", b"tc"].map(|t| (t[0], t[1])) {
            for (alpha, beta) in FACTORS {
                let a = read::<T>(alpha, stored(ta, m, k), &mut random);
                let b = read::<T>(alpha, stored(tb, k, n), &mut random);
                let mut c = read::<T>(beta, (m, n), &mut random);
                let before = c.clone();
                T::xgemm(
                    ta,
                    tb,
                    m as i32,
                    n as i32,
                    k as i32,
                    from(alpha),
                    &a.data,
                    a.ld(),
                    &b.data,
                    b.ld(),
                    from(beta),
                    &mut c.data,
                    before.ld(),
                );
                c.assert_close(tolerance::<T>(k), |i, j| {
                    let product = dot(k, |l| op(&a, ta, i, l) * op(&b, tb, l, j));
                    times(alpha, product) + times(beta, before.at(i, j))
                });
            }
        }
    }
}

/// A vector of `n` entries `inc` apart as Fortran stores it, NaN in between.
fn vector<T: FloatT>(n: usize, inc: i32, mut entry: impl FnMut() -> f64) -> Vec<T> {
    let step = inc.unsigned_abs() as usize;
    let mut v = vec![T::nan(); n.saturating_sub(1) * step + 1];
    (0..n).for_each(|i| v[i * step] = from(entry()));
    v
}

/// Entry `i` of such a vector.
fn entry<T: FloatT>(v: &[T], n: usize, inc: i32, i: usize) -> f64 {
    let step = inc.unsigned_abs() as usize;
    to(v[step * if inc < 0 { n - 1 - i } else { i }])
}

const STEPS: [(i32, i32); 5] = [(1, 1), (1, 2), (3, 1), (-1, -2), (-2, 1)];

/// Runs `call` on vectors x and y and checks y := alpha A x + beta y.
fn check_vector<T: FloatT>(
    (rows, cols): (usize, usize),
    (alpha, beta): (f64, f64),
    a: impl Fn(usize, usize) -> f64,
    random: &mut Random,
    call: impl Fn(&[T], i32, &mut [T], i32),
) {
    for (incx, incy) in STEPS {
        let x = vector::<T>(cols, incx, || {
            if alpha == 0.0 {
                f64::NAN
            } else {
                random.next()
            }
        });
        let mut y = vector::<T>(rows, incy, || {
            if beta == 0.0 { f64::NAN } else { random.next() }
        });
        let before = y.clone();
        call(&x, incx, &mut y, incy);
        for i in 0..rows {
            let product = dot(cols, |j| a(i, j) * entry(&x, cols, incx, j));
            let wanted = times(alpha, product) + times(beta, entry(&before, rows, incy, i));
            let found = entry(&y, rows, incy, i);
            assert!(
                (found - wanted).abs() <= tolerance::<T>(cols),
                "{i}: {found} for {wanted}"
            );
        }
        let gaps = y
            .iter()
            .enumerate()
            .filter(|(i, _)| i % incy.unsigned_abs() as usize != 0);
        assert!(
            gaps.into_iter().all(|(_, y)| y.is_nan()),
            "written between entries"
        );
    }
}

fn multiplies_vectors<T: FloatT>() {
    let mut random = Random(2);
    for (m, n) in [(1, 1), (1, 5), (5, 1), (4, 7), (40, 23)] {
        for trans in *b"NTCnt" {
            for (alpha, beta) in FACTORS {
                let a = read::<T>(alpha, (m, n), &mut random);
                let shape = stored(trans, m, n);
                let at = |i, j| op(&a, trans, i, j);
                check_vector::<T>(shape, (alpha, beta), at, &mut random, |x, incx, y, incy| {
                    T::xgemv(
                        trans,
                        m as i32,
                        n as i32,
                        from(alpha),
                        &a.data,
                        a.ld(),
                        x,
                        incx,
                        from(beta),
                        y,
                        incy,
                    );
                });
            }
        }
    }
    // A matrix without entries leaves y alone, whatever beta.
    let mut y = [T::one()];
    T::xgemv(b'N', 1, 0, T::one(), &[], 1, &[], 1, T::zero(), &mut y, 1);
    assert_eq!(to(y[0]), 1.0);
}

fn multiplies_symmetric_vectors<T: FloatT>() {
    let mut random = Random(3);
    for n in [0, 1, 2, 5, 17, 40] {
        for uplo in *b"ULul" {
            for (alpha, beta) in FACTORS {
                let full = Padded::<T>::symmetric(n, &mut random);
                let a = if alpha == 0.0 {
                    Padded::nan(n, n)
                } else {
                    full.only(uplo)
                };
                let at = |i, j| full.at(i, j);
                check_vector::<T>(
                    (n, n),
                    (alpha, beta),
                    at,
                    &mut random,
                    |x, incx, y, incy| {
                        let (alpha, beta) = (from(alpha), from(beta));
                        T::xsymv(
                            uplo,
                            n as i32,
                            alpha,
                            &a.data,
                            a.ld(),
                            x,
                            incx,
                            beta,
                            y,
                            incy,
                        );
                    },
                );
            }
        }
    }
}

/// Runs `call` on a triangle C and checks it against C := product + beta C.
fn check_triangle<T: FloatT>(
    (n, k): (usize, usize),
    (uplo, beta): (u8, f64),
    random: &mut Random,
    product: impl Fn(usize, usize) -> f64,
    call: impl FnOnce(&mut [T], i32),
) {
    let full = read::<T>(beta, (n, n), random);
    let mut c = full.only(uplo);
    let (before, ld) = (c.clone(), c.ld());
    call(&mut c.data, ld);
    let inside = |i, j| {
        if uplo.eq_ignore_ascii_case(&b'U') {
            i <= j
        } else {
            i >= j
        }
    };
    c.assert_close(tolerance::<T>(k), |i, j| match inside(i, j) {
        true => product(i, j) + times(beta, before.at(i, j)),
        false => f64::NAN,
    });
}

const RANKS: [(usize, usize); 8] = [
    (0, 2),
    (1, 1),
    (3, 0),
    (2, 5),
    (5, 1),
    (16, 3),
    (17, 20),
    (50, 33),
];

fn squares<T: FloatT>() {
    let mut random = Random(4);
    for (n, k) in RANKS {
        for (uplo, trans) in [b"UN", b"UT", b"LN", b"LT", b"Uc", b"ln"].map(|t| (t[0], t[1])) {
            for (alpha, beta) in FACTORS {
                let a = read::<T>(alpha, stored(trans, n, k), &mut random);
                let product =
                    |i, j| times(alpha, dot(k, |l| op(&a, trans, i, l) * op(&a, trans, j, l)));
                check_triangle::<T>((n, k), (uplo, beta), &mut random, product, |c, ldc| {
                    T::xsyrk(
                        uplo,
                        trans,
                        n as i32,
                        k as i32,
                        from(alpha),
                        &a.data,
                        a.ld(),
                        from(beta),
                        c,
                        ldc,
                    );
                });
            }
        }
    }
}

fn doubles<T: FloatT>() {
    let mut random = Random(5);
    for (n, k) in RANKS {
        for (uplo, trans) in [b"UN", b"UT", b"LN", b"LT", b"uC", b"Ln"].map(|t| (t[0], t[1])) {
            for (alpha, beta) in FACTORS {
                let a = read::<T>(alpha, stored(trans, n, k), &mut random);
                let b = read::<T>(alpha, stored(trans, n, k), &mut random);
                let term = |i, j, l| op(&a, trans, i, l) * op(&b, trans, j, l);
                let product = |i, j| times(alpha, dot(k, |l| term(i, j, l) + term(j, i, l)));
                check_triangle::<T>((n, k), (uplo, beta), &mut random, product, |c, ldc| {
                    T::xsyr2k(
                        uplo,
                        trans,
                        n as i32,
                        k as i32,
                        from(alpha),
                        &a.data,
                        a.ld(),
                        &b.data,
                        b.ld(),
                        from(beta),
                        c,
                        ldc,
                    );
                });
            }
        }
    }
}

#[test]
#[should_panic(expected = "dgemm_: argument 8 has an illegal value")]
fn an_illegal_argument_stops() {
    // Through the symbol itself the panic would abort the process.
    let (a, mut c) = ([0.0; 4], [0.0; 4]);
    let (a, b, c) = (a.as_ptr(), a.as_ptr(), c.as_mut_ptr());
    // SAFETY: the arrays hold 2 by 2 matrices.
    let outcome = unsafe { gemm(b'N', b'N', 2, 2, 2, 1.0, a, 1, b, 2, 0.0, c, 2) };
    stop_if_illegal("dgemm_", outcome);
}
