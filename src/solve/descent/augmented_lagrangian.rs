//! The proximal augmented Lagrangian: multipliers outside, a smooth problem in x inside.
//!
//! Constants from measurements on 54 problems of every class.

use super::budget::Budget;
use super::certificates::{self, Verdict};
use super::dual_bound::Reach;
use super::found::{Ending, Found, NO_START};
use super::lagrangian::Lagrangian;
use super::lbfgs::{self, End, norm};
use super::line_search::Point;
use super::model::Model;
use super::newton::Newton;
use super::oracle::Smooth;
use super::residuals::{LOOSE, PRIMAL, Residuals};
use super::scaling::{self, Scales};

/// How far below these the iteration goes on while it gains.
const PRECISE: f64 = 0.05;
const MOST_OUTER: usize = 100;
/// Outer iterations without progress after which an accurate point is taken.
const PATIENCE: usize = 12;
const SIGMA: (f64, f64) = (1e-6, 1e8);
const LEAST_RHO: f64 = 1e-9;
/// Unknowns up to which second-order steps are taken from the start.
const LARGEST_NEWTON: usize = 1500;

#[derive(Clone, Debug)]
struct Best {
    x: Vec<f64>,
    multipliers: Vec<Vec<f64>>,
    residuals: Residuals,
}

/// Effort of one inner minimisation.
#[derive(Clone, Copy, Debug)]
struct Effort {
    good: usize,
    bad: usize,
    most: usize,
}

const NEWTON: Effort = Effort {
    good: 12,
    bad: 30,
    most: 60,
};
const GRADIENT: Effort = Effort {
    good: 400,
    bad: 1500,
    most: 3000,
};

struct Outer<'m, 'b> {
    lagrangian: Lagrangian<'m>,
    scales: Scales,
    newton: Option<Newton>,
    /// Second-order steps for when the first-order ones tire.
    idle: Option<Newton>,
    budget: &'b Budget,
    tolerance: f64,
    iterations: usize,
    stalls: usize,
    primal: f64,
    best: Option<Best>,
    since_best: usize,
    reach: Reach,
    /// The largest dual value that is a lower bound.
    bound: f64,
}

/// Minimises the model from `start`.
pub fn solve(model: &mut Model, start: &[f64], constraints: &[usize], budget: &Budget) -> Found {
    scaling::scale_rows(model);
    let mut lagrangian = Lagrangian::new(model);
    let scales = scaling::scales(&mut lagrangian, start);
    let newton = Newton::new(&mut lagrangian);
    let reach = Reach::of(lagrangian.model);
    let second_order = lagrangian.model.size <= LARGEST_NEWTON || newton.is_cheap();
    let (newton, idle) = if second_order {
        (Some(newton), None)
    } else {
        (None, Some(newton))
    };
    let mut outer = Outer {
        lagrangian,
        scales,
        newton,
        idle,
        budget,
        tolerance: 1e-1,
        iterations: 0,
        stalls: 0,
        primal: f64::INFINITY,
        best: None,
        since_best: 0,
        reach,
        bound: f64::NEG_INFINITY,
    };
    let ending = outer.run(start);
    outer.found(ending, start, constraints)
}

