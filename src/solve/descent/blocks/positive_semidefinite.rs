//! The indicator of the positive semidefinite matrices, as folded lists ([`spectral::fold`]).

mod interior;

use super::interior::{Interior, MatrixScaling};
use super::smoothed::{Barrier, barrier_of_eigenvalues};
use super::{Rule, Smoothing};
use crate::solve::descent::spectral::{self, Eigen, folded_diagonal};
use std::f64::consts::FRAC_1_SQRT_2;

/// What the last eigenvalues are of, and how λ bends by them.
#[derive(Clone, Debug)]
enum Bend {
    /// z and the edge.
    Edge,
    /// z and the barrier that stands for the edge, with its pulls.
    Barrier(Barrier, Vec<f64>),
    /// V of [`MatrixScaling::congruence`].
    Scaled,
}

#[derive(Clone, Debug)]
pub struct PositiveSemidefinite {
    pub side: usize,
    eigen: Option<Eigen>,
    bend: Bend,
    /// The last scaling.
    inside: Option<MatrixScaling>,
    /// ε of the barrier; 0 leaves the edge as it is.
    epsilon: f64,
    /// What share of σ is the penalty of each row where the barrier stands.
    stiffness: Vec<f64>,
}

impl PositiveSemidefinite {
    pub fn new(side: usize) -> Self {
        PositiveSemidefinite {
            side,
            eigen: None,
            bend: Bend::Edge,
            inside: None,
            epsilon: 0.0,
            stiffness: Vec::new(),
        }
    }

    /// The divided difference of λ/σ between two eigenvalues at the last z.
    fn weight(&self, eigen: &Eigen, i: usize, j: usize) -> f64 {
        match &self.bend {
            Bend::Edge => weight(eigen.values[i], eigen.values[j]),
            Bend::Barrier(barrier, pulls) => self.share() * barrier.weight(pulls[i], pulls[j]),
            Bend::Scaled => eigen.values[i] * eigen.values[j],
        }
    }

    fn share(&self) -> f64 {
        self.stiffness.first().copied().unwrap_or(1.0)
    }

    fn apply_smoothed(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        let eigen = spectral::eigen(&spectral::unfold(self.side, z));
        let barrier = Barrier {
            epsilon: self.epsilon,
            sigma: self.share() * sigma,
        };
        let pulls: Vec<f64> = eigen.values.iter().map(|&z| barrier.pull(z)).collect();
        let points: Vec<f64> = pulls.iter().map(|&t| barrier.point(t)).collect();
        let multipliers: Vec<f64> = pulls.iter().map(|t| -t).collect();
        spectral::fold(&eigen.compose(&multipliers), multiplier);
        spectral::fold(&eigen.compose(&points), point);
        (self.eigen, self.bend) = (Some(eigen), Bend::Barrier(barrier, pulls));
    }

    fn smallest(&self, y: &[f64]) -> f64 {
        let eigen = spectral::eigen(&spectral::unfold(self.side, y));
        eigen.values.first().copied().unwrap_or(0.0)
    }
}

/// Derivative weights of min(e, 0): the divided differences.
fn weight(a: f64, b: f64) -> f64 {
    if a < 0.0 && b < 0.0 {
        1.0
    } else if a >= 0.0 && b >= 0.0 {
        0.0
    } else {
        a.min(b) / (a.min(b) - a.max(b))
    }
}

impl Rule for PositiveSemidefinite {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        if self.epsilon > 0.0 {
            return self.apply_smoothed(z, sigma, multiplier, point);
        }
        let eigen = spectral::eigen(&spectral::unfold(self.side, z));
        let negative: Vec<f64> = eigen.values.iter().map(|e| e.min(0.0)).collect();
        spectral::fold(&eigen.compose(&negative), multiplier);
        for ((m, p), z) in multiplier.iter_mut().zip(point).zip(z) {
            *p = z - *m;
            *m *= sigma;
        }
        (self.eigen, self.bend) = (Some(eigen), Bend::Edge);
    }

    fn smooth(&mut self, smoothing: Option<Smoothing>, multiplier: &[f64]) -> bool {
        self.epsilon = smoothing.map_or(0.0, |s| s.epsilon);
        self.stiffness.clear();
        if let Some(smoothing) = smoothing {
            let share = smoothing.stiffness(-self.smallest(multiplier));
            self.stiffness.resize(multiplier.len(), share);
        }
        true
    }

    fn as_interior(&mut self) -> Option<&mut dyn Interior> {
        Some(self)
    }

    fn stiffness(&self) -> &[f64] {
        &self.stiffness
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        let Some(eigen) = &self.eigen else {
            return out.fill(0.0);
        };
        let h = spectral::unfold(self.side, v);
        let bent = match self.congruence() {
            Some(MatrixScaling { congruence: v, .. }) => v * h * v,
            None => eigen.weighted(&h, |i, j| self.weight(eigen, i, j)),
        };
        spectral::fold(&bent, out);
    }

    fn spectral_side(&self) -> Option<usize> {
        Some(self.side)
    }

    fn spectral_curvature(&self) -> Option<(&Eigen, Vec<f64>)> {
        let eigen = self.eigen.as_ref()?;
        let weights = spectral::folded_entries(self.side, |i, j| self.weight(eigen, i, j));
        Some((eigen, weights))
    }

    fn congruence(&self) -> Option<&MatrixScaling> {
        match &self.bend {
            Bend::Scaled => self.inside.as_ref(),
            Bend::Edge | Bend::Barrier(..) => None,
        }
    }

    /// -ε log det y where the barrier stands for the edge.
    fn value(&self, y: &[f64]) -> f64 {
        if self.epsilon == 0.0 {
            return 0.0;
        }
        let eigen = spectral::eigen(&spectral::unfold(self.side, y));
        barrier_of_eigenvalues(&eigen.values, self.epsilon)
    }

    fn violation(&self, y: &[f64]) -> f64 {
        (-self.smallest(y)).max(0.0)
    }

    fn rescale(&mut self, _scales: &[f64]) {}

    fn as_positive_semidefinite(&self) -> Option<&PositiveSemidefinite> {
        Some(self)
    }

    fn congruent_side(&self) -> Option<usize> {
        Some(self.side)
    }

    fn groups(&self) -> Vec<usize> {
        vec![self.side * (self.side + 1) / 2]
    }

    /// On the negative semidefinite matrices.
    fn project_recession(&self, u: &mut [f64]) {
        let eigen = spectral::eigen(&spectral::unfold(self.side, u));
        let negative: Vec<f64> = eigen.values.iter().map(|e| e.min(0.0)).collect();
        spectral::fold(&eigen.compose(&negative), u);
    }

    /// X_jj >= 0 and |X_ij| <= (X_ii + X_jj)/2.
    fn half_spaces(&self) -> Vec<Vec<(usize, f64)>> {
        let mut all = Vec::new();
        for j in 0..self.side {
            all.push(vec![(folded_diagonal(j), -1.0)]);
            for i in 0..j {
                let ends = [(folded_diagonal(i), -0.5), (folded_diagonal(j), -0.5)];
                let entry = j * (j + 1) / 2 + i;
                for side in [FRAC_1_SQRT_2, -FRAC_1_SQRT_2] {
                    all.push(vec![(entry, side), ends[0], ends[1]]);
                }
            }
        }
        all
    }

    fn is_finite(&self) -> bool {
        false
    }

    fn typical_multiplier(&mut self, _y: &[f64], out: &mut [f64]) {
        out.fill(0.0);
    }
}
