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
use super::step::StepRule;

/// The methods by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Gradient,
    HeavyBall,
    Nesterov,
    Conjugate,
    Newton,
    Lbfgs,
}

/// A method with its settings, before the problem is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    pub kind: Kind,
    /// `None`: the method's own choice.
    pub step: Option<StepRule>,
    /// β of heavy ball and Nesterov; `None`: the method's own choice.
    pub momentum: Option<f64>,
}

impl Plan {
    /// Ready to run from `start`; a method that does not fit the problem says why.
    pub fn method(
        &self,
        objective: &mut Objective,
        start: &[f64],
    ) -> Result<Box<dyn Method>, String> {
        let rule = |own: StepRule| self.step.unwrap_or(own);
        Ok(match self.kind {
            Kind::Gradient => Box::new(Gradient::new(rule(StepRule::Backtracking))),
            Kind::HeavyBall => Box::new(self.heavy_ball(objective, start)),
            Kind::Nesterov => {
                let rule = rule(StepRule::Backtracking);
                Box::new(Nesterov::new(rule, self.momentum))
            }
            Kind::Conjugate => Box::new(Conjugate::new(rule(StepRule::Exact))),
            Kind::Newton => Box::new(self.newton(objective)?),
            Kind::Lbfgs => match self.step {
                None => Box::new(QuasiNewton::default()),
                Some(_) => {
                    return Err("L-BFGS chooses its own steps; leave `--step` out".to_owned());
                }
            },
        })
    }

    /// For quadratics with curvatures from m to L the best pair is t = 4/(√L + √m)²,
    /// β = ((√L - √m)/(√L + √m))² (Polyak 1964); else t = 1/L at the start and β = 0.9.
    fn heavy_ball(&self, objective: &mut Objective, start: &[f64]) -> HeavyBall {
        let mut best = (StepRule::Backtracking, 0.9);
        if (self.step.is_none() || self.momentum.is_none())
            && let Some(curvature) = curvature::at(objective, start)
            && curvature.bound() > 0.0
        {
            best.0 = StepRule::Fixed(1.0 / curvature.bound());
            if objective.quadratic && curvature.least > 0.0 {
                let (high, low) = (curvature.largest.sqrt(), curvature.least.sqrt());
                best.1 = ((high - low) / (high + low)).powi(2);
                best.0 = StepRule::Fixed(4.0 / (high + low).powi(2));
            }
        }
        HeavyBall::new(self.step.unwrap_or(best.0), self.momentum.unwrap_or(best.1))
    }

    fn newton(&self, objective: &Objective) -> Result<Newton, String> {
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
        Ok(Newton::new(self.step))
    }
}
