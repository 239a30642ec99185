//! The proximal augmented Lagrangian: multipliers outside, a smooth problem in x inside.
//!
//! Constants from measurements on 54 problems of every class.

mod best;
mod fall;
mod interior;
mod refuted;
mod smoothed;

use best::Best;
use fall::Fall;

use super::budget::Budget;
use super::certificates::{self, CUT_REACH, LAST_REACH};
use super::dual_bound::Reach;
use super::found::{Ending, Found, NO_START, ROUGH, STUCK, TOO_STEEP};
use super::lagrangian::{InSizes, Lagrangian};
use super::lbfgs::{self, End};
use super::line_search::Point;
use super::model::Model;
use super::newton::Newton;
use super::oracle::Smooth;
use super::pace::{GRADIENT, Grade, NEWTON, Pace};
use super::residuals::{LOOSE, PRECISE, Residuals};
use super::scaling::{self, Scales};
use super::sizes::relative_sizes;
use super::unit::is_too_steep;

const MOST_OUTER: usize = 100;
const LIMIT: &str = "the iteration limit was reached";
/// Outer iterations without progress after which an accurate point is taken.
const PATIENCE: usize = 12;
/// Multiple of the residuals that count as solved with which a search ends that hardly gains.
const NEARLY: f64 = 10.0;
/// Iterations from which on that is so.
const LONG: usize = 1000;
/// Times that curved rows may take new factors.
const MOST_LEVELLINGS: usize = 20;
/// Primal residuals from which on rows have about their sizes.
const NEAR: f64 = 1e-3;
/// Inner problems in a row without a step after which another start may help.
const MOST_STUCK: usize = 6;
/// Of what rows missed before, what they miss where that stays the same.
const STAYING: f64 = 0.9;
/// Outer iterations in which it does, all in all, after which others are tried.
const MOST_STAYING: usize = 20;
const STAYS: &str = "what constraints miss stays the same";
/// Unknowns up to which second-order steps are taken from the start.
pub const LARGEST_NEWTON: usize = 1500;

struct Outer<'m, 'b> {
    lagrangian: Lagrangian<'m>,
    scales: Scales,
    newton: Option<Newton>,
    /// Second-order steps for when the first-order ones tire.
    idle: Option<Newton>,
    budget: &'b Budget,
    pace: Pace,
    iterations: usize,
    /// Inner problems in a row that were not solved, and that took no step.
    stalls: usize,
    stuck: usize,
    best: Option<Best>,
    since_best: usize,
    /// Of the worst residual, by outer iterations.
    halving: Fall,
    reach: Reach,
    /// How often curved rows took new factors.
    levellings: usize,
    /// The largest dual value that is a lower bound.
    bound: f64,
    /// Whether no point satisfies the rows by multipliers that are exact up to rounding.
    is_certain: bool,
}

/// What leads through the inside to an answer: the interior method, or the path of smoothed problems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Along {
    Interior,
    Smoothed,
}

/// Minimises the model from `start`.
pub fn solve(model: &mut Model, start: &[f64], constraints: &[usize], budget: &Budget) -> Found {
    solve_by_rows(None, model, start, constraints, budget).0
}

/// Minimises the model from where that leads from `start`; what is accurate but not solved is [`Found::is_rough`].
pub fn solve_along(
    way: Along,
    model: &mut Model,
    start: &[f64],
    constraints: &[usize],
    budget: &Budget,
) -> Found {
    solve_by_rows(Some(way), model, start, constraints, budget).0
}

/// Either; also the multipliers of the model's rows, by part.
pub fn solve_by_rows(
    way: Option<Along>,
    model: &mut Model,
    start: &[f64],
    constraints: &[usize],
    budget: &Budget,
) -> (Found, Option<Vec<Vec<f64>>>) {
    let mut outer = Outer::new(model, start, budget);
    let ending = match way {
        None => outer.run(start, start.to_vec()),
        Some(way) => outer.run_along(way, start),
    };
    outer.found(ending, start, constraints)
}

