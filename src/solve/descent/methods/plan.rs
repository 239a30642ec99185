//! Which method to run, with the steps and rates it takes when none are named.

use super::conjugate::Conjugate;
use super::curvature;
use super::driver::Method;
use super::gradient::Gradient;
use super::heavy_ball::HeavyBall;
use super::nesterov::Nesterov;
use super::newton::{self, Newton};
use super::objective::Objective;
use super::quasi_newton::QuasiNewton;
use super::rows::RowSum;
use super::step::StepRule;
use super::stochastic::{Adam, Stochastic};
use crate::problem::Problem;

/// The methods by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Gradient,
    HeavyBall,
    Nesterov,
    Conjugate,
    Newton,
    Lbfgs,
    Stochastic,
    Adam,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Gradient => "gradient descent",
            Kind::HeavyBall => "heavy ball",
            Kind::Nesterov => "Nesterov's method",
            Kind::Conjugate => "conjugate gradients",
            Kind::Newton => "Newton's method",
            Kind::Lbfgs => "L-BFGS",
            Kind::Stochastic => "stochastic gradient",
            Kind::Adam => "Adam",
        }
    }

    pub fn has_momentum(self) -> bool {
        match self {
            Kind::HeavyBall | Kind::Nesterov => true,
            Kind::Gradient
            | Kind::Conjugate
            | Kind::Newton
            | Kind::Lbfgs
            | Kind::Stochastic
            | Kind::Adam => false,
        }
    }

    /// Whether a step of the trace is a pass over the data in random order.
    pub fn is_random(self) -> bool {
        match self {
            Kind::Stochastic | Kind::Adam => true,
            Kind::Gradient
            | Kind::HeavyBall
            | Kind::Nesterov
            | Kind::Conjugate
            | Kind::Newton
            | Kind::Lbfgs => false,
        }
    }
}

/// Where the step comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StepChoice {
    /// The method's own.
    Own,
    /// 1/L with L the largest curvature at the start.
    InverseCurvature,
    Rule(StepRule),
}

impl StepChoice {
    /// The rule that the user named.
    pub fn rule(self) -> Option<StepRule> {
        match self {
            StepChoice::Rule(rule) => Some(rule),
            StepChoice::Own | StepChoice::InverseCurvature => None,
        }
    }

    pub fn is_diminishing(self) -> bool {
        matches!(
            self.rule(),
            Some(StepRule::Diminishing(_) | StepRule::SquareRoot(_))
        )
    }
}

/// A method with its settings, before the problem is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    pub kind: Kind,
    pub step: StepChoice,
    /// β of heavy ball and Nesterov; `None`: the method's own choice.
    pub momentum: Option<f64>,
    /// Rows in a mini-batch.
    pub batch: Option<usize>,
}

impl Plan {
    pub fn new(kind: Kind, step: StepChoice) -> Self {
        Plan {
            kind,
            step,
            momentum: None,
            batch: None,
        }
    }

    /// Ready to run from `start`; a method that does not fit the problem says why.
    pub fn method(
        &self,
        problem: &Problem,
        objective: &mut Objective,
        start: &[f64],
        seed: u64,
    ) -> Result<Box<dyn Method>, String> {
        self.fitting()?;
        let step = self.step(objective, start)?;
        let rule = |own: StepRule| step.unwrap_or(own);
        Ok(match self.kind {
            Kind::Gradient => Box::new(Gradient::new(rule(StepRule::Backtracking))),
            Kind::HeavyBall => Box::new(self.heavy_ball(step, objective, start)),
            Kind::Nesterov => Box::new(Nesterov::new(rule(StepRule::Backtracking), self.momentum)),
            Kind::Conjugate => Box::new(Conjugate::new(rule(StepRule::Exact))),
            Kind::Newton => Box::new(newton(step, objective)?),
            Kind::Lbfgs => Box::new(QuasiNewton::default()),
            Kind::Stochastic => {
                let rows = RowSum::new(problem, self.batch, seed)?;
                let rate = rate(step, || own_rate(objective, start))?;
                Box::new(Stochastic::new(rows, rate))
            }
            Kind::Adam => {
                let rows = RowSum::new(problem, self.batch, seed);
                Box::new(Adam::new(rows, rate(step, || StepRule::Fixed(0.01))?))
            }
        })
    }

