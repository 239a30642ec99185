//! Newton steps on the entries that move, under the balances that hold.

use super::entries::Branch;
use super::group::GroupBranch;
use super::{Composite, Iterate};
use crate::matrix::solve_square;
use crate::solve::descent::budget::Budget;
use crate::solve::descent::conjugate_gradient;
use crate::solve::descent::dense::Factor;
use crate::solve::descent::tape::product::dot;
use faer::Mat;

/// Newton steps in a row, and shorter ones tried for each.
const MOST_STEPS: usize = 40;
const HALVINGS: usize = 4;

/// Second derivative w/r*(I - u*u') of a group away from its centre.
struct Bend {
    /// Places among the moving entries.
    places: Vec<usize>,
    direction: Vec<f64>,
    factor: f64,
}

/// One equation a'δ = gap over moving entries.
struct Equation {
    coefficients: Vec<(usize, f64)>,
    gap: f64,
}

/// What stands still at the solution and what moves, as far as one proximal step tells.
struct Frame {
    /// Where held entries go; moving ones stay.
    target: Vec<f64>,
    moving: Vec<usize>,
    /// -(gradient + slope) of the moving entries.
    right: Vec<f64>,
    bends: Vec<Bend>,
    equations: Vec<Equation>,
}

impl Composite<'_> {
    /// Newton steps as long as they lower the objective or the residual.
    pub(super) fn newton(
        &mut self,
        mut best: Iterate,
        mut residual: f64,
        budget: &Budget,
    ) -> (Iterate, f64) {
        for _ in 0..MOST_STEPS {
            let Some(point) = self.newton_point(&best) else {
                break;
            };
            let Some((trial, found)) = self.accept(&best, residual, &point, budget) else {
                break;
            };
            let done = found > 0.1 * residual && residual <= 1e-6 * self.scale(&best);
            (best, residual) = (trial, found);
            if done || residual == 0.0 {
                break;
            }
        }
        (best, residual)
    }

    /// The first point on the way to `point`, kept between the bounds, that is better.
    fn accept(
        &mut self,
        best: &Iterate,
        residual: f64,
        point: &[f64],
        budget: &Budget,
    ) -> Option<(Iterate, f64)> {
        let value = best.value + self.terms.value(&best.x);
        let mut share = 1.0;
        for _ in 0..HALVINGS {
            if budget.is_spent() {
                return None;
            }
            let way = best.x.iter().zip(point);
            let trial: Vec<f64> = way.map(|(x, p)| x + share * (p - x)).collect();
            let trial = self.at(self.project(&trial));
            let found = self.residual(&trial);
            self.count_iteration(budget);
            let lower = trial.value + self.terms.value(&trial.x) < value - 1e-10 * value.abs();
            if trial.value.is_finite() && (found < residual || lower) {
                return Some((trial, found));
            }
            share *= 0.4;
        }
        None
    }

    fn frame(&self, at: &Iterate) -> Frame {
        let mut z = self.moved(at, 1.0);
        let before = z.clone();
        let multipliers = self.terms.prox(&mut z, &self.metric, 1.0);
        let mut shifted = before;
        for (balance, nu) in self.terms.balances.iter().zip(&multipliers) {
            for &(k, a) in &balance.members {
                shifted[k] -= nu * self.metric[k] * a;
            }
        }
        let mut slopes: Vec<Option<f64>> = (0..z.len())
            .map(
                |k| match self.terms.entries.branch(k, shifted[k], self.metric[k]) {
                    Branch::Held => None,
                    Branch::Moving(slope) => Some(slope),
                },
            )
            .collect();
        let mut bent = Vec::new();
        for group in &self.terms.groups {
            match group.branch(&z, &at.x) {
                GroupBranch::Held => group.members.iter().for_each(|&k| slopes[k] = None),
                GroupBranch::Away {
                    direction,
                    distance,
                } => {
                    for (&k, u) in group.members.iter().zip(&direction) {
                        slopes[k] = Some(group.weight * u);
                    }
                    bent.push((group, direction, group.weight / distance));
                }
            }
        }
        let moving: Vec<usize> = (0..z.len()).filter(|&k| slopes[k].is_some()).collect();
        let mut places = vec![usize::MAX; z.len()];
        moving.iter().enumerate().for_each(|(p, &k)| places[k] = p);
        let slope = |k: usize| slopes[k].unwrap_or(0.0);
        let right = moving.iter().map(|&k| -(at.gradient[k] + slope(k)));
        let right = right.collect();
        moving.iter().for_each(|&k| z[k] = at.x[k]);
        let bends = bent.into_iter().map(|(group, direction, factor)| Bend {
            places: group.members.iter().map(|&k| places[k]).collect(),
            direction,
            factor,
        });
        let bends = bends.collect();
        let equations = self.equations(&z, &multipliers, &places);
        Frame {
            target: z,
            moving,
            right,
            bends,
            equations,
        }
    }

    /// Balances that bind, with what the held entries leave of them.
    fn equations(&self, target: &[f64], multipliers: &[f64], places: &[usize]) -> Vec<Equation> {
        let pairs = self.terms.balances.iter().zip(multipliers);
        let equation = |(balance, &nu): (&super::balance::Balance, &f64)| {
            let binds = nu != 0.0 || balance.lower == balance.upper;
            let members = balance.members.iter();
            let moving = members.filter(|(k, _)| places[*k] != usize::MAX);
            let coefficients: Vec<_> = moving.map(|&(k, a)| (places[k], a)).collect();
            let end = if nu > 0.0 {
                balance.upper
            } else {
                balance.lower
            };
            (binds && !coefficients.is_empty()).then(|| Equation {
                coefficients,
                gap: end - balance.total(target),
            })
        };
        pairs.filter_map(equation).collect()
    }

    /// Held entries move to their kink or bound, the others to where the model's gradient ends.
    fn newton_point(&mut self, at: &Iterate) -> Option<Vec<f64>> {
        let mut frame = self.frame(at);
        let shift: Vec<f64> = frame.target.iter().zip(&at.x).map(|(t, x)| t - x).collect();
        if shift.iter().any(|&s| s != 0.0) {
            let mut image = vec![0.0; at.x.len()];
            // The tape must stand at this point.
            self.restore(at);
            self.model.curvature_times(&shift, &mut image, &mut []);
            for (r, &k) in frame.right.iter_mut().zip(&frame.moving) {
                *r -= image[k];
            }
        }
        let step = self.step(at, &frame)?;
        let mut target = frame.target;
        for (&k, step) in frame.moving.iter().zip(&step) {
            target[k] = at.x[k] + step;
        }
        step.iter().all(|s| s.is_finite()).then_some(target)
    }

    fn restore(&mut self, at: &Iterate) {
        let mut scratch = vec![0.0; at.x.len()];
        self.model.values(&at.x, &mut []);
        self.model.gradient(&[], &mut scratch);
    }

    /// Solves with the moving rows and columns of the second derivatives.
    fn step(&mut self, at: &Iterate, frame: &Frame) -> Option<Vec<f64>> {
        if frame.moving.is_empty() {
            return Some(Vec::new());
        }
        match self.dense_system(frame) {
            Some(system) if frame.equations.is_empty() => {
                Some(Factor::new(&system)?.solve(&frame.right))
            }
            Some(system) => Some(bordered(system, frame)),
            None => Some(self.projected_step(at, frame)),
        }
    }

    fn dense_system(&self, frame: &Frame) -> Option<Mat<f64>> {
        let (hessian, moving) = (self.hessian.as_ref()?, &frame.moving);
        let m = moving.len();
        let mut system = Mat::from_fn(m, m, |i, j| hessian[(moving[i], moving[j])]);
        for bend in &frame.bends {
            for (&i, u) in bend.places.iter().zip(&bend.direction) {
                system[(i, i)] += bend.factor;
                for (&j, v) in bend.places.iter().zip(&bend.direction) {
                    system[(i, j)] -= bend.factor * u * v;
                }
            }
        }
        Some(system)
    }

    /// By conjugate gradients on the directions that keep the equations.
    fn projected_step(&mut self, at: &Iterate, frame: &Frame) -> Vec<f64> {
        self.restore(at);
        let (moving, m) = (&frame.moving, frame.moving.len());
        let (mut whole, mut image) = (vec![0.0; at.x.len()], vec![0.0; at.x.len()]);
        let model = &mut *self.model;
        let mut curved = |v: &[f64], out: &mut [f64]| {
            whole.fill(0.0);
            moving.iter().zip(v).for_each(|(&k, v)| whole[k] = *v);
            model.curvature_times(&whole, &mut image, &mut []);
            moving
                .iter()
                .zip(&mut *out)
                .for_each(|(&k, o)| *o = image[k]);
            frame.bends.iter().for_each(|bend| bend.add_product(v, out));
        };
        let scale: Vec<f64> = if frame.equations.is_empty() {
            moving.iter().map(|&k| self.metric[k]).collect()
        } else {
            vec![1.0; m]
        };
        let mut start = vec![0.0; m];
        for equation in &frame.equations {
            equation.complete(&mut start);
        }
        let mut right = frame.right.clone();
        if !frame.equations.is_empty() {
            let mut bent = vec![0.0; m];
            curved(&start, &mut bent);
            right.iter_mut().zip(&bent).for_each(|(r, b)| *r -= b);
            frame.equations.iter().for_each(|e| e.remove(&mut right));
        }
        let mut product = |v: &[f64], out: &mut [f64]| {
            curved(v, out);
            frame.equations.iter().for_each(|e| e.remove(out));
        };
        let most = (2 * m + 20).min(500);
        let step = conjugate_gradient::solve(&mut product, &right, &scale, 1e-10, most);
        step.iter().zip(&start).map(|(s, t)| s + t).collect()
    }
}

