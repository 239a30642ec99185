//! gesdd, gesvd.

use clarabel::algebra::FloatT;

use super::eigenvalues::syevr;
use super::{Padded, Random, dot, in_both_precisions, to, tolerance};

in_both_precisions!(
    decomposes_by_every_letter,
    decomposes_degenerate,
    survives_extreme_scales,
    rejects_illegal_svd_arguments
);

/// What gesdd and gesvd return.
struct Svd<T> {
    info: i32,
    values: Vec<f64>,
    a: Padded<T>,
    u: Padded<T>,
    vt: Padded<T>,
}

/// Which routine, with which letters.
#[derive(Clone, Copy, Debug)]
enum Call {
    Gesdd(u8),
    Gesvd(u8, u8),
}

impl Call {
    /// The letters of gesvd that this call stands for.
    fn letters(self, m: usize, n: usize) -> (u8, u8) {
        match self {
            Self::Gesvd(u, vt) => (u, vt),
            Self::Gesdd(b'O') if m >= n => (b'O', b'A'),
            Self::Gesdd(b'O') => (b'A', b'O'),
            Self::Gesdd(both) => (both, both),
        }
    }

    /// A workspace query, then the computation.
    fn run<T: FloatT>(self, full: &Padded<T>) -> Svd<T> {
        let (m, n) = (full.rows, full.cols);
        let (ju, jvt) = self.letters(m, n);
        let side = |job, all: usize| match job {
            b'A' => all,
            b'S' => m.min(n),
            _ => 0,
        };
        let mut u = Padded::<T>::nan(if matches!(ju, b'A' | b'S') { m } else { 0 }, side(ju, m));
        let mut vt = Padded::<T>::nan(side(jvt, n), if side(jvt, n) > 0 { n } else { 0 });
        let (mut a, mut s) = (full.clone(), vec![T::zero(); m.min(n)]);
        let (lda, ldu, ldvt) = (a.ld(), u.ld(), vt.ld());
        let (mut work, mut lwork, mut info) = (vec![T::zero()], -1, 9);
        for _ in 0..2 {
            let (m, n) = (m as i32, n as i32);
            match self {
                Self::Gesdd(job) => T::xgesdd(
                    job,
                    m,
                    n,
                    &mut a.data,
                    lda,
                    &mut s,
                    &mut u.data,
                    ldu,
                    &mut vt.data,
                    ldvt,
                    &mut work,
                    lwork,
                    &mut [],
                    &mut info,
                ),
                Self::Gesvd(ju, jvt) => T::xgesvd(
                    ju,
                    jvt,
                    m,
                    n,
                    &mut a.data,
                    lda,
                    &mut s,
                    &mut u.data,
                    ldu,
                    &mut vt.data,
                    ldvt,
                    &mut work,
                    lwork,
                    &mut info,
                ),
            }
            lwork = to(work[0]) as i32;
            work.resize(lwork.max(1) as usize, T::zero());
        }
        Svd {
            info,
            values: s.iter().map(|&x| to(x)).collect(),
            a,
            u,
            vt,
        }
    }
}

const CALLS: [Call; 19] = {
    use Call::{Gesdd, Gesvd};
    [
        Gesdd(b'A'),
        Gesdd(b'S'),
        Gesdd(b'O'),
        Gesdd(b'N'),
        Gesvd(b'A', b'A'),
        Gesvd(b'A', b'S'),
        Gesvd(b'A', b'O'),
        Gesvd(b'A', b'N'),
        Gesvd(b'S', b'A'),
        Gesvd(b'S', b'S'),
        Gesvd(b'S', b'O'),
        Gesvd(b'S', b'N'),
        Gesvd(b'O', b'A'),
        Gesvd(b'O', b'S'),
        Gesvd(b'O', b'N'),
        Gesvd(b'N', b'A'),
        Gesvd(b'N', b'S'),
        Gesvd(b'N', b'O'),
        Gesvd(b'N', b'N'),
    ]
};

