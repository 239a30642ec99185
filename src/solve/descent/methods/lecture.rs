//! One problem, one start, one method or several: everything the report tells.

use super::super::budget::Budget;
use super::super::lbfgs::norm;
use super::super::line_search::{Point, step_to};
use super::super::oracle::Smooth;
use super::super::squares::with_sums_of_squares;
use super::super::{analytic, found, start};
use super::ahead::Ahead;
use super::curvature::{self, Curvature, Definiteness};
use super::diagnosis::{self, is_growing};
use super::driver::{Limits, run};
use super::endless::is_endless;
use super::minimum::minimum;
use super::objective::Objective;
use super::plan::Plan;
use super::remainder::Remainder;
use super::stationary::Stationary;
use super::trace::{Ending, Run};
use super::underflow::{self, Level};
use crate::problem::Problem;
use crate::solve::Settings;

/// Numbers kept for the points of a trace; longer traces keep values only.
const MOST_KEPT: usize = 4_000_000;
/// Share of the first gradient that counts as converged when nothing else is asked.
pub const TOLERANCE: f64 = 1e-8;
/// How far an edge of the domain is looked for, relative to max(1, |x|), where the gradient has grown
/// by this factor.
const NEAR_EDGE: [f64; 4] = [1e-12, 1e-9, 1e-6, 1e-3];
const GROWN: f64 = 100.0;

/// What the methods found.
#[derive(Clone, Debug)]
pub struct Lecture {
    pub objective: Objective,
    /// One for each method asked for.
    pub told: Vec<Told>,
    /// The direct solution, where there is one and the problem is proved convex.
    pub analytic: Option<Analytic>,
    /// The minimum by `solve`, where the objective is convex and has kinks.
    pub minimum: Option<Analytic>,
    pub convex: bool,
}

/// A run with what is seen in it.
#[derive(Clone, Debug)]
pub struct Told {
    pub plan: Plan,
    pub run: Run,
    /// What is known of the last point as a stationary one.
    pub place: Stationary,
    /// A function that is level at the last point by rounding alone.
    pub level: Option<Level>,
    /// Where the objective ends next to the last point.
    pub edge: Option<EdgeOfDomain>,
    /// What a Newton step from the last point would still do.
    pub remainder: Option<Remainder>,
    /// Where the way goes on.
    pub ahead: Option<Ahead>,
    /// The largest curvature met, and at the end of the way: L.
    pub steepest: Option<f64>,
    /// What the run shows, the most important sentence first.
    pub seen: Vec<String>,
}

impl Told {
    /// Whether the way goes on to a point without a slope.
    pub(super) fn leads_on(&self) -> bool {
        self.ahead.as_ref().is_some_and(|ahead| ahead.is_level)
    }
}

/// A step downhill that leaves the domain, and the gradient there beside the first.
#[derive(Clone, Copy, Debug)]
pub struct EdgeOfDomain {
    pub distance: f64,
    pub growth: f64,
}

/// The solution of the linear system behind a quadratic, or what `solve` finds.
#[derive(Clone, Debug)]
pub struct Analytic {
    pub x: Vec<f64>,
    /// In the user's sense.
    pub value: f64,
}

/// Runs each plan from the declared starts (zeros elsewhere).
pub fn lecture(
    problem: &Problem,
    plans: &[Plan],
    convex: bool,
    settings: &Settings,
) -> Result<Lecture, String> {
    let mut objective = Objective::new(problem)?;
    let first = start::point(problem, objective.packing.size);
    if !first.iter().all(|entry| entry.is_finite()) {
        return Err("the start must be finite".to_owned());
    }
    let minimum = convex
        .then(|| minimum(problem, &mut objective, settings))
        .flatten();
    let budget = Budget::of_time(settings);
    let mut told = Vec::with_capacity(plans.len());
    for plan in plans {
        let mut run = tell(
            problem,
            &mut objective,
            plan,
            &first,
            convex,
            settings,
            &budget,
        )?;
        let kink = diagnosis::at_kink(&run, &objective, minimum.as_ref());
        run.seen.extend(kink);
        told.push(run);
    }
    let analytic = convex
        .then(|| solution(problem, &mut objective, &first))
        .flatten();
    Ok(Lecture {
        objective,
        told,
        analytic,
        minimum,
        convex,
    })
}

/// The iterations of a plan: the user's, or 1000.
pub fn iterations(settings: &Settings) -> usize {
    settings.max_iterations.unwrap_or(1000)
}

