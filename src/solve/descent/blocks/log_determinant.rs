//! g(Y) = -w*log det Y of a symmetric matrix, as a folded list ([`spectral::fold`]).

use super::Rule;
use crate::solve::descent::spectral::{self, Eigen};

#[derive(Clone, Debug)]
pub struct LogDeterminant {
    side: usize,
    weight: f64,
    eigen: Option<Eigen>,
    /// dλ/d(σz) and λ/σ by eigenvalue.
    slopes: Vec<f64>,
    pulls: Vec<f64>,
}

impl LogDeterminant {
    pub fn new(side: usize, weight: f64) -> Self {
        LogDeterminant {
            side,
            weight,
            eigen: None,
            slopes: Vec::new(),
            pulls: Vec::new(),
        }
    }
}

/// (e + sqrt(e² + 4c))/2 without cancellation.
fn root(e: f64, c: f64) -> f64 {
    let r = (e * e + 4.0 * c).sqrt();
    if e > 0.0 {
        0.5 * (e + r)
    } else {
        2.0 * c / (r - e)
    }
}

impl Rule for LogDeterminant {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        let eigen = spectral::eigen(&spectral::unfold(self.side, z));
        let c = self.weight / sigma;
        let roots: Vec<f64> = eigen.values.iter().map(|&e| root(e, c)).collect();
        self.pulls = roots.iter().map(|y| -c / y).collect();
        self.slopes = roots.iter().map(|y| c / (y * y + c)).collect();
        spectral::fold(&eigen.compose(&roots), point);
        let multipliers: Vec<f64> = self.pulls.iter().map(|p| sigma * p).collect();
        spectral::fold(&eigen.compose(&multipliers), multiplier);
        self.eigen = Some(eigen);
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        let Some(eigen) = &self.eigen else {
            return out.fill(0.0);
        };
        let (e, pulls, slopes) = (&eigen.values, &self.pulls, &self.slopes);
        let weight = |i: usize, j: usize| {
            let distance = e[i] - e[j];
            if distance.abs() <= 1e-8 * (e[i].abs() + e[j].abs()) {
                0.5 * (slopes[i] + slopes[j])
            } else {
                (pulls[i] - pulls[j]) / distance
            }
        };
        let h = spectral::unfold(self.side, v);
        spectral::fold(&eigen.weighted(&h, weight), out);
    }

    fn value(&self, y: &[f64]) -> f64 {
        let eigen = spectral::eigen(&spectral::unfold(self.side, y));
        let log = |e: &f64| if *e > 0.0 { e.ln() } else { f64::NEG_INFINITY };
        -self.weight * eigen.values.iter().map(log).sum::<f64>()
    }

    fn violation(&self, y: &[f64]) -> f64 {
        let eigen = spectral::eigen(&spectral::unfold(self.side, y));
        (-eigen.values.first().copied().unwrap_or(0.0)).max(0.0)
    }

    /// -log det(d*Y) differs by a constant.
    fn rescale(&mut self, _scales: &[f64]) {}

    fn groups(&self) -> Vec<usize> {
        vec![self.side * (self.side + 1) / 2]
    }

    fn project_recession(&self, u: &mut [f64]) {
        let eigen = spectral::eigen(&spectral::unfold(self.side, u));
        let negative: Vec<f64> = eigen.values.iter().map(|e| e.min(0.0)).collect();
        spectral::fold(&eigen.compose(&negative), u);
    }

    fn is_finite(&self) -> bool {
        true
    }

    fn typical_multiplier(&mut self, y: &[f64], out: &mut [f64]) {
        let mut point = vec![0.0; y.len()];
        self.apply(y, 1.0, out, &mut point);
    }
}
