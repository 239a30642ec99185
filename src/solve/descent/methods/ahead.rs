//! Where the way leads from a point: curvatures that a run did not come to see.

use super::super::budget::Budget;
use super::super::lbfgs::{minimise, norm};
use super::super::line_search::Point;
use super::curvature;
use super::objective::Objective;

/// Steps of a quick descent, and the slope that it ends at beside the first.
const FEWEST_STEPS: usize = 30;
const MOST_STEPS: usize = 100;
const LEVEL: f64 = 1e-6;

/// The end of a quick descent.
#[derive(Clone, Debug)]
pub struct Ahead {
    pub x: Vec<f64>,
    /// In the user's sense.
    pub value: f64,
    /// The largest curvature upwards there, where it is known.
    pub largest: Option<f64>,
    /// Whether the slope vanishes there.
    pub is_level: bool,
}

impl Ahead {
    /// By L-BFGS, in no more steps than a run of some length took; `None` where nothing is finite.
    pub fn of(
        objective: &mut Objective,
        from: &[f64],
        taken: usize,
        budget: &Budget,
    ) -> Option<Self> {
        let mut point = Point::at(objective, from.to_vec());
        let target = LEVEL * norm(&point.gradient);
        if !point.is_finite() {
            return None;
        }
        let most = taken.clamp(FEWEST_STEPS, MOST_STEPS);
        minimise(objective, &mut point, &mut |_| target, false, most, budget);
        let known = curvature::at(objective, &point.x);
        point.is_finite().then(|| Ahead {
            value: objective.sign * point.value,
            largest: known.map(|c| c.largest).filter(|c| c.is_finite()),
            is_level: norm(&point.gradient) <= target,
            x: point.x,
        })
    }
}
