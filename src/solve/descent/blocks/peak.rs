//! g(y) = w * (the sum of the k largest entries); `max` is k = 1, and a fractional k takes that part
//! of the next entry.
//!
//! λ is the projection of σz on { 0 <= λ <= w, Σλ = k*w }.

use super::{Curvature, Rule};

#[derive(Clone, Debug)]
pub struct Peak {
    pub rows: usize,
    pub weight: f64,
    pub count: f64,
    /// Rows strictly between the bounds.
    free: Vec<usize>,
    order: Vec<f64>,
}

impl Peak {
    pub fn new(rows: usize, weight: f64, count: f64) -> Self {
        Peak {
            rows,
            weight,
            count: count.min(rows as f64),
            free: Vec::new(),
            order: Vec::new(),
        }
    }

    /// How much of the entry that stands at `place`, counted from 0 in falling order, is summed.
    fn share(&self, place: usize) -> f64 {
        (self.count - place as f64).clamp(0.0, 1.0)
    }

    /// The shift s with Σ clamp(q - s, 0, w) = k*w, by walking along the breakpoints.
    fn shift(&mut self, q: &[f64]) -> f64 {
        let (w, total) = (self.weight, self.weight * self.count);
        self.order.clear();
        self.order.extend(q.iter().flat_map(|&v| [v, v - w]));
        self.order.sort_unstable_by(|a, b| b.total_cmp(a));
        let sum_at = |s: f64| q.iter().map(|v| (v - s).clamp(0.0, w)).sum::<f64>();
        // The sum falls in s: bisect over breakpoints, then solve the linear piece.
        let (mut low, mut high) = (0, self.order.len() - 1);
        while high - low > 1 {
            let middle = (low + high) / 2;
            if sum_at(self.order[middle]) < total {
                low = middle;
            } else {
                high = middle;
            }
        }
        let (upper, lower) = (self.order[low], self.order[high]);
        let inside = q.iter().filter(|&&v| v > lower && v - w < upper);
        let count = inside.filter(|&&v| v - w <= lower && v >= upper).count();
        if count == 0 {
            return lower;
        }
        (upper + (sum_at(upper) - total) / count as f64).clamp(lower, upper)
    }
}

impl Rule for Peak {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        let w = self.weight;
        if self.count == self.rows as f64 {
            multiplier.fill(w);
        } else {
            let pulled: Vec<f64> = z.iter().map(|z| sigma * z).collect();
            let shift = self.shift(&pulled);
            for (m, p) in multiplier.iter_mut().zip(&pulled) {
                *m = (p - shift).clamp(0.0, w);
            }
        }
        self.free.clear();
        let between = |m: f64| m > 0.0 && m < w;
        self.free
            .extend((0..z.len()).filter(|&k| between(multiplier[k])));
        for k in 0..z.len() {
            point[k] = z[k] - multiplier[k] / sigma;
        }
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let mean = self.free.iter().map(|&k| v[k]).sum::<f64>() / self.free.len().max(1) as f64;
        for &k in &self.free {
            out[k] = v[k] - mean;
        }
    }

    fn curvature(&self) -> Option<Curvature> {
        Some(Curvature {
            diagonal: vec![0.0; self.rows],
            centred: vec![self.free.clone()],
            ..Curvature::default()
        })
    }

    fn value(&self, y: &[f64]) -> f64 {
        let mut sorted = y.to_vec();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let entries = sorted.iter().enumerate();
        self.weight * entries.map(|(k, y)| self.share(k) * y).sum::<f64>()
    }

    fn violation(&self, _y: &[f64]) -> f64 {
        0.0
    }

    fn rescale(&mut self, scales: &[f64]) {
        self.weight *= scales[0];
    }

    fn groups(&self) -> Vec<usize> {
        vec![self.rows]
    }

    fn project_recession(&self, u: &mut [f64]) {
        u.fill(0.0);
    }

    fn is_finite(&self) -> bool {
        true
    }

    fn typical_multiplier(&mut self, y: &[f64], out: &mut [f64]) {
        let mut order: Vec<usize> = (0..y.len()).collect();
        order.sort_unstable_by(|&a, &b| y[b].total_cmp(&y[a]));
        for (place, &k) in order.iter().enumerate() {
            out[k] = self.weight * self.share(place);
        }
    }
}
