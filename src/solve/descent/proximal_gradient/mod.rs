//! Accelerated proximal gradient for `f(x) + Σ g_i(x_i)`, finished by Newton steps on the entries
//! that are neither at a kink nor at a bound; the g_i are bounds, kinks, norms of groups, balances.
//!
//! A. Beck and M. Teboulle, "A fast iterative shrinkage-thresholding algorithm", 2009;
//! B. O'Donoghue and E. Candès, "Adaptive restart for accelerated gradient schemes", 2015.

mod balance;
mod bound;
mod entries;
mod group;
mod multipliers;
mod newton;
mod terms;

pub use terms::Terms;

use super::budget::Budget;
use super::found::{Ending, Found, TOO_STEEP};
use super::lbfgs::norm;
use super::model::Model;
use super::scaling::{self, falls_far};
use super::tape::product::dot;
use super::unit::is_too_steep;
use faer::Mat;

/// Unknowns up to which second derivatives are kept as a matrix.
const LARGEST_DENSE: usize = 400;
/// Proximal gradient steps between two attempts of Newton's method.
const ROUND: usize = 50;
const MOST_ROUNDS: usize = 400;
/// Relative size of the proximal residual that counts as solved, and that is aimed at.
const SOLVED: f64 = 1e-8;
/// Points so many times as far out as the first ran away.
const RUNAWAY: f64 = 1e3;
const AIM: f64 = 1e-13;
const MOST_MEASURES: usize = 20;

#[derive(Clone, Debug)]
struct Iterate {
    x: Vec<f64>,
    gradient: Vec<f64>,
    value: f64,
}

#[derive(Debug)]
struct Composite<'a> {
    model: &'a mut Model,
    terms: &'a Terms,
    /// Inverse curvatures by entry: the metric.
    metric: Vec<f64>,
    /// Constant second derivatives.
    hessian: Option<Mat<f64>>,
    step: f64,
    iterations: usize,
}

/// Minimises from `x`; `constraints` are the sizes of the user's.
pub fn solve(
    model: &mut Model,
    terms: &Terms,
    x: &[f64],
    constraints: &[usize],
    budget: &Budget,
) -> Found {
    let mut composite = Composite::new(model, terms);
    let mut measured = composite.measure(x);
    let mut best = composite.at(composite.project(x));
    let first = norm(&best.x);
    if is_too_steep(&best.gradient) {
        return Found::stayed(best.x, TOO_STEEP);
    }
    let mut scale = composite.scale(&best);
    for _ in 0..MOST_MEASURES {
        if falls_far(measured, best.value) {
            measured = composite.measure(&best.x);
            scale = composite.scale(&best);
        }
        best = composite.minimise(best, scale, budget);
        if !falls_far(measured, best.value) || !best.value.is_finite() || budget.is_spent() {
            break;
        }
    }
    composite.model.reread();
    let best = composite.at(best.x);
    let mut residual = composite.residual(&best);
    // A point that ran away tells how the objective falls.
    if norm(&best.x) <= RUNAWAY * (1.0 + first) {
        residual = residual.max(composite.rounding(&best));
    }
    let ending = composite.ending(&best, residual / scale);
    let multipliers = composite.multipliers(&best);
    let bound = composite.lower_bound(&best, &multipliers);
    let multipliers = scaling::by_row(composite.model, multipliers);
    let duals = scaling::user_multipliers(composite.model, &multipliers, constraints);
    Found {
        ending,
        method: "accelerated proximal gradient, Newton finish".to_owned(),
        iterations: composite.iterations,
        evaluations: composite.model.evaluations,
        duals: Some(duals),
        bound,
        dual_value: None,
        notes: Vec::new(),
        is_certain: false,
        x: best.x,
    }
}

impl<'a> Composite<'a> {
    fn new(model: &'a mut Model, terms: &'a Terms) -> Self {
        let n = model.size;
        Composite {
            model,
            terms,
            metric: vec![1.0; n],
            hessian: None,
            step: 1.0,
            iterations: 0,
        }
    }

