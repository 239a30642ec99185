//! g(y) = Σ w_k y_[k], y_[k] in falling order and the weights w too: the support function of all
//! rearrangements of w; and the indicator of g(x) <= t.
//!
//! With y = prox_{g/σ}(z), σy sorted is the falling sequence nearest to σz sorted less w: neighbours
//! that would rise are pooled to their mean.

use super::{Curvature, Rule};
use crate::atoms::reductions::falling_pools;
use std::ops::Range;

/// Newton steps on the multiplier of g(x) <= t.
const MOST_STEPS: usize = 100;

/// The order of the last z and what was pooled there.
#[derive(Clone, Debug, Default)]
struct Ranking {
    /// The rows in falling order.
    order: Vec<usize>,
    /// Stretches of that order of more than one row that share a value of y.
    pools: Vec<Range<usize>>,
}

impl Ranking {
    fn new(rows: usize) -> Self {
        Ranking {
            order: (0..rows).collect(),
            pools: Vec::new(),
        }
    }

    fn sort(&mut self, z: &[f64]) {
        self.order.sort_by(|&a, &b| z[b].total_cmp(&z[a]));
    }

    /// λ = z/μ - y/μ with y = prox_{μg}(z), in the present order.
    fn pool(&mut self, weights: &[f64], z: &[f64], sigma: f64, multiplier: &mut [f64]) {
        self.pools.clear();
        let ranked = self.order.iter().zip(weights);
        let moved = ranked.map(|(&row, weight)| sigma * z[row] - weight);
        let mut start = 0;
        for (mean, count) in falling_pools(moved) {
            let places = start..start + count;
            for (&row, &weight) in self.order[places.clone()].iter().zip(&weights[places]) {
                multiplier[row] = match count {
                    1 => weight,
                    _ => sigma * z[row] - mean,
                };
            }
            if count > 1 {
                self.pools.push(start..start + count);
            }
            start += count;
        }
    }

    fn rows(&self, pool: &Range<usize>) -> &[usize] {
        &self.order[pool.clone()]
    }

    /// out += v less its mean on every pool.
    fn add_deviations(&self, v: &[f64], out: &mut [f64]) {
        for pool in &self.pools {
            let rows = self.rows(pool);
            let mean = rows.iter().map(|&k| v[k]).sum::<f64>() / rows.len() as f64;
            rows.iter().for_each(|&k| out[k] += v[k] - mean);
        }
    }

    fn centred(&self) -> Vec<Vec<usize>> {
        let pools = self.pools.iter();
        pools.map(|pool| self.rows(pool).to_vec()).collect()
    }

    /// The weights of the rows, their means on the pools.
    fn pooled(&self, weights: &[f64]) -> Vec<f64> {
        let mut means = weights.to_vec();
        for pool in &self.pools {
            let mean = weights[pool.clone()].iter().sum::<f64>() / pool.len() as f64;
            means[pool.clone()].fill(mean);
        }
        let mut by_row = vec![0.0; weights.len()];
        for (&row, mean) in self.order.iter().zip(means) {
            by_row[row] = mean;
        }
        by_row
    }
}

fn product_of_sorted(y: &[f64], weights: &[f64]) -> f64 {
    let mut sorted = y.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    sorted.iter().zip(weights).map(|(y, w)| w * y).sum()
}

#[derive(Clone, Debug)]
pub struct Ranked {
    /// In falling order.
    weights: Vec<f64>,
    ranking: Ranking,
}

impl Ranked {
    /// Weights in falling order, one for each row.
    pub fn new(weights: Vec<f64>) -> Self {
        Ranked {
            ranking: Ranking::new(weights.len()),
            weights,
        }
    }
}

impl Rule for Ranked {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        self.ranking.sort(z);
        self.ranking.pool(&self.weights, z, sigma, multiplier);
        for ((p, z), m) in point.iter_mut().zip(z).zip(multiplier) {
            *p = z - *m / sigma;
        }
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        self.ranking.add_deviations(v, out);
    }

    fn curvature(&self) -> Option<Curvature> {
        Some(Curvature {
            diagonal: vec![0.0; self.weights.len()],
            centred: self.ranking.centred(),
            ..Curvature::default()
        })
    }

    fn value(&self, y: &[f64]) -> f64 {
        product_of_sorted(y, &self.weights)
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
        self.ranking.sort(y);
        for (&row, &weight) in self.ranking.order.iter().zip(&self.weights) {
            out[row] = weight;
        }
    }
}

