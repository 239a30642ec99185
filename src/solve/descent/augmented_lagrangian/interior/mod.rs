//! A primal-dual interior method: points and multipliers stay inside their domains while what separates them is brought
//! down, each step predicted and then corrected.
//!
//! S. Mehrotra, "On the implementation of a primal-dual interior point method", 1992.

mod entry;
mod parts;
mod refuted;
mod step;

use super::{Ending, Outer, Residuals};
use crate::solve::descent::lagrangian::Rows;
use crate::solve::descent::lbfgs::norm;
use crate::solve::descent::newton::Newton;
use crate::solve::descent::residuals::{DUAL, LOOSE, PRECISE};
use step::Step;

const MOST_STEPS: usize = 100;
/// Searches, each where the one before led nowhere; by barriers where there are some.
const SEARCHES: [Search; 5] = [
    Search::new(1.0, 1e-3),
    Search {
        by_barriers: true,
        ..Search::new(1.0, 1e-3)
    },
    Search::new(1e3, 1e-3),
    Search::new(1e5, 1e-3),
    Search::new(1.0, 0.1),
];
/// Multiple of the residuals that count as solved with which no other is begun.
const NEAR: f64 = 1e3;
/// The penalty with which another method goes on, in the unit of curvature.
const SIGMA: f64 = 1e4;
/// The proximal weight at first and at least, also where systems have no rows of their own, in the unit of curvature; and
/// the share of a gap that it may leave open before it falls, once that is below this, or rows and slopes miss no more.
const RHO: f64 = 1e-6;
const LEAST_RHO: f64 = 1e-10;
const LEAST_RHO_CONDENSED: f64 = 1e-8;
const LOSS_SHARE: f64 = 0.3;
const NEARLY_CLOSED: f64 = 1e-3;
const NEARLY_MET: f64 = 1e-4;
/// What M of rows `== 0` is multiplied by, and how often, where what rows miss falls less than this in long steps.
const STIFFER: f64 = 10.0;
const MOST_STIFFENED: usize = 5;
const LEAST_FALL: f64 = 0.5;
const LONG_SHARE: f64 = 0.9;
/// Share of a step below which the method is stuck, and one that may be as short a few times in a row.
const LEAST_SHARE: f64 = 1e-4;
const SHORT_SHARE: f64 = 0.05;
const MOST_SHORT: usize = 6;

/// How a search begins and goes.
#[derive(Clone, Copy)]
struct Search {
    /// How far from the edges it begins, beside typical sizes.
    width: f64,
    /// The least target beside the residuals, in the unit of the products.
    behind: f64,
    by_barriers: bool,
}

impl Search {
    const fn new(width: f64, behind: f64) -> Self {
        Search {
            width,
            behind,
            by_barriers: false,
        }
    }
}

/// How far a search is.
struct Walk {
    x: Vec<f64>,
    step: Step,
    behind: f64,
    /// Before the last step: x, and the multipliers by part.
    previous: Vec<f64>,
    before: Vec<Vec<f64>>,
    /// What rows missed then.
    missed: f64,
    shorts: usize,
    stiffened: usize,
    /// The least residual with x and the rows there.
    best: Option<(f64, Vec<f64>, Vec<Rows>)>,
}

impl Walk {
    fn new(x: Vec<f64>, step: Step, behind: f64) -> Self {
        Walk {
            previous: x.clone(),
            x,
            step,
            behind,
            before: Vec::new(),
            missed: f64::INFINITY,
            shorts: 0,
            stiffened: 0,
            best: None,
        }
    }

    /// Whether the last step leads on.
    fn leads_on(&mut self, share: f64) -> bool {
        self.shorts = if share < SHORT_SHARE {
            self.shorts + 1
        } else {
            0
        };
        share >= LEAST_SHARE && self.shorts < MOST_SHORT
    }
}

impl Outer<'_, '_> {
    /// Where the method led near, with its multipliers, for others to go on from; else how the search ends.
    pub(super) fn follow_interior(&mut self, start: &[f64]) -> Result<Vec<f64>, Ending> {
        let Some(mut newton) = self.take_direct_newton() else {
            return Err(self.short("the interior method has no small systems"));
        };
        if !parts::have_inside(&mut self.lagrangian) {
            return Err(self.short("some terms have no inside"));
        }
        let x = self.begin_inside(&mut newton, start);
        self.newton = Some(newton);
        self.lagrangian.accept_multipliers();
        self.lagrangian.sigma = SIGMA * self.lagrangian.unit;
        x
    }

    fn begin_inside(&mut self, newton: &mut Newton, start: &[f64]) -> Result<Vec<f64>, Ending> {
        self.lagrangian.sigma = 1.0;
        self.lagrangian.rho = RHO * self.lagrangian.unit;
        let mut first = Step::of(&self.lagrangian);
        let Some(x) = self.first_step(newton, &mut first, start) else {
            return Err(self.short("the interior method found no first point"));
        };
        let has_barriers = parts::have_barriers(&mut self.lagrangian);
        let searches = SEARCHES.into_iter();
        for search in searches.filter(|search| has_barriers || !search.by_barriers) {
            self.lagrangian.rho = RHO * self.lagrangian.unit;
            self.enter(&x, &first.multipliers, search);
            let walk = Walk::new(x.clone(), Step::of(&self.lagrangian), search.behind);
            let x = self.search_inside(newton, start, walk)?;
            let best = self.best.as_ref().map(|best| best.residuals);
            if best.is_some_and(|best| best.is_within(NEAR)) {
                return Ok(x);
            }
            if self.budget.is_spent() {
                break;
            }
        }
        Err(self.short("the interior method led nowhere"))
    }