    /// Takes the metric, or the step, from the curvature at a point; hands back the value there.
    fn measure(&mut self, x: &[f64]) -> f64 {
        let n = self.model.size;
        let start = self.at(self.project(x));
        if n > LARGEST_DENSE {
            self.step = self.first_step(&start);
            return start.value;
        }
        let hessian = self.second_derivatives();
        let largest = (0..n).map(|k| hessian[(k, k)]).fold(0.0, f64::max);
        if largest > 0.0 {
            let floor = 1e-10 * largest;
            self.metric = (0..n).map(|k| 1.0 / hessian[(k, k)].max(floor)).collect();
            self.terms.level(&mut self.metric);
        }
        self.step = 1.0;
        self.hessian = self.model.is_quadratic.then_some(hessian);
        start.value
    }

    /// Rounds of accelerated and Newton steps, to a residual that is nothing beside `scale`.
    fn minimise(&mut self, mut best: Iterate, scale: f64, budget: &Budget) -> Iterate {
        let mut residual = self.residual(&best);
        let mut failures = 0;
        for _ in 0..MOST_ROUNDS {
            if residual <= AIM * scale
                || budget.is_spent()
                || failures >= 3 && residual <= SOLVED * scale
            {
                break;
            }
            let before = residual;
            best = self.accelerated(best, AIM * scale, budget);
            residual = self.residual(&best);
            (best, residual) = self.newton(best, residual, budget);
            failures = if residual < 0.5 * before {
                0
            } else {
                failures + 1
            };
            if failures > 20 || !best.value.is_finite() {
                break;
            }
        }
        best
    }

    /// 1/curvature along the gradient.
    fn first_step(&mut self, start: &Iterate) -> f64 {
        let size = norm(&start.gradient);
        if size == 0.0 {
            return 1.0;
        }
        let direction: Vec<f64> = start.gradient.iter().map(|g| g / size).collect();
        let mut image = vec![0.0; direction.len()];
        self.model.curvature_times(&direction, &mut image, &mut []);
        let curvature = dot(&direction, &image);
        if curvature > 0.0 {
            1.0 / curvature
        } else {
            1.0
        }
    }

    /// By the gradient's form, or by products with unit vectors at the last evaluated point.
    fn second_derivatives(&mut self) -> Mat<f64> {
        if let Some(hessian) = self.model.dense_hessian() {
            return hessian;
        }
        let n = self.model.size;
        let mut hessian = Mat::zeros(n, n);
        let (mut unit, mut column) = (vec![0.0; n], vec![0.0; n]);
        for j in 0..n {
            unit[j] = 1.0;
            self.model.curvature_times(&unit, &mut column, &mut []);
            unit[j] = 0.0;
            for (i, value) in column.iter().enumerate() {
                hessian[(i, j)] = *value;
            }
        }
        hessian
    }

    fn project(&self, x: &[f64]) -> Vec<f64> {
        self.terms.project(x.to_vec(), &self.metric)
    }

    fn at(&mut self, x: Vec<f64>) -> Iterate {
        let mut gradient = vec![0.0; x.len()];
        let value = self.model.values(&x, &mut []);
        self.model.gradient(&[], &mut gradient);
        Iterate { x, gradient, value }
    }

    /// The proximal step from a point with its gradient.
    fn forward(&self, from: &Iterate, step: f64) -> Vec<f64> {
        let mut z = self.moved(from, step);
        self.terms.prox(&mut z, &self.metric, step);
        z
    }

    /// x - step*D*gradient.
    fn moved(&self, from: &Iterate, step: f64) -> Vec<f64> {
        let entry = |k: usize| from.x[k] - step * self.metric[k] * from.gradient[k];
        (0..from.x.len()).map(entry).collect()
    }

