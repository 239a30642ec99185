//! Conjugate gradients for symmetric positive semidefinite systems given by products.

use super::lbfgs::{add_scaled, norm};
use super::tape::product::dot;

/// Approximately solves H*d = b from zero, until |b - H*d| <= tolerance*|b|; stops at directions
/// without curvature. `scale` is an approximate inverse diagonal.
pub fn solve(
    product: &mut dyn FnMut(&[f64], &mut [f64]),
    b: &[f64],
    scale: &[f64],
    tolerance: f64,
    most: usize,
) -> Vec<f64> {
    let n = b.len();
    let mut d = vec![0.0; n];
    let mut residual = b.to_vec();
    let mut scaled: Vec<f64> = residual.iter().zip(scale).map(|(r, s)| r * s).collect();
    let mut direction = scaled.clone();
    let mut image = vec![0.0; n];
    let mut weight = dot(&residual, &scaled);
    let target = tolerance * norm(b);
    for iteration in 0..most {
        if norm(&residual) <= target || weight <= 0.0 {
            break;
        }
        product(&direction, &mut image);
        let curvature = dot(&direction, &image);
        if curvature <= 1e-16 * norm(&direction) * norm(&image) || curvature.is_nan() {
            if iteration == 0 {
                d.copy_from_slice(&direction);
            }
            break;
        }
        let step = weight / curvature;
        add_scaled(step, &direction, &mut d);
        add_scaled(-step, &image, &mut residual);
        for ((s, r), scale) in scaled.iter_mut().zip(&residual).zip(scale) {
            *s = r * scale;
        }
        let next = dot(&residual, &scaled);
        let factor = next / weight;
        weight = next;
        for (d, s) in direction.iter_mut().zip(&scaled) {
            *d = s + factor * *d;
        }
    }
    d
}
