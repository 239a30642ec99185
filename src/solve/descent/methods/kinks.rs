//! Points where the slope jumps: a gradient of zero there tells nothing of a minimum.

use super::super::lbfgs::{add_scaled, norm};
use super::super::oracle::Smooth;
use super::curvature::FORMED;
use super::objective::Objective;
use crate::elaborate::random::Generator;

/// Distances from the point, relative to max(1, |x|).
const FAR: f64 = 1e-5;
const NEAR: f64 = 1e-8;
/// A jump of the slope beside the first gradient.
const JUMP: f64 = 1e-5;
/// A value is lower when it is so by this share of max(1, |f|).
const LOWER: f64 = 1e-11;
/// Directions besides the entries' own, and their seed.
const RANDOM: usize = 8;
const SEED: u64 = 11;

/// At a kink whether a point beside it is lower; `None` where the slope does not jump. `first` is the
/// gradient's size at the start.
pub fn lower_beside(objective: &mut Objective, x: &[f64], first: f64) -> Option<bool> {
    objective.kinked?;
    let size = norm(x).max(1.0);
    let mut base = vec![0.0; x.len()];
    let value = objective.evaluate(x, &mut base);
    let mut at = |direction: &[f64], length: f64| {
        let mut moved = x.to_vec();
        add_scaled(length * size, direction, &mut moved);
        let mut slope = vec![0.0; x.len()];
        let there = objective.evaluate(&moved, &mut slope);
        add_scaled(-1.0, &base, &mut slope);
        (there, norm(&slope))
    };
    let (mut jumps, mut is_lower) = (false, false);
    for direction in directions(x.len()) {
        for side in [1.0, -1.0] {
            let ((far, change), (_, near)) =
                (at(&direction, side * FAR), at(&direction, side * NEAR));
            // A smooth slope changes in proportion to the distance.
            jumps |= near > 0.1 * change && near > JUMP * first;
            is_lower |= far < value - LOWER * value.abs().max(1.0);
        }
    }
    jumps.then_some(is_lower)
}

/// Of length 1.
fn directions(size: usize) -> impl Iterator<Item = Vec<f64>> {
    let units = (0..size).filter(move |_| size <= FORMED).map(move |k| {
        let mut unit = vec![0.0; size];
        unit[k] = 1.0;
        unit
    });
    let mut random = Generator::new(SEED);
    let others = (0..RANDOM).map(move |_| {
        let noise = random.normals(size);
        let length = norm(&noise).max(f64::MIN_POSITIVE);
        noise.iter().map(|entry| entry / length).collect()
    });
    units.chain(others)
}
