//! A cone of three rows as functions h(y) <= 0 that are homogeneous, with x > 0 and y > 0: `λ = Σ ν*∇h(y) - z`, where
//! every ν brings s*ν down and every z its entry, s > 0 the slack of h + s = 0. There
//! `M = Σ ν*∇²h + Σ ν/s*∇h∇h' + diag(z/y)`. As h bends, h + s is 0 in the end alone: small x, which are to become far
//! smaller, would else be held by next to no room.

use super::Triple;
use super::interior::Inside;
use super::projection::{Square, Vector, ZERO, dot, norm, solved};
use crate::solve::descent::blocks::interior::{Products, Shares, share_to};

/// Multiple of a product, or of its target, beyond which the second-order term of a predicted step is not made up for.
const MOST_SECOND: f64 = 10.0;
/// Beside λ, what it may differ by from Σ ν*∇h(y) - z to be made that: where small x change much it is far from it.
const SETTLED: f64 = 1e-3;

/// One cone, with up to two functions h.
#[derive(Clone, Copy, Debug)]
pub struct ByFunctions {
    kind: Triple,
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

impl Function {
    /// h + s.
    fn missing(&self) -> f64 {
        self.value + self.slack
    }

    /// ν/s.
    fn steepness(&self) -> f64 {
        self.multiplier / self.slack
    }
}

impl Triple {
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

impl ByFunctions {
    /// At a point inside, every ν and z so large.
    pub fn at(kind: Triple, point: Vector, unit: f64) -> Self {
        let mut cone = ByFunctions {
            kind,
            point,
            multiplier: [0.0; 3],
            functions: [Function::default(); 2],
            edges: [Edge::default(); 2],
            matrix: ZERO,
            count: 0,
        };
        cone.stand(point);
        for f in cone.functions_mut() {
            (f.slack, f.multiplier) = (-f.value, unit);
        }
        cone.edges.iter_mut().for_each(|edge| edge.dual = unit);
        cone.multiplier = cone.slope();
        cone
    }

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
    fn stand(&mut self, point: Vector) {
        self.point = point;
        let all = self.kind.functions(point);
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

    /// With its multipliers and slacks at another y.
    fn moved_to(mut self, point: Vector) -> Self {
        self.stand(point);
        self
    }

    fn has_multipliers(&self) -> bool {
        let all = self.functions().iter().map(|f| f.multiplier);
        all.chain(self.edges.iter().map(|edge| edge.dual))
            .all(|m| m > 0.0)
    }

    fn bend(&mut self) {
        let mut matrix = ZERO;
        for f in self.functions() {
            let steep = f.steepness();
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

    /// The change of the steepest ν from `λ_3 = Σ ν*∂h/∂z`: where s is next to 0 its own has no digits.
    fn read_off(&mut self, multiplier: f64) {
        let next = |f: &Function| (f.multiplier + f.change[1]) * f.gradient[2];
        let missing = multiplier - self.functions().iter().map(next).sum::<f64>();
        let functions = self.functions_mut().iter_mut();
        let steepest = functions.max_by(|a, b| a.steepness().total_cmp(&b.steepness()));
        if let Some(f) = steepest {
            f.change[1] += missing / f.gradient[2];
        }
    }
}

impl Inside for ByFunctions {
    fn multiplier(&self) -> Vector {
        self.multiplier
    }

    fn scale(&mut self, point: Vector, multiplier: Vector) -> bool {
        self.stand(point);
        self.multiplier = multiplier;
        self.bend();
        self.is_inside() && self.has_multipliers()
    }

    fn matrix(&self) -> Square {
        self.matrix
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

    fn correct(&mut self, target: f64, is_predicted: bool) -> Vector {
        let aim = |product: f64, change: [f64; 2]| aimed(target, product, change, is_predicted);
        let mut error = self.slope();
        (0..3).for_each(|i| error[i] -= self.multiplier[i]);
        for f in self.functions_mut() {
            f.error = aim(f.slack * f.multiplier, f.change) / f.slack - f.multiplier;
            f.error += f.steepness() * f.missing();
            (0..3).for_each(|i| error[i] += f.error * f.gradient[i]);
        }
        for (i, edge) in self.edges.iter_mut().enumerate() {
            let y = self.point[i];
            edge.error = aim(y * edge.dual, edge.change) / y - edge.dual;
            error[i] -= edge.error;
        }
        solved(&self.matrix, error).0
    }

    fn take(&mut self, step: Vector, multiplier: Vector, most: Shares) -> Shares {
        for f in self.functions_mut() {
            let rise = dot(f.gradient, step);
            f.change = [-f.missing() - rise, f.error + f.steepness() * rise];
        }
        self.read_off(self.multiplier[2] + multiplier[2]);
        let mut longest = most;
        for f in self.functions() {
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

    fn may_part(&self) -> bool {
        true
    }

    fn advance(&mut self, by: Shares) {
        for f in self.functions_mut() {
            f.slack += by.point * f.change[0];
            f.multiplier += by.multiplier * f.change[1];
        }
        for edge in &mut self.edges {
            edge.dual += by.multiplier * edge.change[1];
        }
    }

    /// Of Σ ν*∇h(y) - z what M does not make: along y, where M is next to 0, λ would else stay what it is.
    fn settled(&self, point: Vector, multiplier: Vector) -> Option<Vector> {
        let slope = self.moved_to(point).slope();
        let missed: Vector = std::array::from_fn(|i| slope[i] - multiplier[i]);
        let (_, rest) = solved(&self.matrix, missed);
        let is_near = norm(missed) <= SETTLED * norm(multiplier);
        (is_near && norm(rest) > 0.0).then(|| std::array::from_fn(|i| multiplier[i] + rest[i]))
    }

    /// s*ν and z*y, as slopes are homogeneous; h + s at the price of ν; and what λ is beside ν and z.
    fn open(&self, point: Vector, multiplier: Vector) -> f64 {
        let here = self.moved_to(point);
        let slope = here.slope();
        let missed = (0..3).map(|i| ((slope[i] - multiplier[i]) * point[i]).abs());
        let priced = here
            .functions()
            .iter()
            .map(|f| (f.multiplier * f.missing()).abs());
        here.products().sum + missed.sum::<f64>() + priced.sum::<f64>()
    }
}

/// What a product is to become, of two that a predicted step changes by so much: `target` less the term of second order,
/// of which much is no prediction. J. Gondzio, "Multiple centrality corrections in a primal-dual method for linear
/// programming", 1996.
fn aimed(target: f64, product: f64, change: [f64; 2], is_predicted: bool) -> f64 {
    let most = MOST_SECOND * target.max(product);
    match is_predicted {
        true => target - (change[0] * change[1]).max(-most).min(most),
        false => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_corrected_by_what_is_near_them() {
        assert_eq!(aimed(0.5, 1.0, [0.5, -1.0], true), 1.0);
        assert_eq!(aimed(0.5, 1.0, [0.5, -1.0], false), 0.5);
        assert_eq!(aimed(0.5, 1.0, [1e3, -1e3], true), 10.5);
        assert_eq!(aimed(2.0, 1.0, [1e3, 1e3], true), -18.0);
    }
}
