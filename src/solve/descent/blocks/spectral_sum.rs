//! g(Y) = w*Σ φ(d*eigenvalues of Y) of a symmetric matrix, as a folded list ([`spectral::fold`]):
//! -log det, trace(Y^-1), the negative of the von Neumann entropy.

mod interior;

use super::interior::{Interior, MatrixScaling};
use super::{Rule, Scalar};
use crate::solve::descent::spectral::{self, Eigen};
use interior::Inside;

/// Of the largest eigenvalue.
const ROUNDING: f64 = 1e-14;

#[derive(Clone, Debug)]
pub struct SpectralSum {
    side: usize,
    kind: Scalar,
    weight: f64,
    /// d.
    scale: f64,
    /// What congruences have added.
    constant: f64,
    eigen: Option<Eigen>,
    /// dλ/d(σz) and λ/σ by eigenvalue.
    slopes: Vec<f64>,
    pulls: Vec<f64>,
    /// Whether the last eigenvalues are those of V of a scaling, M = V . V.
    is_scaled: bool,
    inside: Inside,
}

impl SpectralSum {
    pub fn new(side: usize, kind: Scalar, weight: f64) -> Self {
        SpectralSum {
            side,
            kind,
            weight,
            scale: 1.0,
            constant: 0.0,
            eigen: None,
            slopes: Vec::new(),
            pulls: Vec::new(),
            is_scaled: false,
            inside: Inside::default(),
        }
    }

    /// Divided difference of λ/σ between two eigenvalues.
    fn difference(&self, eigen: &Eigen, i: usize, j: usize) -> f64 {
        let (e, pulls, slopes) = (&eigen.values, &self.pulls, &self.slopes);
        if self.is_scaled {
            return e[i] * e[j];
        }
        let distance = e[i] - e[j];
        if distance.abs() <= 1e-8 * (e[i].abs() + e[j].abs()) {
            0.5 * (slopes[i] + slopes[j])
        } else {
            (pulls[i] - pulls[j]) / distance
        }
    }
}

impl Rule for SpectralSum {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        let eigen = spectral::eigen(&spectral::unfold(self.side, z));
        let d = self.scale;
        let weight = self.weight * d * d / sigma;
        let values = eigen.values.iter();
        let proximal: Vec<_> = values.map(|&e| self.kind.proximal(d * e, weight)).collect();
        self.pulls = proximal.iter().map(|p| p.pull / d).collect();
        self.slopes = proximal.iter().map(|p| p.slope).collect();
        let points: Vec<f64> = proximal.iter().map(|p| p.point / d).collect();
        spectral::fold(&eigen.compose(&points), point);
        let multipliers: Vec<f64> = self.pulls.iter().map(|p| sigma * p).collect();
        spectral::fold(&eigen.compose(&multipliers), multiplier);
        (self.eigen, self.is_scaled) = (Some(eigen), false);
    }

    fn as_interior(&mut self) -> Option<&mut dyn Interior> {
        let has_edge = matches!(self.kind, Scalar::Power(p) if p > 1.0);
        (!has_edge).then_some(self as &mut dyn Interior)
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        let Some(eigen) = &self.eigen else {
            return out.fill(0.0);
        };
        let h = spectral::unfold(self.side, v);
        let bent = match self.congruence() {
            Some(MatrixScaling { congruence: v, .. }) => v * h * v,
            None => eigen.weighted(&h, |i, j| self.difference(eigen, i, j)),
        };
        spectral::fold(&bent, out);
    }

    fn spectral_side(&self) -> Option<usize> {
        Some(self.side)
    }

    fn spectral_curvature(&self) -> Option<(&Eigen, Vec<f64>)> {
        let eigen = self.eigen.as_ref()?;
        let difference = |i: usize, j: usize| self.difference(eigen, i, j);
        Some((eigen, spectral::folded_entries(self.side, difference)))
    }

    fn congruence(&self) -> Option<&MatrixScaling> {
        match self.is_scaled {
            true => self.inside.scaling(),
            false => None,
        }
    }

    fn value(&self, y: &[f64]) -> f64 {
        let eigen = spectral::eigen(&spectral::unfold(self.side, y));
        let largest = eigen.values.iter().fold(0.0f64, |m, e| m.max(e.abs()));
        // Eigenvalues 0 come out as rounding of either sign.
        let terms = eigen
            .values
            .iter()
            .map(|&e| match e.abs() <= ROUNDING * largest {
                true => self.kind.value(self.scale * e.max(0.0)),
                false => self.kind.value(self.scale * e),
            });
        self.weight * terms.sum::<f64>() + self.constant
    }

    fn violation(&self, y: &[f64]) -> f64 {
        let eigen = spectral::eigen(&spectral::unfold(self.side, y));
        (-eigen.values.first().copied().unwrap_or(0.0)).max(0.0)
    }

    fn rescale(&mut self, scales: &[f64]) {
        self.scale *= scales[0];
    }

    /// log det(D*Y*D) = log det Y + 2 Σ log d.
    fn congruent_side(&self) -> Option<usize> {
        matches!(self.kind, Scalar::NegativeLog).then_some(self.side)
    }

    fn rescale_congruently(&mut self, diagonal: &[f64]) {
        let logs: f64 = diagonal.iter().map(|d| d.ln()).sum();
        self.constant -= 2.0 * self.weight * logs;
    }

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
