//! Proofs that there is nothing to find.

use super::fractional::some_number;
use super::lagrangian::Lagrangian;
use super::lbfgs::norm;
use super::oracle::Smooth;
use super::tape::product::dot;

/// A value this far above zero, relative to the multipliers, is no rounding.
const CLEAR: f64 = 1e-7;
/// Of its own terms, a row's violation that is no rounding.
const CLEAR_SHARE: f64 = 1e-4;
/// Of the terms that it is the sum of, a slope that is rounding, and a value that is none; and how many lengths of the point
/// other slopes are to leave the value positive.
const ROUNDING: f64 = 1e-10;
const CLEAR_VALUE: f64 = 1e-6;
const FAR_OUT: f64 = 1e9;
/// Sums of terms times numbers by chance, by which their sizes are told.
const SUMS: usize = 3;
/// The certificate must hold in a ball of this many times max(1, |x|).
const REACH: f64 = 1e7;
/// That of a search that has ended without an answer: `exp(x) <= y` with `y <= -1` holds better and better
/// the farther x is below 0, and a slope is left at every point. What it says is tried before it is told.
pub const LAST_REACH: f64 = 10.0;
/// That of a search that was cut off, which might have come to an answer.
pub const CUT_REACH: f64 = 1e4;

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    None,
    /// Multipliers of the parts' rows.
    Infeasible(Vec<Vec<f64>>),
    Unbounded(Vec<f64>),
}

/// From the last change of the multipliers and of the point.
pub fn verdict(
    lagrangian: &mut Lagrangian<'_>,
    x: &[f64],
    previous: &[f64],
    start: &[f64],
    before: &[Vec<f64>],
) -> Verdict {
    if let Some(multipliers) = infeasible(lagrangian, x, before, REACH) {
        return Verdict::Infeasible(multipliers);
    }
    let runaway = norm(x) > 1e4 * (1.0 + norm(start));
    if runaway && falls_along_ray(lagrangian, x, start) {
        return Verdict::Unbounded(x.iter().zip(start).map(|(a, b)| a - b).collect());
    }
    if falls_steadily(lagrangian, x, previous, start) {
        return Verdict::Unbounded(x.iter().zip(previous).map(|(a, b)| a - b).collect());
    }
    Verdict::None
}

/// The multipliers u = next - `before` that rule out every point within `reach` times max(1, |x|), if they do: for convex F,
/// v = Σ u'F(x) > 0 with a small gradient |F'u| proves u'F(y) > 0 for all y with |y - x| < v/|F'u|, where u'F(y) <= 0
/// for every feasible y.
pub fn infeasible(
    lagrangian: &mut Lagrangian<'_>,
    x: &[f64],
    before: &[Vec<f64>],
    reach: f64,
) -> Option<Vec<Vec<f64>>> {
    ruled_out_by(lagrangian, x, changes(lagrangian, before), reach)
}

/// next - `before`, by part.
pub fn changes(lagrangian: &Lagrangian<'_>, before: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let pairs = lagrangian.rows.iter().zip(before);
    let change = pairs.map(|(rows, old)| rows.next.iter().zip(old).map(|(a, b)| a - b).collect());
    change.collect()
}

/// The same for these multipliers, of any length.
pub fn ruled_out_by(
    lagrangian: &mut Lagrangian<'_>,
    x: &[f64],
    mut multipliers: Vec<Vec<f64>>,
    reach: f64,
) -> Option<Vec<Vec<f64>>> {
    let size = multipliers.iter().map(|u| dot(u, u)).sum::<f64>().sqrt();
    if size == 0.0 || !size.is_finite() {
        return None;
    }
    for u in multipliers.iter_mut().flatten() {
        *u /= size;
    }
    let gradient = pull_of_recession(lagrangian, x.len(), &mut multipliers);
    let value = value(lagrangian, &multipliers);
    let reach = reach * norm(&gradient) * norm(x).max(1.0);
    (value > CLEAR && reach < value).then_some(multipliers)
}

/// Whether what multipliers pull in sum is rounding beside its terms, or nothing as far out as matters, and what they
/// prove is no rounding.
pub fn is_exact(lagrangian: &mut Lagrangian<'_>, x: &[f64], multipliers: &[Vec<f64>]) -> bool {
    let slopes = pull(lagrangian, x.len(), multipliers, |_| 1.0);
    let mut squares = vec![0.0; x.len()];
    for sum in 0..SUMS {
        let factor = |k: usize| some_number((2 * sum + 1) * k);
        let mixed = pull(lagrangian, x.len(), multipliers, factor);
        let pairs = squares.iter_mut().zip(mixed);
        pairs.for_each(|(all, sum)| *all += sum * sum);
    }
    let value = value(lagrangian, multipliers);
    let all: f64 = squares.iter().zip(x).map(|(s, x)| s.sqrt() * x.abs()).sum();
    let nothing = value / (FAR_OUT * norm(x).max(1.0) * (x.len() as f64).sqrt());
    let mut pairs = slopes.iter().zip(&squares);
    value > CLEAR_VALUE * all
        && pairs.all(|(slope, s)| slope.abs() <= (ROUNDING * s.sqrt()).max(nothing))
}

