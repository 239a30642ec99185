//! Whole problems with known optima, by Clarabel's two direct solvers.

use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT::{
    ExponentialConeT, GenPowerConeT, NonnegativeConeT, PSDTriangleConeT, PowerConeT,
    SecondOrderConeT, ZeroConeT,
};
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT};

use super::Random;

/// min 1/2 xᵀ P x + qᵀ x subject to b - A x in the cones, by both direct solvers.
fn assert_optimum(
    p: &CscMatrix<f64>,
    q: &[f64],
    a: &CscMatrix<f64>,
    b: &[f64],
    cones: &[SupportedConeT<f64>],
    optimum: f64,
) -> Vec<f64> {
    let mut point = vec![];
    for method in ["qdldl", "faer"] {
        let settings = DefaultSettings {
            verbose: false,
            direct_solve_method: method.into(),
            ..DefaultSettings::default()
        };
        let solver = DefaultSolver::new(p, q, a, b, cones, settings);
        let mut solver = solver.expect("the problem is well formed");
        solver.solve();
        let (status, found) = (solver.solution.status, solver.solution.obj_val);
        assert_eq!(status, SolverStatus::Solved, "{method}");
        assert!(
            (found - optimum).abs() <= 1e-6 * (1.0 + optimum.abs()),
            "{method}: {found}"
        );
        point = solver.solution.x;
    }
    point
}

fn zero(n: usize) -> CscMatrix<f64> {
    CscMatrix::zeros((n, n))
}

