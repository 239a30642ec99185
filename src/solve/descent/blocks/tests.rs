//! Rules with their kinks and edges rounded off, against what their proximal points and slopes have to be.

use super::*;

const SIGMAS: [f64; 2] = [0.3, 40.0];
const EPSILONS: [f64; 3] = [1.0, 1e-2, 1e-5];

/// Numbers between -1 and 1, the same each time.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as f64 / (1u64 << 30) as f64 - 1.0
    }

    pub(super) fn list(&mut self, count: usize, size: f64) -> Vec<f64> {
        (0..count).map(|_| size * self.next()).collect()
    }
}

/// Each kind of rule that rounds off, with multipliers inside their range.
fn rules() -> Vec<(Box<dyn Rule>, Vec<f64>)> {
    let mut slopes = Slopes::default();
    for (lower, upper) in [
        (f64::NEG_INFINITY, f64::INFINITY),
        (0.0, f64::INFINITY),
        (f64::NEG_INFINITY, -0.5),
        (-1.0, 2.0),
    ] {
        slopes.push(lower, upper);
    }
    let mut norms = Norms::default();
    norms.push(3, 0.7);
    norms.push(2, 4.0);
    let mut cones = SecondOrder::default();
    cones.push(3);
    cones.push(4);
    let matrix = PositiveSemidefinite::new(3);
    let negative = vec![-1.0, 0.1, -0.4, 0.0, 0.3, -0.2];
    vec![
        (Box::new(slopes), vec![3.0, 0.2, -0.6, 1.0]),
        (Box::new(norms), vec![0.1, 0.2, -0.3, 1.0, -2.0]),
        (Box::new(cones), vec![-1.0, 0.5, 0.2, -0.1, 0.0, 0.02, 0.01]),
        (Box::new(matrix), negative),
    ]
}

/// Every rule, rounded off, at points of several sizes.
fn each(mut test: impl FnMut(&mut dyn Rule, &[f64], f64)) {
    let mut numbers = Numbers(7);
    for (mut rule, multiplier) in rules() {
        for epsilon in EPSILONS {
            let smoothing = Smoothing {
                epsilon,
                multiplier: multiplier.iter().fold(0.0, |m: f64, v| m.max(v.abs())),
            };
            assert!(rule.smooth(Some(smoothing), &multiplier), "{rule:?}");
            for sigma in SIGMAS {
                for size in [1e-3, 1.0, 30.0] {
                    let z = numbers.list(multiplier.len(), size);
                    test(rule.as_mut(), &z, sigma);
                }
            }
        }
    }
}

fn applied(rule: &mut dyn Rule, z: &[f64], sigma: f64) -> (Vec<f64>, Vec<f64>) {
    let (mut multiplier, mut point) = (vec![0.0; z.len()], vec![0.0; z.len()]);
    rule.apply(z, sigma, &mut multiplier, &mut point);
    (multiplier, point)
}

fn penalties(rule: &dyn Rule, rows: usize, sigma: f64) -> Vec<f64> {
    match rule.stiffness() {
        [] => vec![sigma; rows],
        shares => shares.iter().map(|share| share * sigma).collect(),
    }
}

#[test]
fn multipliers_are_penalties_times_what_the_point_moves() {
    each(|rule, z, sigma| {
        let (multiplier, point) = applied(rule, z, sigma);
        let penalties = penalties(rule, z.len(), sigma);
        for k in 0..z.len() {
            let pull = penalties[k] * (z[k] - point[k]);
            let size = penalties[k] * (z[k].abs() + point[k].abs()) + multiplier[k].abs();
            assert!(
                (pull - multiplier[k]).abs() <= 1e-7 * size,
                "{pull} for {} in {rule:?}",
                multiplier[k]
            );
        }
    });
}

