//! Laws of projections.

use super::*;

/// SplitMix64 on (-1, 1).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

fn kinds() -> [Triple; 5] {
    [
        Triple::Exponential,
        Triple::Power(0.5),
        Triple::Power(2.0 / 3.0),
        Triple::Power(0.1),
        Triple::Power(0.95),
    ]
}

/// Random points; entries of every size, some tiny.
fn points() -> Vec<Vector> {
    let mut state = 7;
    let mut entry = || {
        let digits = 3.0 * (random(&mut state) + 1.0) * f64::from(random(&mut state) > 0.0);
        10f64.powf(-digits) * random(&mut state)
    };
    let mut points: Vec<Vector> = (0..2000).map(|_| [entry(), entry(), entry()]).collect();
    points.push([1.0, -0.2, 1e-14]);
    points.push([-1e-9, -0.3, 2e-12]);
    points
}

/// Moreau: z = p + n with p in the cone, n in its polar, p'n = 0.
#[test]
fn projections_split_orthogonally() {
    for kind in kinds() {
        for v in points() {
            let Projection {
                point: p,
                normal: n,
                ..
            } = kind.project(v);
            let size = v.iter().map(|v| v.abs()).sum::<f64>();
            let apart: f64 = (0..3).map(|i| (v[i] - p[i] - n[i]).abs()).sum();
            assert!(apart <= 1e-9 * size, "{kind:?} {v:?} {p:?} {n:?}");
            let product: f64 = (0..3).map(|i| p[i] * n[i]).sum();
            assert!(product.abs() <= 1e-9 * size * size, "{kind:?} {v:?} {p:?}");
            assert!(kind.distance(p) <= 1e-9 * size, "{kind:?} {v:?} {p:?}");
            let rest = kind.project(n).point;
            let rest = rest.iter().map(|v| v.abs()).sum::<f64>();
            assert!(rest <= 1e-7 * size, "{kind:?} {v:?} {p:?} {n:?}");
        }
    }
}

/// |p(u) - p(v)| <= |u - v|, for entries moved across zero.
#[test]
fn projections_do_not_expand() {
    let distance = |a: Vector, b: Vector| {
        let square = |i: usize| (a[i] - b[i]) * (a[i] - b[i]);
        (0..3).map(square).sum::<f64>().sqrt()
    };
    for kind in kinds() {
        for v in points() {
            for j in 0..3 {
                for factor in [-1.0, 0.0, 0.5, -1e-9] {
                    let mut u = v;
                    u[j] *= factor;
                    let moved = distance(kind.project(u).point, kind.project(v).point);
                    let size = v.iter().map(|v| v.abs()).sum::<f64>();
                    let allowed = distance(u, v) + 1e-11 * size;
                    assert!(
                        moved <= allowed,
                        "{kind:?} {u:?} {v:?}: {moved} > {allowed}"
                    );
                }
            }
        }
    }
}

#[test]
fn derivatives_of_projections_match_differences() {
    for kind in kinds() {
        for v in points() {
            let derivative = kind.project(v).derivative;
            let size = v.iter().fold(f64::INFINITY, |m, v| m.min(v.abs()));
            let largest = v.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
            let step = 1e-3 * size.max(1e-8 * largest);
            for j in 0..3 {
                let at = |s: f64| {
                    let mut moved = v;
                    moved[j] += s * step;
                    kind.project(moved)
                };
                let (up, down) = (at(1.0), at(-1.0));
                let (a, b) = (up.derivative, down.derivative);
                for i in 0..3 {
                    let slope = (up.point[i] - down.point[i]) / (2.0 * step);
                    // Across a face the derivative jumps.
                    let middle = derivative[i][j];
                    let smooth = (a[i][j] - middle).abs().max((b[i][j] - middle).abs()) < 1e-3;
                    let close = (slope - derivative[i][j]).abs() < 3e-3;
                    assert!(
                        close || !smooth,
                        "{kind:?} {v:?} {i}{j}: {slope} {derivative:?}"
                    );
                }
            }
        }
    }
}

/// Far out on the edge of log(x) >= ρ a multiplier of 1 is 1e-7 beside points of e^10: it must not be
/// read off their difference.
#[test]
fn small_normals_keep_their_digits() {
    for (rho, tau) in [(10f64, 1e-7), (10.0, 1e-4), (14.0, 1e-9), (5.0, 1e-10)] {
        // x*log(x/y) <= t at (1, e^ρ, -ρ), normal (ρ - 1, e^-ρ, 1)*e^ρ.
        let height = rho.exp();
        let normal = [(1.0 - rho) * height * tau, -tau, -height * tau];
        let point = [1.0, height, -rho];
        let v: Vector = std::array::from_fn(|i| point[i] + normal[i]);
        let found = Triple::Exponential.project(v).normal;
        for i in 0..3 {
            let error = (found[i] - normal[i]).abs();
            assert!(
                error <= 1e-7 * normal[i].abs(),
                "{rho} {tau}: {found:?} {normal:?}"
            );
        }
    }
}

/// Inside a cone second derivatives along x are 1e16 times those along y where x is next to 0.
#[test]
fn terms_keep_the_digits_of_small_rows() {
    let (spread, scales) = (
        [[2.0, -0.9, 0.5], [-0.9, 1.0, 0.1], [0.5, 0.1, 3.0]],
        [1e6, 1e-4, 30.0],
    );
    let matrix: Square =
        std::array::from_fn(|i| std::array::from_fn(|j| spread[i][j] * scales[i] * scales[j]));
    let mut sum = ZERO;
    for (d, u, rows) in terms(&matrix) {
        for &i in rows {
            for &j in rows {
                sum[i][j] += d * u[i] * u[j];
            }
        }
    }
    for (i, j) in (0..9).map(|k| (k / 3, k % 3)) {
        let missed = (sum[i][j] - matrix[i][j]).abs() / (scales[i] * scales[j]);
        assert!(missed < 1e-13, "{missed:.1e} at {i}, {j}");
    }
}
