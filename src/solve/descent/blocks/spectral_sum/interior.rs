//! Sums over eigenvalues with Y inside; of -w log det Y with -Λ inside, too, and the product w*I of both.

use super::{Scalar, SpectralSum};
use crate::solve::descent::blocks::interior::matrix::longest;
use crate::solve::descent::blocks::interior::{
    Entry, Interior, MatrixScaling, Pair, Products, Shares,
};
use crate::solve::descent::blocks::scalars::interior::open_of_logarithm;
use crate::solve::descent::spectral::{Eigen, eigen, fold, folded_diagonal, unfold};
use faer::Mat;

#[derive(Clone, Debug, Default)]
pub struct Inside {
    /// Of a logarithm.
    scaling: Option<MatrixScaling>,
    /// Of other functions: Λ in the basis of Y's eigenvectors.
    multiplier: Option<Mat<f64>>,
}

impl Inside {
    pub fn scaling(&self) -> Option<&MatrixScaling> {
        self.scaling.as_ref()
    }
}

impl SpectralSum {
    pub(super) fn is_logarithm(&self) -> bool {
        self.kind == Scalar::NegativeLog
    }

    /// g'(y) and g''(y) of an eigenvalue.
    fn slopes_at(&self, y: f64) -> [f64; 2] {
        self.kind.slopes_at(self.weight, self.scale, y)
    }

    fn gradient(&self, eigen: &Eigen) -> Mat<f64> {
        let slopes: Vec<f64> = eigen.values.iter().map(|&y| self.slopes_at(y)[0]).collect();
        eigen.compose(&slopes)
    }

    fn scale_logarithm(&mut self, at: Pair<'_>) -> bool {
        let Some(scaling) = MatrixScaling::at(self.side, at) else {
            return false;
        };
        self.eigen = Some(eigen(&scaling.congruence));
        self.inside.scaling = Some(scaling);
        true
    }
}

impl Interior for SpectralSum {
    fn margins(&self, at: Pair<'_>) -> [f64; 2] {
        let values = eigen(&unfold(self.side, at.point)).values;
        [values.first().copied().unwrap_or(0.0), f64::INFINITY]
    }

    fn enter(&mut self, by: Entry, point: &mut [f64], multiplier: &mut [f64]) {
        for k in (0..self.side).map(folded_diagonal) {
            point[k] += by.point;
        }
        let eigen = eigen(&unfold(self.side, point));
        fold(&self.gradient(&eigen), multiplier);
    }

    fn scale(&mut self, at: Pair<'_>) -> bool {
        self.is_scaled = self.is_logarithm();
        if self.is_scaled {
            return self.scale_logarithm(at);
        }
        let eigen = eigen(&unfold(self.side, at.point));
        let slopes: Vec<[f64; 2]> = eigen.values.iter().map(|&y| self.slopes_at(y)).collect();
        self.pulls = slopes.iter().map(|s| s[0]).collect();
        self.slopes = slopes.iter().map(|s| s[1]).collect();
        self.inside.multiplier = Some(eigen.rotated(&unfold(self.side, at.multiplier)));
        let is_inside = eigen.values.iter().all(|y| *y > 0.0);
        self.eigen = Some(eigen);
        is_inside && self.slopes.iter().all(|s| *s > 0.0 && s.is_finite())
    }

    fn products(&self) -> Products {
        Products::default()
    }

    fn correction(&mut self, _target: f64, is_predicted: bool, out: &mut [f64]) {
        if let (true, Some(scaling)) = (self.is_scaled, &self.inside.scaling) {
            return fold(&scaling.correction(self.weight, is_predicted), out);
        }
        let (Some(eigen), Some(multiplier)) = (&self.eigen, &self.inside.multiplier) else {
            return;
        };
        let bent = Mat::from_fn(self.side, self.side, |i, j| {
            let slope = if i == j { self.pulls[i] } else { 0.0 };
            (slope - multiplier[(i, j)]) / self.difference(eigen, i, j)
        });
        fold(&eigen.rotated_back(&bent), out);
    }

    /// Its scaling is thrown out of balance by that.
    fn may_part(&self) -> bool {
        false
    }

    fn longest(&mut self, step: Pair<'_>) -> Shares {
        if self.is_scaled {
            let scaling = self.inside.scaling.as_mut();
            return scaling.map_or(Shares::both(0.0), |scaling| scaling.longest(step));
        }
        let Some(own) = &self.eigen else {
            return Shares::both(0.0);
        };
        let turned = own.rotated(&unfold(self.side, step.point));
        Shares {
            point: longest(&own.values, &turned),
            multiplier: f64::INFINITY,
        }
    }

    /// Of a logarithm w*Σ (r - 1 - log r) over the eigenvalues r of YZ/w; of others as much as slopes differ.
    fn open(&self, at: Pair<'_>) -> f64 {
        if self.is_logarithm() {
            let Some(scaling) = MatrixScaling::at(self.side, at) else {
                return f64::INFINITY;
            };
            let ratios = scaling.products().map(|product| product / self.weight);
            return ratios.map(|r| open_of_logarithm(self.weight, r)).sum();
        }
        let eigen = eigen(&unfold(self.side, at.point));
        let turned = eigen.rotated(&unfold(self.side, at.multiplier));
        let miss = |i: usize| (self.slopes_at(eigen.values[i])[0] - turned[(i, i)]).abs();
        (0..self.side).map(|i| miss(i) * eigen.values[i]).sum()
    }
}