#[test]
fn no_other_point_has_less_of_value_and_penalty() {
    let mut numbers = Numbers(11);
    each(|rule, z, sigma| {
        let (_, point) = applied(rule, z, sigma);
        let penalties = penalties(rule, z.len(), sigma);
        let total = |y: &[f64]| {
            let terms = y.iter().zip(z).zip(&penalties);
            let penalty: f64 = terms.map(|((y, z), p)| 0.5 * p * (z - y) * (z - y)).sum();
            (rule.value(y) + penalty, penalty)
        };
        let (least, penalty) = total(&point);
        for share in [1e-3, 1e-6] {
            let moves = numbers.list(point.len(), share);
            let moved: Vec<f64> = point
                .iter()
                .zip(&moves)
                .map(|(y, m)| y * (1.0 + m))
                .collect();
            let allowed = 1e-10 * (1.0 + penalty);
            assert!(
                rule.violation(&moved) > 0.0 || total(&moved).0 >= least - allowed,
                "{} under {least} for {rule:?} at {z:?}",
                total(&moved).0
            );
        }
    });
}

#[test]
fn slopes_match_central_differences() {
    let mut numbers = Numbers(13);
    each(|rule, z, sigma| {
        let v = numbers.list(z.len(), 1.0);
        let size = z.iter().fold(1e-3, |m: f64, z| m.max(z.abs()));
        let step = 1e-6 * size;
        let mut at = |side: f64| {
            let moved: Vec<f64> = z.iter().zip(&v).map(|(z, v)| z + side * step * v).collect();
            applied(rule, &moved, sigma).0
        };
        let (above, below) = (at(1.0), at(-1.0));
        let largest = above.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let (multiplier, _) = applied(rule, z, sigma);
        let mut bend = vec![0.0; z.len()];
        rule.curvature_times(&v, &mut bend);
        for k in 0..z.len() {
            let expected = (above[k] - below[k]) / (2.0 * step * sigma);
            let allowed = 1e-4 * expected.abs().max(1e-3) + 1e-13 * largest / (step * sigma);
            assert!(
                (bend[k] - expected).abs() <= allowed,
                "{} for {expected} in {rule:?} at {z:?}, {multiplier:?}",
                bend[k]
            );
        }
    });
}

#[test]
fn curvature_in_parts_is_what_its_products_are() {
    let mut numbers = Numbers(17);
    each(|rule, z, sigma| {
        applied(rule, z, sigma);
        let Some(curvature) = rule.curvature() else {
            return assert!(rule.spectral_curvature().is_some());
        };
        let v = numbers.list(z.len(), 1.0);
        let mut expected = vec![0.0; z.len()];
        rule.curvature_times(&v, &mut expected);
        let mut found: Vec<f64> = curvature
            .diagonal
            .iter()
            .zip(&v)
            .map(|(d, v)| d * v)
            .collect();
        for (weight, entries) in &curvature.rank_one {
            let along: f64 = entries.iter().map(|(k, u)| u * v[*k]).sum();
            entries
                .iter()
                .for_each(|(k, u)| found[*k] += weight * along * u);
        }
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found - expected).abs() <= 1e-12,
                "{found} for {expected}: {rule:?}"
            );
        }
    });
}

#[test]
fn kinks_come_back() {
    let mut numbers = Numbers(19);
    for ((mut rounded, multiplier), (mut fresh, _)) in rules().into_iter().zip(rules()) {
        let smoothing = Smoothing {
            epsilon: 0.1,
            multiplier: 1.0,
        };
        rounded.smooth(Some(smoothing), &multiplier);
        let z = numbers.list(multiplier.len(), 2.0);
        applied(rounded.as_mut(), &z, 1.0);
        rounded.smooth(None, &multiplier);
        assert!(rounded.stiffness().is_empty());
        assert_eq!(
            applied(rounded.as_mut(), &z, 3.0),
            applied(fresh.as_mut(), &z, 3.0)
        );
        assert_eq!(rounded.value(&z), fresh.value(&z));
    }
}
