//! Huber's function of an affine map in the objective.
//!
//! huber(e) = min n² + 2M(r + s) over e = n + r - s with r, s >= 0: the square goes into P, and each
//! row of e, which may be long, stands in one equation.

use crate::cone::{AffineMap, ProgramBuilder};

/// Adds weight*Σ huber(map) with half-width `width` to the objective.
pub(super) fn add_huber(program: &mut ProgramBuilder, weight: f64, width: f64, map: &AffineMap) {
    let near = program.variable(map.shape());
    let above = program.variable(map.shape());
    let below = program.variable(map.shape());
    let far = above.minus(&below);
    program.zero(AffineMap::combine(&[
        (1.0, map),
        (-1.0, &near),
        (-1.0, &far),
    ]));
    for (k, _) in near.terms() {
        program.add_quadratic_objective(k, k, weight);
    }
    for part in [above, below] {
        program.add_scaled_objective(2.0 * width * weight, &part);
        program.nonnegative(part);
    }
}
