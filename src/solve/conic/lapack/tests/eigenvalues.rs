//! syevr.

use clarabel::algebra::FloatT;

use super::{Padded, Random, dot, from, in_both_precisions, to, tolerance};

in_both_precisions!(
    decomposes_symmetric,
    finds_known_eigenvalues,
    selects_eigenvalues,
    rejects_illegal_eigenvalue_arguments
);

/// What syevr returns.
pub(super) struct Eigen<T> {
    info: i32,
    count: usize,
    pub(super) values: Vec<f64>,
    vectors: Padded<T>,
}

/// Runs syevr as Clarabel does: a workspace query, then the computation.
pub(super) fn syevr<T: FloatT>(
    (jobz, range, uplo): (u8, u8, u8),
    full: &Padded<T>,
    (vl, vu): (f64, f64),
    (il, iu): (i32, i32),
) -> Eigen<T> {
    let n = full.rows;
    let (mut work, mut iwork) = (vec![T::zero()], vec![0]);
    let (mut lwork, mut liwork) = (-1, -1);
    let mut w = vec![T::zero(); n];
    let mut z = Padded::<T>::nan(
        n,
        if jobz.eq_ignore_ascii_case(&b'V') {
            n
        } else {
            0
        },
    );
    let (mut support, mut count, mut info) = (vec![0; 2 * n], 0, 9);
    for _ in 0..2 {
        let mut a = full.only(uplo);
        let (lda, ldz) = (a.ld(), z.ld());
        T::xsyevr(
            jobz,
            range,
            uplo,
            n as i32,
            &mut a.data,
            lda,
            from(vl),
            from(vu),
            il,
            iu,
            -T::one(),
            &mut count,
            &mut w,
            &mut z.data,
            ldz,
            &mut support,
            &mut work,
            lwork,
            &mut iwork,
            liwork,
            &mut info,
        );
        (lwork, liwork) = (to(work[0]) as i32, iwork[0]);
        work.resize(lwork.max(1) as usize, T::zero());
        iwork.resize(liwork.max(1) as usize, 0);
    }
    if z.cols > 0 && info == 0 {
        let pairs = support.chunks_exact(2).take(count as usize);
        assert!(pairs.into_iter().all(|pair| pair == [1, n as i32]));
    }
    let values = w
        .iter()
        .map(|&x| to(x))
        .take(count.max(0) as usize)
        .collect();
    Eigen {
        info,
        count: count as usize,
        values,
        vectors: z,
    }
}

/// Checks A z = w z, ZᵀZ = I and the order of the eigenvalues.
fn assert_eigen<T: FloatT>(a: &Padded<T>, eigen: &Eigen<T>, scale: f64) {
    let (n, z) = (a.rows, &eigen.vectors);
    let loose = tolerance::<T>(n);
    assert!(eigen.values.windows(2).all(|pair| pair[0] <= pair[1]));
    for (k, value) in eigen.values.iter().enumerate() {
        for i in 0..n {
            let residual = dot(n, |j| a.at(i, j) * z.at(j, k)) - value * z.at(i, k);
            assert!(
                residual.abs() <= loose * scale,
                "order {n}: residual {residual}"
            );
        }
        for l in 0..eigen.count {
            let wanted = if k == l { 1.0 } else { 0.0 };
            let found = dot(n, |i| z.at(i, k) * z.at(i, l));
            assert!(
                (found - wanted).abs() <= loose,
                "order {n}: {found} for {wanted}"
            );
        }
    }
}

fn decomposes_symmetric<T: FloatT>() {
    let mut random = Random(8);
    for n in [1, 2, 3, 4, 5, 16, 33, 64, 127, 128, 160] {
        for uplo in *b"Ul" {
            let a = Padded::<T>::symmetric(n, &mut random);
            let scale = n as f64;
            let both = syevr((b'V', b'A', uplo), &a, (0.0, 0.0), (0, 0));
            assert_eq!((both.info, both.count), (0, n));
            assert_eigen(&a, &both, scale);
            let alone = syevr((b'n', b'a', uplo), &a, (0.0, 0.0), (0, 0));
            assert_eq!((alone.info, alone.count), (0, n));
            for (x, y) in both.values.iter().zip(&alone.values) {
                assert!((x - y).abs() <= tolerance::<T>(n) * scale);
            }
        }
    }
    assert_eq!(
        syevr(
            (b'V', b'A', b'U'),
            &Padded::<T>::nan(0, 0),
            (0.0, 0.0),
            (0, 0)
        )
        .info,
        0
    );
}

