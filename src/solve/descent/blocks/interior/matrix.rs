//! The scaling of the semidefinite matrices at positive definite Y and Z = -Λ.
//!
//! M. Todd, K.-C. Toh, R. Tütüncü, "On the Nesterov-Todd direction in semidefinite programming", 1998:
//! `R⁻¹ Y R⁻ᵀ = Rᵀ Z R = diag(s)`.

use super::{Pair, Shares, share_to};
use crate::matrix::Cholesky;
use crate::solve::descent::spectral;
use faer::{Mat, MatRef};

/// R, its inverse and s.
#[derive(Clone, Debug)]
pub struct MatrixScaling {
    root: Mat<f64>,
    /// R⁻¹.
    pub inverse: Mat<f64>,
    values: Vec<f64>,
    /// V = R⁻ᵀR⁻¹: M takes dY to V dY V.
    pub congruence: Mat<f64>,
    /// Of the last step: R⁻¹dY R⁻ᵀ and Rᵀ dZ R.
    step: Option<[Mat<f64>; 2]>,
}

impl MatrixScaling {
    /// Of folded lists of Y and Λ; `None` where Y or Z is not positive definite.
    pub fn at(side: usize, at: Pair<'_>) -> Option<Self> {
        let [y, z] = unfolded(side, at);
        let (l, k) = (Cholesky::of(y)?, Cholesky::of(z)?);
        let (l, k) = (lower(l.lower()), lower(k.lower()));
        let product = k.transpose() * &l;
        let svd = product.svd().ok()?;
        let values: Vec<f64> = svd.S().column_vector().iter().copied().collect();
        if !values.iter().all(|s| *s > 0.0 && s.is_finite()) {
            return None;
        }
        let (root, inverse) = (&l * svd.V(), svd.U().transpose() * k.transpose());
        let n = values.len();
        let inverse = Mat::from_fn(n, n, |i, j| inverse[(i, j)] / values[i].sqrt());
        Some(MatrixScaling {
            root: Mat::from_fn(n, n, |i, j| root[(i, j)] / values[j].sqrt()),
            congruence: inverse.transpose() * &inverse,
            inverse,
            values,
            step: None,
        })
    }

    /// The eigenvalues of Y Z.
    pub fn products(&self) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().map(|s| s * s)
    }

    /// -R E Rᵀ with E_ij = 2(target*I - S² - sym(A B))_ij/(s_i + s_j), A and B of the predicted step.
    pub fn correction(&self, target: f64, is_predicted: bool) -> Mat<f64> {
        let n = self.values.len();
        let mut rest = Mat::zeros(n, n);
        if let (true, Some([a, b])) = (is_predicted, &self.step) {
            let product = a * b;
            rest = Mat::from_fn(n, n, |i, j| -0.5 * (product[(i, j)] + product[(j, i)]));
        }
        for (k, s) in self.values.iter().enumerate() {
            rest[(k, k)] += target - s * s;
        }
        let s = &self.values;
        let bent = Mat::from_fn(n, n, |i, j| -2.0 * rest[(i, j)] / (s[i] + s[j]));
        &self.root * bent * self.root.transpose()
    }

    /// The largest shares of the step that stay inside.
    pub fn longest(&mut self, step: Pair<'_>) -> Shares {
        let [dy, dz] = unfolded(self.values.len(), step);
        let steps = [
            &self.inverse * dy * self.inverse.transpose(),
            self.root.transpose() * dz * &self.root,
        ];
        let shares = Shares {
            point: longest(&self.values, &steps[0]),
            multiplier: longest(&self.values, &steps[1]),
        };
        self.step = Some(steps);
        shares
    }
}

/// The largest share of a step from S = diag(s) that stays inside, by the least eigenvalue of S^(-1/2) step S^(-1/2).
pub fn longest(s: &[f64], step: &Mat<f64>) -> f64 {
    let n = s.len();
    let relative = Mat::from_fn(n, n, |i, j| step[(i, j)] / (s[i] * s[j]).sqrt());
    let eigen = spectral::eigen(&relative);
    share_to(eigen.values.first().copied().unwrap_or(0.0))
}

/// Y and Z = -Λ.
fn unfolded(side: usize, pair: Pair<'_>) -> [Mat<f64>; 2] {
    let unfold = |list: &[f64]| spectral::unfold(side, list);
    [unfold(pair.point), -unfold(pair.multiplier)]
}

fn lower(factor: MatRef<'_, f64>) -> Mat<f64> {
    let n = factor.nrows();
    Mat::from_fn(n, n, |i, j| if i >= j { factor[(i, j)] } else { 0.0 })
}