impl<'m, 'b> Outer<'m, 'b> {
    fn new(model: &'m mut Model, start: &[f64], budget: &'b Budget) -> Self {
        // A run from another start has left its own.
        model.curved.scales.fill(1.0);
        let sizes = relative_sizes(model);
        scaling::scale_rows(model, &sizes);
        let mut lagrangian = Lagrangian::new(model);
        lagrangian.sizes = sizes;
        let scales = scaling::scales(&mut lagrangian, start);
        lagrangian.unit = scales.objective / scales.primal;
        lagrangian.sigma = 10.0 * lagrangian.unit;
        lagrangian.rho = 1e-2 * lagrangian.unit;
        let newton = Newton::new(&mut lagrangian);
        let reach = Reach::of(lagrangian.model);
        lagrangian.evaluate(start, &mut vec![0.0; start.len()]);
        scaling::level_curved_rows(&mut lagrangian);
        let second_order = lagrangian.model.size <= LARGEST_NEWTON || newton.is_cheap();
        let (newton, idle) = match second_order {
            true => (Some(newton), None),
            false => (None, Some(newton)),
        };
        Outer {
            lagrangian,
            scales,
            newton,
            idle,
            budget,
            pace: Pace::new(),
            iterations: 0,
            stalls: 0,
            stuck: 0,
            best: None,
            since_best: 0,
            halving: Fall::to(0.5),
            reach,
            levellings: 0,
            bound: f64::NEG_INFINITY,
            is_certain: false,
        }
    }

    /// The outer iterations from x, of a search that began at `start`.
    fn run(&mut self, start: &[f64], mut x: Vec<f64>) -> Ending {
        let mut before = Vec::new();
        let mut missed = f64::INFINITY;
        let mut falling = Fall::to(STAYING);
        for outer in 0..MOST_OUTER {
            before = self.multipliers();
            self.lagrangian.anchor.copy_from_slice(&x);
            let mut point = Point::at(&mut self.lagrangian, x.clone());
            if !point.is_finite() {
                return Ending::Short(NO_START.to_owned());
            }
            if outer == 0 && is_too_steep(&point.gradient) {
                return Ending::Short(TOO_STEEP.to_owned());
            }
            let (end, effort) = self.minimise(&mut point);
            if end == End::Endless {
                return Ending::Unbounded(difference(&point.x, start));
            }
            let previous = std::mem::replace(&mut x, point.x.clone());
            let residuals = self.residuals(&x);
            self.remember(&x, residuals);
            self.bound = self.bound.max(self.reach.bound(&self.lagrangian, &x));
            if self.is_done(residuals) {
                return match certificates::falls_along_ray(&mut self.lagrangian, &x, start) {
                    true => Ending::Unbounded(difference(&x, start)),
                    false => Ending::Solved,
                };
            }
            if outer >= 2
                && residuals.primal.max(residuals.dual) > LOOSE
                && let Some(ending) = self.refuted(&x, &previous, start, &before)
            {
                return ending;
            }
            let stays = end == End::Converged && residuals.primal > STAYING * missed;
            missed = residuals.primal;
            falling.take(missed);
            if stays
                && missed > LOOSE
                && let Some(ending) = self.refuted_where_it_stays(&x, &before)
            {
                return ending;
            }
            if let Some(spent) = self.budget.spent() {
                let reach = (missed > LOOSE).then_some(CUT_REACH);
                return self.refuted_or_short(&x, &before, reach, spent.reason());
            }
            self.lagrangian.accept_multipliers();
            self.level(residuals);
            if self.is_exhausted() {
                return Ending::Solved;
            }
            let converged = end == End::Converged;
            self.pace
                .adapt(&mut self.lagrangian, converged, effort, residuals);
            self.take_up_newton(converged, effort);
            if self.stuck >= MOST_STUCK {
                return self.short(STUCK);
            }
            if falling.since >= MOST_STAYING && missed > LOOSE {
                return self.refuted_or_short(&x, &before, Some(CUT_REACH), STAYS);
            }
        }
        if self.is_accurate() {
            return Ending::Solved;
        }
        self.refuted_or_short(&x, &before, Some(LAST_REACH), LIMIT)
    }

    /// Precise, or solved and no longer gaining.
    fn is_done(&self, residuals: Residuals) -> bool {
        let solved = self.best.as_ref().is_some_and(|b| b.residuals.is_solved());
        residuals.is_within(PRECISE) || (solved && self.since_best > 0)
    }

