//! One row of slopes with its kink rounded off: g_ε(y) = max s*y + ε log(s - a) + ε log(b - s) over multipliers s
//! between the slopes a and b, where an infinite slope has no logarithm. At ε = 0 it is max(a*y, b*y); for `<= 0`
//! it is the logarithmic barrier.
//!
//! With λ = σ(z - y) the proximal point solves z - s/σ + ε/(s - a) - ε/(b - s) = 0 for s = λ.

/// ε, and the size of the largest multiplier.
#[derive(Clone, Copy, Debug)]
pub struct Smoothing {
    pub epsilon: f64,
    pub multiplier: f64,
}

impl Smoothing {
    /// The share of σ that is the penalty of a row whose multiplier is t away from the end of its range, 1 while nothing
    /// is known of it: with penalties that are as t²/ε = t/y a multiplier and its row y = ε/t count alike.
    pub fn stiffness(self, t: f64) -> f64 {
        match t > 0.0 {
            true => (t / self.multiplier).clamp(LEAST_STIFFNESS, 1.0),
            false => 1.0,
        }
    }
}

const LEAST_STIFFNESS: f64 = 1e-9;
/// Least distance from an end of the multiplier's range whose logarithm is taken.
const TINY: f64 = 1e-300;
const MOST_STEPS: usize = 100;
/// Relative.
const SETTLED: f64 = 1e-15;

/// What the proximal operator says of one row.
#[derive(Clone, Copy, Debug)]
pub struct Proximal {
    /// λ.
    pub multiplier: f64,
    /// dλ/d(σz), between 0 and 1.
    pub slope: f64,
    /// y.
    pub point: f64,
}

/// For the slopes [a, b].
pub fn proximal([a, b]: [f64; 2], epsilon: f64, z: f64, sigma: f64) -> Proximal {
    match (a.is_finite(), b.is_finite()) {
        (false, false) => Proximal {
            multiplier: sigma * z,
            slope: 1.0,
            point: 0.0,
        },
        (true, false) => above(a, epsilon, z, sigma),
        (false, true) => {
            let mirrored = above(-b, epsilon, -z, sigma);
            Proximal {
                multiplier: -mirrored.multiplier,
                point: -mirrored.point,
                ..mirrored
            }
        }
        (true, true) if a < b => between([a, b], epsilon, z, sigma),
        (true, true) => Proximal {
            multiplier: a,
            slope: 0.0,
            point: z - a / sigma,
        },
    }
}

/// t = s - a > 0 solves t² - (σz - a)t - σε = 0.
fn above(a: f64, epsilon: f64, z: f64, sigma: f64) -> Proximal {
    let (half, product) = (0.5 * (sigma * z - a), sigma * epsilon);
    let root = half.hypot(product.sqrt());
    let t = match half > 0.0 {
        true => half + root,
        false => product / (root - half),
    };
    Proximal {
        multiplier: a + t,
        slope: t / (t + product / t),
        point: -epsilon / t,
    }
}

/// u = s - (a + b)/2 within ±w, w = (b - a)/2, solves c - u - 2σε u/(w² - u²) = 0 for c = σz - (a + b)/2, which
/// falls in u: Newton's steps within a shrinking interval.
fn between([a, b]: [f64; 2], epsilon: f64, z: f64, sigma: f64) -> Proximal {
    let (middle, w) = (0.5 * (a + b), 0.5 * (b - a));
    let (c, k) = (sigma * z - middle, 2.0 * sigma * epsilon);
    let (mut low, mut high) = (-w, w);
    let mut u = (c / (1.0 + k / (w * w))).clamp(-0.999 * w, 0.999 * w);
    for _ in 0..MOST_STEPS {
        let room = (w - u) * (w + u);
        let value = c - u - k * u / room;
        (low, high) = if value > 0.0 { (u, high) } else { (low, u) };
        let newton = u + value / (1.0 + k * (w * w + u * u) / (room * room));
        let next = match low < newton && newton < high {
            true => newton,
            false => 0.5 * (low + high),
        };
        let moved = (next - u).abs();
        u = next;
        if moved <= SETTLED * u.abs() {
            break;
        }
    }
    let bend = (w - u).powi(-2) + (w + u).powi(-2);
    let multiplier = middle + u;
    Proximal {
        multiplier,
        slope: 1.0 / (1.0 + sigma * epsilon * bend),
        point: point(epsilon, w, u, [z, multiplier / sigma]),
    }
}

/// y by its slope, or as the difference of these two: what loses fewer digits.
fn point(epsilon: f64, w: f64, u: f64, [z, pull]: [f64; 2]) -> f64 {
    let by_slope = 2.0 * epsilon * u / ((w - u) * (w + u));
    match by_slope.abs() * w / (w - u.abs()) <= z.abs() + pull.abs() {
        true => by_slope,
        false => z - pull,
    }
}

