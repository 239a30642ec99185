//! The indicator of { (t, x): |x|_p <= t } for 1 < p < ∞, once for each consecutive group (t first).
//!
//! The projection (t, x) of (s, v) outside has v - x = λ∇|x|_p and t - s = λ > 0. With x = t*w that is
//! ```text
//! t*w_i + λ*w_i^(p-1) = |v_i|,   Σ w_i^p = 1,   λ = t - s:
//! ```
//! one equation in t whose sides fall as t grows.

mod projection;

use super::second_order::half_spaces_of_norm_cones;
use super::{Curvature, Rule};
use crate::atoms::reductions::pnorm;
use projection::Projection;
use std::ops::Range;

#[derive(Clone, Debug, Default)]
pub struct PowerNorms {
    cones: Vec<Cone>,
    projections: Vec<Projection>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Cone {
    exponent: f64,
    rows: usize,
}

impl PowerNorms {
    /// |rows 1..|_p <= row 0.
    pub fn push(&mut self, exponent: f64, rows: usize) {
        self.cones.push(Cone { exponent, rows });
    }

    /// Rows of each.
    pub fn sizes(&self) -> impl Iterator<Item = usize> + '_ {
        self.cones.iter().map(|cone| cone.rows)
    }

    fn ranges(&self) -> impl Iterator<Item = (Cone, Range<usize>)> + '_ {
        let mut start = 0;
        self.cones.iter().map(move |&cone| {
            let range = start..start + cone.rows;
            start = range.end;
            (cone, range)
        })
    }
}

impl Rule for PowerNorms {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        let mut projections = std::mem::take(&mut self.projections);
        projections.resize_with(self.cones.len(), Projection::default);
        for ((cone, range), projection) in self.ranges().zip(&mut projections) {
            projection.set(cone.exponent, &z[range.clone()]);
            projection.write(
                &z[range.clone()],
                &mut point[range.clone()],
                &mut multiplier[range],
            );
        }
        multiplier.iter_mut().for_each(|m| *m *= sigma);
        self.projections = projections;
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        for ((_, range), projection) in self.ranges().zip(&self.projections) {
            projection.curvature_times(&v[range.clone()], &mut out[range]);
        }
    }

    fn curvature(&self) -> Option<Curvature> {
        let mut curvature = Curvature::default();
        for ((_, range), projection) in self.ranges().zip(&self.projections) {
            projection.add_curvature(range, &mut curvature);
        }
        Some(curvature)
    }

    fn value(&self, _y: &[f64]) -> f64 {
        0.0
    }

    fn violation(&self, y: &[f64]) -> f64 {
        self.ranges()
            .map(|(cone, r)| pnorm(&y[r.start + 1..r.end], cone.exponent) - y[r.start])
            .fold(0.0, f64::max)
    }

    fn rescale(&mut self, _scales: &[f64]) {}

    fn groups(&self) -> Vec<usize> {
        self.cones.iter().map(|cone| cone.rows).collect()
    }

    /// On the polar cone.
    fn project_recession(&self, u: &mut [f64]) {
        let mut projection = Projection::default();
        for (cone, range) in self.ranges() {
            let z = u[range.clone()].to_vec();
            let mut point = z.clone();
            projection.set(cone.exponent, &z);
            projection.write(&z, &mut point, &mut u[range]);
        }
    }

    fn half_spaces(&self) -> Vec<Vec<(usize, f64)>> {
        half_spaces_of_norm_cones(self.ranges().map(|(_, range)| range))
    }

    fn is_finite(&self) -> bool {
        false
    }

    fn typical_multiplier(&mut self, _y: &[f64], out: &mut [f64]) {
        out.fill(0.0);
    }
}

#[cfg(test)]
mod tests;
