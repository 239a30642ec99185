//! Laws of the projection on g(x) <= t.

use super::*;

/// SplitMix64 on (-1, 1).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// A cone and a point, entries of several sizes and some of them equal.
fn example(state: &mut u64) -> (RankedCone, Vec<f64>) {
    let n = 1 + (8.0 * random(state).abs()) as usize;
    let mut weights: Vec<f64> = (0..n).map(|_| 3.0 * random(state)).collect();
    weights.sort_by(|a, b| b.total_cmp(a));
    let size = 10f64.powf(3.0 * random(state));
    let entry = |state: &mut u64| size * (4.0 * random(state)).round() / 4.0 + 0.1 * random(state);
    let z = (0..=n).map(|_| entry(state)).collect();
    (RankedCone::new(weights), z)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Moreau: z = p + n, p in the cone, n in its polar (so that n projects to 0), p'n = 0.
#[test]
fn projections_split_orthogonally() {
    let mut state = 3;
    for _ in 0..2000 {
        let (mut cone, z) = example(&mut state);
        let (mut n, mut p) = (z.clone(), z.clone());
        cone.apply(&z, 1.0, &mut n, &mut p);
        let size = 1.0 + z.iter().map(|z| z.abs()).sum::<f64>();
        assert!(cone.violation(&p) <= 1e-11 * size, "{cone:?} {z:?} {p:?}");
        assert!(
            dot(&p, &n).abs() <= 1e-11 * size * size,
            "{cone:?} {z:?} {p:?}"
        );
        let mut rest = n.clone();
        cone.project_recession(&mut rest);
        let apart: f64 = rest.iter().zip(&n).map(|(a, b)| (a - b).abs()).sum();
        assert!(apart <= 1e-9 * size, "{cone:?} {z:?} {n:?} {rest:?}");
    }
}

#[test]
fn curvatures_match_differences() {
    let mut state = 5;
    let mut seen = 0;
    for _ in 0..500 {
        let (mut cone, z) = example(&mut state);
        let v: Vec<f64> = z.iter().map(|_| random(&mut state)).collect();
        let mut normal = |s: f64| {
            let moved: Vec<f64> = z.iter().zip(&v).map(|(z, v)| z + s * v).collect();
            let (mut n, mut p) = (z.clone(), z.clone());
            cone.apply(&moved, 1.0, &mut n, &mut p);
            let mut bend = z.clone();
            cone.curvature_times(&v, &mut bend);
            (n, bend, cone.ranking.pools.clone(), cone.curvature())
        };
        let step = 1e-6;
        let (above, below, (_, bend, pools, parts)) = (normal(step), normal(-step), normal(0.0));
        if above.2 != pools || below.2 != pools {
            continue;
        }
        seen += 1;
        for (k, bent) in bend.iter().enumerate() {
            let slope = (above.0[k] - below.0[k]) / (2.0 * step);
            let size = z.iter().fold(1.0f64, |m, z| m.max(z.abs()));
            assert!(
                (slope - bent).abs() <= 1e-7 * size,
                "{cone:?} {z:?} {v:?} {k}"
            );
        }
        let parts = parts.unwrap_or_default();
        let mut sum = vec![0.0; z.len()];
        for (weight, entries) in &parts.rank_one {
            let along: f64 = entries.iter().map(|&(k, u)| u * v[k]).sum();
            entries
                .iter()
                .for_each(|&(k, u)| sum[k] += weight * along * u);
        }
        for rows in &parts.centred {
            let mean = rows.iter().map(|&k| v[k]).sum::<f64>() / rows.len() as f64;
            rows.iter().for_each(|&k| sum[k] += v[k] - mean);
        }
        let apart: f64 = sum.iter().zip(&bend).map(|(a, b)| (a - b).abs()).sum();
        assert!(apart <= 1e-12, "{cone:?} {z:?} {v:?}");
    }
    assert!(seen > 100, "{seen}");
}
