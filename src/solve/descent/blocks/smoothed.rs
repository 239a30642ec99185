//! One row of slopes with its kink rounded off: g_ε(y) = max s*y + ε log(s - a) + ε log(b - s) over multipliers s
//! between the slopes a and b, where an infinite slope has no logarithm. At ε = 0 it is max(a*y, b*y); for `<= 0`
//! it is the logarithmic barrier.
//!
//! With λ = σ(z - y) the proximal point solves z - s/σ + ε/(s - a) - ε/(b - s) = 0 for s = λ.

/// Least distance from an end of the multiplier's range whose logarithm is taken.
const TINY: f64 = 1e-300;
const MOST_STEPS: usize = 100;
/// Relative.
const SETTLED: f64 = 1e-15;

/// λ at z and dλ/d(σz) between 0 and 1.
pub fn multiplier([a, b]: [f64; 2], epsilon: f64, z: f64, sigma: f64) -> (f64, f64) {
    match (a.is_finite(), b.is_finite()) {
        (false, false) => (sigma * z, 1.0),
        (true, false) => above(a, epsilon, z, sigma),
        (false, true) => {
            let (s, slope) = above(-b, epsilon, -z, sigma);
            (-s, slope)
        }
        (true, true) if a < b => between([a, b], epsilon, z, sigma),
        (true, true) => (a, 0.0),
    }
}

/// t = s - a > 0 solves t² - (σz - a)t - σε = 0.
fn above(a: f64, epsilon: f64, z: f64, sigma: f64) -> (f64, f64) {
    let (half, product) = (0.5 * (sigma * z - a), sigma * epsilon);
    let root = (half * half + product).sqrt();
    let t = match half > 0.0 {
        true => half + root,
        false => product / (root - half),
    };
    (a + t, 1.0 / (1.0 + product / (t * t)))
}

/// u = s - (a + b)/2 within ±w, w = (b - a)/2, solves c - u - 2σε u/(w² - u²) = 0 for c = σz - (a + b)/2, which
/// falls in u: Newton's steps within a shrinking interval.
fn between([a, b]: [f64; 2], epsilon: f64, z: f64, sigma: f64) -> (f64, f64) {
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
        if moved <= SETTLED * w {
            break;
        }
    }
    let bend = (w - u).powi(-2) + (w + u).powi(-2);
    (middle + u, 1.0 / (1.0 + sigma * epsilon * bend))
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

    /// λ = σ(z - y) = g_ε'(y), which lies between the slopes.
    #[test]
    fn multipliers_are_slopes_at_the_proximal_point() {
        each(|ends, epsilon, z, sigma| {
            let (s, _) = multiplier(ends, epsilon, z, sigma);
            let [a, b] = ends;
            assert!(
                a <= s && s <= b,
                "{s} for {ends:?}, {epsilon}, {z}, {sigma}"
            );
            if a.is_infinite() && b.is_infinite()
                || s - a < 1e-6 * s.abs()
                || b - s < 1e-6 * s.abs()
            {
                return;
            }
            let inverse = |t: f64| if t.is_finite() { epsilon / t } else { 0.0 };
            let slope = |y: f64| y + inverse(s - a) - inverse(b - s);
            let y = z - s / sigma;
            let size = z.abs() + s.abs() / sigma + inverse(s - a) + inverse(b - s);
            assert!(
                slope(y).abs() <= 1e-9 * size,
                "{ends:?}, {epsilon}, {z}, {sigma}"
            );
        });
    }

    #[test]
    fn slopes_of_multipliers_match_central_differences() {
        each(|ends, epsilon, z, sigma| {
            let (s, slope) = multiplier(ends, epsilon, z, sigma);
            let step = 1e-5 * (z.abs() + (epsilon / sigma).sqrt());
            let ahead = multiplier(ends, epsilon, z + step, sigma).0;
            let behind = multiplier(ends, epsilon, z - step, sigma).0;
            let expected = (ahead - behind) / (2.0 * step * sigma);
            let rounding = 1e-14 * s.abs() / (step * sigma);
            let error = (slope - expected).abs();
            assert!(
                error <= 1e-4 * expected + rounding,
                "{slope}, {expected}: {ends:?}, {epsilon}, {z}, {sigma}"
            );
        });
    }

    /// The envelope g_ε(y) + |λ|²/(2σ) has the slope λ in z.
    #[test]
    fn values_have_the_multipliers_as_slopes() {
        each(|ends, epsilon, z, sigma| {
            let envelope = |z: f64| {
                let s = multiplier(ends, epsilon, z, sigma).0;
                value(ends, epsilon, z - s / sigma) + s * s / (2.0 * sigma)
            };
            let (s, _) = multiplier(ends, epsilon, z, sigma);
            let step = 1e-5 * (z.abs() + (epsilon / sigma).sqrt());
            let (ahead, behind) = (envelope(z + step), envelope(z - step));
            let rounding = 1e-14 * (ahead.abs() + behind.abs() + epsilon) / step;
            let error = ((ahead - behind) / (2.0 * step) - s).abs();
            assert!(
                error <= 1e-4 * s.abs() + rounding,
                "{s}, {error}: {ends:?}, {epsilon}, {z}, {sigma}"
            );
        });
    }
}