/// Checks the order of the singular values, the bases where they were asked for, and,
/// if both were, A = U diag(s) Vᵀ.
fn assert_svd<T: FloatT>(full: &Padded<T>, call: Call, scale: f64) -> Vec<f64> {
    let (m, n) = (full.rows, full.cols);
    let (ju, jvt) = call.letters(m, n);
    let svd = call.run(full);
    let context = format!("{call:?} of {m} by {n}");
    assert_eq!(svd.info, 0, "{context}");
    assert!(
        svd.values.windows(2).all(|pair| pair[0] >= pair[1]),
        "{context}"
    );
    assert!(svd.values.iter().all(|&value| value >= 0.0), "{context}");
    let (rank, loose) = (m.min(n), tolerance::<T>(m.max(n)));
    let u = |i, k| {
        if ju == b'O' {
            svd.a.at(i, k)
        } else {
            svd.u.at(i, k)
        }
    };
    let vt = |k, j| {
        if jvt == b'O' {
            svd.a.at(k, j)
        } else {
            svd.vt.at(k, j)
        }
    };
    let orthonormal = |count: usize, product: &dyn Fn(usize, usize) -> f64| {
        for k in 0..count {
            for l in 0..count {
                let wanted = if k == l { 1.0 } else { 0.0 };
                assert!(
                    (product(k, l) - wanted).abs() <= loose,
                    "{context}: {k}, {l}"
                );
            }
        }
    };
    let count = |job, all| if job == b'A' { all } else { rank };
    if ju != b'N' {
        orthonormal(count(ju, m), &|k, l| dot(m, |i| u(i, k) * u(i, l)));
    }
    if jvt != b'N' {
        orthonormal(count(jvt, n), &|k, l| dot(n, |j| vt(k, j) * vt(l, j)));
    }
    if ju != b'N' && jvt != b'N' {
        for j in 0..n {
            for i in 0..m {
                let product = dot(rank, |k| u(i, k) * svd.values[k] * vt(k, j));
                assert!(
                    (product - full.at(i, j)).abs() <= loose * scale,
                    "{context}"
                );
            }
        }
    }
    svd.values
}

fn decomposes_by_every_letter<T: FloatT>() {
    let mut random = Random(9);
    for (m, n) in [
        (1, 1),
        (1, 4),
        (4, 1),
        (4, 4),
        (5, 3),
        (3, 5),
        (12, 9),
        (30, 8),
        (8, 30),
    ] {
        let full = Padded::<T>::random(m, n, &mut random);
        let scale = m.max(n) as f64;
        let all: Vec<_> = CALLS
            .iter()
            .map(|&call| assert_svd(&full, call, scale))
            .collect();
        for values in &all {
            for (x, y) in values.iter().zip(&all[0]) {
                assert!((x - y).abs() <= tolerance::<T>(m.max(n)) * scale);
            }
        }
        let squares: f64 = all[0].iter().map(|x| x * x).sum();
        let frobenius = dot(n, |j| dot(m, |i| full.at(i, j).powi(2)));
        assert!((squares - frobenius).abs() <= tolerance::<T>(m * n) * squares);
    }
    for (m, n) in [(60, 60), (128, 128), (150, 140), (40, 160), (160, 20)] {
        let full = Padded::<T>::random(m, n, &mut random);
        for call in [
            Call::Gesdd(b'S'),
            Call::Gesdd(b'A'),
            Call::Gesvd(b'N', b'N'),
        ] {
            assert_svd(&full, call, m.max(n) as f64);
        }
    }
    for call in CALLS {
        assert_eq!(call.run(&Padded::<T>::nan(0, 3)).info, 0);
        assert_eq!(call.run(&Padded::<T>::nan(3, 0)).info, 0);
    }
}

