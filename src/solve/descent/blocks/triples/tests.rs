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

/// Along a direction without second derivatives nothing is made of a side, which is left.
#[test]
fn sides_are_made_but_for_what_is_flat() {
    let (steep, flat) = ([0.3, -2.0, 0.7], [1e-9, 0.4, 2.0]);
    let with = |weight: f64| -> Square {
        let entry = |i: usize, j: usize| 1e6 * steep[i] * steep[j] + weight * flat[i] * flat[j];
        std::array::from_fn(|i| std::array::from_fn(|j| entry(i, j)))
    };
    let side = [0.2, 0.5, -1.1];
    for (weight, is_left) in [(3.0, false), (1e-12, true)] {
        let mut matrix = with(weight);
        matrix[0][0] += 2.0;
        let (solution, rest) = projection::solved(&matrix, side);
        let made = times(&matrix, solution);
        for i in 0..3 {
            let missed = made[i] + rest[i] - side[i];
            assert!(missed.abs() < 1e-7, "{weight}: {made:?} {rest:?}");
        }
        assert_eq!(dot(rest, rest) > 1e-3, is_left, "{weight}: {rest:?}");
    }
}

/// Points inside each cone, of any size and next to any edge.
fn inside(kind: Triple) -> Vec<Vector> {
    let inwards = |v: Vector| {
        let [x, y, z] = v.map(f64::abs);
        let room = 1e-6f64.max(x);
        match kind {
            Triple::Exponential => [x, y, x * (x / y).ln() + room],
            Triple::Power(alpha) => [
                x,
                y,
                v[2].signum() * x.powf(alpha) * y.powf(1.0 - alpha) * (1.0 - z.min(0.999)),
            ],
        }
    };
    points().into_iter().take(300).map(inwards).collect()
}

fn close(a: Vector, b: Vector, share: f64) -> bool {
    let size = a.iter().chain(&b).fold(0.0f64, |m, v| m.max(v.abs()));
    (0..3).all(|i| (a[i] - b[i]).abs() <= share * size)
}

/// A barrier is logarithmically homogeneous: -∇F(y)'y = 3 and ∇²F(y)*y = -∇F(y).
#[test]
fn barriers_are_homogeneous() {
    for kind in kinds() {
        for y in inside(kind) {
            let dual = kind.dual_of(y);
            assert!((dot(dual, y) - 3.0).abs() < 1e-6, "{kind:?} {y:?}");
            let weighted = |v: Vector| std::array::from_fn(|i| v[i] * y[i]);
            let image = times(&kind.bend(y), y);
            assert!(
                close(weighted(image), weighted(dual), 1e-5),
                "{kind:?} {y:?}"
            );
        }
    }
}

#[test]
fn derivatives_of_barriers_match_differences() {
    let u = [0.3, -0.7, 0.4];
    for kind in kinds() {
        for y in inside(kind) {
            // As far as a thousandth of the way to an edge in the metric of the barrier.
            let step = 1e-3 / dot(u, times(&kind.bend(y), u)).sqrt();
            let at = |s: f64| std::array::from_fn(|i| y[i] + s * step * u[i]);
            let (up, down) = (kind.dual_of(at(1.0)), kind.dual_of(at(-1.0)));
            let slope: Vector = std::array::from_fn(|i| (down[i] - up[i]) / (2.0 * step));
            let image = times(&kind.bend(y), u);
            assert!(
                close(slope, image, 1e-4),
                "{kind:?} {y:?}: {slope:?} {image:?}"
            );
            let (up, down) = (
                times(&kind.bend(at(1.0)), u),
                times(&kind.bend(at(-1.0)), u),
            );
            let slope: Vector = std::array::from_fn(|i| (up[i] - down[i]) / (2.0 * step));
            let third = kind.third(y, u, u);
            let size = dot(u, image) / step * 1e-3;
            let missed: f64 = (0..3).map(|i| (slope[i] - third[i]) * u[i]).sum();
            assert!(
                missed.abs() <= 1e-2 * size,
                "{kind:?} {y:?}: {slope:?} {third:?}"
            );
        }
    }
}

/// -∇F takes the cone to its dual and back.
#[test]
fn duals_lead_back_to_their_points() {
    for kind in kinds() {
        for y in inside(kind) {
            let s = kind.dual_of(y);
            let back = kind.primal_of(s).expect("it is inside");
            let missed: Vector = std::array::from_fn(|i| back[i] - y[i]);
            let length = dot(missed, times(&kind.bend(y), missed)).sqrt();
            assert!(length < 1e-4, "{kind:?} {y:?} {back:?}: {length:.1e}");
            assert_eq!(kind.primal_of(s.map(|s| -s)), None);
        }
    }
}
