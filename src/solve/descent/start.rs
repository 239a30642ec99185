//! First points.

use super::packing::Packing;
use crate::problem::Problem;

/// The declared starts, and zeros elsewhere; `size` counts lifted variables too.
pub fn point(problem: &Problem, size: usize) -> Vec<f64> {
    let packing = Packing::new(problem);
    let mut x = vec![0.0; size.max(packing.size)];
    for (k, variable) in problem.variables.iter().enumerate() {
        if let Some(start) = &variable.start {
            packing.pack_into(k, start, &mut x);
        }
    }
    x
}

/// Other first points to try where values or slopes are not finite: the entries moved up a little
/// and by about one, each by another amount, so that none sits on a kink with its neighbours.
pub fn others(start: &[f64]) -> impl Iterator<Item = Vec<f64>> + '_ {
    [0.01, 1.0].into_iter().map(|size| {
        let moved = |(k, x): (usize, &f64)| x + size * (1.0 + 0.3 * ((k % 7) as f64) / 7.0);
        start.iter().enumerate().map(moved).collect()
    })
}