    /// The best point of one search, from where it has entered; else how it ends.
    fn search_inside(
        &mut self,
        newton: &mut Newton,
        start: &[f64],
        mut walk: Walk,
    ) -> Result<Vec<f64>, Ending> {
        for count in 0..MOST_STEPS {
            let residuals = self.residuals_inside(&walk.x);
            if self.is_done_inside(&mut walk, residuals) {
                return Err(Ending::Solved);
            }
            let is_far = residuals.primal.max(residuals.dual) > LOOSE;
            if count >= 2
                && is_far
                && let Some(ending) = self.refuted_inside(newton, &walk, start)
            {
                return Err(ending);
            }
            if self.budget.is_spent() || !self.go_on_inside(newton, &mut walk, residuals) {
                break;
            }
            if let Some(ending) = self.refuted_by_balance(newton, &walk, residuals) {
                return Err(ending);
            }
        }
        match self.best.as_ref().is_some_and(|b| b.residuals.is_solved()) {
            true => Err(Ending::Solved),
            false => Ok(self.best_inside(walk)),
        }
    }

    /// Less proximal weight.
    fn hold_less(&mut self, newton: &Newton) {
        let least = match newton.keeps_rows() {
            true => LEAST_RHO,
            false => LEAST_RHO_CONDENSED,
        };
        let least = least * self.lagrangian.unit;
        self.lagrangian.rho = (0.1 * self.lagrangian.rho).max(least);
    }

    /// λ as what is kept beside it has it.
    fn settle(&mut self) {
        let mut is_changed = false;
        parts::each(&mut self.lagrangian, |rule, rows| {
            is_changed |= rule.settle(&rows.point, &mut rows.next);
        });
        if is_changed {
            self.lagrangian.pull_back();
        }
    }

    /// One step; whether it leads on.
    fn go_on_inside(&mut self, newton: &mut Newton, walk: &mut Walk, residuals: Residuals) -> bool {
        let is_held = residuals.loss > LOSS_SHARE * residuals.gap;
        let is_met = residuals.primal.max(residuals.dual) < NEARLY_MET;
        if is_held && (residuals.gap < NEARLY_CLOSED || is_met) {
            self.hold_less(newton);
        }
        if residuals.gap < NEARLY_CLOSED {
            self.settle();
        }
        walk.before = self.next();
        walk.previous.copy_from_slice(&walk.x);
        let Some(share) = self.step_inside(newton, walk, residuals) else {
            return false;
        };
        self.iterations += 1;
        self.budget.count_iteration();
        let stays = residuals.primal > LEAST_FALL * walk.missed;
        if stays && share > LONG_SHARE && walk.stiffened < MOST_STIFFENED {
            parts::each(&mut self.lagrangian, |rule, _| rule.stiffen(STIFFER));
            walk.stiffened += 1;
        }
        walk.missed = residuals.primal;
        walk.leads_on(share)
    }

    fn residuals_inside(&mut self, x: &[f64]) -> Residuals {
        // Where multipliers grow without end, rows that are missed by next to nothing are worth much.
        let mut open = self.lagrangian.price_of_missing();
        let (mut outside, unit) = (0.0f64, self.scales.primal);
        parts::each(&mut self.lagrangian, |rule, rows| {
            let at = parts::at(rows);
            open += rule.open(at);
            outside = outside.max(rule.outside(at) / (unit + norm(at.point)));
        });
        let residuals = self.residuals_and(x, open);
        Residuals {
            primal: residuals.primal.max(outside),
            ..residuals
        }
    }

    /// Whether the problem is solved precisely, or solved no better than by the step before.
    fn is_done_inside(&mut self, walk: &mut Walk, residuals: Residuals) -> bool {
        let best = self.best.as_ref().map(|best| best.residuals);
        let gains = |best: Residuals| residuals.worst() < best.worst();
        let is_last = best.is_some_and(|best| best.is_solved() && !gains(best));
        self.remember(&walk.x, residuals);
        let worst = residuals.worst();
        if walk.best.as_ref().is_none_or(|(least, ..)| worst < *least) {
            walk.best = Some((worst, walk.x.clone(), self.lagrangian.rows.clone()));
        }
        if residuals.is_solved() {
            self.bound = self.bound.max(self.reach.bound(&self.lagrangian, &walk.x));
        }
        // Where units say little of the value its own gap still closes.
        residuals.is_within(PRECISE) && residuals.bare_gap <= DUAL || is_last
    }

    /// The best point of a search, with the rows there.
    fn best_inside(&mut self, walk: Walk) -> Vec<f64> {
        let Some((_, x, rows)) = walk.best else {
            return walk.x;
        };
        self.lagrangian.rows = rows;
        x
    }
}
