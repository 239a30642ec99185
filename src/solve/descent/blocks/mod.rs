//! The functions g_i of the normal form `f(x) + Σ g_i(F_i(x))`, each by its proximal operator.

pub mod interior;
mod norms;
mod peak;
mod positive_semidefinite;
mod power_norm;
mod ranked;
mod scalars;
mod second_order;
mod slopes;
mod smoothed;
mod spectral_sum;
mod triples;

#[cfg(test)]
mod tests;

pub use norms::Norms;
pub use peak::Peak;
pub use positive_semidefinite::PositiveSemidefinite;
pub use power_norm::PowerNorms;
pub use ranked::{Ranked, RankedCone};
pub use scalars::{Scalar, Scalars};
pub use second_order::SecondOrder;
pub use slopes::Slopes;
pub use smoothed::Smoothing;
pub use spectral_sum::SpectralSum;
pub use triples::{Triple, Triples};

use super::spectral::Eigen;
use interior::{Interior, MatrixScaling};
use std::fmt::Debug;

/// A convex function g of y, known by prox_{g/σ}.
pub trait Rule: Debug {
    /// λ = σ*(z - y) with y = prox_{g/σ}(z), a subgradient of g at y; both are written out. Later
    /// calls of [`Rule::curvature_times`] refer to this z.
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]);

    /// out = M*v with M = dλ/d(σz) between 0 and I, at the last z.
    fn curvature_times(&self, v: &[f64], out: &mut [f64]);

    /// Rounds kinks and edges off as [`Smoothing`] says, for multipliers of this size; `None` restores them. Whether
    /// there is such a form: then g is the support function of the multipliers' domain.
    fn smooth(&mut self, _smoothing: Option<Smoothing>, _multiplier: &[f64]) -> bool {
        false
    }

    /// Itself, where y and λ can be kept inside.
    fn as_interior(&mut self) -> Option<&mut dyn Interior> {
        None
    }

    /// What share of σ is the penalty of each row; empty where that is σ for all.
    fn stiffness(&self) -> &[f64] {
        &[]
    }

    /// M in parts, where it has such a form.
    fn curvature(&self) -> Option<Curvature> {
        None
    }

    /// The side of the symmetric matrices y, as folded lists, of whose eigenvalues g is a function.
    fn spectral_side(&self) -> Option<usize> {
        None
    }

    /// M = Q*diag(w)*Q' of such a rule, where Q'v is V'*v*V: V with the eigenvalues, and w folded, at the last z.
    fn spectral_curvature(&self) -> Option<(&Eigen, Vec<f64>)> {
        None
    }

    /// Such a rule's scaling where M takes Y to V*Y*V with its V.
    fn congruence(&self) -> Option<&MatrixScaling> {
        None
    }

    /// g(y) where finite; 0 for indicators.
    fn value(&self, y: &[f64]) -> f64;

    /// How far y lies outside the domain, in the units of y.
    fn violation(&self, y: &[f64]) -> f64;

    /// g(y) becomes g(d*y) for one factor d > 0 for each group of [`Rule::groups`].
    fn rescale(&mut self, scales: &[f64]);

    /// Whether each row is a function of its own that bends the more the smaller the row is.
    fn bends_by_size(&self) -> bool {
        false
    }

    /// The side of symmetric matrices y, as folded lists, of which a congruence D*y*D changes g by a constant
    /// at most.
    fn congruent_side(&self) -> Option<usize> {
        None
    }

    /// g(y) becomes g(D*y*D) for this diagonal of D, where that is so.
    fn rescale_congruently(&mut self, _diagonal: &[f64]) {}

    /// Lengths of the stretches of rows that must share a scale.
    fn groups(&self) -> Vec<usize>;

    /// Whether M of every group is a sum of positive rank-one terms alone.
    fn is_definite(&self) -> bool {
        false
    }

    /// The exponent a of a group of three rows that may take any factors c, d and c^a d^(1-a) instead of one.
    fn exponent(&self, _group: usize) -> Option<f64> {
        None
    }

    /// Projects u on the directions in which the domain of the conjugate g* extends without end.
    fn project_recession(&self, u: &mut [f64]);

    /// Weights w of a few rows each, with w'y <= 0 wherever g(y) is finite.
    fn half_spaces(&self) -> Vec<Vec<(usize, f64)>> {
        Vec::new()
    }

    /// Whether g is finite everywhere.
    fn is_finite(&self) -> bool;

    /// Itself, for rules that treat every row alone.
    fn as_slopes(&self) -> Option<&Slopes> {
        None
    }

    /// Itself, for norms of groups.
    fn as_norms(&self) -> Option<&Norms> {
        None
    }

    /// Itself, for semidefinite matrices.
    fn as_positive_semidefinite(&self) -> Option<&PositiveSemidefinite> {
        None
    }

    /// A multiplier of typical size, in `out`: a subgradient near y, without the walls.
    fn typical_multiplier(&mut self, y: &[f64], out: &mut [f64]);
}

/// M = diag(diagonal) + Σ (I - mean over some rows) + Σ weight*u*u', u sparse.
#[derive(Clone, Debug, Default)]
pub struct Curvature {
    pub diagonal: Vec<f64>,
    /// Sets of rows on which M is the identity minus the mean.
    pub centred: Vec<Vec<usize>>,
    pub rank_one: Vec<(f64, Vec<(usize, f64)>)>,
}
