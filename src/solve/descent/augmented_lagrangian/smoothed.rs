//! A path of smooth problems towards the one with kinks and edges.
//!
//! With multipliers held apart from their bounds by ε log, a Newton step or two lead from one minimiser to the next
//! as ε falls: the search passes between the kinks instead of trying them one by one. The penalty grows as ε
//! falls, so that both round by as much.

use super::{End, Ending, Outer, Pace, Point, Residuals};
use crate::solve::descent::blocks::Smoothing;
use crate::solve::descent::certificates::infeasible;
use crate::solve::descent::line_search::{Search, search};
use crate::solve::descent::oracle::Smooth;
use crate::solve::descent::residuals::{DUAL, LOOSE, PRECISE, PRIMAL};

/// ε of the first stage, in the unit of the objective, and what it is multiplied by where that is not solved.
const FIRST: f64 = 0.1;
const WIDER: f64 = 100.0;
const MOST_WIDER: usize = 2;
/// The last ε.
const LAST: f64 = 1e-12;
/// The fall of ε from one stage to the next, and where few steps were enough.
const FALL: f64 = 0.3;
const FAST_FALL: f64 = 0.1;
const FEW_STEPS: usize = 3;
/// Multiples of what ε leaves open: gaps from which on rows are to fall, and ε waits for them.
const BEHIND: f64 = 3.0;
const FAR_BEHIND: f64 = 30.0;
/// Penalty up to which it grows with every stage, and up to which where rows are missed, in the unit of curvature.
const MOST_SIGMA: f64 = 1e6;
const LAST_SIGMA: f64 = 1e12;
/// Proximal weight, in the unit of curvature.
const RHO: f64 = 1e-9;
/// Of the smooth problems, relative; of those whose minimisers may do; and of the first with kinks.
const TOLERANCE: f64 = 1e-4;
const FINE_TOLERANCE: f64 = 0.1 * DUAL;
const FIRST_TOLERANCE: f64 = 1e-6;
/// Share of the residuals of one stage below which the next one gains.
const GAIN: f64 = 0.7;
/// The reach of multipliers that say that there is no answer: those with kinks are to prove it.
const PATH_REACH: f64 = 1e8;
/// Stages in a row that may be left unsolved, and stages in all.
const MOST_UNSOLVED: usize = 3;
const MOST_STAGES: usize = 60;

/// A smoothed problem: ε in the unit of the objective, σ in that of curvature.
#[derive(Clone, Copy, Debug)]
struct Stage {
    epsilon: f64,
    sigma: f64,
}

impl Stage {
    const START: Stage = Stage {
        epsilon: FIRST,
        sigma: 1.0 / FIRST,
    };
}

/// How far along the path a search is.
#[derive(Debug)]
struct Path {
    stage: Stage,
    /// The last stage, once there is one.
    before: Option<Stage>,
    tolerance: f64,
    /// The last residual of the rows.
    primal: f64,
    /// Multiple of the balanced penalty.
    firmness: f64,
    wider: usize,
    unsolved: usize,
    stages: usize,
}

impl Path {
    fn new() -> Self {
        Path {
            stage: Stage::START,
            before: None,
            tolerance: TOLERANCE,
            primal: f64::INFINITY,
            firmness: 1.0,
            wider: 0,
            unsolved: 0,
            stages: 0,
        }
    }

    /// A first stage from further off; whether there is one.
    fn widen(&mut self) -> bool {
        self.wider += 1;
        self.stage.epsilon *= WIDER;
        self.stage.sigma /= WIDER;
        self.wider <= MOST_WIDER
    }

    fn has_ended(&self) -> bool {
        self.stage.epsilon < LAST || self.unsolved >= MOST_UNSOLVED || self.stages >= MOST_STAGES
    }

    /// The stage after one that took so many steps, for multipliers of this size. The penalty is λ²/ε: with it
    /// multipliers and what is left of their rows count alike.
    fn go_on(
        &mut self,
        residuals: Residuals,
        open: f64,
        steps: usize,
        is_solved: bool,
        multiplier: f64,
    ) {
        self.before = Some(self.stage);
        self.stages += 1;
        self.unsolved = if is_solved { 0 } else { self.unsolved + 1 };
        if residuals.gap - residuals.loss < DUAL && self.tolerance > FINE_TOLERANCE {
            self.tolerance = FINE_TOLERANCE;
            return;
        }
        // What rows miss opens the gap, too.
        let missing = (residuals.gap - residuals.loss) / open;
        if missing <= FAR_BEHIND || residuals.primal <= PRIMAL {
            self.stage.epsilon *= match steps <= FEW_STEPS {
                true => FAST_FALL,
                false => FALL,
            };
        }
        let stays = residuals.primal > 0.25 * self.primal && residuals.primal > PRIMAL;
        self.primal = residuals.primal;
        self.firmness = match stays && missing > BEHIND {
            true => 4.0 * self.firmness,
            false => (0.5 * self.firmness).max(1.0),
        };
        let balanced = (multiplier * multiplier / self.stage.epsilon).min(MOST_SIGMA);
        self.stage.sigma = (self.firmness * balanced).min(LAST_SIGMA);
    }
}