    /// Refuses settings that the method does not heed.
    fn fitting(&self) -> Result<(), String> {
        let bb = self.step.rule() == Some(StepRule::BarzilaiBorwein);
        let refused = if self.momentum.is_some() && !self.kind.has_momentum() {
            "has no momentum to set; leave `--momentum` out"
        } else if self.batch.is_some() && !self.kind.is_random() {
            "takes no mini-batches; leave `--batch` out"
        } else if self.step != StepChoice::Own && self.kind == Kind::Lbfgs {
            "chooses its own steps; leave `--step` out"
        } else if bb && self.kind != Kind::Gradient {
            "takes no Barzilai-Borwein steps; they belong to gradient descent"
        } else {
            return Ok(());
        };
        Err(format!("{} {refused}", self.kind.name()))
    }

    fn step(&self, objective: &mut Objective, start: &[f64]) -> Result<Option<StepRule>, String> {
        match self.step {
            StepChoice::Own => Ok(None),
            StepChoice::Rule(rule) => Ok(Some(rule)),
            StepChoice::InverseCurvature => match curvature::at(objective, start) {
                Some(curvature) if curvature.bound() > 0.0 => {
                    Ok(Some(StepRule::Fixed(1.0 / curvature.bound())))
                }
                Some(_) | None => Err(
                    "the curvature at the start gives no step; name one by `--step 0.1`".to_owned(),
                ),
            },
        }
    }

    /// For quadratics with curvatures from m to L the best pair is t = 4/(√L + √m)²,
    /// β = ((√L - √m)/(√L + √m))² (Polyak 1964); else backtracking and β = 0.9, left out where the
    /// value would rise.
    fn heavy_ball(
        &self,
        step: Option<StepRule>,
        objective: &mut Objective,
        start: &[f64],
    ) -> HeavyBall {
        let mut best = (StepRule::Backtracking, 0.9);
        if objective.quadratic
            && let Some(curvature) = curvature::at(objective, start)
            && curvature.least > 0.0
        {
            let (high, low) = (curvature.largest.sqrt(), curvature.least.sqrt());
            best.1 = ((high - low) / (high + low)).powi(2);
            best.0 = StepRule::Fixed(4.0 / (high + low).powi(2));
        }
        let guarded = self.momentum.is_none() && !objective.quadratic;
        HeavyBall::new(
            step.unwrap_or(best.0),
            self.momentum.unwrap_or(best.1),
            guarded,
        )
    }
}

fn newton(step: Option<StepRule>, objective: &Objective) -> Result<Newton, String> {
    let size = objective.packing.size;
    if !objective.twice {
        return Err(
            "Newton's method needs second derivatives, which are not known here".to_owned(),
        );
    }
    if size > newton::LARGEST {
        return Err(format!(
            "Newton's method forms the Hessian of at most {} unknowns, and there are {size}; \
             take lbfgs",
            newton::LARGEST
        ));
    }
    Ok(Newton::new(step))
}

/// Rates of random methods are known beforehand.
fn rate(step: Option<StepRule>, own: impl FnOnce() -> StepRule) -> Result<StepRule, String> {
    let rule = step.unwrap_or_else(own);
    match rule.scheduled(1) {
        Some(_) => Ok(rule),
        None => Err(
            "mini-batches need a rate that is known beforehand: 0.01, 1/k or 1/sqrt(k)".to_owned(),
        ),
    }
}

/// (1/2L)/sqrt(k), with L at the start.
fn own_rate(objective: &mut Objective, start: &[f64]) -> StepRule {
    match curvature::at(objective, start).map(|c| c.bound()) {
        Some(bound) if bound > 0.0 => StepRule::SquareRoot(0.5 / bound),
        Some(_) | None => StepRule::SquareRoot(0.01),
    }
}
