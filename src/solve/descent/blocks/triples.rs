//! Indicators of three-dimensional cones, three rows each.
//!
//! Exponential: rows (x, y, t) with x*log(x/y) <= t. H. Friberg, "Projection onto the exponential
//! cone: a univariate root-finding problem", 2021.
//! Power: rows (x, y, z) with x^α*y^(1-α) >= |z|. L. T. K. Hien, "Differential properties of
//! Euclidean projection onto power cone", 2015.

mod barrier;
mod by_barrier;
mod by_functions;
mod interior;
mod projection;

use super::interior::Interior;
use super::{Curvature, Rule};
use interior::Inside;
use projection::{IDENTITY, Projection, Square, Vector, ZERO, cross, dot, norm, terms, times};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Triple {
    Exponential,
    Power(f64),
}

#[derive(Debug, Default)]
pub struct Triples {
    kinds: Vec<Triple>,
    /// I - dP for each cone.
    bends: Vec<Square>,
    inside: Vec<Box<dyn Inside>>,
}

impl Triples {
    pub fn push(&mut self, kind: Triple) {
        self.kinds.push(kind);
    }

    pub fn kind(&self, k: usize) -> Triple {
        self.kinds[k]
    }
}

impl Triple {
    fn project(self, v: Vector) -> Projection {
        match self {
            Triple::Exponential => {
                // (t, s, r) of Friberg: s*exp(r/s) <= t.
                let found = exponential([v[1], v[0], -v[2]]);
                let turned = |u: Vector| [u[1], u[0], -u[2]];
                let place = [1, 0, 2];
                let sign = [1.0, 1.0, -1.0];
                let derivative = std::array::from_fn(|i| {
                    std::array::from_fn(|j| {
                        sign[i] * sign[j] * found.derivative[place[i]][place[j]]
                    })
                });
                Projection {
                    point: turned(found.point),
                    normal: turned(found.normal),
                    derivative,
                }
            }
            Triple::Power(alpha) => power(alpha, v),
        }
    }

    fn distance(self, v: Vector) -> f64 {
        norm(self.project(v).normal)
    }
}

/// Projects (t, s, r) on s*exp(r/s) <= t.
fn exponential(v: Vector) -> Projection {
    let [t, s, r] = v;
    let inside = s > 0.0 && s * (r / s).exp() <= t;
    let on_edge = s == 0.0 && r <= 0.0 && t >= 0.0;
    if inside || on_edge {
        return Projection::inside(v);
    }
    let polar = r > 0.0 && t <= -r * (s / r - 1.0).exp();
    let polar_edge = r == 0.0 && s <= 0.0 && t <= 0.0;
    if polar || polar_edge {
        return Projection::apex(v);
    }
    if s <= 0.0 && r <= 0.0 {
        let mut derivative = ZERO;
        derivative[0][0] = f64::from(u8::from(t > 0.0));
        derivative[2][2] = 1.0;
        return Projection {
            point: [t.max(0.0), 0.0, r],
            normal: [t.min(0.0), s, 0.0],
            derivative,
        };
    }
    let rho = exponential_root(v);
    let denominator = rho * rho - rho + 1.0;
    let mut primal = (((rho - 1.0) * r + s) / denominator).max(0.0);
    let mut dual = ((r - rho * s) / denominator).max(0.0);
    // exp(ρ)*primal - exp(-ρ)*dual = t gives the smaller of them without cancellation.
    let mut height = primal * rho.exp();
    if rho > 1.0 {
        height = (t + dual * (-rho).exp()).max(0.0);
        primal = height * (-rho).exp();
    } else if rho < -1.0 {
        dual = ((primal * rho.exp() - t) * rho.exp()).max(0.0);
    }
    // Of the dual where that is rounding no more, of the point where that is.
    let fall = if rho < -1.0 {
        t - height
    } else {
        -dual * (-rho).exp()
    };
    let bend = if primal > 0.0 {
        dual / primal
    } else {
        f64::INFINITY
    };
    // The normal (-e^-ρ, 1 - ρ, 1), for ρ < 0 times e^ρ.
    let size = rho.min(0.0).exp();
    let edge = -(-rho.max(0.0)).exp();
    Projection {
        point: [height, primal, primal * rho],
        normal: [fall, dual * (1.0 - rho), dual],
        derivative: tangent([edge, size, 0.0], -size, [0.0, rho, -1.0], bend),
    }
}

