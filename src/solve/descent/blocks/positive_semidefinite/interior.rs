//! Semidefinite matrices Y and -Λ, both positive definite.

use super::{Bend, PositiveSemidefinite};
use crate::solve::descent::blocks::interior::{
    Entry, Interior, MatrixScaling, Pair, Products, Shares,
};
use crate::solve::descent::spectral::{eigen, fold, folded_diagonal, unfold};

impl Interior for PositiveSemidefinite {
    fn margins(&self, at: Pair<'_>) -> [f64; 2] {
        let largest = eigen(&unfold(self.side, at.multiplier))
            .values
            .last()
            .copied();
        [self.smallest(at.point), -largest.unwrap_or(0.0)]
    }

    fn enter(&mut self, by: Entry, point: &mut [f64], multiplier: &mut [f64]) {
        for k in (0..self.side).map(folded_diagonal) {
            point[k] += by.point;
            multiplier[k] -= by.multiplier;
        }
    }

    fn scale(&mut self, at: Pair<'_>) -> bool {
        let Some(scaling) = MatrixScaling::at(self.side, at) else {
            return false;
        };
        self.eigen = Some(eigen(&scaling.congruence));
        self.bend = Bend::Scaled;
        self.inside = Some(scaling);
        true
    }

    fn products(&self) -> Products {
        Products {
            sum: self.inside.iter().flat_map(MatrixScaling::products).sum(),
            count: self.side as f64,
        }
    }

    fn correction(&mut self, target: f64, is_predicted: bool, out: &mut [f64]) {
        if let Some(scaling) = &self.inside {
            fold(&scaling.correction(target, is_predicted), out);
        }
    }

    /// Its scaling is thrown out of balance by that.
    fn may_part(&self) -> bool {
        false
    }

    fn longest(&mut self, step: Pair<'_>) -> Shares {
        let scaling = self.inside.as_mut();
        scaling.map_or(Shares::both(0.0), |scaling| scaling.longest(step))
    }

    fn open(&self, at: Pair<'_>) -> f64 {
        -at.product()
    }
}
