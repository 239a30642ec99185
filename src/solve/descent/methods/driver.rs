//! The loop around every method.

use super::super::budget::Budget;
use super::super::lbfgs::norm;
use super::super::line_search::{Point, is_far_down};
use super::super::tape::product::dot;
use super::objective::Objective;
use super::remainder::Remainder;
use super::trace::{Ending, Iterate, Run};

/// A gradient this large beside the first counts as diverged.
const DIVERGED: f64 = 1e8;
/// So many rises of the value in a row, with the gradient this large beside the first, as well.
const RISES: usize = 15;
const GROWN: f64 = 10.0;
/// Halvings of a step that led out of all numbers: as many as there are powers of two.
const MOST_HALVINGS: usize = 1100;
/// A value beyond this has grown out of the numbers; one below it ends with the domain.
const HUGE: f64 = 1e100;

const LEFT_DOMAIN: &str = "the last step left the domain of the objective, or is far too long: a \
                           smaller one keeps inside";

const NO_START: &str =
    "the objective or its gradient is not finite at the start; name another by `--start`";

/// What one step did.
#[derive(Clone, Debug, PartialEq)]
pub enum Advance {
    /// The point was moved by this factor of the direction.
    Step(f64),
    /// The function falls without end along the direction.
    Endless,
    /// No step makes progress: why, in plain words.
    Stalled(String),
}

/// One descent method. It keeps its own memory between steps.
pub trait Method {
    /// As a report names it.
    fn name(&self) -> String;

    /// Moves `point`, with its value and gradient, by step `k` = 1, 2, ….
    fn advance(&mut self, objective: &mut Objective, point: &mut Point, k: usize) -> Advance;

    /// What the method saw, one sentence each.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// Evaluations that the objective did not count, in passes over the whole data.
    fn passes(&self) -> usize {
        0
    }

    /// Whether a step is a pass over data rows, some at a time.
    fn takes_rows(&self) -> bool {
        false
    }

    /// Whether value and gradient may grow for a while without harm.
    fn may_rise(&self) -> bool {
        false
    }
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'b> {
    pub iterations: usize,
    /// The gradient norm beside the first that counts as converged.
    pub tolerance: f64,
    /// Whether to go on, however small the gradient, while a Newton step would still be long.
    pub settle: bool,
    /// Whether the trace holds the points.
    pub keep: bool,
    pub budget: &'b Budget,
}

/// Runs the method from `start`.
pub fn run(
    objective: &mut Objective,
    method: &mut dyn Method,
    start: Vec<f64>,
    limits: &Limits<'_>,
) -> Run {
    let before = objective.evaluations();
    let mut point = Point::at(objective, start);
    let rounding = rounding(objective, &point);
    let products = objective.products;
    let count = |objective: &Objective, method: &dyn Method, watch: &Watch| {
        objective.evaluations() - before - watch.evaluations + method.passes()
    };
    let mut trace = vec![Iterate::of(&point, objective.sign, 0.0, 1, limits.keep)];
    let mut watch = Watch::new(&point, limits, method.may_rise(), rounding);
    let mut ending = if point.is_finite() {
        watch.seen(objective, &point)
    } else {
        Some(Ending::Stalled(NO_START.to_owned()))
    };
    let mut gradient = point.gradient.clone();
    while ending.is_none() && trace.len() <= limits.iterations {
        if let Some(spent) = limits.budget.spent() {
            ending = Some(Ending::Cut(spent));
            break;
        }
        match method.advance(objective, &mut point, trace.len()) {
            Advance::Step(step) => {
                let evaluations = count(objective, method, &watch);
                let mut iterate =
                    Iterate::of(&point, objective.sign, step, evaluations, limits.keep);
                iterate.cosine = cosine(&gradient, &point.gradient);
                gradient.clone_from(&point.gradient);
                trace.push(iterate);
                ending = watch.seen(objective, &point);
            }
            Advance::Endless => ending = Some(Ending::Endless),
            Advance::Stalled(reason) => ending = Some(Ending::Stalled(reason)),
        }
    }
    Run {
        method: method.name(),
        trace,
        ending: ending.unwrap_or(Ending::Unfinished),
        notes: method.notes(),
        takes_rows: method.takes_rows(),
        evaluations: count(objective, method, &watch),
        products: objective.products - products - watch.products,
        x: point.x,
    }
}