/// The ratio r/s of the projection: where exp(ρ)*β_p(ρ) - exp(-ρ)*β_d(ρ) = t, which rises on the
/// interval where both β are positive.
fn exponential_root([t, s, r]: Vector) -> f64 {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    if r > 0.0 {
        low = 1.0 - s / r;
    } else if r < 0.0 {
        high = 1.0 - s / r;
    }
    if s > 0.0 {
        high = high.min(r / s);
    } else if s < 0.0 {
        low = low.max(r / s);
    }
    let excess = |rho: f64| {
        let denominator = rho * rho - rho + 1.0;
        let primal = ((rho - 1.0) * r + s) / denominator;
        let dual = (r - rho * s) / denominator;
        rho.exp() * primal - (-rho).exp() * dual - t
    };
    let mut reach = 1.0;
    while low.is_infinite() && reach < 1e6 {
        let trial = high.min(0.0) - reach;
        if excess(trial) <= 0.0 {
            low = trial;
        }
        reach *= 2.0;
    }
    reach = 1.0;
    while high.is_infinite() && reach < 1e6 {
        let trial = low.max(0.0) + reach;
        if excess(trial) >= 0.0 {
            high = trial;
        }
        reach *= 2.0;
    }
    bisect(low, high, excess)
}

/// The root of a rising function by regula falsi (Illinois) within bisection.
fn bisect(mut low: f64, mut high: f64, excess: impl Fn(f64) -> f64) -> f64 {
    let (mut at_low, mut at_high) = (excess(low), excess(high));
    if at_low >= 0.0 {
        return low;
    }
    if at_high <= 0.0 {
        return high;
    }
    for step in 0..200 {
        let secant = low - at_low * (high - low) / (at_high - at_low);
        let inside = secant > low && secant < high && step % 3 != 2;
        let middle = if inside { secant } else { 0.5 * (low + high) };
        if middle <= low || middle >= high {
            break;
        }
        let value = excess(middle);
        if value == 0.0 {
            return middle;
        }
        if value < 0.0 {
            (low, at_low) = (middle, value);
            if inside {
                at_high *= 0.5;
            }
        } else {
            (high, at_high) = (middle, value);
            if inside {
                at_low *= 0.5;
            }
        }
        if high - low <= 1e-15 * low.abs().max(high.abs()) {
            break;
        }
    }
    0.5 * (low + high)
}

/// The derivative of the projection on { h <= 0 } at a boundary point with normal n = m + γq, where
/// the multiplier times the Hessian of h is bend*q*q': B - Bnn'B/(n'Bn) with B = (I + bend*qq')^-1.
/// By Lagrange's identity, without cancellation where n and q are almost parallel, with w = m×q:
/// (1 + bend*|q|²)*Bn = n + bend*q×w and (1 + bend*|q|²)*n'Bn = |n|² + bend*|w|².
fn tangent(m: Vector, gamma: f64, q: Vector, bend: f64) -> Square {
    let length = dot(q, q);
    let (factor, rest) = if length == 0.0 {
        (0.0, 1.0)
    } else if (bend * length).is_finite() {
        let total = 1.0 + bend * length;
        (bend / total, 1.0 / total)
    } else {
        (1.0 / length, 0.0)
    };
    let normal: Vector = std::array::from_fn(|i| m[i] + gamma * q[i]);
    let across = cross(m, q);
    let back = cross(q, across);
    let image: Vector = std::array::from_fn(|i| rest * normal[i] + factor * back[i]);
    let curvature = rest * dot(normal, normal) + factor * dot(across, across);
    let curvature = curvature.max(1e-300);
    std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            IDENTITY[i][j] - factor * q[i] * q[j] - image[i] * image[j] / curvature
        })
    })
}

/// The derivative of the projection near the edges: x and y are kept where positive.
fn edge(x: f64, y: f64, keep_z: bool) -> Square {
    let [x, y, z] = [x > 0.0, y > 0.0, keep_z].map(|keep| f64::from(u8::from(keep)));
    [[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, z]]
}