/// Σ u'F at the last point.
fn value(lagrangian: &Lagrangian<'_>, multipliers: &[Vec<f64>]) -> f64 {
    let rows = lagrangian.rows.iter().zip(multipliers);
    rows.map(|(rows, u)| dot(u, &rows.value)).sum()
}

/// Σ F'u for u projected on the directions in which multipliers extend without end.
pub fn pull_of_recession(
    lagrangian: &mut Lagrangian<'_>,
    size: usize,
    multipliers: &mut [Vec<f64>],
) -> Vec<f64> {
    for (k, u) in multipliers.iter_mut().enumerate() {
        lagrangian.rule(k).project_recession(u);
    }
    pull(lagrangian, size, multipliers, |_| 1.0)
}

/// Σ F'u, u times a factor by row: factors by chance tell how large the terms are that cancel.
fn pull(
    lagrangian: &mut Lagrangian<'_>,
    size: usize,
    multipliers: &[Vec<f64>],
    factor: impl Fn(usize) -> f64,
) -> Vec<f64> {
    let mut slopes = vec![0.0; size];
    let mut row = 0;
    for (k, u) in multipliers.iter().enumerate() {
        let mixed: Vec<f64> = u.iter().zip(row..).map(|(u, k)| u * factor(k)).collect();
        row += u.len();
        lagrangian.add_adjoint(k, &mixed, &mut slopes);
    }
    slopes
}

/// Objective and violation at a point; infinite where single rows miss by a clear share of their own terms.
fn outlook(lagrangian: &mut Lagrangian<'_>, x: &[f64], scratch: &mut [f64]) -> (f64, f64) {
    lagrangian.evaluate(x, scratch);
    let (_, at_value, _) = lagrangian.values();
    let violation = match lagrangian.relative_violation(x) > CLEAR_SHARE {
        true => f64::INFINITY,
        false => lagrangian.violation(),
    };
    (lagrangian.smooth_value + at_value, violation)
}

/// Each of 9, 99, 999 times the way from the start further on is feasible and lower.
pub fn falls_along_ray(lagrangian: &mut Lagrangian<'_>, x: &[f64], start: &[f64]) -> bool {
    let direction: Vec<f64> = x.iter().zip(start).map(|(a, b)| a - b).collect();
    let length = norm(&direction);
    if length < 1e3 * (1.0 + norm(start)) {
        return false;
    }
    let mut scratch = vec![0.0; x.len()];
    let (mut last, _) = outlook(lagrangian, x, &mut scratch);
    for factor in [9.0, 99.0, 999.0] {
        let far: Vec<f64> = x
            .iter()
            .zip(&direction)
            .map(|(x, d)| x + factor * d)
            .collect();
        let (value, violation) = outlook(lagrangian, &far, &mut scratch);
        let lower = value.is_finite() && value < last - 1e-4 * last.abs().max(1.0);
        if !lower || violation > 1e-6 * factor * length {
            return false;
        }
        last = value;
    }
    true
}

/// Along the last move the objective falls at about the same slope at 1e3 and 1e5 times its length.
fn falls_steadily(
    lagrangian: &mut Lagrangian<'_>,
    x: &[f64],
    previous: &[f64],
    start: &[f64],
) -> bool {
    let mut direction: Vec<f64> = x.iter().zip(previous).map(|(a, b)| a - b).collect();
    let length = norm(&direction);
    if length <= 1e3 * (1.0 + norm(start)) {
        return false;
    }
    direction.iter_mut().for_each(|d| *d /= length);
    let mut scratch = vec![0.0; x.len()];
    let (first, _) = outlook(lagrangian, x, &mut scratch);
    let mut slopes = [0.0; 2];
    for (slope, far) in slopes.iter_mut().zip([1e3 * length, 1e5 * length]) {
        let point: Vec<f64> = x.iter().zip(&direction).map(|(x, d)| x + far * d).collect();
        let (value, violation) = outlook(lagrangian, &point, &mut scratch);
        if !value.is_finite() || violation > CLEAR * far {
            return false;
        }
        *slope = (value - first) / far;
    }
    slopes[0] < 0.0 && slopes[1] < 0.5 * slopes[0]
}