    /// The inner problem, to the current tolerance; how it ended and its relative effort.
    fn minimise(&mut self, point: &mut Point) -> (End, Grade) {
        let (tolerance, objective) = (self.pace.tolerance, self.scales.objective);
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
                let goal = target(&self.lagrangian);
                let mut fixed = |_: &Point| goal;
                let mut scaled = InSizes(&mut self.lagrangian);
                let inside = scaled.divided(&point.x);
                let mut inside = Point::at(&mut scaled, inside);
                let found = lbfgs::minimise(
                    &mut scaled,
                    &mut inside,
                    &mut fixed,
                    true,
                    GRADIENT.most,
                    self.budget,
                );
                point.x = scaled.multiplied(&inside.x);
                point.value = self.lagrangian.evaluate(&point.x, &mut point.gradient);
                (found.end, found.iterations, GRADIENT)
            }
        };
        self.iterations += iterations;
        let size = self.lagrangian.length(&point.gradient);
        let aim = 1.01 * target(&self.lagrangian);
        let end = match self.pace.is_solved(size, aim) {
            true => End::Converged,
            false => end,
        };
        let idle = end == End::Stalled && iterations == 0;
        self.stuck = if idle { self.stuck + 1 } else { 0 };
        (end, effort.grade(iterations))
    }

    /// Second-order steps whose systems are factorised, for a while.
    fn take_direct_newton(&mut self) -> Option<Newton> {
        let newton = self.newton.take().or_else(|| self.idle.take());
        newton.filter(Newton::is_direct)
    }

    /// Second-order steps once the first-order ones tire.
    fn take_up_newton(&mut self, converged: bool, effort: Grade) {
        self.stalls = match (converged, effort) {
            (true, Grade::Much) => self.stalls,
            (true, _) => 0,
            (false, _) => self.stalls + 1,
        };
        let tired = self.stalls >= 2 || effort == Grade::Much;
        if tired && self.newton.is_none() {
            self.newton = self.idle.take();
            self.stalls = 0;
        }
    }

    fn residuals(&self, x: &[f64]) -> Residuals {
        self.residuals_and(x, 0.0)
    }

    fn run_along(&mut self, way: Along, start: &[f64]) -> Ending {
        let followed = match way {
            Along::Interior => self.follow_interior(start),
            Along::Smoothed => self.follow_smoothed(start),
        };
        let ending = match followed {
            Ok(x) => self.run(start, x),
            Err(ending) => ending,
        };
        let best = self.best.as_ref();
        match ending {
            Ending::Solved if !best.is_some_and(|best| best.residuals.is_solved()) => {
                self.short(ROUGH)
            }
            ending => ending,
        }
    }

    /// With as much more between primal and dual value.
    fn residuals_and(&self, x: &[f64], open: f64) -> Residuals {
        let l = &self.lagrangian;
        let objective = self.scales.objective;
        let (at_point, at_value, product) = l.values();
        let finite = (0..l.rows.len()).any(|k| l.rule(k).is_finite());
        let primal_value = l.smooth_value + at_point;
        let dual_value = primal_value + product - open;
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
            difference.max(product.abs()).max(open)
        };
        let loss = l.loss(x);
        let gap = gap + loss;
        let size = primal_value.abs();
        Residuals {
            primal: l.primal_residual(self.scales.primal),
            dual: l.stationarity() / (objective + l.gradient_scale()),
            gap: gap / size.max(1e-3 * objective),
            loss: loss / size.max(1e-3 * objective),
            scaled_gap: gap / size.max(objective),
            bare_gap: if gap > 0.0 { gap / size } else { 0.0 },
            value: dual_value,
        }
    }

    fn multipliers(&self) -> Vec<Vec<f64>> {
        let rows = self.lagrangian.rows.iter();
        rows.map(|r| r.multiplier.clone()).collect()
    }

    /// New factors for curved rows that have become far steeper or flatter, and for small rows.
    fn level(&mut self, residuals: Residuals) {
        if self.levellings == MOST_LEVELLINGS {
            return;
        }
        let is_small = residuals.primal < NEAR && scaling::level_small_rows(&mut self.lagrangian);
        if is_small {
            self.renew_newton();
        }
        if scaling::level_curved_rows(&mut self.lagrangian) || is_small {
            self.levellings += 1;
        }
    }

    /// The systems have the rows' factors in them.
    fn renew_newton(&mut self) {
        for newton in [&mut self.newton, &mut self.idle].into_iter().flatten() {
            *newton = Newton::new(&mut self.lagrangian);
        }
    }

    /// Accurate, and no longer gaining; or nearly solved, and hardly gaining for long.
    fn is_exhausted(&self) -> bool {
        let nearly = |best: &Best| best.residuals.is_within(NEARLY);
        let hardly_gains = self.iterations >= LONG && self.halving.since >= PATIENCE;
        self.since_best >= PATIENCE && self.is_accurate()
            || hardly_gains && self.best.as_ref().is_some_and(nearly)
    }

    fn is_accurate(&self) -> bool {
        let best = self.best.as_ref();
        best.is_some_and(|best| best.residuals.is_accurate())
    }
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}