/// Projects (x, y, z) on x^α*y^(1-α) >= |z|.
fn power(alpha: f64, v: Vector) -> Projection {
    let beta = 1.0 - alpha;
    let (x, y, size) = (v[0], v[1], v[2].abs());
    let mean = |x: f64, y: f64| x.max(0.0).powf(alpha) * y.max(0.0).powf(beta);
    if x >= 0.0 && y >= 0.0 && mean(x, y) >= size {
        return Projection::inside(v);
    }
    if x <= 0.0 && y <= 0.0 && mean(-x / alpha, -y / beta) >= size {
        return Projection::apex(v);
    }
    if size == 0.0 {
        return Projection::by_difference(v, [x.max(0.0), y.max(0.0), 0.0], edge(x, y, false));
    }
    let side = |v: f64, share: f64, r: f64| {
        let product = share * r * (size - r);
        let root = (v * v + 4.0 * product).sqrt();
        if v > 0.0 {
            0.5 * (v + root)
        } else {
            2.0 * product / (root - v).max(1e-300)
        }
    };
    let excess = |r: f64| r - mean(side(x, alpha, r), side(y, beta, r));
    // Zero is a root beside the wanted one where x or y is not positive: go down from above.
    let (mut low, mut high) = (1e-4 * size, size);
    while excess(low) >= 0.0 && low > 1e-280 {
        (low, high) = (1e-4 * low, low);
    }
    let r = bisect(low, high, excess).clamp(0.0, size);
    let (a, b) = (side(x, alpha, r), side(y, beta, r));
    let sign = v[2].signum();
    let point = [a, b, sign * r];
    if a <= 0.0 || b <= 0.0 {
        // So steep that z moves alone (r = |z| to all digits), or not at all.
        return Projection::by_difference(v, point, edge(x, y, r > 0.5 * size));
    }
    // The normal (-αr/a, -βr/b, sign).
    let (m, gamma) = if b < a {
        ([-r / a, 0.0, sign], beta * r)
    } else {
        ([0.0, -r / b, sign], -alpha * r)
    };
    let bend = (size - r) * alpha * beta * r;
    // a solves a*(a - x) = α*r*(|z| - r), b likewise.
    let product = r * (size - r);
    Projection {
        point,
        normal: [-alpha * product / a, -beta * product / b, sign * (size - r)],
        derivative: tangent(m, gamma, [1.0 / a, -1.0 / b, 0.0], bend),
    }
}

fn triple(v: &[f64], k: usize) -> Vector {
    [v[3 * k], v[3 * k + 1], v[3 * k + 2]]
}

impl Rule for Triples {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        self.bends.resize(self.kinds.len(), ZERO);
        for (k, kind) in self.kinds.iter().enumerate() {
            let v = triple(z, k);
            let found = kind.project(v);
            for i in 0..3 {
                point[3 * k + i] = found.point[i];
                multiplier[3 * k + i] = sigma * found.normal[i];
                let bends = self.bends[k][i].iter_mut();
                let derivatives = IDENTITY[i].iter().zip(&found.derivative[i]);
                bends
                    .zip(derivatives)
                    .for_each(|(bend, (one, d))| *bend = one - d);
            }
        }
    }

    fn as_interior(&mut self) -> Option<&mut dyn Interior> {
        Some(self)
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        for (k, bend) in self.bends.iter().enumerate() {
            out[3 * k..3 * k + 3].copy_from_slice(&times(bend, triple(v, k)));
        }
    }

    fn curvature(&self) -> Option<Curvature> {
        let mut curvature = Curvature {
            diagonal: vec![0.0; 3 * self.bends.len()],
            ..Curvature::default()
        };
        for (k, bend) in self.bends.iter().enumerate() {
            for (weight, vector, rows) in terms(bend) {
                let entries = rows.iter().map(|&i| (3 * k + i, vector[i])).collect();
                curvature.rank_one.push((weight, entries));
            }
        }
        Some(curvature)
    }

    fn value(&self, _y: &[f64]) -> f64 {
        0.0
    }

    fn violation(&self, y: &[f64]) -> f64 {
        let distances = self.kinds.iter().enumerate();
        distances
            .map(|(k, kind)| kind.distance(triple(y, k)))
            .fold(0.0, f64::max)
    }

    fn rescale(&mut self, _scales: &[f64]) {}

    fn groups(&self) -> Vec<usize> {
        vec![3; self.kinds.len()]
    }

    fn is_definite(&self) -> bool {
        true
    }

    fn exponent(&self, group: usize) -> Option<f64> {
        match self.kinds[group] {
            Triple::Power(exponent) => Some(exponent),
            Triple::Exponential => None,
        }
    }

    fn project_recession(&self, u: &mut [f64]) {
        for (k, kind) in self.kinds.iter().enumerate() {
            let polar = kind.project(triple(u, k)).normal;
            u[3 * k..3 * k + 3].copy_from_slice(&polar);
        }
    }

    fn is_finite(&self) -> bool {
        false
    }

    fn typical_multiplier(&mut self, _y: &[f64], out: &mut [f64]) {
        out.fill(0.0);
    }
}

#[cfg(test)]
mod tests;
