//! Cones of three rows as functions h(y) <= 0 that are homogeneous, with x > 0 and y > 0:
//! `λ = Σ ν*∇h(y) - z`, where every ν brings s*ν down and every z its entry, s > 0 the slack of h + s = 0. There
//! `M = Σ ν*∇²h + Σ ν/s*∇h∇h' + diag(z/y)`. As h bends, h + s is 0 in the end alone: small x, which are to become far
//! smaller, would else be held by next to no room.

use super::{Square, Triple, Triples, Vector, ZERO, triple};
use crate::solve::descent::blocks::interior::{Entry, Interior, Pair, Products, Shares, share_to};

#[derive(Clone, Debug, Default)]
pub struct Inside {
    cones: Vec<Cone>,
}

/// One cone, with up to two functions h.
#[derive(Clone, Copy, Debug, Default)]
struct Cone {
    point: Vector,
    multiplier: Vector,
    functions: [Function; 2],
    edges: [Edge; 2],
    matrix: Square,
    count: usize,
}

/// h with its slack s and its multiplier ν.
#[derive(Clone, Copy, Debug, Default)]
struct Function {
    value: f64,
    gradient: Vector,
    hessian: Square,
    slack: f64,
    multiplier: f64,
    error: f64,
    /// Of the last step, s's and ν's.
    change: [f64; 2],
}