impl Bend {
    fn add_product(&self, v: &[f64], out: &mut [f64]) {
        let part: Vec<f64> = self.places.iter().map(|&p| v[p]).collect();
        let along = dot(&part, &self.direction);
        let entries = self.places.iter().zip(&part).zip(&self.direction);
        for ((&place, v), u) in entries {
            out[place] += self.factor * (v - along * u);
        }
    }
}

impl Equation {
    fn size(&self) -> f64 {
        self.coefficients.iter().map(|(_, a)| a * a).sum()
    }

    /// The shortest step that meets the equation, added.
    fn complete(&self, step: &mut [f64]) {
        let factor = self.gap / self.size();
        self.coefficients
            .iter()
            .for_each(|&(k, a)| step[k] += factor * a);
    }

    /// Takes the part along a away.
    fn remove(&self, v: &mut [f64]) {
        let along: f64 = self.coefficients.iter().map(|&(k, a)| a * v[k]).sum();
        let factor = along / self.size();
        self.coefficients
            .iter()
            .for_each(|&(k, a)| v[k] -= factor * a);
    }
}

/// [H, A'; A, 0]*[step; ν] = [right; gap].
fn bordered(system: Mat<f64>, frame: &Frame) -> Vec<f64> {
    let (m, count) = (system.nrows(), frame.equations.len());
    let mut whole = Mat::<f64>::zeros(m + count, m + count);
    let mut right = Mat::<f64>::zeros(m + count, 1);
    for j in 0..m {
        (0..m).for_each(|i| whole[(i, j)] = system[(i, j)]);
        right[(j, 0)] = frame.right[j];
    }
    for (e, equation) in frame.equations.iter().enumerate() {
        for &(k, a) in &equation.coefficients {
            whole[(m + e, k)] = a;
            whole[(k, m + e)] = a;
        }
        right[(m + e, 0)] = equation.gap;
    }
    solve_square(whole, &mut right);
    (0..m).map(|k| right[(k, 0)]).collect()
}
