//! g(y) = Σ w_g*|y_g|₂ over consecutive groups.

mod interior;

use super::interior::Interior;
use super::{Curvature, Rule, Smoothing, smoothed};
use crate::solve::descent::lbfgs::norm;
use interior::Inside;
use std::ops::Range;

#[derive(Clone, Debug, Default)]
pub struct Norms {
    pub sizes: Vec<usize>,
    pub weights: Vec<f64>,
    /// w/|σz| where that is below 1, else 1; less where kinks are rounded off.
    shrink: Vec<f64>,
    /// What of it is lost along the direction.
    lost: Vec<f64>,
    /// z/|z|.
    directions: Vec<f64>,
    /// ε of [`smoothed`]; 0 leaves kinks as they are.
    epsilon: f64,
    inside: Inside,
}

impl Norms {
    pub fn push(&mut self, size: usize, weight: f64) {
        self.sizes.push(size);
        self.weights.push(weight);
    }

    /// Group number and rows.
    fn ranges(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        let mut start = 0;
        self.sizes.iter().enumerate().map(move |(g, size)| {
            let range = start..start + size;
            start = range.end;
            (g, range)
        })
    }
}

/// λ/(σz) of one group with |z| = `size`, what dλ/d(σz) is less along z, and y/z.
struct Shrunk {
    factor: f64,
    lost: f64,
    kept: f64,
}

impl Shrunk {
    fn at_kink(weight: f64, size: f64, sigma: f64) -> Self {
        let factor = match sigma * size <= weight {
            true => 1.0,
            false => weight / (sigma * size),
        };
        Shrunk {
            factor,
            lost: if factor < 1.0 { factor } else { 0.0 },
            kept: 1.0 - factor,
        }
    }

    /// By the length alone, which is |y| with its kink rounded off.
    fn rounded(weight: f64, size: f64, epsilon: f64, sigma: f64) -> Self {
        let along = smoothed::proximal([-weight, weight], epsilon, size, sigma);
        let factor = match size > 0.0 {
            true => along.multiplier / (sigma * size),
            false => along.slope,
        };
        Shrunk {
            factor,
            lost: factor - along.slope,
            kept: if size > 0.0 { along.point / size } else { 0.0 },
        }
    }
}

impl Rule for Norms {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        let mut shrink = std::mem::take(&mut self.shrink);
        let mut lost = std::mem::take(&mut self.lost);
        let mut directions = std::mem::take(&mut self.directions);
        shrink.resize(self.sizes.len(), 1.0);
        lost.resize(self.sizes.len(), 0.0);
        directions.resize(z.len(), 0.0);
        for (g, range) in self.ranges() {
            let (weight, size) = (self.weights[g], norm(&z[range.clone()]));
            let shrunk = match self.epsilon > 0.0 {
                true => Shrunk::rounded(weight, size, self.epsilon, sigma),
                false => Shrunk::at_kink(weight, size, sigma),
            };
            (shrink[g], lost[g]) = (shrunk.factor, shrunk.lost);
            for k in range {
                directions[k] = if size > 0.0 { z[k] / size } else { 0.0 };
                multiplier[k] = shrunk.factor * sigma * z[k];
                point[k] = shrunk.kept * z[k];
            }
        }
        (self.shrink, self.lost, self.directions) = (shrink, lost, directions);
    }

    fn smooth(&mut self, smoothing: Option<Smoothing>, _multiplier: &[f64]) -> bool {
        self.epsilon = smoothing.map_or(0.0, |s| s.epsilon);
        true
    }

    fn as_interior(&mut self) -> Option<&mut dyn Interior> {
        Some(self)
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        for (g, range) in self.ranges() {
            let along: f64 = range.clone().map(|k| self.directions[k] * v[k]).sum();
            for k in range {
                out[k] = self.shrink[g] * v[k] - self.lost[g] * along * self.directions[k];
            }
        }
    }

    fn curvature(&self) -> Option<Curvature> {
        let mut curvature = Curvature::default();
        for (g, range) in self.ranges() {
            let factor = self.shrink[g];
            curvature
                .diagonal
                .extend(std::iter::repeat_n(factor, range.len()));
            if self.lost[g] > 0.0 {
                let entries = range.map(|k| (k, self.directions[k])).collect();
                curvature.rank_one.push((-self.lost[g], entries));
            }
        }
        Some(curvature)
    }

    fn value(&self, y: &[f64]) -> f64 {
        let value = |(g, range): (usize, Range<usize>)| {
            let (weight, size) = (self.weights[g], norm(&y[range]));
            match self.epsilon > 0.0 {
                true => smoothed::value([-weight, weight], self.epsilon, size),
                false => weight * size,
            }
        };
        self.ranges().map(value).sum()
    }

    fn violation(&self, _y: &[f64]) -> f64 {
        0.0
    }

    fn rescale(&mut self, scales: &[f64]) {
        self.weights
            .iter_mut()
            .zip(scales)
            .for_each(|(w, d)| *w *= d);
    }

    fn groups(&self) -> Vec<usize> {
        self.sizes.clone()
    }

    fn project_recession(&self, u: &mut [f64]) {
        u.fill(0.0);
    }

    fn is_finite(&self) -> bool {
        true
    }

    fn as_norms(&self) -> Option<&Norms> {
        Some(self)
    }

    fn typical_multiplier(&mut self, y: &[f64], out: &mut [f64]) {
        for (g, range) in self.ranges() {
            let size = norm(&y[range.clone()]);
            for k in range {
                out[k] = if size > 0.0 {
                    self.weights[g] * y[k] / size
                } else {
                    0.0
                };
            }
        }
    }
}
