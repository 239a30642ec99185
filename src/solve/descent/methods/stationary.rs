//! What derivatives, and values around it, say of a point where the gradient is zero.

use super::super::oracle::Smooth;
use super::beside::{self, Falls, flat_directions};
use super::curvature::{self, Curvature, Definiteness, FORMED};
use super::kinks;
use super::objective::Objective;
use crate::matrix::Eigen;

/// Of one point.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stationary {
    /// The ends of the Hessian's spectrum, where they are known; of the Lagrangian's along the active
    /// constraints where there are some, `None` where these leave no direction.
    pub curvature: Option<Curvature>,
    /// What they say, if they are steady there.
    pub definiteness: Option<Definiteness>,
    pub beside: Option<Beside>,
}

/// What values beside the point say, where second derivatives do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    Falls(Falls),
    /// The slope jumps here, and whether a point beside is better.
    Kink {
        is_better: bool,
    },
}

impl Stationary {
    /// Without a look at what values around the point say.
    pub fn by_curvature(objective: &mut Objective, x: &[f64]) -> Self {
        let curvature = curvature::at(objective, x);
        Stationary {
            curvature,
            definiteness: curvature.and_then(|c| curvature::definiteness(objective, x, c)),
            beside: None,
        }
    }

    /// `first` is the gradient's size at the start.
    pub fn examine(objective: &mut Objective, x: &[f64], first: f64) -> Self {
        let mut seen = Stationary::by_curvature(objective, x);
        if let Some(is_better) = kinks::lower_beside(objective, x, first) {
            seen.definiteness = None;
            seen.beside = Some(Beside::Kink { is_better });
            return seen;
        }
        if seen.definiteness == Some(Definiteness::Semidefinite) {
            let falls = match curvature::is_inflection(objective, x, first) {
                true => Some(Falls::OneSide),
                false => falls(objective, x),
            };
            seen.beside = falls.map(Beside::Falls);
        }
        seen
    }

    pub fn is_at_kink(&self) -> bool {
        matches!(self.beside, Some(Beside::Kink { .. }))
    }
}

fn falls(objective: &mut Objective, x: &[f64]) -> Option<Falls> {
    let formed = curvature::hessian(objective, x).filter(|_| x.len() <= FORMED)?;
    let directions = flat_directions(&Eigen::of_symmetric(&formed)?);
    let mut gradient = vec![0.0; x.len()];
    objective.evaluate(x, &mut gradient);
    let slope = gradient.clone();
    let mut value = |x: &[f64]| objective.evaluate(x, &mut gradient);
    beside::falls(&mut value, x, &slope, &directions)
}
