//! One cone inside: its functions h with their slacks and multipliers, and the edges x > 0 and y > 0.

use super::Triple;
use super::projection::{Square, Vector, ZERO};
use crate::solve::descent::blocks::interior::{Products, Shares, share_to};

/// Multiple of a product, or of its target, beyond which the second-order term of a predicted step is not made up for.
const MOST_SECOND: f64 = 10.0;

/// One cone, with up to two functions h.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cone {
    point: Vector,
    pub multiplier: Vector,
    functions: [Function; 2],
    edges: [Edge; 2],
    pub matrix: Square,
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

impl Cone {
    /// At a point inside, every ν and z so large.
    pub fn at(kind: Triple, point: Vector, multiplier: f64) -> Self {
        let mut cone = Cone::default();
        cone.stand(kind, point);
        for f in cone.functions_mut() {
            (f.slack, f.multiplier) = (-f.value, multiplier);
        }
        cone.edges
            .iter_mut()
            .for_each(|edge| edge.dual = multiplier);
        cone
    }

    pub fn is_inside(&self) -> bool {
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
    pub fn stand(&mut self, kind: Triple, point: Vector) {
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
    pub fn slope(&self) -> Vector {
        std::array::from_fn(|i| {
            let pulls = self
                .functions()
                .iter()
                .map(|f| f.multiplier * f.gradient[i]);
            pulls.sum::<f64>() - self.edges.get(i).map_or(0.0, |edge| edge.dual)
        })
    }

    /// With its multipliers and slacks at another y.
    pub fn moved_to(mut self, kind: Triple, point: Vector) -> Self {
        self.stand(kind, point);
        self
    }

    /// What λ'y leaves open: s*ν and z*y, as slopes are homogeneous; h + s at the price of ν; and what λ is beside ν and z.
    pub fn open(self, kind: Triple, point: Vector, multiplier: Vector) -> f64 {
        let here = self.moved_to(kind, point);
        let slope = here.slope();
        let missed = (0..3).map(|i| ((slope[i] - multiplier[i]) * point[i]).abs());
        let priced = here
            .functions()
            .iter()
            .map(|f| (f.multiplier * f.missing()).abs());
        here.products().sum + missed.sum::<f64>() + priced.sum::<f64>()
    }

    pub fn has_multipliers(&self) -> bool {
        let all = self.functions().iter().map(|f| f.multiplier);
        all.chain(self.edges.iter().map(|edge| edge.dual))
            .all(|m| m > 0.0)
    }

    pub fn bend(&mut self) {
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

    /// What λ is to change by beside M*dy.
    pub fn correct(&mut self, target: f64, is_predicted: bool) -> Vector {
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
        error
    }

    /// Takes a step of y and of λ; the largest shares of it and of what it makes of ν and z.
    pub fn take(&mut self, step: Vector, multiplier_step: Vector) -> Shares {
        for f in self.functions_mut() {
            let rise = dot(f.gradient, step);
            f.change = [-f.missing() - rise, f.error + f.steepness() * rise];
        }
        self.read_off(self.multiplier[2] + multiplier_step[2]);
        let mut longest = Shares::ENDLESS;
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

    /// Makes shares of the last step's changes.
    pub fn advance(&mut self, by: Shares) {
        for f in self.functions_mut() {
            f.slack += by.point * f.change[0];
            f.multiplier += by.multiplier * f.change[1];
        }
        for edge in &mut self.edges {
            edge.dual += by.multiplier * edge.change[1];
        }
    }

    pub fn products(&self) -> Products {
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

fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// M⁻¹ r of a positive definite M, by its Cholesky factor in a unit diagonal.
pub fn solved(m: Square, r: Vector) -> Vector {
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