impl Outer<'_, '_> {
    fn run(&mut self, start: &[f64]) -> Ending {
        let unit = self.scales.objective / self.scales.primal;
        self.lagrangian.sigma = 10.0 * unit;
        self.lagrangian.rho = 1e-2 * unit;
        let mut x = start.to_vec();
        for outer in 0..MOST_OUTER {
            let before: Vec<Vec<f64>> = self.multipliers();
            self.lagrangian.anchor.copy_from_slice(&x);
            let mut point = Point::at(&mut self.lagrangian, x.clone());
            if !point.is_finite() {
                return Ending::Short(NO_START.to_owned());
            }
            let (end, effort) = self.minimise(&mut point);
            if end == End::Endless {
                return Ending::Unbounded(difference(&point.x, start));
            }
            let previous = std::mem::replace(&mut x, point.x.clone());
            let residuals = self.residuals();
            self.remember(&x, residuals);
            self.bound = self.bound.max(self.reach.bound(&self.lagrangian, &x));
            if self.is_done(residuals) {
                return match certificates::falls_along_ray(&mut self.lagrangian, &x, start) {
                    true => Ending::Unbounded(difference(&x, start)),
                    false => Ending::Solved,
                };
            }
            if outer >= 2 && residuals.primal.max(residuals.dual) > LOOSE {
                let verdict =
                    certificates::verdict(&mut self.lagrangian, &x, &previous, start, &before);
                // The tests evaluate elsewhere.
                point.value = self.lagrangian.evaluate(&x, &mut point.gradient);
                match verdict {
                    Verdict::None => {}
                    Verdict::Infeasible(multipliers) => return Ending::Infeasible(multipliers),
                    Verdict::Unbounded(direction) => return Ending::Unbounded(direction),
                }
            }
            self.lagrangian.accept_multipliers();
            if let Some(spent) = self.budget.spent() {
                return self.short(spent.reason());
            }
            if self.since_best >= PATIENCE && self.is_accurate() {
                return Ending::Solved;
            }
            self.adapt(end == End::Converged, effort, residuals, unit);
        }
        if self.is_accurate() {
            return Ending::Solved;
        }
        self.short("the iteration limit was reached")
    }

    /// Precise, or solved and no longer gaining.
    fn is_done(&self, residuals: Residuals) -> bool {
        let solved = self.best.as_ref().is_some_and(|b| b.residuals.is_solved());
        residuals.is_within(PRECISE) || (solved && self.since_best > 0)
    }

    /// The inner problem, to the current tolerance; how it ended and its relative effort.
    fn minimise(&mut self, point: &mut Point) -> (End, Grade) {
        let (tolerance, objective) = (self.tolerance, self.scales.objective);
        let target = |l: &Lagrangian<'_>| tolerance * (objective + l.gradient_scale());
        let (end, iterations, effort) = match &mut self.newton {
            Some(newton) => {
                let mut target = target;
                let (end, iterations) = newton.minimise(
                    &mut self.lagrangian,
                    point,
                    &mut target,
                    NEWTON.most,
                    self.budget,
                );
                (end, iterations, NEWTON)
            }
            None => {
                let goal = std::cell::Cell::new(target(&self.lagrangian));
                let mut fixed = |_: &Point| goal.get();
                let found = lbfgs::minimise(
                    &mut self.lagrangian,
                    point,
                    &mut fixed,
                    true,
                    GRADIENT.most,
                    self.budget,
                );
                point.value = self.lagrangian.evaluate(&point.x, &mut point.gradient);
                (found.end, found.iterations, GRADIENT)
            }
        };
        self.iterations += iterations;
        let small = norm(&point.gradient) <= 1.01 * target(&self.lagrangian);
        let end = if small { End::Converged } else { end };
        let grade = if iterations <= effort.good {
            Grade::Little
        } else if iterations <= effort.bad {
            Grade::Some
        } else {
            Grade::Much
        };
        (end, grade)
    }

    fn residuals(&self) -> Residuals {
        let l = &self.lagrangian;
        let objective = self.scales.objective;
        let (at_point, at_value, product) = l.values();
        let finite = (0..l.rows.len()).any(|k| l.rule(k).is_finite());
        let primal_value = l.smooth_value + at_point;
        let dual_value = primal_value + product;
        let user_value = l.smooth_value + at_value;
        let user_value = if user_value.is_finite() {
            user_value
        } else {
            primal_value
        };
        let difference = (user_value - dual_value).abs();
        let gap = if finite {
            difference
        } else {
            difference.max(product.abs())
        };
        Residuals {
            primal: l.primal_residual(self.scales.primal),
            dual: l.stationarity() / (objective + l.gradient_scale()),
            gap: gap / primal_value.abs().max(1e-3 * objective),
            scaled_gap: gap / primal_value.abs().max(objective),
        }
    }

