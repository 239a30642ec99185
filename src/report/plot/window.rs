//! Which part of the plane or the line is shown.

use super::scene::Scene;

/// Points further from the best point than this many times the start's distance are left out, so
/// that a method that diverges does not shrink the picture to nothing.
const FARTHEST: f64 = 3.0;
/// Empty space around the points.
const MARGIN: f64 = 0.18;
const LINE_MARGIN: f64 = 0.45;

/// The range of entry `entry` that shows the paths.
pub fn range(scene: &Scene, entry: usize) -> (f64, f64) {
    let best = scene.best();
    let distance = |x: &[f64]| -> f64 {
        let squares = x.iter().zip(best).map(|(a, b)| (a - b) * (a - b));
        squares.sum::<f64>().sqrt()
    };
    let starts = scene.curves.iter().filter_map(|curve| curve.trace.first());
    let reach = FARTHEST * starts.map(|start| distance(&start.x)).fold(0.0, f64::max);
    let points = scene.curves.iter().flat_map(|curve| curve.trace);
    let shown = points
        .filter(|i| distance(&i.x) <= reach)
        .map(|i| i.x[entry]);
    let center = best.get(entry).copied().unwrap_or(0.0);
    let (low, high) = shown.fold((center, center), |(l, h), x| (l.min(x), h.max(x)));
    // A path along one axis still gets a square around it, and a point a picture of its size.
    let least = match reach > 0.0 {
        true => 1e-6 * center.abs().max(1e-3),
        false => center.abs().max(1.0),
    };
    let width = (high - low).max(reach / FARTHEST / 2.0).max(least);
    let middle = 0.5 * (low + high);
    let margin = if best.len() == 1 { LINE_MARGIN } else { MARGIN };
    let half = width * (0.5 + margin);
    (middle - half, middle + half)
}
