//! Functions on y >= 0 with y inside. Of -w log y the multiplier is inside, too, with the product w of y and -λ; others
//! have the slope λ = g'(y) - z, where z brings y*z down if the slope at 0 is finite.

use super::{Scalar, Scalars};
use crate::solve::descent::blocks::interior::{Entry, Interior, Pair, Products, Shares, share_to};

#[derive(Clone, Debug, Default)]
pub struct Inside {
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Row {
    point: f64,
    multiplier: f64,
    /// z; -λ of a logarithm.
    dual: f64,
    bend: f64,
    /// What λ is to change by beside M*dy, and z beside -(z/y)*dy.
    error: f64,
    dual_error: f64,
    /// Of the last step, y's and z's.
    change: [f64; 2],
}

impl Scalars {
    fn is_logarithm(&self, k: usize) -> bool {
        self.kinds[k] == Scalar::NegativeLog
    }

    /// Whether the slope at 0 is finite.
    fn has_edge(&self, k: usize) -> bool {
        matches!(self.kinds[k], Scalar::Power(p) if p > 1.0)
    }

    /// g'(y) and g''(y).
    fn slopes_at(&self, k: usize, y: f64) -> [f64; 2] {
        self.kinds[k].slopes_at(self.weights[k], self.scales[k], y)
    }
}

impl Scalar {
    /// g'(y) and g''(y) of g(y) = w*φ(d*y).
    pub fn slopes_at(self, w: f64, d: f64, y: f64) -> [f64; 2] {
        let u = (d * y).ln();
        [w * d * self.slope(u), w * d * self.bend(u) / y]
    }
}

/// g(y) + g*(λ) - λ'y of -w log y where -λ*y is w*r.
pub fn open_of_logarithm(w: f64, r: f64) -> f64 {
    w * (r - 1.0 - r.ln())
}

impl Interior for Scalars {
    fn margins(&self, at: Pair<'_>) -> [f64; 2] {
        let least = at.point.iter().copied().fold(f64::INFINITY, f64::min);
        [least, f64::INFINITY]
    }

    fn enter(&mut self, by: Entry, point: &mut [f64], multiplier: &mut [f64]) {
        let mut rows = Vec::with_capacity(point.len());
        for k in 0..point.len() {
            point[k] += by.point;
            let [slope, _] = self.slopes_at(k, point[k]);
            let dual = match (self.is_logarithm(k), self.has_edge(k)) {
                (true, _) => -slope,
                (_, true) => by.multiplier_unit,
                _ => 0.0,
            };
            multiplier[k] = if self.has_edge(k) {
                slope - dual
            } else {
                slope
            };
            rows.push(Row {
                dual,
                ..Row::default()
            });
        }
        self.inside = Inside { rows };
    }

    fn scale(&mut self, at: Pair<'_>) -> bool {
        let mut is_inside = true;
        self.slopes.resize(at.point.len(), 0.0);
        for k in 0..at.point.len() {
            let [_, bend] = self.slopes_at(k, at.point[k]);
            let is_logarithm = self.is_logarithm(k);
            let row = &mut self.inside.rows[k];
            (row.point, row.multiplier) = (at.point[k], at.multiplier[k]);
            if is_logarithm {
                row.dual = -row.multiplier;
                row.bend = row.dual / row.point;
            } else {
                row.bend = bend + row.dual / row.point;
            }
            is_inside &=
                row.point > 0.0 && row.dual >= 0.0 && row.bend > 0.0 && row.bend.is_finite();
            self.slopes[k] = row.bend;
        }
        is_inside
    }

    fn products(&self) -> Products {
        let edges = (0..self.kinds.len()).filter(|&k| self.has_edge(k));
        edges.fold(Products::default(), |all, k| {
            let row = self.inside.rows[k];
            all.and(Products {
                sum: row.point * row.dual,
                count: 1.0,
            })
        })
    }

    fn correction(&mut self, target: f64, is_predicted: bool, out: &mut [f64]) {
        for (k, out) in out.iter_mut().enumerate() {
            let [slope, _] = self.slopes_at(k, self.inside.rows[k].point);
            let (is_logarithm, has_edge) = (self.is_logarithm(k), self.has_edge(k));
            let weight = self.weights[k];
            let row = &mut self.inside.rows[k];
            let second = if is_predicted {
                row.change[0] * row.change[1]
            } else {
                0.0
            };
            row.error = if is_logarithm {
                -(weight - second) / row.point + row.dual
            } else if has_edge {
                slope - row.multiplier - (target - second) / row.point
            } else {
                slope - row.multiplier
            };
            row.dual_error = (target - second) / row.point - row.dual;
            *out = row.error / row.bend;
        }
    }

    fn longest(&mut self, step: Pair<'_>) -> Shares {
        let mut longest = Shares::ENDLESS;
        for k in 0..step.point.len() {
            let (is_logarithm, has_edge) = (self.is_logarithm(k), self.has_edge(k));
            let row = &mut self.inside.rows[k];
            let dy = step.multiplier[k] / row.bend - row.error / row.bend;
            let dual = match (is_logarithm, has_edge) {
                (true, _) => -step.multiplier[k],
                (_, true) => row.dual_error - row.dual / row.point * dy,
                _ => 0.0,
            };
            row.change = [dy, dual];
            longest.point = longest.point.min(share_to(dy / row.point));
            if row.dual > 0.0 {
                longest.multiplier = longest.multiplier.min(share_to(dual / row.dual));
            }
        }
        longest
    }

    fn advance(&mut self, by: Shares, step: Pair<'_>, point: &mut [f64], multiplier: &mut [f64]) {
        for (k, row) in self.inside.rows.iter_mut().enumerate() {
            point[k] += by.point * row.change[0];
            multiplier[k] += by.multiplier * step.multiplier[k];
            row.dual += by.multiplier * row.change[1];
        }
    }

    fn open(&self, at: Pair<'_>) -> f64 {
        let term = |k: usize| {
            let (y, multiplier) = (at.point[k], at.multiplier[k]);
            let ratio = -multiplier * y / self.weights[k];
            match self.is_logarithm(k) && ratio > 0.0 {
                true => open_of_logarithm(self.weights[k], ratio),
                false => (self.slopes_at(k, y)[0] - multiplier).abs() * y,
            }
        };
        (0..self.kinds.len()).map(term).sum()
    }
}
