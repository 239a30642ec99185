//! potrf, potrs, gesv.

use clarabel::algebra::FloatT;

use super::{Padded, Random, dot, in_both_precisions, tolerance};

in_both_precisions!(
    factors_and_solves_definite,
    finds_the_indefinite_minor,
    solves_general,
    finds_the_zero_pivot,
    rejects_illegal_arguments
);

fn factors_and_solves_definite<T: FloatT>() {
    let mut random = Random(6);
    for n in [0, 1, 2, 4, 17, 65, 150] {
        for uplo in *b"ULul" {
            let full = Padded::<T>::definite(n, &mut random);
            let (mut a, mut info) = (full.only(uplo), 9);
            let ld = a.ld();
            T::xpotrf(uplo, n as i32, &mut a.data, ld, &mut info);
            assert_eq!(info, 0);
            // L of the lower triangle, with U = Lᵀ.
            let upper = uplo.eq_ignore_ascii_case(&b'U');
            let l = |i: usize, k: usize| match (k <= i, upper) {
                (false, _) => 0.0,
                (true, true) => a.at(k, i),
                (true, false) => a.at(i, k),
            };
            let loose = tolerance::<T>(n) * (1.0 + n as f64);
            full.assert_close(loose, |i, j| dot(n, |k| l(i, k) * l(j, k)));
            a.assert_close(0.0, |i, j| match if upper { i <= j } else { i >= j } {
                true => a.at(i, j),
                false => f64::NAN,
            });

            let x = Padded::<T>::random(n, 3, &mut random);
            let mut b = Padded::<T>::build(n, 3, |i, j| dot(n, |k| full.at(i, k) * x.at(k, j)));
            let ldb = b.ld();
            T::xpotrs(uplo, n as i32, 3, &a.data, ld, &mut b.data, ldb, &mut info);
            assert_eq!(info, 0);
            b.assert_close(loose * (1.0 + n as f64), |i, j| x.at(i, j));
        }
    }
}

fn finds_the_indefinite_minor<T: FloatT>() {
    for n in [1, 4, 5, 70, 200] {
        for k in [0, n / 2, n - 1] {
            for (uplo, bad) in [(b'U', -1.0), (b'L', 0.0), (b'L', f64::NAN)] {
                let diagonal = |i| if i == k { bad } else { 2.0 };
                let mut a = Padded::<T>::build(n, n, |i, j| if i == j { diagonal(i) } else { 0.0 });
                let (ld, mut info) = (a.ld(), 0);
                T::xpotrf(uplo, n as i32, &mut a.data, ld, &mut info);
                assert_eq!(info, k as i32 + 1, "order {n}");
            }
        }
    }
}

fn solves_general<T: FloatT>() {
    let mut random = Random(7);
    for (n, nrhs) in [
        (0, 1),
        (1, 2),
        (2, 0),
        (3, 2),
        (5, 1),
        (16, 4),
        (33, 3),
        (100, 2),
    ] {
        let full = Padded::<T>::random(n, n, &mut random);
        let x = Padded::<T>::random(n, nrhs, &mut random);
        let mut a = full.clone();
        let mut b = Padded::<T>::build(n, nrhs, |i, j| dot(n, |k| full.at(i, k) * x.at(k, j)));
        let right = b.clone();
        let (mut pivots, mut info) = (vec![0; n], 9);
        let (lda, ldb) = (a.ld(), b.ld());
        T::xgesv(
            n as i32,
            nrhs as i32,
            &mut a.data,
            lda,
            &mut pivots,
            &mut b.data,
            ldb,
            &mut info,
        );
        assert_eq!(info, 0);
        let loose = tolerance::<T>(n) * (1.0 + n as f64);
        right.assert_close(loose, |i, j| dot(n, |k| full.at(i, k) * b.at(k, j)));

        // P A = L U, with |L| <= 1 and the exchanges as IPIV lists them.
        let mut order: Vec<usize> = (0..n).collect();
        for (k, &p) in pivots.iter().enumerate() {
            assert!(p as usize > k && p as usize <= n);
            order.swap(k, p as usize - 1);
        }
        let l = |i, k| {
            if i == k {
                1.0
            } else if i > k {
                a.at(i, k)
            } else {
                0.0
            }
        };
        let u = |k, j| if k <= j { a.at(k, j) } else { 0.0 };
        let permuted = Padded::<T>::build(n, n, |i, j| full.at(order[i], j));
        permuted.assert_close(loose, |i, j| dot(n, |k| l(i, k) * u(k, j)));
        assert!((0..n).all(|i| (0..i).all(|k| l(i, k).abs() <= 1.0)));
    }
}

fn finds_the_zero_pivot<T: FloatT>() {
    // Column 2 is twice column 1, exactly, and the factorisation goes on after it.
    let mut a = Padded::<T>::build(4, 4, |i, j| match j {
        2 => 2.0 * (1 << i) as f64,
        1 => (1 << i) as f64,
        _ => {
            if i == j {
                1.0
            } else {
                0.0
            }
        }
    });
    let mut b = Padded::<T>::build(4, 1, |i, _| i as f64);
    let (before, mut pivots, mut info) = (b.clone(), [0; 4], 0);
    let (lda, ldb) = (a.ld(), b.ld());
    T::xgesv(
        4,
        1,
        &mut a.data,
        lda,
        &mut pivots,
        &mut b.data,
        ldb,
        &mut info,
    );
    assert_eq!(info, 3);
    assert!((0..4).all(|j| (0..4).all(|i| a.at(i, j).is_finite())));
    b.assert_close(0.0, |i, j| before.at(i, j));
}

fn rejects_illegal_arguments<T: FloatT>() {
    let potrf = |uplo, n, lda| {
        let mut info = 0;
        T::xpotrf(uplo, n, &mut [T::one(); 4], lda, &mut info);
        info
    };
    assert_eq!(
        [potrf(b'X', 2, 2), potrf(b'U', -1, 2), potrf(b'U', 2, 1)],
        [-1, -2, -4]
    );
    assert_eq!([potrf(b'U', 0, 0), potrf(b'U', 0, -3)], [-4, -4]);
    let potrs = |uplo, n, nrhs, lda, ldb| {
        let mut info = 0;
        T::xpotrs(
            uplo,
            n,
            nrhs,
            &[T::one(); 4],
            lda,
            &mut [T::one(); 4],
            ldb,
            &mut info,
        );
        info
    };
    assert_eq!(
        [
            potrs(b'N', 2, 2, 2, 2),
            potrs(b'L', -2, 2, 2, 2),
            potrs(b'L', 2, -1, 2, 2),
            potrs(b'L', 2, 2, 1, 2),
            potrs(b'L', 2, 2, 2, 1),
        ],
        [-1, -2, -3, -5, -7]
    );
    let gesv = |n, nrhs, lda, ldb| {
        let (mut a, mut b, mut info) = ([T::one(); 4], [T::one(); 4], 0);
        T::xgesv(n, nrhs, &mut a, lda, &mut [0; 2], &mut b, ldb, &mut info);
        info
    };
    assert_eq!(
        [
            gesv(-1, 1, 1, 1),
            gesv(2, -1, 2, 2),
            gesv(2, 1, 1, 2),
            gesv(2, 1, 2, 0)
        ],
        [-1, -2, -4, -7]
    );
}
