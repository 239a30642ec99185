//! Cones of three rows as functions h(y) <= 0 that are homogeneous, with x > 0 and y > 0:
//! `λ = Σ ν*∇h(y) - z`, where every ν brings s*ν down and every z its entry, s > 0 the slack of h + s = 0. There
//! `M = Σ ν*∇²h + Σ ν/s*∇h∇h' + diag(z/y)`. As h bends, h + s is 0 in the end alone: small x, which are to become far
//! smaller, would else be held by next to no room.

use super::cone::{Cone, solved};
use super::{Square, Triple, Triples, Vector, ZERO, triple};
use crate::solve::descent::blocks::interior::{Entry, Interior, Pair, Products, Shares};
use crate::solve::descent::lbfgs::norm;

#[derive(Clone, Debug, Default)]
pub struct Inside {
    cones: Vec<Cone>,
}

/// Beside λ, what it may differ by from Σ ν*∇h(y) - z to be made that: where small x change much it is far from it.
const SETTLED: f64 = 1e-3;
/// Halvings to find how far inside a point is.
const MOST_HALVINGS: usize = 60;

impl Triple {
    /// A direction into the middle of the cone.
    fn inwards(self) -> Vector {
        match self {
            Triple::Exponential => [1.0, 1.0, 1.0],
            Triple::Power(_) => [1.0, 1.0, 0.0],
        }
    }

    /// The least of x, y and every -h; of x and y alone where one is not positive.
    fn depth(self, [x, y, z]: Vector) -> f64 {
        if x <= 0.0 || y <= 0.0 {
            return x.min(y);
        }
        let room = match self {
            Triple::Exponential => z - x * (x / y).ln(),
            Triple::Power(alpha) => x.powf(alpha) * y.powf(1.0 - alpha) - z.abs(),
        };
        room.min(x).min(y)
    }

    /// Value, gradient and Hessian of each h.
    pub fn functions(self, [x, y, z]: Vector) -> [Option<(f64, Vector, Square)>; 2] {
        match self {
            Triple::Exponential => {
                let log = (x / y).ln();
                let hessian = [
                    [1.0 / x, -1.0 / y, 0.0],
                    [-1.0 / y, x / (y * y), 0.0],
                    [0.0; 3],
                ];
                let gradient = [log + 1.0, -x / y, -1.0];
                [Some((x * log - z, gradient, hessian)), None]
            }
            Triple::Power(alpha) => {
                let beta = 1.0 - alpha;
                let mean = x.powf(alpha) * y.powf(beta);
                let bend = alpha * beta * mean;
                let hessian = [
                    [bend / (x * x), -bend / (x * y), 0.0],
                    [-bend / (x * y), bend / (y * y), 0.0],
                    [0.0; 3],
                ];
                let side = |sign: f64| {
                    let gradient = [-alpha * mean / x, -beta * mean / y, sign];
                    Some((sign * z - mean, gradient, hessian))
                };
                [side(1.0), side(-1.0)]
            }
        }
    }
}

fn moved(v: Vector, share: f64, step: Vector) -> Vector {
    std::array::from_fn(|i| v[i] + share * step[i])
}

/// How far v may go along its way inwards, or is to go where negative.
fn margin(kind: Triple, v: Vector) -> f64 {
    let is_inside = |outwards: f64| kind.depth(moved(v, -outwards, kind.inwards())) > 0.0;
    let size = v.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let (mut low, mut high) = (-2.0 * size - 1.0, size + 1.0);
    while !is_inside(low) && low > -1e100 {
        low *= 10.0;
    }
    for _ in 0..MOST_HALVINGS {
        let middle = 0.5 * (low + high);
        (low, high) = if is_inside(middle) {
            (middle, high)
        } else {
            (low, middle)
        };
    }
    low
}

