//! What derivatives, and values around it, say of a point where the gradient is zero.

use super::super::oracle::Smooth;
use super::beside::{self, Falls, flat_directions};
use super::curvature::{self, Curvature, Definiteness, Spectrum};
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
        let spectrum = curvature::spectrum(objective, x);
        Stationary::of(objective, x, spectrum.as_ref())
    }

    fn of(objective: &mut Objective, x: &[f64], spectrum: Option<&Spectrum>) -> Self {
        Stationary {
            curvature: spectrum.map(|s| s.ends),
            definiteness: spectrum.and_then(|s| curvature::definiteness(objective, x, s)),
            beside: None,
        }
    }

    /// `first` is the gradient's size at the start.
    pub fn examine(objective: &mut Objective, x: &[f64], first: f64) -> Self {
        let spectrum = curvature::spectrum(objective, x);
        let mut seen = Stationary::of(objective, x, spectrum.as_ref());
        if let Some(is_better) = kinks::lower_beside(objective, x, first) {
            seen.definiteness = None;
            seen.beside = Some(Beside::Kink { is_better });
            return seen;
        }
        let is_open = seen.definiteness == Some(Definiteness::Semidefinite);
        let eigen = spectrum.and_then(|s| s.eigen).filter(|_| is_open);
        let falls = eigen.and_then(|eigen| falls(objective, x, &eigen, first));
        seen.beside = falls.map(Beside::Falls);
        seen
    }

    pub fn is_at_kink(&self) -> bool {
        matches!(self.beside, Some(Beside::Kink { .. }))
    }
}

fn falls(objective: &mut Objective, x: &[f64], eigen: &Eigen, first: f64) -> Option<Falls> {
    if !objective.quadratic && curvature::is_inflection(objective, x, eigen, first) {
        return Some(Falls::OneSide);
    }
    let mut gradient = vec![0.0; x.len()];
    objective.evaluate(x, &mut gradient);
    let slope = gradient.clone();
    let mut value = |x: &[f64]| objective.evaluate(x, &mut gradient);
    beside::falls(&mut value, x, &slope, &flat_directions(eigen))
}