fn finds_known_eigenvalues<T: FloatT>() {
    // The second difference matrix: 2 - 2 cos(k pi / (n + 1)).
    for n in [4, 50, 140] {
        let second = |i: usize, j: usize| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        };
        let a = Padded::<T>::build(n, n, second);
        let eigen = syevr((b'V', b'A', b'L'), &a, (0.0, 0.0), (0, 0));
        for (k, value) in eigen.values.iter().enumerate() {
            let angle = (k + 1) as f64 * std::f64::consts::PI / (n + 1) as f64;
            assert!((value - 2.0 + 2.0 * angle.cos()).abs() <= tolerance::<T>(n));
        }
        assert_eigen(&a, &eigen, 4.0);
    }
    // Repeated and zero eigenvalues.
    for n in [4, 130] {
        for (diagonal, other) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)] {
            let a = Padded::<T>::build(n, n, |i, j| if i == j { diagonal } else { other });
            let eigen = syevr((b'V', b'A', b'U'), &a, (0.0, 0.0), (0, 0));
            let last = diagonal + other * (n as f64 - 1.0);
            assert!((eigen.values[n - 1] - last).abs() <= tolerance::<T>(n) * (1.0 + last));
            assert!((eigen.values[0] - diagonal + other).abs() <= tolerance::<T>(n) * (1.0 + last));
            assert_eigen(&a, &eigen, n as f64);
        }
    }
}

fn selects_eigenvalues<T: FloatT>() {
    // Eigenvalues 1, ..., 7, permuted.
    let a = Padded::<T>::build(
        7,
        7,
        |i, j| if i == j { (1 + 3 * i % 7) as f64 } else { 0.0 },
    );
    let close = |eigen: &Eigen<T>, wanted: &[f64]| {
        assert_eq!((eigen.info, eigen.count), (0, wanted.len()));
        for (x, y) in eigen.values.iter().zip(wanted) {
            assert!((x - y).abs() <= tolerance::<T>(7));
        }
    };
    for jobz in *b"NV" {
        let within = syevr((jobz, b'V', b'U'), &a, (2.5, 5.5), (0, 0));
        close(&within, &[3.0, 4.0, 5.0]);
        let none = syevr((jobz, b'V', b'U'), &a, (7.5, 9.0), (0, 0));
        close(&none, &[]);
        let ranked = syevr((jobz, b'I', b'L'), &a, (0.0, 0.0), (6, 7));
        close(&ranked, &[6.0, 7.0]);
        if jobz == b'V' {
            assert_eigen(&a, &within, 7.0);
            assert_eigen(&a, &ranked, 7.0);
            assert!(
                ranked.vectors.at(0, 2).is_nan(),
                "columns beyond the last are not written"
            );
        }
    }
}

fn rejects_illegal_eigenvalue_arguments<T: FloatT>() {
    let a = Padded::<T>::build(3, 3, |i, j| (i + j) as f64);
    let info = |letters: &[u8; 3], bounds, ranks| {
        syevr((letters[0], letters[1], letters[2]), &a, bounds, ranks).info
    };
    let found = [
        info(b"XAU", (0.0, 0.0), (0, 0)),
        info(b"NXU", (0.0, 0.0), (0, 0)),
        info(b"NAX", (0.0, 0.0), (0, 0)),
        info(b"NVU", (1.0, 1.0), (0, 0)),
        info(b"NIU", (0.0, 0.0), (0, 2)),
        info(b"NIU", (0.0, 0.0), (4, 4)),
        info(b"NIU", (0.0, 0.0), (2, 1)),
        info(b"NIU", (0.0, 0.0), (1, 4)),
    ];
    assert_eq!(found, [-1, -2, -3, -8, -9, -9, -10, -10]);
    let raw = |n, lda, ldz, lwork, liwork| {
        let (mut count, mut info) = (0, 0);
        let (mut a, mut w, mut z) = ([T::one(); 9], [T::zero(); 3], [T::zero(); 9]);
        let one = T::one();
        T::xsyevr(
            b'V',
            b'A',
            b'U',
            n,
            &mut a,
            lda,
            one,
            one,
            0,
            0,
            one,
            &mut count,
            &mut w,
            &mut z,
            ldz,
            &mut [0; 6],
            &mut [one],
            lwork,
            &mut [0],
            liwork,
            &mut info,
        );
        info
    };
    let found = [
        raw(-1, 3, 3, 9, 9),
        raw(3, 2, 3, 9, 9),
        raw(3, 3, 2, 9, 9),
        raw(3, 3, 3, 0, 9),
        raw(3, 3, 3, 9, 0),
        raw(3, 3, 2, -1, -1),
        raw(3, 3, 3, -1, -1),
    ];
    assert_eq!(found, [-4, -6, -15, -18, -20, -15, 0]);
    for bad in [f64::NAN, f64::INFINITY] {
        let a = Padded::<T>::build(5, 5, |i, j| if i + j == 3 { bad } else { 1.0 });
        assert_eq!(syevr((b'V', b'A', b'U'), &a, (0.0, 0.0), (0, 0)).info, -5);
    }
}