impl Interior for Triples {
    fn margins(&self, at: Pair<'_>) -> [f64; 2] {
        let cones = self.kinds.iter().enumerate();
        let margins = cones.map(|(k, kind)| margin(*kind, triple(at.point, k)));
        [margins.fold(f64::INFINITY, f64::min), f64::INFINITY]
    }

    fn enter(&mut self, by: Entry, point: &mut [f64], multiplier: &mut [f64]) {
        let mut cones = Vec::with_capacity(self.kinds.len());
        for (k, kind) in self.kinds.iter().enumerate() {
            let inside = moved(triple(point, k), by.point, kind.inwards());
            let cone = Cone::at(*kind, inside, by.multiplier_unit);
            point[3 * k..3 * k + 3].copy_from_slice(&inside);
            multiplier[3 * k..3 * k + 3].copy_from_slice(&cone.slope());
            cones.push(cone);
        }
        self.inside = Inside { cones };
    }

    fn scale(&mut self, at: Pair<'_>) -> bool {
        let mut is_inside = true;
        self.bends.resize(self.kinds.len(), ZERO);
        for (k, kind) in self.kinds.iter().enumerate() {
            let cone = &mut self.inside.cones[k];
            cone.stand(*kind, triple(at.point, k));
            cone.multiplier = triple(at.multiplier, k);
            cone.bend();
            is_inside &= cone.is_inside() && cone.has_multipliers();
            is_inside &= (0..3).all(|i| cone.matrix[i][i] > 0.0 && cone.matrix[i][i].is_finite());
            self.bends[k] = cone.matrix;
        }
        is_inside
    }

    fn products(&self) -> Products {
        let cones = self.inside.cones.iter();
        cones.fold(Products::default(), |all, cone| all.and(cone.products()))
    }

    fn correction(&mut self, target: f64, is_predicted: bool, out: &mut [f64]) {
        for (cone, out) in self.inside.cones.iter_mut().zip(out.chunks_mut(3)) {
            let error = cone.correct(target, is_predicted);
            out.copy_from_slice(&solved(cone.matrix, error));
        }
    }

    fn longest(&mut self, step: Pair<'_>) -> Shares {
        let mut longest = Shares::ENDLESS;
        for (k, cone) in self.inside.cones.iter_mut().enumerate() {
            longest = longest.and(cone.take(triple(step.point, k), triple(step.multiplier, k)));
        }
        longest
    }

    fn advance(&mut self, by: Shares, step: Pair<'_>, point: &mut [f64], multiplier: &mut [f64]) {
        let cones = self.inside.cones.iter_mut();
        cones.for_each(|cone| cone.advance(by));
        step.made(by, point, multiplier);
    }

    /// Σ ν*∇h(y) - z: along y, where M is next to 0, λ would else stay what it is.
    fn settle(&mut self, point: &[f64], multiplier: &mut [f64]) -> bool {
        let mut is_changed = false;
        let cones = self.kinds.iter().zip(&self.inside.cones).enumerate();
        for (k, (kind, cone)) in cones {
            let slope = cone.moved_to(*kind, triple(point, k)).slope();
            let own = &mut multiplier[3 * k..3 * k + 3];
            let missed: Vector = std::array::from_fn(|i| slope[i] - own[i]);
            if norm(&missed) <= SETTLED * norm(own) {
                own.copy_from_slice(&slope);
                is_changed = true;
            }
        }
        is_changed
    }

    fn outside(&self, at: Pair<'_>) -> f64 {
        let cones = self.kinds.iter().enumerate();
        let depths = cones.map(|(k, kind)| kind.depth(triple(at.point, k)));
        depths.map(|d| d.min(0.0).powi(2)).sum::<f64>().sqrt()
    }

    fn open(&self, at: Pair<'_>) -> f64 {
        let cones = self.kinds.iter().zip(&self.inside.cones).enumerate();
        let of = |(k, (kind, cone)): (usize, (&Triple, &Cone))| {
            cone.open(*kind, triple(at.point, k), triple(at.multiplier, k))
        };
        cones.map(of).sum()
    }
}