    /// |(x - prox(x - D*gradient))/sqrt(D)|, D the metric.
    fn residual(&self, at: &Iterate) -> f64 {
        let y = self.forward(at, 1.0);
        let term = |k: usize| (at.x[k] - y[k]).powi(2) / self.metric[k];
        (0..y.len()).map(term).sum::<f64>().sqrt()
    }

    /// What the residual loses where steps are nothing beside x: a cost of 1e-8 at x = 1e9.
    fn rounding(&self, at: &Iterate) -> f64 {
        let term = |k: usize| at.x[k] * at.x[k] / self.metric[k];
        f64::EPSILON * (0..at.x.len()).map(term).sum::<f64>().sqrt()
    }

    /// The size of gradients, in the units of the residual.
    fn scale(&self, at: &Iterate) -> f64 {
        let g = &at.gradient;
        let term = |k: usize| g[k] * g[k] * self.metric[k];
        let gradient: f64 = (0..g.len()).map(term).sum();
        gradient
            .sqrt()
            .max(1e-12 * at.value.abs().sqrt())
            .max(1e-300)
    }

    /// One round of accelerated steps.
    fn accelerated(&mut self, start: Iterate, target: f64, budget: &Budget) -> Iterate {
        let mut current = start.clone();
        let mut ahead = start;
        let mut momentum = 1.0f64;
        for _ in 0..ROUND {
            if budget.is_spent() {
                break;
            }
            self.count_iteration(budget);
            let next = self.step_from(&ahead);
            if !next.value.is_finite() {
                return current;
            }
            let turned: f64 = (0..next.x.len())
                .map(|k| (ahead.x[k] - next.x[k]) * (next.x[k] - current.x[k]) / self.metric[k])
                .sum();
            let moved = norm_in(&self.metric, &next.x, &ahead.x) / self.step;
            if turned > 0.0 {
                momentum = 1.0;
                ahead = next.clone();
                current = next;
                continue;
            }
            let following = 0.5 * (1.0 + (1.0 + 4.0 * momentum * momentum).sqrt());
            let weight = (momentum - 1.0) / following;
            momentum = following;
            let point = (0..next.x.len())
                .map(|k| next.x[k] + weight * (next.x[k] - current.x[k]))
                .collect();
            current = next;
            if moved <= target {
                break;
            }
            ahead = self.at(point);
            if !ahead.value.is_finite() {
                ahead = current.clone();
                momentum = 1.0;
            }
        }
        current
    }

    fn count_iteration(&mut self, budget: &Budget) {
        self.iterations += 1;
        budget.count_iteration();
    }

    /// A proximal step that backtracks until the curvature along it is covered.
    fn step_from(&mut self, from: &Iterate) -> Iterate {
        for _ in 0..60 {
            let next = self.forward(from, self.step);
            let next = self.at(next);
            let distance = norm_in(&self.metric, &next.x, &from.x).powi(2);
            let bend: f64 = (0..next.x.len())
                .map(|k| (next.gradient[k] - from.gradient[k]) * (next.x[k] - from.x[k]))
                .sum();
            if next.value.is_finite() && bend * self.step <= distance * (1.0 + 1e-10) {
                return next;
            }
            self.step *= 0.5;
        }
        from.clone()
    }

    fn ending(&self, at: &Iterate, relative: f64) -> Ending {
        let far = norm(&at.x) > 1e12;
        if !at.value.is_finite() || far {
            return Ending::Short("the values grow without end".to_owned());
        }
        if relative <= SOLVED {
            Ending::Solved
        } else {
            Ending::Short(format!(
                "the proximal residual came down to {relative:.1e} of its scale only"
            ))
        }
    }
}

fn norm_in(metric: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let terms = x.iter().zip(y).zip(metric);
    terms
        .map(|((x, y), d)| (x - y).powi(2) / d)
        .sum::<f64>()
        .sqrt()
}
