//! How far a Newton step from a point would still go: a gradient that is small beside the first says
//! little where the first was huge or the valley is flat.

use super::super::conjugate_gradient;
use super::super::line_search::Point;
use super::super::tape::product::dot;
use super::curvature::{self, FORMED};
use super::objective::Objective;
use crate::matrix::Eigen;
use nalgebra::DVector;

/// A step that moves no entry by more than this, relative to max(1, |x|), is small.
const NEAR: f64 = 1e-5;
/// A decrease below this, relative to max(1, |f|), is small.
const LITTLE: f64 = 1e-8;
/// Curvatures below this share of the largest count as none, after scaling to a unit diagonal.
const FLAT: f64 = 1e-10;
const MOST_PRODUCTS: usize = 100;
const PRECISION: f64 = 1e-2;

/// What a Newton step s from a point promises: s solves H s = -g as far as H has curvature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remainder {
    /// The largest move of an entry.
    pub reach: f64,
    /// |g's|/2, and Σ |(g + H s)_i| max(1, |x_i|) for what the step leaves.
    pub decrease: f64,
    /// Whether both are small beside the point and its value.
    pub is_small: bool,
}

impl Remainder {
    pub fn at(objective: &mut Objective, point: &Point) -> Self {
        let (x, gradient) = (&point.x, &point.gradient);
        let step = step(objective, x, gradient).unwrap_or_else(|| vec![0.0; x.len()]);
        let mut left = vec![0.0; x.len()];
        objective.hessian_at(x, &step, &mut left);
        let left = left.iter().zip(gradient).zip(x);
        let straight: f64 = left
            .map(|((l, g), x)| (l + g).abs() * x.abs().max(1.0))
            .sum();
        let (reach, size) = (largest(&step), largest(x).max(1.0));
        let decrease = 0.5 * dot(&step, gradient).abs() + straight;
        Remainder {
            reach,
            decrease,
            is_small: reach <= NEAR * size && decrease <= LITTLE * point.value.abs().max(1.0),
        }
    }
}

fn largest(entries: &[f64]) -> f64 {
    entries.iter().fold(0.0, |m: f64, e| m.max(e.abs()))
}

/// `None` where second derivatives are not known or not finite.
fn step(objective: &mut Objective, x: &[f64], gradient: &[f64]) -> Option<Vec<f64>> {
    if !objective.twice {
        return None;
    }
    if x.len() <= FORMED {
        return formed(objective, x, gradient);
    }
    let right: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut product = |v: &[f64], out: &mut [f64]| {
        objective.hessian_at(x, v, out);
    };
    let scale = vec![1.0; x.len()];
    let step = conjugate_gradient::solve(&mut product, &right, &scale, PRECISION, MOST_PRODUCTS);
    step.iter().all(|s| s.is_finite()).then_some(step)
}

/// s = -D |D H D|⁺ D g with D = diag(|H_ii|)^(-1/2).
fn formed(objective: &mut Objective, x: &[f64], gradient: &[f64]) -> Option<Vec<f64>> {
    let mut hessian = curvature::hessian(objective, x)?;
    let scale = hessian.diagonal().map(|h| match h.abs() {
        0.0 => 0.0,
        h => 1.0 / h.sqrt(),
    });
    for (mut column, d) in hessian.column_iter_mut().zip(scale.iter()) {
        column.component_mul_assign(&scale);
        column *= *d;
    }
    let eigen = Eigen::of_symmetric(&hessian)?;
    let right = DVector::from_column_slice(gradient).component_mul(&scale);
    let step = curvature::newton(&eigen, &right, FLAT).component_mul(&scale);
    Some(step.as_slice().to_vec())
}
