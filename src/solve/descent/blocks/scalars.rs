//! g(y) = Σ w_k*φ_k(d_k*y_k) with functions of one number on y >= 0 that bend without end.
//!
//! With Y = d*y, Y is the root of Y + c*φ'(Y) = d*z, c = w*d²/σ: of a quadratic equation for logarithms, else found by
//! Newton's method in u = log Y, where the left side rises everywhere.

pub(super) mod interior;

use super::interior::Interior;
use super::{Curvature, Rule};
use interior::Inside;

/// A convex function on the positive numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// -log y.
    NegativeLog,
    /// y log y.
    Entropy,
    /// y^p for p < 0 and p > 1, -y^p for 0 < p < 1.
    Power(f64),
}

/// prox_{wφ} of one number z.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProximalPoint {
    pub point: f64,
    /// z - point = w*φ'(point).
    pub pull: f64,
    /// d pull/dz.
    pub slope: f64,
}

impl Scalar {
    pub(super) fn proximal(self, z: f64, weight: f64) -> ProximalPoint {
        match self.root(z, weight) {
            Some(u) => {
                let (point, bend) = (u.exp(), weight * self.bend(u));
                ProximalPoint {
                    point,
                    pull: weight * self.slope(u),
                    slope: bend / (point + bend),
                }
            }
            None => ProximalPoint {
                point: 0.0,
                pull: z,
                slope: 1.0,
            },
        }
    }

    /// φ(y).
    pub fn value(self, y: f64) -> f64 {
        match self {
            Scalar::NegativeLog if y > 0.0 => -y.ln(),
            Scalar::Entropy if y > 0.0 => y * y.ln(),
            Scalar::Entropy if y == 0.0 => 0.0,
            Scalar::Power(p) if y > 0.0 || (y == 0.0 && p > 0.0) => sign(p) * y.powf(p),
            Scalar::NegativeLog | Scalar::Entropy | Scalar::Power(_) => f64::INFINITY,
        }
    }

    /// φ'(e^u).
    fn slope(self, u: f64) -> f64 {
        match self {
            Scalar::NegativeLog => -(-u).exp(),
            Scalar::Entropy => u + 1.0,
            Scalar::Power(p) => sign(p) * p * ((p - 1.0) * u).exp(),
        }
    }

    /// φ''(e^u)*e^u.
    fn bend(self, u: f64) -> f64 {
        match self {
            Scalar::NegativeLog => (-u).exp(),
            Scalar::Entropy => 1.0,
            Scalar::Power(p) => sign(p) * p * (p - 1.0) * ((p - 1.0) * u).exp(),
        }
    }

    /// log Y at the root of Y + c*φ'(Y) = z; `None` for Y = 0.
    fn root(self, z: f64, c: f64) -> Option<f64> {
        if matches!(self, Scalar::Power(p) if p > 1.0) && z <= 0.0 {
            return None;
        }
        // Y² - z*Y = c.
        if matches!(self, Scalar::NegativeLog) {
            let root = z.hypot(2.0 * c.sqrt());
            let point = if z > 0.0 {
                0.5 * (z + root)
            } else {
                2.0 * c / (root - z)
            };
            return Some(point.ln());
        }
        // There e^u is nothing beside c*u.
        if matches!(self, Scalar::Entropy) && z < -690.0 * c {
            return Some(z / c - 1.0);
        }
        let (mut low, mut high) = (-700.0, 700.0);
        let mut u = if z > 0.0 {
            z.ln().clamp(-300.0, 300.0)
        } else {
            0.0
        };
        let mut last = f64::INFINITY;
        for _ in 0..200 {
            let (point, pull) = (u.exp(), c * self.slope(u));
            let (gap, rise) = (point + pull - z, point + c * self.bend(u));
            // What rounding of u and of the terms leaves.
            let noise = f64::EPSILON * (u.abs() * rise + point + pull.abs());
            if gap.is_finite() && gap.abs() <= noise {
                break;
            }
            if gap > 0.0 {
                high = u;
            } else {
                low = u;
            }
            let newton = u - gap / rise;
            // Far away Newton's steps in u have length one: there halving is faster.
            let fast = gap.abs() < 0.1 * last && newton > low && newton < high;
            last = gap.abs();
            let next = if fast { newton } else { 0.5 * (low + high) };
            if next == u {
                break;
            }
            u = next;
        }
        Some(u)
    }
}

