//! Rules for the step along a direction of descent.

mod backtracking;
mod barzilai_borwein;
mod exact;

use super::super::line_search::{Point, is_far_down, step_to};
use super::super::oracle::Smooth;
use super::super::tape::product::dot;
use super::driver::Advance;
use super::objective::Objective;
use super::wording::number;
use barzilai_borwein::Change;
use std::fmt;
use std::str::FromStr;

/// How long each step is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StepRule {
    Fixed(f64),
    /// c/k at step k.
    Diminishing(f64),
    /// c/sqrt(k) at step k.
    SquareRoot(f64),
    /// Halved until Armijo's condition holds.
    Backtracking,
    /// To where the directional derivative is zero.
    Exact,
    /// From the last change of point and gradient.
    BarzilaiBorwein,
}

impl StepRule {
    /// The length where it is known before the function is seen.
    pub fn scheduled(self, k: usize) -> Option<f64> {
        match self {
            StepRule::Fixed(step) => Some(step),
            StepRule::Diminishing(c) => Some(c / k as f64),
            StepRule::SquareRoot(c) => Some(c / (k as f64).sqrt()),
            StepRule::Backtracking | StepRule::Exact | StepRule::BarzilaiBorwein => None,
        }
    }
}

impl fmt::Display for StepRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StepRule::Fixed(step) => write!(f, "step {}", number(*step)),
            StepRule::Diminishing(c) => write!(f, "steps {}/k", number(*c)),
            StepRule::SquareRoot(c) => write!(f, "steps {}/sqrt(k)", number(*c)),
            StepRule::Backtracking => write!(f, "backtracking"),
            StepRule::Exact => write!(f, "exact steps"),
            StepRule::BarzilaiBorwein => write!(f, "Barzilai-Borwein steps"),
        }
    }
}

impl FromStr for StepRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        match squeezed.as_str() {
            "backtracking" => return Ok(StepRule::Backtracking),
            "exact" => return Ok(StepRule::Exact),
            "bb" => return Ok(StepRule::BarzilaiBorwein),
            _ => {}
        }
        let (number, rule): (&str, fn(f64) -> StepRule) =
            if let Some(number) = squeezed.strip_suffix("/sqrt(k)") {
                (number, StepRule::SquareRoot)
            } else if let Some(number) = squeezed.strip_suffix("/k") {
                (number, StepRule::Diminishing)
            } else {
                (&squeezed, StepRule::Fixed)
            };
        match number.parse::<f64>() {
            Ok(number) if number > 0.0 && number.is_finite() => Ok(rule(number)),
            _ => Err(
                "write a number greater than 0, or 1/k, 1/sqrt(k), backtracking, exact or bb"
                    .to_owned(),
            ),
        }
    }
}

/// A rule with its memory.
#[derive(Clone, Debug)]
pub struct Chooser {
    pub rule: StepRule,
    /// Armijo's constant: the share of the promised decrease that is asked for.
    decrease: f64,
    /// The last accepted length.
    last: Option<f64>,
    change: Change,
    trial: Point,
}

/// A length found along a direction.
enum Length {
    /// Not yet evaluated there.
    Chosen(f64),
    /// The trial point stands there.
    Tried(f64),
    Endless,
    Failed(String),
}

/// What is said of steps that grow beyond all measure.
pub(super) const FAR_OUT: &str = "the steps grow without end and the value hardly changes: there \
                                  may be no minimum, or one far away";
/// Steps longer than this are taken for endless.
const LONGEST: f64 = 1e30;
pub(super) const NO_STEP: &str = "no step along the direction lowers the value any more";
const LEVEL: &str =
    "the gradient is so small that its square counts as 0 in the numbers of the machine";
const STEEP: &str = "the gradient is so large that its square exceeds the numbers of the machine; start \
                     elsewhere by `--start`";
const UNDEFINED: &str = "the gradient is not finite where the step begins";
const UPHILL: &str = "the direction does not lead downhill";

/// Why no step is taken along a direction of this slope.
pub(super) fn refusal(slope: f64) -> Option<&'static str> {
    match slope {
        s if s.is_nan() => Some(UNDEFINED),
        0.0 => Some(LEVEL),
        f64::NEG_INFINITY => Some(STEEP),
        s if s > 0.0 => Some(UPHILL),
        _ => None,
    }
}

impl Chooser {
    pub fn new(rule: StepRule) -> Self {
        Chooser {
            rule,
            decrease: backtracking::DECREASE,
            last: None,
            change: Change::default(),
            trial: Point::default(),
        }
    }

    /// With another Armijo constant; lengths then begin at `first`.
    pub fn with(rule: StepRule, decrease: f64) -> Self {
        Chooser {
            decrease,
            ..Chooser::new(rule)
        }
    }

    /// Moves `point` along `direction`.
    pub fn advance(
        &mut self,
        objective: &mut Objective,
        point: &mut Point,
        direction: &[f64],
        k: usize,
    ) -> Advance {
        let length = self.length(objective, point, direction, k);
        self.change.remember(point);
        match length {
            Length::Chosen(step) => {
                self.place(point, direction, step);
                self.trial.value = objective.evaluate(&self.trial.x, &mut self.trial.gradient);
                self.take(point, step)
            }
            Length::Tried(step) => self.take(point, step),
            Length::Endless => Advance::Endless,
            Length::Failed(reason) => Advance::Stalled(reason),
        }
    }

    fn take(&mut self, point: &mut Point, step: f64) -> Advance {
        std::mem::swap(point, &mut self.trial);
        self.last = Some(step);
        Advance::Step(step)
    }

    fn place(&mut self, point: &Point, direction: &[f64], step: f64) {
        self.trial.x.resize(point.x.len(), 0.0);
        self.trial.gradient.resize(point.x.len(), 0.0);
        step_to(&point.x, step, direction, &mut self.trial.x);
    }

    fn try_at(&mut self, objective: &mut Objective, from: &Point, direction: &[f64], step: f64) {
        self.place(from, direction, step);
        self.trial.value = objective.evaluate(&self.trial.x, &mut self.trial.gradient);
    }

    /// Of a trial at a step beyond all measure.
    fn far_out(&self) -> Length {
        match self.trial.value.is_finite() && is_far_down(self.trial.value) {
            true => Length::Endless,
            false => Length::Failed(FAR_OUT.to_owned()),
        }
    }

    fn length(
        &mut self,
        objective: &mut Objective,
        point: &Point,
        direction: &[f64],
        k: usize,
    ) -> Length {
        if let Some(step) = self.rule.scheduled(k) {
            return Length::Chosen(step);
        }
        let slope = dot(&point.gradient, direction);
        if slope == f64::NEG_INFINITY && is_far_down(point.value) {
            return Length::Endless;
        }
        if let Some(reason) = refusal(slope) {
            return Length::Failed(reason.to_owned());
        }
        match self.rule {
            StepRule::Exact => self.exact(objective, point, direction, slope),
            StepRule::BarzilaiBorwein => match self.change.length(point) {
                Some(step) => self.spectral(objective, point, direction, step, slope),
                None => self.backtrack(objective, point, direction, slope),
            },
            StepRule::Backtracking
            | StepRule::Fixed(_)
            | StepRule::Diminishing(_)
            | StepRule::SquareRoot(_) => self.backtrack(objective, point, direction, slope),
        }
    }
}
