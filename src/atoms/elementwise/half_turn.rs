//! Where sine and cosine bend to one side.

use crate::dcp::{Curvature, Interval, Monotonicity};
use std::f64::consts::{FRAC_PI_2, PI};

/// Ends that are multiples of pi but for this share of them count as these.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// Whether k is even where all of x lies between kπ and (k + 1)π; `None` where there is no such k.
fn even_half_turn(x: Interval) -> Option<bool> {
    let (lower, upper) = (x.lower / PI, x.upper / PI);
    let rounding = ROUNDING * lower.abs().max(upper.abs()).max(1.0);
    let k = (lower + rounding).floor();
    (k.is_finite() && upper <= k + 1.0 + rounding).then(|| k.rem_euclid(2.0) == 0.0)
}

fn from(x: Interval, start: f64) -> Interval {
    Interval::new(x.lower + start, x.upper + start)
}

/// Of sin x.
pub(super) fn curvature(x: Interval) -> Curvature {
    match even_half_turn(x) {
        Some(true) => Curvature::Concave,
        Some(false) => Curvature::Convex,
        None => Curvature::Unknown,
    }
}

/// Of sin x.
pub(super) fn monotonicity(x: Interval) -> Monotonicity {
    match even_half_turn(from(x, FRAC_PI_2)) {
        Some(true) => Monotonicity::Increasing,
        Some(false) => Monotonicity::Decreasing,
        None => Monotonicity::Unknown,
    }
}

/// Of sin x.
pub(super) fn range(x: Interval) -> Interval {
    let ends = Interval::of([x.lower.sin(), x.upper.sin()]);
    match (monotonicity(x), curvature(x)) {
        (Monotonicity::Increasing | Monotonicity::Decreasing, _) => ends,
        (_, Curvature::Concave) => Interval::new(ends.lower, 1.0),
        (_, Curvature::Convex) => Interval::new(-1.0, ends.upper),
        _ => Interval::new(-1.0, 1.0),
    }
}

/// cos x = sin(x + π/2).
pub(super) fn of_cosine(x: Interval) -> Interval {
    from(x, FRAC_PI_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_turns_end_at_multiples_of_pi() {
        let within = |lower: f64, upper: f64| even_half_turn(Interval::new(lower, upper));
        assert_eq!(within(0.0, PI), Some(true));
        assert_eq!(within(-PI, 0.0), Some(false));
        assert_eq!(within(6.0 * PI, 7.0 * PI), Some(true));
        assert_eq!(within(1.0, 3.0), Some(true));
        assert_eq!(within(0.0, 3.2), None);
        assert_eq!(within(-0.1, 0.1), None);
        assert_eq!(within(0.0, f64::INFINITY), None);
    }

    #[test]
    fn ranges_hold_the_peak_between_the_ends() {
        let close = |a: Interval, lower: f64, upper: f64| {
            (a.lower - lower).abs() < 1e-15 && (a.upper - upper).abs() < 1e-15
        };
        assert!(close(range(Interval::new(0.0, PI)), 0.0, 1.0));
        assert!(close(range(Interval::new(0.0, 1.0)), 0.0, 1f64.sin()));
        assert!(close(range(Interval::new(-2.0, -1.0)), -1.0, (-1f64).sin()));
        assert!(close(range(Interval::new(-1.0, 3.0)), -1.0, 1.0));
    }
}
