//! g(y) = Σ w_k y_[k], y_[k] in falling order and the weights w too: the support function of all
//! rearrangements of w.
//!
//! With y = prox_{g/σ}(z), σy sorted is the falling sequence nearest to σz sorted less w: neighbours
//! that would rise are pooled to their mean.

use super::{Curvature, Rule};
use crate::atoms::reductions::falling_pools;

#[derive(Clone, Debug)]
pub struct Ranked {
    /// In falling order.
    weights: Vec<f64>,
    /// The rows in falling order of the last z.
    order: Vec<usize>,
    /// Stretches of that order of more than one row that share a value of y.
    pools: Vec<std::ops::Range<usize>>,
}

impl Ranked {
    /// Weights in falling order, one for each row.
    pub fn new(weights: Vec<f64>) -> Self {
        Ranked {
            order: (0..weights.len()).collect(),
            pools: Vec::new(),
            weights,
        }
    }

    fn sort(&mut self, z: &[f64]) {
        self.order.sort_by(|&a, &b| z[b].total_cmp(&z[a]));
    }

    fn pool(&self, pool: &std::ops::Range<usize>) -> &[usize] {
        &self.order[pool.clone()]
    }
}

impl Rule for Ranked {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        self.sort(z);
        self.pools.clear();
        let ranked = self.order.iter().zip(&self.weights);
        let moved = ranked.map(|(&row, weight)| sigma * z[row] - weight);
        let mut start = 0;
        for (mean, count) in falling_pools(moved) {
            for place in start..start + count {
                let row = self.order[place];
                multiplier[row] = match count {
                    1 => self.weights[place],
                    _ => sigma * z[row] - mean,
                };
                point[row] = z[row] - multiplier[row] / sigma;
            }
            if count > 1 {
                self.pools.push(start..start + count);
            }
            start += count;
        }
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for pool in &self.pools {
            let rows = self.pool(pool);
            let mean = rows.iter().map(|&k| v[k]).sum::<f64>() / rows.len() as f64;
            rows.iter().for_each(|&k| out[k] = v[k] - mean);
        }
    }

    fn curvature(&self) -> Option<Curvature> {
        let pools = self.pools.iter();
        Some(Curvature {
            diagonal: vec![0.0; self.weights.len()],
            centred: pools.map(|pool| self.pool(pool).to_vec()).collect(),
            ..Curvature::default()
        })
    }

    fn value(&self, y: &[f64]) -> f64 {
        let mut sorted = y.to_vec();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        sorted.iter().zip(&self.weights).map(|(y, w)| w * y).sum()
    }

    fn violation(&self, _y: &[f64]) -> f64 {
        0.0
    }

    fn rescale(&mut self, scales: &[f64]) {
        self.weights.iter_mut().for_each(|w| *w *= scales[0]);
    }

    fn groups(&self) -> Vec<usize> {
        vec![self.weights.len()]
    }

    fn project_recession(&self, u: &mut [f64]) {
        u.fill(0.0);
    }

    fn is_finite(&self) -> bool {
        true
    }

    fn typical_multiplier(&mut self, y: &[f64], out: &mut [f64]) {
        self.sort(y);
        for (&row, &weight) in self.order.iter().zip(&self.weights) {
            out[row] = weight;
        }
    }
}