    fn multipliers(&self) -> Vec<Vec<f64>> {
        let rows = self.lagrangian.rows.iter();
        rows.map(|r| r.multiplier.clone()).collect()
    }

    fn remember(&mut self, x: &[f64], residuals: Residuals) {
        let better = self
            .best
            .as_ref()
            .is_none_or(|b| residuals.worst() < b.residuals.worst());
        if !better {
            self.since_best += 1;
            return;
        }
        self.since_best = 0;
        self.best = Some(Best {
            x: x.to_vec(),
            multipliers: self
                .lagrangian
                .rows
                .iter()
                .map(|r| r.next.clone())
                .collect(),
            residuals,
        });
    }

    fn is_accurate(&self) -> bool {
        let best = self.best.as_ref();
        best.is_some_and(|best| best.residuals.is_accurate())
    }

    fn short(&self, why: &str) -> Ending {
        let text = self.best.as_ref().map_or(why.to_owned(), |b| {
            let r = b.residuals;
            format!(
                "{why}; relative residuals: constraints {:.1e}, stationarity {:.1e}, primal less dual value {:.1e}",
                r.primal, r.dual, r.gap
            )
        });
        Ending::Short(text)
    }

    /// Next penalty, proximal weight and inner tolerance, tied to the effort of this step.
    fn adapt(&mut self, converged: bool, effort: Grade, r: Residuals, unit: f64) {
        let l = &mut self.lagrangian;
        let slow = r.primal > 0.25 * self.primal && r.primal > 0.3 * PRIMAL;
        let (least, most) = (SIGMA.0 * unit, SIGMA.1 * unit);
        match (converged, effort) {
            (true, Grade::Little) => {
                if slow {
                    l.sigma = (3.0 * l.sigma).min(most);
                }
                l.rho = (0.1 * l.rho).max(LEAST_RHO * unit);
                self.stalls = 0;
            }
            (true, Grade::Some) => {
                if slow {
                    l.sigma = (2.0 * l.sigma).min(most);
                }
                l.rho = (0.3 * l.rho).max(LEAST_RHO * unit);
                self.stalls = 0;
            }
            (true, Grade::Much) => {}
            (false, _) => {
                l.sigma = (0.3 * l.sigma).max(least);
                l.rho = (3.0 * l.rho).min(0.1 * unit);
                self.stalls += 1;
            }
        }
        if r.primal < 0.01 * r.dual && r.primal < 0.1 * PRIMAL {
            l.sigma = (0.1 * l.sigma).max(least);
        }
        if converged {
            let next = (0.3 * self.tolerance).min(0.1 * r.primal.max(1e-30));
            self.tolerance = next.max(0.5 * PRIMAL);
        }
        self.primal = r.primal;
        let tired = self.stalls >= 2 || (effort == Grade::Much);
        if tired && self.newton.is_none() {
            self.newton = self.idle.take();
            self.stalls = 0;
        }
    }

    fn found(mut self, ending: Ending, start: &[f64], constraints: &[usize]) -> Found {
        let best = self.best.take();
        let second = self.newton.is_some();
        let (x, duals) = match best {
            Some(best) => {
                let duals = scaling::user_multipliers(
                    self.lagrangian.model,
                    &best.multipliers,
                    constraints,
                );
                (best.x, Some(duals))
            }
            None => (start.to_vec(), None),
        };
        let ending = match ending {
            Ending::Infeasible(parts) => Ending::Infeasible(scaling::user_multipliers(
                self.lagrangian.model,
                &parts,
                constraints,
            )),
            other => other,
        };
        Found {
            x,
            ending,
            method: if second {
                "augmented Lagrangian, semismooth Newton".to_owned()
            } else {
                "augmented Lagrangian, L-BFGS".to_owned()
            },
            iterations: self.iterations,
            evaluations: self.lagrangian.model.evaluations,
            duals,
            bound: Some(self.bound).filter(|b| b.is_finite()),
            notes: Vec::new(),
        }
    }
}

/// How hard an inner problem was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grade {
    Little,
    Some,
    Much,
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}