fn decomposes_degenerate<T: FloatT>() {
    let graded = |i: usize, j: usize| 10f64.powi(-((i + j) as i32) / 2);
    let forms: [fn(usize, usize) -> f64; 4] = [
        |_, _| 0.0,
        |_, _| 1.0,
        |i, j| if i == j { 1.0 } else { 0.0 },
        |i, j| {
            if i == 2 || j == 3 {
                0.0
            } else {
                ((i + 1) * (j + 2) % 5) as f64
            }
        },
    ];
    for (m, n) in [(4, 4), (9, 5), (5, 9), (40, 40), (135, 135)] {
        for form in forms
            .iter()
            .map(|f| f as &dyn Fn(usize, usize) -> f64)
            .chain([&graded as _])
        {
            let full = Padded::<T>::build(m, n, form);
            let values = assert_svd(&full, Call::Gesdd(b'S'), (4 * m.max(n)) as f64);
            assert!(values.iter().all(|x| x.is_finite()));
        }
    }
}

fn survives_extreme_scales<T: FloatT>() {
    let mut random = Random(10);
    let (tiny, huge) = (to(T::min_positive_value()) * 1e4, to(T::max_value()) * 1e-3);
    for n in [4, 20, 130] {
        for scale in [tiny, huge] {
            let unit = Padded::<T>::symmetric(n, &mut random);
            let full = Padded::<T>::build(n, n, |i, j| unit.at(i, j) * scale);
            let reference = syevr((b'V', b'A', b'U'), &unit, (0.0, 0.0), (0, 0));
            let eigen = syevr((b'V', b'A', b'U'), &full, (0.0, 0.0), (0, 0));
            for (x, y) in eigen.values.iter().zip(&reference.values) {
                assert!(
                    (x / scale - y).abs() <= 1e3 * tolerance::<T>(n),
                    "{x} / {scale} for {y}"
                );
            }
            let (values, wanted) = (
                Call::Gesdd(b'S').run(&full).values,
                Call::Gesdd(b'S').run(&unit).values,
            );
            for (x, y) in values.iter().zip(&wanted) {
                assert!(
                    (x / scale - y).abs() <= 1e3 * tolerance::<T>(n),
                    "{x} / {scale} for {y}"
                );
            }
        }
    }
}

fn rejects_illegal_svd_arguments<T: FloatT>() {
    let full = Padded::<T>::build(3, 2, |i, j| (i + 2 * j) as f64);
    assert_eq!(Call::Gesdd(b'X').run(&full).info, -1);
    assert_eq!(Call::Gesvd(b'X', b'N').run(&full).info, -1);
    assert_eq!(Call::Gesvd(b'N', b'X').run(&full).info, -2);
    assert_eq!(Call::Gesvd(b'O', b'O').run(&full).info, -2);
    let nan = Padded::<T>::build(3, 2, |i, j| if i == j { f64::NAN } else { 1.0 });
    assert_eq!(Call::Gesdd(b'S').run(&nan).info, -4);
    assert_eq!(Call::Gesvd(b'S', b'S').run(&nan).info, -5);
    let raw = |m, n, lda, ldu, ldvt, lwork| {
        let (mut a, mut s, mut u, mut vt) =
            ([T::one(); 9], [T::one(); 3], [T::one(); 9], [T::one(); 9]);
        let (mut work, mut dd, mut vd) = ([T::one(); 1], 0, 0);
        T::xgesdd(
            b'S',
            m,
            n,
            &mut a,
            lda,
            &mut s,
            &mut u,
            ldu,
            &mut vt,
            ldvt,
            &mut work,
            lwork,
            &mut [],
            &mut dd,
        );
        T::xgesvd(
            b'S', b'S', m, n, &mut a, lda, &mut s, &mut u, ldu, &mut vt, ldvt, &mut work, lwork,
            &mut vd,
        );
        [dd, vd]
    };
    let found = [
        raw(-1, 2, 3, 3, 2, 1),
        raw(3, -2, 3, 3, 2, 1),
        raw(3, 2, 2, 3, 2, 1),
        raw(3, 2, 3, 2, 2, 1),
        raw(3, 2, 3, 3, 1, 1),
        raw(3, 2, 3, 3, 2, 0),
        raw(3, 2, 3, 3, 2, 1),
    ];
    assert_eq!(
        found,
        [
            [-2, -3],
            [-3, -4],
            [-5, -6],
            [-8, -9],
            [-10, -11],
            [-12, -13],
            [0, 0]
        ]
    );
}
