//! Rules of a primal-dual interior method: y and λ are kept inside their domains, and products of how far they are
//! inside are brought down together. A step obeys `dλ = M*(dy + e)`, with M by the scaling of Yu. Nesterov and M. Todd,
//! "Self-scaled barriers and interior-point methods for convex programming", 1997.

mod cone;
pub mod matrix;
mod root;

#[cfg(test)]
mod tests;

use crate::solve::descent::lbfgs::add_scaled;
use crate::solve::descent::tape::product::dot;
pub use cone::{Cone, Predicted};
pub use matrix::MatrixScaling;
pub use root::Root;

/// How y and λ begin: how far they are moved inwards; typical sizes of both, for what stands beside them; and M of rows
/// `== 0`, which have no inside.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub point: f64,
    pub multiplier: f64,
    pub point_unit: f64,
    pub multiplier_unit: f64,
    pub stiffness: f64,
    /// Where functions or a barrier say what is inside, by the barrier.
    pub by_barriers: bool,
}

/// The products that are brought down: their sum and their number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Products {
    pub sum: f64,
    pub count: f64,
}

impl Products {
    /// 0 where there are none.
    pub fn mean(self) -> f64 {
        self.sum / self.count.max(1.0)
    }

    pub fn and(self, other: Products) -> Products {
        Products {
            sum: self.sum + other.sum,
            count: self.count + other.count,
        }
    }
}

/// A step of y and of λ, or where they are.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'p> {
    pub point: &'p [f64],
    pub multiplier: &'p [f64],
}

impl Pair<'_> {
    /// λ'y.
    pub fn product(self) -> f64 {
        dot(self.point, self.multiplier)
    }

    /// Adds shares of this step.
    pub fn made(self, by: Shares, point: &mut [f64], multiplier: &mut [f64]) {
        add_scaled(by.point, self.point, point);
        add_scaled(by.multiplier, self.multiplier, multiplier);
    }
}

/// Of a step of y and of λ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    pub point: f64,
    pub multiplier: f64,
}

impl Shares {
    pub const ENDLESS: Shares = Shares::both(f64::INFINITY);

    pub const fn both(share: f64) -> Self {
        Shares {
            point: share,
            multiplier: share,
        }
    }

    /// The lesser of either.
    pub fn and(self, other: Shares) -> Self {
        Shares {
            point: self.point.min(other.point),
            multiplier: self.multiplier.min(other.multiplier),
        }
    }

    pub fn least(self) -> f64 {
        self.point.min(self.multiplier)
    }

    pub fn map(self, of: impl Fn(f64) -> f64) -> Self {
        Shares {
            point: of(self.point),
            multiplier: of(self.multiplier),
        }
    }
}

/// How much of a step there is until an eigenvalue 1 that it changes by so much is 0.
pub fn share_to(change: f64) -> f64 {
    match change < 0.0 {
        true => -1.0 / change,
        false => f64::INFINITY,
    }
}

/// A rule with an inside. Its y and λ are handed to it; what stands beside them it keeps.
pub trait Interior {
    /// How far y and λ are inside; infinite where there is no edge, negative outside.
    fn margins(&self, at: Pair<'_>) -> [f64; 2];

    /// Moves y and λ inwards.
    fn enter(&mut self, by: Entry, point: &mut [f64], multiplier: &mut [f64]);

    /// Whether a barrier can say what is inside, beside functions.
    fn has_barriers(&self) -> bool {
        false
    }

    /// Multiplies M of rows `== 0`.
    fn stiffen(&mut self, _factor: f64) {}

    /// Takes M at y and λ, of which [`super::Rule::curvature`] speaks from then on; whether both are inside.
    fn scale(&mut self, at: Pair<'_>) -> bool;

    /// At the last y and λ.
    fn products(&self) -> Products;

    /// e for products that are to be `target`, where the last step was predicted with its second-order terms.
    fn correction(&mut self, target: f64, is_predicted: bool, out: &mut [f64]);

    /// The largest shares of a step of y and of λ that stay inside.
    fn longest(&mut self, step: Pair<'_>) -> Shares;

    /// Makes shares of the last step.
    fn advance(&mut self, by: Shares, step: Pair<'_>, point: &mut [f64], multiplier: &mut [f64]) {
        step.made(by, point, multiplier);
    }

    /// Whether y may go another share of a step than λ.
    fn may_part(&self) -> bool {
        true
    }

    /// Makes λ what is kept beside it has it, near the end; whether any of it is made anew.
    fn settle(&mut self, _point: &[f64], _multiplier: &mut [f64]) -> bool {
        false
    }

    /// How far y is outside the domain, where it comes inside in the end alone.
    fn outside(&self, _at: Pair<'_>) -> f64 {
        0.0
    }

    /// g(y) + g*(λ) - λ'y.
    fn open(&self, at: Pair<'_>) -> f64;
}