/// What the rounding of x makes of a gradient that is zero: 2ε |H x|.
fn rounding(objective: &mut Objective, point: &Point) -> f64 {
    let mut image = vec![0.0; point.x.len()];
    match objective.twice && objective.hessian_at(&point.x, &point.x, &mut image) {
        true => 2.0 * f64::EPSILON * norm(&image),
        false => 0.0,
    }
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let lengths = norm(a) * norm(b);
    if lengths > 0.0 {
        dot(a, b) / lengths
    } else {
        0.0
    }
}

/// Judges the run as it goes.
struct Watch {
    first: f64,
    /// The gradient norm below which the run ends.
    target: f64,
    settle: bool,
    may_rise: bool,
    before: Point,
    rises: usize,
    /// What the judging itself has cost.
    evaluations: usize,
    products: usize,
}

impl Watch {
    /// `rounding` is the size of a gradient at the start that counts as zero.
    fn new(start: &Point, limits: &Limits<'_>, may_rise: bool, rounding: f64) -> Self {
        let first = norm(&start.gradient);
        Watch {
            first,
            target: (limits.tolerance * first).max(rounding),
            settle: limits.settle,
            may_rise,
            before: start.clone(),
            rises: 0,
            evaluations: 0,
            products: 0,
        }
    }

    /// How the run ends here; `None` to go on.
    fn seen(&mut self, objective: &mut Objective, point: &Point) -> Option<Ending> {
        let (evaluations, products) = (objective.evaluations(), objective.products);
        let ending = self.judged(objective, point);
        self.evaluations += objective.evaluations() - evaluations;
        self.products += objective.products - products;
        ending
    }

    fn judged(&mut self, objective: &mut Objective, point: &Point) -> Option<Ending> {
        if !point.is_finite() {
            return Some(self.beyond_numbers(objective, point));
        }
        let size = norm(&point.gradient);
        let rises = point.value > self.before.value;
        if rises && size > DIVERGED * self.first {
            return Some(Ending::Diverged);
        }
        self.rises = if rises { self.rises + 1 } else { 0 };
        self.before.clone_from(point);
        if size <= self.target && self.is_settled(objective, point) {
            return Some(Ending::Converged);
        }
        let climbing = self.rises >= RISES && size > GROWN * self.first;
        (climbing && !self.may_rise).then_some(Ending::Diverged)
    }

    /// Else the gradient is asked for again when it is ten times smaller.
    fn is_settled(&mut self, objective: &mut Objective, point: &Point) -> bool {
        let settled = !self.settle || Remainder::at(objective, point).is_small;
        if !settled {
            self.target = 0.1 * norm(&point.gradient);
        }
        settled
    }

    /// What a point without a finite value or gradient tells, from the last finite value on the way to it.
    fn beyond_numbers(&self, objective: &mut Objective, point: &Point) -> Ending {
        let last = self.last_value_on_the_way(objective, point);
        if point.value == f64::NEG_INFINITY && is_far_down(last) {
            Ending::Endless
        } else if last.abs() < HUGE && point.x.iter().all(|x| x.is_finite()) {
            Ending::Stalled(LEFT_DOMAIN.to_owned())
        } else {
            Ending::Diverged
        }
    }

    /// On the way back from a point to the one before.
    fn last_value_on_the_way(&self, objective: &mut Objective, point: &Point) -> f64 {
        let mut between = point.clone();
        for _ in 0..MOST_HALVINGS {
            for (x, before) in between.x.iter_mut().zip(&self.before.x) {
                *x = 0.5 * (*x + before);
            }
            objective.refresh(&mut between);
            if between.value.is_finite() {
                return between.value;
            }
        }
        self.before.value
    }
}
