//! Newton's method: H d = -g, damped by backtracking.
//!
//! Where H is not positive definite its eigenvalues are replaced by their absolute values, so that d
//! leads downhill along directions of negative curvature as well (P. Gill and W. Murray,
//! "Newton-type methods for unconstrained and linearly constrained optimization", 1974).

use super::super::line_search::Point;
use super::super::tape::product::dot;
use super::curvature;
use super::driver::{Advance, Method};
use super::gradient::downhill;
use super::objective::Objective;
use super::step::{Chooser, StepRule};
use super::wording::number;
use crate::matrix::Eigen;
use nalgebra::{DMatrix, DVector};

/// Larger Hessians are not formed.
pub const LARGEST: usize = 1000;
/// Curvatures below this share of the largest are raised to it.
const FLAT: f64 = 1e-10;

#[derive(Clone, Debug)]
pub struct Newton {
    /// `None`: a full step where it lowers the value, else halved.
    rule: Option<StepRule>,
    direction: Vec<f64>,
    /// Steps at which H had negative curvature, and the least eigenvalue at the first.
    bent_down: usize,
    least: Option<(usize, f64)>,
    /// -1 where H is that of -f.
    sign: f64,
}

impl Newton {
    pub fn new(rule: Option<StepRule>) -> Self {
        Newton {
            rule,
            direction: Vec::new(),
            bent_down: 0,
            least: None,
            sign: 1.0,
        }
    }

    /// -H⁻¹g, or with |H| where H is not positive definite.
    fn turn(&mut self, hessian: DMatrix<f64>, gradient: &[f64], k: usize) -> bool {
        let right = DVector::from_iterator(gradient.len(), gradient.iter().map(|g| -g));
        if let Some(factor) = hessian.clone().cholesky() {
            let solution = factor.solve(&right);
            if solution.iter().all(|d| d.is_finite()) && dot(solution.as_slice(), gradient) < 0.0 {
                self.direction = solution.as_slice().to_vec();
                return true;
            }
        }
        let Some(eigen) = Eigen::of_symmetric(&hessian) else {
            return false;
        };
        let largest = eigen.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let least = eigen.values.first().copied().unwrap_or(0.0);
        if least < -FLAT * largest {
            self.bent_down += 1;
            self.least.get_or_insert((k, least));
        }
        if largest == 0.0 {
            downhill(gradient, &mut self.direction);
            return true;
        }
        let inverse = eigen.map(|v| 1.0 / v.abs().max(FLAT * largest));
        self.direction = (inverse * right).as_slice().to_vec();
        true
    }
}

impl Method for Newton {
    fn name(&self) -> String {
        match self.rule {
            Some(rule) => format!("Newton's method, {rule}"),
            None => "Newton's method, damped".to_owned(),
        }
    }

    fn advance(&mut self, objective: &mut Objective, point: &mut Point, k: usize) -> Advance {
        self.sign = objective.sign;
        let Some(hessian) = curvature::hessian(objective, &point.x) else {
            return Advance::Stalled("second derivatives are not known".to_owned());
        };
        if !self.turn(hessian, &point.gradient, k) {
            return Advance::Stalled("the Hessian is not finite".to_owned());
        }
        // Full steps are tried first each time, so the lengths of earlier steps do not count.
        let rule = self.rule.unwrap_or(StepRule::Backtracking);
        Chooser::with(rule, DECREASE).advance(objective, point, &self.direction, k)
    }

    fn notes(&self) -> Vec<String> {
        let Some((step, least)) = self.least else {
            return Vec::new();
        };
        let times = match self.bent_down {
            1 => "once".to_owned(),
            n => format!("{n} times"),
        };
        let (wanted, end, turned) = match self.sign < 0.0 {
            true => ("negative", "largest", "positive"),
            false => ("positive", "least", "negative"),
        };
        vec![format!(
            "the Hessian was not {wanted} definite {times}, first at step {step} ({end} eigenvalue {}); \
             {turned} curvatures were turned round",
            number(self.sign * least)
        )]
    }
}

/// Armijo's constant, small enough for full steps near the answer.
const DECREASE: f64 = 1e-4;