/// x or y with its z.
#[derive(Clone, Copy, Debug, Default)]
struct Edge {
    dual: f64,
    error: f64,
    change: [f64; 2],
}

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
    fn functions(self, [x, y, z]: Vector) -> [Option<(f64, Vector, Square)>; 2] {
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

fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn moved(v: Vector, share: f64, step: Vector) -> Vector {
    std::array::from_fn(|i| v[i] + share * step[i])
}

impl Function {
    /// h + s.
    fn missing(&self) -> f64 {
        self.value + self.slack
    }
}

impl Cone {
    fn is_inside(&self) -> bool {
        let mut slacks = self.functions().iter().map(|f| f.slack);
        self.point[0].min(self.point[1]) > 0.0 && slacks.all(|s| s > 0.0)
    }

    fn functions(&self) -> &[Function] {
        &self.functions[..self.count]
    }

    fn functions_mut(&mut self) -> &mut [Function] {
        &mut self.functions[..self.count]
    }

    /// Takes what h is at y.
    fn stand(&mut self, kind: Triple, point: Vector) {
        self.point = point;
        let all = kind.functions(point);
        self.count = all.iter().flatten().count();
        let all = all.into_iter().flatten();
        for (function, (value, gradient, hessian)) in self.functions.iter_mut().zip(all) {
            function.value = value;
            function.gradient = gradient;
            function.hessian = hessian;
        }
    }

    /// Σ ν∇h - z.
    fn slope(&self) -> Vector {
        std::array::from_fn(|i| {
            let pulls = self
                .functions()
                .iter()
                .map(|f| f.multiplier * f.gradient[i]);
            pulls.sum::<f64>() - self.edges.get(i).map_or(0.0, |edge| edge.dual)
        })
    }

    fn has_multipliers(&self) -> bool {
        let all = self.functions().iter().map(|f| f.multiplier);
        all.chain(self.edges.iter().map(|edge| edge.dual))
            .all(|m| m > 0.0)
    }

    fn bend(&mut self) {
        let mut matrix = ZERO;
        for f in self.functions() {
            let steep = f.multiplier / f.slack;
            for (i, row) in matrix.iter_mut().enumerate() {
                for (j, entry) in row.iter_mut().enumerate() {
                    *entry += f.multiplier * f.hessian[i][j];
                    *entry += steep * f.gradient[i] * f.gradient[j];
                }
            }
        }
        for (i, edge) in self.edges.iter().enumerate() {
            matrix[i][i] += edge.dual / self.point[i];
        }
        self.matrix = matrix;
    }

    /// What λ is to change by beside M*dy.
    fn correct(&mut self, target: f64, is_predicted: bool) -> Vector {
        let second = |change: [f64; 2]| match is_predicted {
            true => change[0] * change[1],
            false => 0.0,
        };
        let mut error = self.slope();
        (0..3).for_each(|i| error[i] -= self.multiplier[i]);
        for f in self.functions_mut() {
            f.error = (target - second(f.change)) / f.slack - f.multiplier;
            f.error += f.multiplier / f.slack * f.missing();
            (0..3).for_each(|i| error[i] += f.error * f.gradient[i]);
        }
        for (i, edge) in self.edges.iter_mut().enumerate() {
            edge.error = (target - second(edge.change)) / self.point[i] - edge.dual;
            error[i] -= edge.error;
        }
        error
    }

    /// Takes a step of y; the largest shares of it and of what it makes of ν and z.
    fn take(&mut self, step: Vector) -> Shares {
        let mut longest = Shares::ENDLESS;
        for f in self.functions_mut() {
            let rise = dot(f.gradient, step);
            f.change = [-f.missing() - rise, f.error + f.multiplier / f.slack * rise];
            longest.point = longest.point.min(share_to(f.change[0] / f.slack));
            longest.multiplier = longest.multiplier.min(share_to(f.change[1] / f.multiplier));
        }
        let point = self.point;
        for (i, edge) in self.edges.iter_mut().enumerate() {
            edge.change = [step[i], edge.error - edge.dual / point[i] * step[i]];
            longest.point = longest.point.min(share_to(step[i] / point[i]));
            longest.multiplier = longest.multiplier.min(share_to(edge.change[1] / edge.dual));
        }
        longest
    }

    fn products(&self) -> Products {
        let functions = self.functions().iter().map(|f| f.slack * f.multiplier);
        let edges = self
            .edges
            .iter()
            .zip(self.point)
            .map(|(edge, y)| edge.dual * y);
        Products {
            sum: functions.sum::<f64>() + edges.sum::<f64>(),
            count: (self.count + 2) as f64,
        }
    }
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

/// M⁻¹ r of a positive definite M, by its Cholesky factor in a unit diagonal.
fn solved(m: Square, r: Vector) -> Vector {
    let scale: Vector = std::array::from_fn(|i| 1.0 / m[i][i].sqrt());
    let mut factor = ZERO;
    for j in 0..3 {
        for i in j..3 {
            let known: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            let rest = m[i][j] * scale[i] * scale[j] - known;
            factor[i][j] = match i == j {
                true => rest.max(f64::EPSILON).sqrt(),
                false => rest / factor[j][j],
            };
        }
    }
    let mut x: Vector = std::array::from_fn(|i| r[i] * scale[i]);
    for i in 0..3 {
        let known: f64 = (0..i).map(|k| factor[i][k] * x[k]).sum();
        x[i] = (x[i] - known) / factor[i][i];
    }
    for i in (0..3).rev() {
        let known: f64 = (i + 1..3).map(|k| factor[k][i] * x[k]).sum();
        x[i] = (x[i] - known) / factor[i][i];
    }
    std::array::from_fn(|i| x[i] * scale[i])
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
            let mut cone = Cone::default();
            cone.stand(*kind, inside);
            for f in cone.functions_mut() {
                (f.slack, f.multiplier) = (-f.value, by.multiplier_unit);
            }
            cone.edges
                .iter_mut()
                .for_each(|edge| edge.dual = by.multiplier_unit);
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
            longest = longest.and(cone.take(triple(step.point, k)));
        }
        longest
    }

    fn advance(&mut self, by: Shares, step: Pair<'_>, point: &mut [f64], multiplier: &mut [f64]) {
        for cone in &mut self.inside.cones {
            for f in cone.functions_mut() {
                f.slack += by.point * f.change[0];
                f.multiplier += by.multiplier * f.change[1];
            }
            for edge in &mut cone.edges {
                edge.dual += by.multiplier * edge.change[1];
            }
        }
        step.made(by, point, multiplier);
    }

    fn outside(&self, at: Pair<'_>) -> f64 {
        let cones = self.kinds.iter().enumerate();
        let depths = cones.map(|(k, kind)| kind.depth(triple(at.point, k)));
        depths.map(|d| d.min(0.0).powi(2)).sum::<f64>().sqrt()
    }

    /// By ν and z, whose slopes are homogeneous, by h + s at the price of ν, and by what λ is beside them.
    fn open(&self, at: Pair<'_>) -> f64 {
        let cones = self.kinds.iter().zip(&self.inside.cones).enumerate();
        let of = |(k, (kind, cone)): (usize, (&Triple, &Cone))| {
            let mut here = *cone;
            here.stand(*kind, triple(at.point, k));
            let (slope, multiplier) = (here.slope(), triple(at.multiplier, k));
            let missed: f64 = (0..3)
                .map(|i| ((slope[i] - multiplier[i]) * here.point[i]).abs())
                .sum();
            let functions = here.functions().iter();
            let priced: f64 = functions.map(|f| (f.multiplier * f.missing()).abs()).sum();
            here.products().sum + missed + priced
        };
        cones.map(of).sum()
    }
}