/// The indicator of { (x, t): g(x) <= t }, t the last row.
#[derive(Clone, Debug)]
pub struct RankedCone {
    /// In falling order.
    weights: Vec<f64>,
    ranking: Ranking,
    /// (w, -1) by row, w the mean on its pool, where z lies outside.
    normal: Option<Vec<f64>>,
}

impl RankedCone {
    /// Weights in falling order, one for each row but the last.
    pub fn new(weights: Vec<f64>) -> Self {
        RankedCone {
            ranking: Ranking::new(weights.len()),
            normal: None,
            weights,
        }
    }

    /// z less its projection, into `out`: (μλ, -μ) with g(z - μλ) = t + μ. What g exceeds t by falls in
    /// μ, ever more slowly as pools grow: Newton's method from 0 comes up to the root from below.
    fn project(&mut self, z: &[f64], out: &mut [f64]) {
        let (t, x) = (z[x_rows(z)], &z[..x_rows(z)]);
        let mut excess = product_of_sorted(x, &self.weights) - t;
        self.normal = None;
        out.fill(0.0);
        if excess <= 0.0 {
            return;
        }
        self.ranking.sort(x);
        self.ranking.pools.clear();
        let mut mu = 0.0;
        let mut slope = 1.0 + squares(&self.weights);
        for _ in 0..MOST_STEPS {
            mu += excess / slope;
            self.ranking
                .pool(&self.weights, x, 1.0 / mu, &mut out[..x.len()]);
            let means = self.ranking.pooled(&self.weights);
            // g(y) = Σ w*y, and y is constant on the pools.
            let value: f64 = (0..x.len()).map(|k| means[k] * (x[k] - mu * out[k])).sum();
            let next = 1.0 + squares(&means);
            excess = value - t - mu;
            let is_last = excess <= 0.0 || next == slope;
            slope = next;
            if is_last {
                break;
            }
        }
        out[..x.len()].iter_mut().for_each(|m| *m *= mu);
        out[x.len()] = -mu;
        let mut normal = self.ranking.pooled(&self.weights);
        normal.push(-1.0);
        self.normal = Some(normal);
    }
}

fn x_rows(z: &[f64]) -> usize {
    z.len() - 1
}

fn squares(v: &[f64]) -> f64 {
    v.iter().map(|v| v * v).sum()
}

impl Rule for RankedCone {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        self.project(z, multiplier);
        for ((p, z), m) in point.iter_mut().zip(z).zip(multiplier) {
            *p = z - *m;
            *m *= sigma;
        }
    }

    /// Near z the projection is that on the face with these pools and g(x) = t.
    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let Some(normal) = &self.normal else {
            return;
        };
        let along = normal.iter().zip(v).map(|(n, v)| n * v).sum::<f64>() / squares(normal);
        out.iter_mut().zip(normal).for_each(|(o, n)| *o = along * n);
        self.ranking.add_deviations(v, out);
    }

    fn curvature(&self) -> Option<Curvature> {
        let mut curvature = Curvature {
            diagonal: vec![0.0; self.weights.len() + 1],
            ..Curvature::default()
        };
        if let Some(normal) = &self.normal {
            let entries = normal.iter().copied().enumerate().collect();
            curvature.rank_one.push((1.0 / squares(normal), entries));
            curvature.centred = self.ranking.centred();
        }
        Some(curvature)
    }

    fn value(&self, _y: &[f64]) -> f64 {
        0.0
    }

    fn violation(&self, y: &[f64]) -> f64 {
        let rows = x_rows(y);
        (product_of_sorted(&y[..rows], &self.weights) - y[rows]).max(0.0)
    }

    fn rescale(&mut self, _scales: &[f64]) {}

    fn groups(&self) -> Vec<usize> {
        vec![self.weights.len() + 1]
    }

    /// On the polar cone.
    fn project_recession(&self, u: &mut [f64]) {
        let z = u.to_vec();
        self.clone().project(&z, u);
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