impl Outer<'_, '_> {
    /// The end of the path, its multipliers and its penalty taken over; else how the search ends: solved where it leads
    /// near enough, or why it leads nowhere.
    pub(super) fn follow_smoothed(&mut self, start: &[f64]) -> Result<Vec<f64>, Ending> {
        let Some(newton) = self.take_direct_newton() else {
            return Err(self.short("the smoothed problems have no small systems"));
        };
        self.newton = Some(newton);
        let mut path = Path::new();
        let mut x = start.to_vec();
        self.lagrangian.rho = RHO * self.lagrangian.unit;
        while !path.has_ended() {
            let taken = self.iterations;
            let (point, end) = self.stage(&path, &x);
            if end == End::Endless || self.budget.is_spent() {
                break;
            }
            if path.before.is_none() && end != End::Converged {
                match path.widen() {
                    true => continue,
                    false => return Err(self.short("the smoothed problem was not solved")),
                }
            }
            x = point.x;
            let (residuals, open) = self.residuals_behind(&x);
            if self.is_done_behind(&x, residuals) {
                return Err(Ending::Solved);
            }
            let before = self.multipliers();
            self.lagrangian.accept_multipliers();
            if residuals.primal > LOOSE
                && infeasible(&mut self.lagrangian, &x, &before, PATH_REACH).is_some()
            {
                break;
            }
            let multiplier = self.largest_multiplier() / self.scales.objective;
            let (steps, is_solved) = (self.iterations - taken, end == End::Converged);
            path.go_on(residuals, open, steps, is_solved, multiplier);
        }
        self.lagrangian.smooth(None);
        self.pace = Pace::new();
        self.pace.tolerance = FIRST_TOLERANCE;
        self.stuck = 0;
        Ok(x)
    }

    /// The minimiser of a smoothed problem, from x.
    fn stage(&mut self, path: &Path, x: &[f64]) -> (Point, End) {
        self.pace.tolerance = path.tolerance;
        let mut point = self.predicted(path, x);
        let end = match point.is_finite() {
            true => self.minimise(&mut point).0,
            false => End::Stalled,
        };
        (point, end)
    }

    /// Where a step from x leads whose second derivatives are those of the stage before: they have λ/y for a row at its
    /// edge, of which a smaller ε leaves ε/y².
    fn predicted(&mut self, path: &Path, x: &[f64]) -> Point {
        self.lagrangian.anchor.copy_from_slice(x);
        self.set(path.stage);
        let mut point = Point::at(&mut self.lagrangian, x.to_vec());
        let Some(before) = path.before else {
            return point;
        };
        let Some(mut newton) = self.newton.take() else {
            return point;
        };
        self.set(before);
        self.lagrangian.evaluate(x, &mut vec![0.0; x.len()]);
        let direction = newton.step_for(&mut self.lagrangian, &point);
        self.newton = Some(newton);
        self.set(path.stage);
        let mut trial = point.clone();
        let step = search(
            &mut self.lagrangian,
            &mut point,
            &direction,
            1.0,
            true,
            &mut trial,
        );
        match step {
            Search::Step(_) => {
                self.iterations += 1;
                self.budget.count_iteration();
            }
            // The caches must stand at the point that is kept.
            Search::Endless | Search::Failed => {
                point.value = self.lagrangian.evaluate(&point.x, &mut point.gradient);
            }
        }
        point
    }

    fn set(&mut self, stage: Stage) {
        let epsilon = stage.epsilon * self.scales.objective * self.scales.primal;
        self.lagrangian.sigma = stage.sigma * self.lagrangian.unit;
        let multiplier = self.largest_multiplier();
        self.lagrangian.smooth(Some(Smoothing {
            epsilon,
            multiplier,
        }));
    }

    /// Those of the problem with kinks at the minimiser of a smoothed one, and what share of the gap ε has left open.
    fn residuals_behind(&mut self, x: &[f64]) -> (Residuals, f64) {
        let rounded = self.lagrangian.smooth(None);
        let open = self.lagrangian.left_open(&rounded);
        let residuals = self.residuals_and(x, open);
        let size = residuals.value.abs().max(1e-3 * self.scales.objective);
        (residuals, open / size)
    }

    /// Whether the problem with kinks is solved precisely, or solved no better than by the stage before.
    fn is_done_behind(&mut self, x: &[f64], residuals: Residuals) -> bool {
        let best = self.best.as_ref().map(|best| best.residuals);
        let gains = |best: Residuals| residuals.worst() < GAIN * best.worst();
        let is_last = best.is_some_and(|best| best.is_solved() && !gains(best));
        if residuals.is_solved() {
            self.remember(x, residuals);
            self.bound = self.bound.max(self.reach.bound(&self.lagrangian, x));
        }
        residuals.is_within(PRECISE) || is_last
    }

    /// max |λ|.
    fn largest_multiplier(&self) -> f64 {
        let multipliers = self
            .lagrangian
            .rows
            .iter()
            .flat_map(|rows| &rows.multiplier);
        multipliers.fold(0.0, |most, m| most.max(m.abs()))
    }
}