#[test]
fn linear() {
    // max x + 2 y with x + y <= 4, y <= 3, x, y >= 0.
    let a = CscMatrix::from(&[[1.0, 1.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]);
    let b = [4.0, 3.0, 0.0, 0.0];
    assert_optimum(
        &zero(2),
        &[-1.0, -2.0],
        &a,
        &b,
        &[NonnegativeConeT(4)],
        -7.0,
    );
}

#[test]
fn quadratic() {
    // The point of x + y = 1 nearest the origin.
    let a = CscMatrix::from(&[[1.0, 1.0]]);
    assert_optimum(
        &CscMatrix::identity(2),
        &[0.0; 2],
        &a,
        &[1.0],
        &[ZeroConeT(1)],
        0.25,
    );
}

#[test]
fn second_order() {
    // min x + y on the unit disc: s = (1, x, y).
    let a = CscMatrix::from(&[[0.0, 0.0], [-1.0, 0.0], [0.0, -1.0]]);
    let b = [1.0, 0.0, 0.0];
    let optimum = -2f64.sqrt();
    assert_optimum(&zero(2), &[1.0; 2], &a, &b, &[SecondOrderConeT(3)], optimum);
}

#[test]
fn exponential() {
    // min t with exp(2) <= t: s = (2, 1, t), the cone being y exp(x / y) <= z.
    let a = CscMatrix::from(&[[0.0], [0.0], [-1.0]]);
    let optimum = 2f64.exp();
    assert_optimum(
        &zero(1),
        &[1.0],
        &a,
        &[2.0, 1.0, 0.0],
        &[ExponentialConeT()],
        optimum,
    );
}

#[test]
fn power() {
    // max t with 2^0.6 3^0.4 >= |t|: s = (2, 3, t).
    let a = CscMatrix::from(&[[0.0], [0.0], [-1.0]]);
    let optimum = -2f64.powf(0.6) * 3f64.powf(0.4);
    assert_optimum(
        &zero(1),
        &[-1.0],
        &a,
        &[2.0, 3.0, 0.0],
        &[PowerConeT(0.6)],
        optimum,
    );
}

#[test]
fn generalised_power() {
    // max t + u with 2^0.5 3^0.25 5^0.25 >= |(t, u)|: s = (2, 3, 5, t, u).
    let a = CscMatrix::from(&[[0.0; 2], [0.0; 2], [0.0; 2], [-1.0, 0.0], [0.0, -1.0]]);
    let b = [2.0, 3.0, 5.0, 0.0, 0.0];
    let optimum = -2f64.sqrt() * 2f64.powf(0.5) * 15f64.powf(0.25);
    let cone = GenPowerConeT(vec![0.5, 0.25, 0.25], 2);
    assert_optimum(&zero(2), &[-1.0; 2], &a, &b, &[cone], optimum);
}

/// Where entry (i, j), i <= j, stands in the upper triangle stacked by columns.
fn place(i: usize, j: usize) -> usize {
    j * (j + 1) / 2 + i
}

/// The factor that makes the stacked triangle keep inner products.
fn weight(i: usize, j: usize) -> f64 {
    if i == j { 1.0 } else { 2f64.sqrt() }
}

#[test]
fn triangle_order_and_scale() {
    // X - C psd, C indefinite: min trace X is the sum of the positive eigenvalues of C
    // and also that of |C| plus trace C, halved; here C has eigenvalues 3, 1, -2, -4.
    let basis = |i: usize, k: usize| {
        0.5 * if (i & k).count_ones().is_multiple_of(2) {
            1.0
        } else {
            -1.0
        }
    };
    let values = [3.0, 1.0, -2.0, -4.0];
    let c = |i, j| {
        (0..4)
            .map(|k| basis(i, k) * values[k] * basis(j, k))
            .sum::<f64>()
    };
    let (mut rows, mut cols, mut entries) = (vec![], vec![], vec![]);
    let (mut b, mut q) = (vec![0.0; 20], vec![0.0; 10]);
    for j in 0..4 {
        for i in 0..=j {
            let k = place(i, j);
            for block in 0..2 {
                rows.push(10 * block + k);
                cols.push(k);
                entries.push(-weight(i, j));
            }
            b[k] = -weight(i, j) * c(i, j);
            q[k] = if i == j { 1.0 } else { 0.0 };
        }
    }
    let a = CscMatrix::new_from_triplets(20, 10, rows, cols, entries);
    let cones = [PSDTriangleConeT(4), PSDTriangleConeT(4)];
    let x = assert_optimum(&zero(10), &q, &a, &b, &cones, 4.0);
    let positive = |i, j| 3.0 * basis(i, 0) * basis(j, 0) + basis(i, 1) * basis(j, 1);
    for j in 0..4 {
        for i in 0..=j {
            assert!((x[place(i, j)] - positive(i, j)).abs() < 1e-5);
        }
    }
}

/// The Goemans-Williamson bound max 1/4 sum w (1 - X), diag X = 1, X psd, as its dual:
/// min sum y with Diag(y) - L / 4 psd, L = Diag(w 1) - w.
fn max_cut(n: usize, w: impl Fn(usize, usize) -> f64, optimum: f64) {
    let size = n * (n + 1) / 2;
    let diagonal: Vec<_> = (0..n).map(|i| place(i, i)).collect();
    let a = CscMatrix::new_from_triplets(size, n, diagonal, (0..n).collect(), vec![-1.0; n]);
    let mut b = vec![0.0; size];
    for j in 0..n {
        for i in 0..=j {
            let degree = if i == j {
                (0..n).map(|k| w(i, k)).sum()
            } else {
                0.0
            };
            b[place(i, j)] = -weight(i, j) * (degree - w(i, j)) / 4.0;
        }
    }
    assert_optimum(
        &zero(n),
        &vec![1.0; n],
        &a,
        &b,
        &[PSDTriangleConeT(n)],
        optimum,
    );
}

#[test]
fn max_cut_of_the_five_cycle() {
    // 5/2 (1 + cos(pi / 5)).  Its sparse graph also exercises chordal decomposition.
    let edge = |i: usize, j: usize| {
        if (i + 1) % 5 == j || (j + 1) % 5 == i {
            1.0
        } else {
            0.0
        }
    };
    max_cut(5, edge, 2.5 * (1.0 + (std::f64::consts::PI / 5.0).cos()));
}

#[test]
fn max_cut_of_complete_graphs() {
    // The complete graph of n vertices: n² / 4; and, for a bipartite one, all edges.
    max_cut(30, |i, j| if i == j { 0.0 } else { 1.0 }, 225.0);
    let mut random = Random(11);
    let table: Vec<f64> = (0..900).map(|_| random.next().abs()).collect();
    let weight = |i: usize, j: usize| match i % 2 == j % 2 {
        true => 0.0,
        false => table[i.min(j) * 30 + i.max(j)],
    };
    let total: f64 = (0..30)
        .flat_map(|j| (0..j).map(move |i| weight(i, j)))
        .sum();
    max_cut(30, weight, total);
}
