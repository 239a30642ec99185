//! Quadratics without a minimum: they slope along a direction without curvature, or bend down.

use super::super::lbfgs::{add_scaled, norm};
use super::super::line_search::is_far_down;
use super::super::oracle::Smooth;
use super::curvature::{self, Definiteness};
use super::objective::Objective;
use super::trace::Run;
use crate::matrix::Eigen;
use nalgebra::DVector;

/// Curvatures below this share of the largest may be none.
const FLAT: f64 = 1e-10;
/// A slope below this share of the first gradient may be rounding.
const SLOPE: f64 = 1e-6;
/// How far away the fall is looked at.
const FAR: f64 = 1e12;

/// Whether a run came down on a quadratic that falls for ever.
pub fn is_endless(objective: &mut Objective, run: &Run) -> bool {
    let (first, last) = (run.first(), run.last());
    let came_down = objective.sign * last.value < objective.sign * first.value;
    // x1^2 - x2^2 rounds to 0 however far out.
    let went_far = last.gradient_norm > FAR * first.gradient_norm;
    let may = objective.quadratic && (came_down || went_far || run.iterations() == 0);
    if !may || last.gradient_norm == 0.0 || !run.x.iter().all(|x| x.is_finite()) {
        return false;
    }
    let Some(known) = curvature::spectrum(objective, &run.x) else {
        return false;
    };
    let falls = |eigen| falls_where_flat(objective, &run.x, eigen, first.gradient_norm);
    known.ends.bound() == 0.0
        || matches!(
            known.ends.definiteness(),
            Definiteness::Indefinite | Definiteness::Negative
        )
        || known.eigen.as_ref().is_some_and(falls)
}

/// Whether -g has a part along directions without curvature, and the value falls along it as the slope says,
/// however far.
fn falls_where_flat(objective: &mut Objective, x: &[f64], eigen: &Eigen, first: f64) -> bool {
    let flat = FLAT * eigen.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let mut gradient = vec![0.0; x.len()];
    let value = objective.evaluate(x, &mut gradient);
    let mut along = eigen.vectors.tr_mul(&DVector::from_column_slice(&gradient));
    for (a, curvature) in along.iter_mut().zip(&eigen.values) {
        *a = if curvature.abs() <= flat { *a } else { 0.0 };
    }
    let slope = along.norm();
    if slope <= SLOPE * first {
        return false;
    }
    let direction = &eigen.vectors * along / slope;
    let length = FAR * norm(x).max(1.0) / slope.min(1.0);
    let mut far = x.to_vec();
    add_scaled(-length, direction.as_slice(), &mut far);
    let fallen = objective.evaluate(&far, &mut gradient) - value;
    is_far_down(fallen) && fallen <= -0.5 * length * slope
}
