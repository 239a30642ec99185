//! Laws of the projection on |x|_p <= t.

use super::*;
use crate::elaborate::random::Generator;

const EXPONENTS: [f64; 8] = [1.001, 1.2, 1.5, 1.9, 2.5, 3.0, 10.0, 100.0];

/// A cone and points of several sizes, some entries zero and some equal.
fn examples(mut test: impl FnMut(&mut PowerNorms, &[f64], &[f64])) {
    let mut random = Generator::new(11);
    for p in EXPONENTS {
        for round in 0..60 {
            let rows = 2 + round % 7;
            let size = 10f64.powi(round as i32 % 9 - 4);
            let mut z = random.normals(rows);
            z.iter_mut().for_each(|z| *z *= size);
            z[0] *= [0.1, 1.0, 3.0][round % 3];
            if rows > 3 && round % 2 == 0 {
                z[2] = 0.0;
                z[3] = z[1];
            }
            let mut cone = PowerNorms::default();
            cone.push(p, rows);
            test(&mut cone, &z, &random.normals(rows));
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn split(cone: &mut PowerNorms, z: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (mut n, mut y) = (z.to_vec(), z.to_vec());
    cone.apply(z, 1.0, &mut n, &mut y);
    (y, n)
}

/// Moreau: z = y + n, y in the cone, n in its polar, whose norm is the dual one, y'n = 0.
#[test]
fn projections_split_orthogonally() {
    let mut between = 0;
    examples(|cone, z, _| {
        let p = cone.cones[0].exponent;
        let (y, n) = split(cone, z);
        let size = dot(z, z).sqrt();
        for k in 0..z.len() {
            assert!(
                (y[k] + n[k] - z[k]).abs() <= 1e-13 * size,
                "{p} {z:?} {y:?} {n:?}"
            );
        }
        assert!(cone.violation(&y) <= 1e-12 * size, "{p} {z:?} {y:?}");
        let dual = pnorm(&n[1..], p / (p - 1.0));
        assert!(dual + n[0] <= 1e-12 * size, "{p} {z:?} {n:?}");
        assert!(dot(&y, &n).abs() <= 1e-12 * size * size, "{p} {z:?}");
        between += usize::from(y[0] > 0.0 && n[0] < 0.0);
    });
    assert!(between > 100, "{between}");
}

#[test]
fn curvatures_match_differences() {
    let mut seen = 0;
    examples(|cone, z, v| {
        let size = dot(z, z).sqrt();
        let step = 1e-6 * size;
        let moved = |s: f64| -> Vec<f64> { z.iter().zip(v).map(|(z, v)| z + s * v).collect() };
        let (above, below) = (split(cone, &moved(step)).1, split(cone, &moved(-step)).1);
        split(cone, z);
        let mut bend = z.to_vec();
        cone.curvature_times(v, &mut bend);
        // Beside 0 a power may turn within less than the step.
        if z.contains(&0.0) {
            return;
        }
        seen += 1;
        for k in 0..z.len() {
            let slope = (above[k] - below[k]) / (2.0 * step);
            let error = (slope - bend[k]).abs();
            assert!(
                error <= 1e-4,
                "{cone:?} {z:?} {v:?} {k}: {slope} {}",
                bend[k]
            );
        }
    });
    assert!(seen > 100, "{seen}");
}

#[test]
fn curvatures_are_those_of_their_parts() {
    examples(|cone, z, v| {
        split(cone, z);
        let mut bend = z.to_vec();
        cone.curvature_times(v, &mut bend);
        let parts = cone.curvature().unwrap_or_default();
        let mut sum: Vec<f64> = parts.diagonal.iter().zip(v).map(|(d, v)| d * v).collect();
        for (weight, entries) in &parts.rank_one {
            let along: f64 = entries.iter().map(|&(k, u)| u * v[k]).sum();
            for &(k, u) in entries {
                sum[k] += weight * along * u;
            }
        }
        for (sum, bend) in sum.iter().zip(&bend) {
            assert!((sum - bend).abs() <= 1e-9, "{cone:?} {z:?}");
        }
        // 0 <= M <= I.
        let curved = dot(v, &bend);
        assert!(
            (-1e-9..=dot(v, v) + 1e-9).contains(&curved),
            "{cone:?} {z:?}"
        );
    });
}
