//! g(y) = Σ w_g*|y_g|₂ over consecutive groups.

use super::{Curvature, Rule};
use crate::solve::descent::lbfgs::norm;

#[derive(Clone, Debug, Default)]
pub struct Norms {
    pub sizes: Vec<usize>,
    pub weights: Vec<f64>,
    /// w/|σz| where that is below 1, else 1.
    shrink: Vec<f64>,
    /// z/|z|.
    directions: Vec<f64>,
}

impl Norms {
    pub fn push(&mut self, size: usize, weight: f64) {
        self.sizes.push(size);
        self.weights.push(weight);
    }

    /// Group number and rows.
    fn ranges(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + '_ {
        let mut start = 0;
        self.sizes.iter().enumerate().map(move |(g, size)| {
            let range = start..start + size;
            start = range.end;
            (g, range)
        })
    }
}

impl Rule for Norms {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        let mut shrink = std::mem::take(&mut self.shrink);
        let mut directions = std::mem::take(&mut self.directions);
        shrink.resize(self.sizes.len(), 1.0);
        directions.resize(z.len(), 0.0);
        for (g, range) in self.ranges() {
            let size = norm(&z[range.clone()]);
            let inside = sigma * size <= self.weights[g];
            let factor = if inside {
                1.0
            } else {
                self.weights[g] / (sigma * size)
            };
            shrink[g] = factor;
            for k in range {
                directions[k] = if inside { 0.0 } else { z[k] / size };
                multiplier[k] = factor * sigma * z[k];
                point[k] = (1.0 - factor) * z[k];
            }
        }
        self.shrink = shrink;
        self.directions = directions;
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        for (g, range) in self.ranges() {
            let along: f64 = range.clone().map(|k| self.directions[k] * v[k]).sum();
            for k in range {
                out[k] = self.shrink[g] * (v[k] - along * self.directions[k]);
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
            if factor < 1.0 {
                let entries = range.map(|k| (k, self.directions[k])).collect();
                curvature.rank_one.push((-factor, entries));
            }
        }
        Some(curvature)
    }

    fn value(&self, y: &[f64]) -> f64 {
        let groups = self.ranges();
        groups.map(|(g, r)| self.weights[g] * norm(&y[r])).sum()
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