fn sign(p: f64) -> f64 {
    if (0.0..1.0).contains(&p) { -1.0 } else { 1.0 }
}

#[derive(Clone, Debug, Default)]
pub struct Scalars {
    kinds: Vec<Scalar>,
    weights: Vec<f64>,
    scales: Vec<f64>,
    /// dλ/d(σz) by row.
    slopes: Vec<f64>,
    inside: Inside,
}

impl Scalars {
    pub fn push(&mut self, kind: Scalar, weight: f64) {
        self.kinds.push(kind);
        self.weights.push(weight);
        self.scales.push(1.0);
    }

    /// φ and w of a row.
    pub fn term(&self, k: usize) -> (Scalar, f64) {
        (self.kinds[k], self.weights[k])
    }
}

impl Rule for Scalars {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        self.slopes.resize(z.len(), 0.0);
        for k in 0..z.len() {
            let (kind, w, d) = (self.kinds[k], self.weights[k], self.scales[k]);
            let c = w * d * d / sigma;
            let proximal = kind.proximal(d * z[k], c);
            point[k] = proximal.point / d;
            multiplier[k] = sigma * proximal.pull / d;
            self.slopes[k] = proximal.slope;
        }
    }

    fn as_interior(&mut self) -> Option<&mut dyn Interior> {
        Some(self)
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        for ((o, v), m) in out.iter_mut().zip(v).zip(&self.slopes) {
            *o = v * m;
        }
    }

    fn curvature(&self) -> Option<Curvature> {
        Some(Curvature {
            diagonal: self.slopes.clone(),
            ..Curvature::default()
        })
    }

    fn value(&self, y: &[f64]) -> f64 {
        let term =
            |(k, y): (usize, &f64)| self.weights[k] * self.kinds[k].value(self.scales[k] * y);
        y.iter().enumerate().map(term).sum()
    }

    fn violation(&self, y: &[f64]) -> f64 {
        y.iter().fold(0.0, |m, y| m.max(-y))
    }

    fn rescale(&mut self, scales: &[f64]) {
        self.scales
            .iter_mut()
            .zip(scales)
            .for_each(|(s, d)| *s *= d);
    }

    fn groups(&self) -> Vec<usize> {
        vec![1; self.kinds.len()]
    }

    fn bends_by_size(&self) -> bool {
        true
    }

    /// Only y >= 0 has no end below.
    fn project_recession(&self, u: &mut [f64]) {
        u.iter_mut().for_each(|u| *u = u.min(0.0));
    }

    fn is_finite(&self) -> bool {
        true
    }

    /// At σ = 1: slopes at an infeasible start say nothing.
    fn typical_multiplier(&mut self, y: &[f64], out: &mut [f64]) {
        let mut point = vec![0.0; y.len()];
        self.apply(y, 1.0, out, &mut point);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Y + c*φ'(Y) = z at the proximal point, from both halves of the line.
    #[test]
    fn proximal_points_solve_their_equation() {
        for kind in [
            Scalar::NegativeLog,
            Scalar::Entropy,
            Scalar::Power(-1.0),
            Scalar::Power(-2.0),
            Scalar::Power(-9.0),
            Scalar::Power(0.5),
            Scalar::Power(1.5),
        ] {
            for z in [-300.0, -1.0, -1e-9, 0.0, 1e-9, 0.5, 2.0, 1e6] {
                for weight in [1e-6, 0.0907, 1.0, 1e4] {
                    let found = kind.proximal(z, weight);
                    let size = found.point.abs() + found.pull.abs() + weight;
                    let gap = (found.point + found.pull - z).abs();
                    assert!(gap <= 1e-12 * size, "{kind:?} at {z}, {weight}: {found:?}");
                }
            }
        }
    }
}
