//! Values around a stationary point where second derivatives do not tell what it is.

use super::super::lbfgs::{add_scaled, norm};
use super::curvature::Curvature;
use crate::elaborate::random::Generator;
use crate::matrix::Eigen;

/// Curvatures up to this share of the largest leave open whether a value beside is lower.
const FLAT: f64 = 1e-3;
/// Directions that are tried, besides as many sums of these.
const MOST_DIRECTIONS: usize = 8;
const SEED: u64 = 13;
/// Distances beside a point, relative to max(1, |x|), at which values fall that fall there at all; and those farther out.
const NEAR: [f64; 4] = [1e-3, 3e-3, 1e-2, 3e-2];
const FAR: [f64; 5] = [0.1, 0.3, 1.0, 3.0, 10.0];
/// A fall over these by less, relative to max(1, |f|), is rounding.
const LITTLE_NEAR: f64 = 1e-11;
const LITTLE_FAR: f64 = 1e-13;

/// Where values fall from a point without a slope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Falls {
    OneSide,
    BothSides,
    /// Ever so little, and as far out as was looked.
    FarOut,
}

/// Directions of length one in which a Hessian with these eigenvalues is flat, or nearly so; the flattest in any case.
pub fn flat_directions(eigen: &Eigen) -> Vec<Vec<f64>> {
    let ends = eigen.values.first().zip(eigen.values.last());
    let bound = ends.map_or(0.0, |(&least, &largest)| {
        Curvature { least, largest }.bound()
    });
    let count = eigen
        .values
        .iter()
        .filter(|value| **value <= FLAT * bound)
        .count();
    let own = eigen
        .vectors
        .column_iter()
        .take(count.clamp(1, MOST_DIRECTIONS));
    let mut flat: Vec<Vec<f64>> = own.map(|vector| vector.iter().copied().collect()).collect();
    if flat.len() > 1 {
        flat.extend(sums(&flat));
    }
    flat
}

/// Random sums of orthonormal directions, of length one.
fn sums(directions: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut random = Generator::new(SEED);
    let sum = |weights: Vec<f64>| {
        let mut sum = vec![0.0; directions[0].len()];
        let length = norm(&weights);
        for (weight, direction) in weights.iter().zip(directions) {
            add_scaled(weight / length, direction, &mut sum);
        }
        sum
    };
    let count = directions.len();
    (0..count).map(|_| sum(random.normals(count))).collect()
}

/// Where the values, small ones being good, fall along these directions, or far out along what is left of the slope;
/// `None` where none was seen to fall.
pub fn falls(
    value: &mut impl FnMut(&[f64]) -> f64,
    x: &[f64],
    slope: &[f64],
    directions: &[Vec<f64>],
) -> Option<Falls> {
    let size = norm(x).max(1.0);
    let steepest: Vec<f64> = slope.iter().map(|s| s / norm(slope)).collect();
    let has_slope = steepest.iter().all(|s| s.is_finite());
    let here = value(x);
    let mut descends = |direction: &[f64], distances: &[f64], side: f64, little: f64| {
        let mut last = here;
        let falls = distances.iter().all(|distance| {
            let mut moved = x.to_vec();
            add_scaled(side * distance * size, direction, &mut moved);
            let there = value(&moved);
            std::mem::replace(&mut last, there) >= there
        });
        falls && here - last > little * here.abs().max(1.0)
    };
    let mut near = directions.iter().map(|direction| {
        let sides = [1.0, -1.0].map(|side| descends(direction, &NEAR, side, LITTLE_NEAR));
        sides.iter().filter(|falls| **falls).count()
    });
    let mut most = 0;
    while let (Some(sides), true) = (near.next(), most < 2) {
        most = most.max(sides);
    }
    match most {
        2 => return Some(Falls::BothSides),
        1 => return Some(Falls::OneSide),
        _ => {}
    }
    let far = directions.iter().chain(has_slope.then_some(&steepest));
    let mut far = far.flat_map(|d| [(d, 1.0), (d, -1.0)]);
    far.any(|(direction, side)| descends(direction, &FAR, side, LITTLE_FAR))
        .then_some(Falls::FarOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn along_axes(f: fn(&[f64]) -> f64, x: &[f64]) -> Option<Falls> {
        let axes = (0..x.len()).map(|k| {
            let mut axis = vec![0.0; x.len()];
            axis[k] = 1.0;
            axis
        });
        let level = vec![0.0; x.len()];
        falls(&mut |x: &[f64]| f(x), x, &level, &axes.collect::<Vec<_>>())
    }

    #[test]
    fn functions_without_curvature_are_told_apart() {
        assert_eq!(along_axes(|x| x[0].powi(4), &[0.0]), None);
        // Close to the minimum, as a descent ends.
        assert_eq!(along_axes(|x| (x[0] - 1.0).powi(4), &[1.003]), None);
        assert_eq!(along_axes(|x| x[0].powi(3), &[0.0]), Some(Falls::OneSide));
        assert_eq!(
            along_axes(|x| -x[0].powi(4), &[0.0]),
            Some(Falls::BothSides)
        );
        let saddle = |x: &[f64]| x[0].powi(4) - x[1].powi(4);
        assert_eq!(along_axes(saddle, &[0.0, 0.0]), Some(Falls::BothSides));
        assert_eq!(along_axes(|x| x[0].max(0.0), &[-3.0]), None);
        let sigmoid = |x: &[f64]| 1.0 / (1.0 + (-x[0]).exp());
        assert_eq!(along_axes(sigmoid, &[-27.0]), Some(Falls::FarOut));
    }
}
