//! Kinks that were taken as they are.

use crate::elaborate::random::Generator;
use crate::solve::descent::lbfgs::{add_scaled, norm};
use crate::solve::descent::model::Model;

/// Distances from the point, relative to its size.
const FAR: f64 = 1e-5;
const NEAR: f64 = 1e-8;
/// A jump of the slope, relative to its size.
const JUMP: f64 = 1e-5;
const DIRECTIONS: usize = 4;

/// Whether the slope of f + multipliers'F jumps next to x.
pub fn is_near(model: &mut Model, x: &[f64], multipliers: &[f64]) -> bool {
    let size = norm(x).max(1.0) / (x.len().max(1) as f64).sqrt();
    let base = slope(model, x, multipliers);
    let mut random = Generator::new(11);
    (0..DIRECTIONS).any(|_| {
        let direction = random.normals(x.len());
        // A point just beside a kink sees it on one side only.
        [size, -size].into_iter().any(|length| {
            let mut change = |share: f64| {
                let mut moved = x.to_vec();
                add_scaled(share * length, &direction, &mut moved);
                let mut there = slope(model, &moved, multipliers);
                add_scaled(-1.0, &base, &mut there);
                norm(&there)
            };
            let (far, near) = (change(FAR), change(NEAR));
            // A smooth slope changes in proportion to the distance.
            near > 0.1 * far && near > JUMP * norm(&base).max(1.0)
        })
    })
}

fn slope(model: &mut Model, x: &[f64], multipliers: &[f64]) -> Vec<f64> {
    let mut rows = vec![0.0; multipliers.len()];
    let mut gradient = vec![0.0; x.len()];
    model.values(x, &mut rows);
    model.gradient(multipliers, &mut gradient);
    gradient
}