/// g_ε(y), less a constant.
pub fn value([a, b]: [f64; 2], epsilon: f64, y: f64) -> f64 {
    match (a.is_finite(), b.is_finite()) {
        (false, false) => 0.0,
        (true, false) => barrier(a, epsilon, y),
        (false, true) => barrier(-b, epsilon, -y),
        (true, true) if a < b => {
            let (middle, w) = (0.5 * (a + b), 0.5 * (b - a));
            let pull = y * w;
            let share = pull / (epsilon + epsilon.hypot(pull));
            let logs = (1.0 - share).max(TINY).ln() + (1.0 + share).max(TINY).ln();
            (middle + share * w) * y + epsilon * logs
        }
        (true, true) => a * y,
    }
}

/// a*y - ε log(-y), infinite from y = 0 on.
fn barrier(a: f64, epsilon: f64, y: f64) -> f64 {
    match y < 0.0 {
        true => a * y - epsilon * (-y).ln(),
        false => f64::INFINITY,
    }
}

/// The barrier -ε log y of an eigenvalue y >= 0 of a cone, under the penalty σ/2 (y - z)²: its pull t = σ(y - z) = ε/y
/// solves t² + σz t - σε = 0.
#[derive(Clone, Copy, Debug)]
pub struct Barrier {
    pub epsilon: f64,
    pub sigma: f64,
}

impl Barrier {
    /// t of the eigenvalue z.
    pub fn pull(self, z: f64) -> f64 {
        above(0.0, self.epsilon, -z, self.sigma).multiplier
    }

    /// y.
    pub fn point(self, pull: f64) -> f64 {
        self.epsilon / pull
    }

    /// The divided difference of -t/σ between two eigenvalues, or its derivative at one: st/(st + σε).
    pub fn weight(self, s: f64, t: f64) -> f64 {
        s * t / (s * t + self.sigma * self.epsilon)
    }
}

/// Share of the largest eigenvalue below which one is rounding.
const ROUNDING: f64 = 1e-16;

/// -ε Σ log y_i; eigenvalues that are 0 but for rounding are taken for as much.
pub fn barrier_of_eigenvalues(eigenvalues: &[f64], epsilon: f64) -> f64 {
    let largest = eigenvalues.iter().fold(TINY, |most, y| y.abs().max(most));
    let least = ROUNDING * largest;
    -epsilon * eigenvalues.iter().map(|y| y.max(least).ln()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: [[f64; 2]; 6] = [
        [f64::NEG_INFINITY, f64::INFINITY],
        [0.0, f64::INFINITY],
        [f64::NEG_INFINITY, -0.5],
        [-2.0, 3.0],
        [0.0, 1e-3],
        [-1e5, 1e5],
    ];

    fn each(mut test: impl FnMut([f64; 2], f64, f64, f64)) {
        for ends in ENDS {
            for epsilon in [1.0, 1e-3, 1e-9] {
                for z in [-7.0, -0.3, -1e-6, 0.0, 2e-5, 0.4, 90.0] {
                    for sigma in [0.1, 10.0, 1e6] {
                        test(ends, epsilon, z, sigma);
                    }
                }
            }
        }
    }

    /// λ = σ(z - y) is g_ε'(y): no other point has a lower g_ε + σ/2 (z - y)².
    #[test]
    fn multipliers_are_slopes_at_the_proximal_point() {
        each(|ends, epsilon, z, sigma| {
            let found = proximal(ends, epsilon, z, sigma);
            let [a, b] = ends;
            assert!(a <= found.multiplier && found.multiplier <= b, "{found:?}");
            let pull = sigma * (z - found.point);
            let size = sigma * z.abs() + found.multiplier.abs() + finite(b - a);
            let error = (pull - found.multiplier).abs();
            assert!(
                error <= 1e-9 * size,
                "{error}: {found:?} for {ends:?}, {epsilon}, {z}, {sigma}"
            );
            if a.is_infinite() && b.is_infinite() {
                return assert_eq!(found.point, 0.0);
            }
            let step = 1e-4 * (found.point.abs() + epsilon);
            let sum = |y: f64| value(ends, epsilon, y) - found.multiplier * y;
            let least = sum(found.point);
            for y in [found.point - step, found.point + step] {
                let allowed = 1e-12 * (epsilon + (found.multiplier * y).abs());
                assert!(
                    least <= sum(y) + allowed,
                    "{found:?} for {ends:?}, {epsilon}, {z}, {sigma}"
                );
            }
        });
    }

    fn finite(width: f64) -> f64 {
        if width.is_finite() { width } else { 0.0 }
    }

    #[test]
    fn slopes_of_multipliers_match_central_differences() {
        each(|ends, epsilon, z, sigma| {
            let found = proximal(ends, epsilon, z, sigma);
            let step = 1e-5 * (z.abs() + (epsilon / sigma).sqrt());
            let at = |z: f64| proximal(ends, epsilon, z, sigma).multiplier;
            let expected = (at(z + step) - at(z - step)) / (2.0 * step * sigma);
            let size = found.multiplier.abs() + finite(ends[1] - ends[0]);
            let error = (found.slope - expected).abs();
            let rounding = 1e-14 * size / (step * sigma);
            assert!(
                error <= 1e-4 * expected + rounding,
                "{expected}: {found:?} for {ends:?}, {epsilon}, {z}, {sigma}"
            );
        });
    }
}
