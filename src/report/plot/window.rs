//! Which part of the plane or the line is shown.

use crate::solve::descent::methods::Lecture;

/// Points further from the best point than this many times the start's distance are left out, so
/// that a method that diverges does not shrink the picture to nothing.
const FARTHEST: f64 = 3.0;
/// Empty space around the points.
const MARGIN: f64 = 0.18;
const LINE_MARGIN: f64 = 0.45;

/// The best point known: the analytic solution, or the lowest iterate.
pub fn best(lecture: &Lecture) -> Vec<f64> {
    if let Some(analytic) = &lecture.analytic {
        return analytic.x.clone();
    }
    let sign = lecture.objective.sign;
    let iterates = lecture.told.iter().flat_map(|told| &told.run.trace);
    iterates
        .filter(|i| i.value.is_finite())
        .min_by(|a, b| (sign * a.value).total_cmp(&(sign * b.value)))
        .map(|i| i.x.clone())
        .unwrap_or_default()
}

/// The range of entry `entry` that shows the paths.
pub fn range(lecture: &Lecture, entry: usize) -> (f64, f64) {
    let best = best(lecture);
    let distance = |x: &[f64]| -> f64 {
        let squares = x.iter().zip(&best).map(|(a, b)| (a - b) * (a - b));
        squares.sum::<f64>().sqrt()
    };
    let starts = lecture
        .told
        .iter()
        .map(|told| distance(&told.run.first().x));
    let reach = FARTHEST * starts.fold(0.0, f64::max);
    let points = lecture.told.iter().flat_map(|told| &told.run.trace);
    let shown = points
        .filter(|i| distance(&i.x) <= reach)
        .map(|i| i.x[entry]);
    let center = best.get(entry).copied().unwrap_or(0.0);
    let (low, high) = shown.fold((center, center), |(l, h), x| (l.min(x), h.max(x)));
    // A path along one axis still gets a square around it.
    let width = (high - low)
        .max(reach / FARTHEST / 2.0)
        .max(1e-6 * center.abs().max(1e-3));
    let middle = 0.5 * (low + high);
    let margin = if best.len() == 1 { LINE_MARGIN } else { MARGIN };
    let half = width * (0.5 + margin);
    (middle - half, middle + half)
}
