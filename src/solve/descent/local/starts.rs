//! First points of local searches.

use crate::problem::Problem;
use crate::solve::Settings;
use crate::solve::descent::methods::restarts::points;
use crate::solve::descent::packing::Packing;
use crate::solve::descent::start;

/// Beside max(1, |bound|).
const ROUNDING: f64 = 3e-9;
/// Random starts after the declared one and those a little beside it.
const RANDOM: usize = 6;

/// The declared start between the bounds, then others, in the user's unknowns.
pub fn starts(problem: &Problem, packing: &Packing, settings: &Settings) -> Vec<Vec<f64>> {
    let mut first = start::point(problem, packing.size);
    clamp(problem, packing, &mut first);
    let mut all = vec![first.clone()];
    all.extend(start::others(&first, packing));
    all.extend(
        points(problem, 1 + RANDOM, settings.seed)
            .into_iter()
            .skip(1),
    );
    all.iter_mut().for_each(|x| clamp(problem, packing, x));
    all
}

fn clamp(problem: &Problem, packing: &Packing, x: &mut [f64]) {
    for (variable, packed) in problem.variables.iter().zip(&packing.variables) {
        let (low, high) = (variable.range.lower, variable.range.upper);
        if low <= high {
            let entries = &mut x[packed.range()];
            entries.iter_mut().for_each(|e| *e = e.clamp(low, high));
        }
    }
}

/// Entries at most rounding away from a bound are put on it.
pub fn onto_bounds(problem: &Problem, packing: &Packing, x: &mut [f64]) {
    for (variable, packed) in problem.variables.iter().zip(&packing.variables) {
        let bounds = [variable.range.lower, variable.range.upper];
        for bound in bounds.into_iter().filter(|b| b.is_finite()) {
            let near = ROUNDING * bound.abs().max(1.0);
            let entries = x[packed.range()].iter_mut();
            entries
                .filter(|e| (**e - bound).abs() <= near)
                .for_each(|e| *e = bound);
        }
    }
}
