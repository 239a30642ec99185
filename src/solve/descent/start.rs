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
