//! A path of smooth problems towards the one with kinks and edges.
//!
//! With multipliers held apart from their bounds by ε log, a Newton step or two lead from one minimiser to the next
//! as ε falls: the search passes between the kinks instead of trying them one by one. The penalty grows as ε
//! falls, so that both round by as much.

use super::{End, Ending, Outer, Pace, Point};

/// ε of the first stage, in the unit of the objective, and its fall from one to the next.
const FIRST: f64 = 0.1;
const FALL: f64 = 0.3;
const STAGES: i32 = 21;
/// Proximal weight, in the unit of curvature.
const RHO: f64 = 1e-9;
/// Of the smooth problems, relative, and of the first with kinks.
const TOLERANCE: f64 = 1e-4;
const FIRST_TOLERANCE: f64 = 1e-6;

impl Outer<'_, '_> {
    /// The end of the path, its multipliers and its penalty taken over; else why it leads nowhere.
    pub(super) fn follow_smoothed(&mut self, start: &[f64]) -> Result<Vec<f64>, Ending> {
        let mut x = start.to_vec();
        self.lagrangian.rho = RHO * self.lagrangian.unit;
        for stage in 0..STAGES {
            let (point, end) = self.stage(FALL.powi(stage), &x);
            if stage == 0 && end != End::Converged {
                return Err(self.short("the smoothed problem was not solved"));
            }
            if end == End::Endless || self.budget.is_spent() {
                break;
            }
            x = point.x;
            self.lagrangian.accept_multipliers();
        }
        self.lagrangian.smooth(0.0);
        self.pace = Pace::new();
        self.pace.tolerance = FIRST_TOLERANCE;
        self.stuck = 0;
        Ok(x)
    }

    /// The minimiser with kinks rounded off by a share of the first, found from x.
    fn stage(&mut self, share: f64, x: &[f64]) -> (Point, End) {
        self.pace.tolerance = TOLERANCE;
        self.lagrangian
            .smooth(FIRST * share * self.scales.objective * self.scales.primal);
        self.lagrangian.sigma = self.lagrangian.unit / (FIRST * share);
        self.lagrangian.anchor.copy_from_slice(x);
        let mut point = Point::at(&mut self.lagrangian, x.to_vec());
        match point.is_finite() {
            true => {
                let end = self.minimise(&mut point).0;
                (point, end)
            }
            false => (point, End::Stalled),
        }
    }
}
