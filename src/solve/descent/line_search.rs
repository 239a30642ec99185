//! A line search on the directional derivative.
//!
//! Values stop telling points apart near sqrt(machine precision), slopes do not; and where the
//! function is convex a slope that still falls proves descent. After W. Hager and H. Zhang, "A new
//! conjugate gradient method with guaranteed descent and an efficient line search", 2005.

use super::oracle::Smooth;
use super::tape::product::dot;

/// Wolfe's curvature condition: |slope| falls to this share.
const CURVATURE: f64 = 0.9;
/// Armijo's condition.
const DECREASE: f64 = 1e-4;
/// Values this close (relative) count as equal.
const ROUNDING: f64 = 1e-12;
const MOST_TRIALS: usize = 60;
/// A value below this fell there step by step.
const FALLEN: f64 = -1e10;

/// A point with its value and gradient.
#[derive(Clone, Debug, Default)]
pub struct Point {
    pub x: Vec<f64>,
    pub value: f64,
    pub gradient: Vec<f64>,
}

impl Point {
    pub fn at(function: &mut dyn Smooth, x: Vec<f64>) -> Self {
        let mut gradient = vec![0.0; x.len()];
        let value = function.evaluate(&x, &mut gradient);
        Point { x, value, gradient }
    }

    pub fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().all(|g| g.is_finite())
    }

    /// Whether the function, which had this value before, has fallen below all numbers here. Where it
    /// had not fallen far, the step has left the domain of a concave function, or is far too long.
    pub fn has_fallen_from(&self, value: f64) -> bool {
        self.value == f64::NEG_INFINITY && is_far_down(value)
    }
}

/// Whether a value this low tells of an endless fall.
pub fn is_far_down(value: f64) -> bool {
    value <= FALLEN
}

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Search {
    /// The step was taken.
    Step(f64),
    /// The function fell all the way.
    Endless,
    Failed,
}

/// Moves `point` along `direction` (of descent); `trial` is working space.
pub fn search(
    function: &mut dyn Smooth,
    point: &mut Point,
    direction: &[f64],
    first: f64,
    convex: bool,
    trial: &mut Point,
) -> Search {
    let slope = dot(&point.gradient, direction);
    if slope.is_nan() || slope >= 0.0 {
        return Search::Failed;
    }
    let mut bracket = Bracket::new(slope);
    let mut step = first;
    let mut lowest = point.value;
    let mut ended = false;
    // The longest step to a lower value, where the domain ends behind it.
    let mut to_edge = None;
    for _ in 0..MOST_TRIALS {
        step_to(&point.x, step, direction, &mut trial.x);
        trial.value = function.evaluate(&trial.x, &mut trial.gradient);
        ended |= trial.value == f64::NEG_INFINITY;
        lowest = if trial.is_finite() {
            lowest.min(trial.value)
        } else {
            lowest
        };
        if ended && is_far_down(lowest) || step > 1e30 {
            return Search::Endless;
        }
        if !trial.is_finite() {
            step = bracket.shrink(step);
            continue;
        }
        let trial_slope = dot(&trial.gradient, direction);
        if accepts(point.value, slope, trial.value, trial_slope, step, convex) {
            std::mem::swap(point, trial);
            return Search::Step(step);
        }
        let rises = trial_slope > 0.0 || (!convex && trial.value > point.value);
        if !convex && !rises && trial.value <= point.value + DECREASE * step * slope {
            to_edge = Some(step);
        }
        step = bracket.next(step, trial_slope, rises);
        if bracket.is_exhausted() {
            break;
        }
    }
    match to_edge.filter(|_| bracket.ends_at_edge()) {
        Some(step) => {
            step_to(&point.x, step, direction, &mut trial.x);
            trial.value = function.evaluate(&trial.x, &mut trial.gradient);
            std::mem::swap(point, trial);
            Search::Step(step)
        }
        None => Search::Failed,
    }
}

pub fn step_to(x: &[f64], step: f64, direction: &[f64], out: &mut [f64]) {
    for ((o, x), d) in out.iter_mut().zip(x).zip(direction) {
        *o = x + step * d;
    }
}

fn accepts(value: f64, slope: f64, trial: f64, trial_slope: f64, step: f64, convex: bool) -> bool {
    let armijo = trial <= value + DECREASE * step * slope;
    let near = trial <= value + ROUNDING * value.abs();
    let descends = armijo
        || (convex && trial_slope <= 0.0)
        || (near && trial_slope <= (2.0 * DECREASE - 1.0) * slope);
    trial_slope.abs() <= CURVATURE * slope.abs() && descends
}

/// Steps between which the slope turns.
struct Bracket {
    lower: f64,
    lower_slope: f64,
    upper: f64,
    upper_slope: Option<f64>,
}

impl Bracket {
    fn new(slope: f64) -> Self {
        Bracket {
            lower: 0.0,
            lower_slope: slope,
            upper: f64::INFINITY,
            upper_slope: None,
        }
    }

    /// After a step out of the domain.
    fn shrink(&mut self, step: f64) -> f64 {
        self.upper = step;
        self.upper_slope = None;
        self.lower + 0.3 * (step - self.lower)
    }

    fn next(&mut self, step: f64, slope: f64, rises: bool) -> f64 {
        if rises {
            self.upper = step;
            self.upper_slope = (slope > 0.0).then_some(slope);
        } else {
            let grown = self.extrapolate(step, slope);
            self.lower = step;
            self.lower_slope = slope;
            if self.upper.is_infinite() {
                return grown;
            }
        }
        let width = self.upper - self.lower;
        let share = self
            .upper_slope
            .map_or(0.5, |upper| self.lower_slope / (self.lower_slope - upper));
        self.lower + width * share.clamp(0.1, 0.9)
    }

    /// Where the slopes at the lower end and at `step` meet zero, within 2 to 10 steps.
    fn extrapolate(&self, step: f64, slope: f64) -> f64 {
        let secant = step - slope * (step - self.lower) / (slope - self.lower_slope);
        if secant.is_finite() && secant > step {
            secant.clamp(2.0 * step, 10.0 * step)
        } else {
            10.0 * step
        }
    }

    /// Whether the slope falls all the way to where the domain ends.
    fn ends_at_edge(&self) -> bool {
        self.lower > 0.0 && self.upper.is_finite() && self.upper_slope.is_none()
    }

    fn is_exhausted(&self) -> bool {
        self.upper.is_finite() && self.upper - self.lower <= 1e-16 * self.upper
    }
}