fn tell(
    problem: &Problem,
    objective: &mut Objective,
    plan: &Plan,
    first: &[f64],
    convex: bool,
    settings: &Settings,
    budget: &Budget,
) -> Result<Told, String> {
    let iterations = iterations(settings);
    let mut method = plan.method(problem, objective, first, settings.seed)?;
    let limits = Limits {
        iterations,
        tolerance: settings.tolerance.unwrap_or(TOLERANCE),
        settle: settings.tolerance.is_none(),
        keep: iterations.saturating_mul(first.len()) <= MOST_KEPT,
        budget,
    };
    let mut run = run(objective, method.as_mut(), first.to_vec(), &limits);
    let open = matches!(
        run.ending,
        Ending::Unfinished | Ending::Diverged | Ending::Stalled(_)
    );
    if open && is_endless(objective, &run) {
        run.ending = Ending::Endless;
    }
    let edge = edge_of_domain(objective, &run);
    let ended = !matches!(run.ending, Ending::Diverged | Ending::Endless) && !is_growing(&run);
    let place = match ended {
        true if run.ending == Ending::Converged && !convex => {
            Stationary::examine(objective, &run.x, run.first().gradient_norm)
        }
        true => Stationary::by_curvature(objective, &run.x),
        false => Stationary::default(),
    };
    let remainder = ended.then(|| {
        let last = Point::at(objective, run.x.clone());
        Remainder::at(objective, &last)
    });
    // Of a convex function a slope that is small but there tells of a minimum nearby.
    let is_small = run.last().gradient_norm > 0.0;
    let may_fade = place.definiteness != Some(Definiteness::Positive) && !(convex && is_small);
    let level = may_fade
        .then(|| underflow::level(problem, &run.x))
        .flatten();
    let ahead = ahead(objective, &run, first, budget);
    let steepest = steepest(objective, &run, first, place.curvature, ahead.as_ref());
    let mut told = Told {
        plan: *plan,
        run,
        place,
        level,
        edge,
        remainder,
        ahead,
        steepest,
        seen: Vec::new(),
    };
    told.seen = diagnosis::sentences(&told, objective, convex, limits.tolerance);
    Ok(told)
}

/// Of a run that came down while the gradient grew: whether a step along the gradient, no longer than
/// a small share of the way so far, leaves the domain.
fn edge_of_domain(objective: &mut Objective, run: &Run) -> Option<EdgeOfDomain> {
    let growth = run.last().gradient_norm / run.first().gradient_norm;
    let last = Point::at(objective, run.x.clone());
    let size = norm(&last.gradient);
    let ended = matches!(run.ending, Ending::Unfinished | Ending::Stalled(_));
    if !ended || !last.is_finite() || growth.is_nan() || growth < GROWN {
        return None;
    }
    let mut beside = last.clone();
    let mut lengths = NEAR_EDGE
        .into_iter()
        .map(|share| share * norm(&run.x).max(1.0));
    let distance = lengths.find(|length| {
        step_to(&run.x, -length / size, &last.gradient, &mut beside.x);
        objective.refresh(&mut beside);
        !beside.value.is_finite()
    })?;
    Some(EdgeOfDomain { distance, growth })
}

/// Where the way goes on from a run that came to no end, and where it would from the start of one that blew up;
/// a quadratic is the same everywhere.
fn ahead(objective: &mut Objective, run: &Run, first: &[f64], budget: &Budget) -> Option<Ahead> {
    let from = match run.ending {
        Ending::Unfinished if !is_worse(objective, run) => &run.x,
        Ending::Unfinished | Ending::Diverged => first,
        _ => return None,
    };
    let is_known = objective.quadratic || objective.kinked.is_some();
    (!is_known).then(|| Ahead::of(objective, from, run.iterations(), budget))?
}

/// Whether the run ended at a worse value than it began with.
pub(super) fn is_worse(objective: &Objective, run: &Run) -> bool {
    let (first, last) = (run.first().value, run.last().value);
    last.is_nan() || objective.sign * last > objective.sign * first
}

/// L over the start, the first steps, the last point and the end of the way: the largest curvature upwards. Along
/// a direction that bends down no step is too long.
fn steepest(
    objective: &mut Objective,
    run: &Run,
    first: &[f64],
    last: Option<Curvature>,
    ahead: Option<&Ahead>,
) -> Option<f64> {
    if let Some(known) = last.filter(|_| objective.quadratic) {
        return Some(known.bound());
    }
    let mut places: Vec<&[f64]> = vec![first];
    if last.is_some() {
        let start = objective.sign * run.first().value;
        let early = run.trace.iter().skip(1).take(2);
        let early = early.filter(|i| !i.x.is_empty() && objective.sign * i.value <= start);
        places.extend(early.map(|i| i.x.as_slice()));
    }
    let met = places
        .into_iter()
        .filter_map(|x| curvature::at(objective, x))
        .map(|curvature| curvature.largest);
    met.chain(last.map(|curvature| curvature.largest))
        .chain(ahead.and_then(|ahead| ahead.largest))
        .filter(|largest| largest.is_finite() && *largest > 0.0)
        .reduce(f64::max)
}

/// Of many solutions the one nearest to the start, where gradient descent leads as well.
fn solution(problem: &Problem, objective: &mut Objective, first: &[f64]) -> Option<Analytic> {
    let squares = with_sums_of_squares(problem);
    let found = analytic::solve(squares.as_ref().unwrap_or(problem))?;
    let x = (found.ending == found::Ending::Solved).then_some(found.x)?;
    let x = curvature::nearest_without_curvature(objective, &x, first).unwrap_or(x);
    let mut slope = vec![0.0; x.len()];
    let value = objective.sign * objective.evaluate(&x, &mut slope);
    Some(Analytic { x, value })
}
