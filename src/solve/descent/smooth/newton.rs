//! Second-order steps where L-BFGS tires: badly conditioned problems take it tens of thousands of
//! steps, or more than rounding allows. Where curvature nearly vanishes plain Newton steps run away,
//! so they are taken under a proximal term: the augmented Lagrangian without constraints.

use super::{AIM, Run};
use crate::problem::Problem;
use crate::solve::Settings;
use crate::solve::descent::augmented_lagrangian;
use crate::solve::descent::budget::Budget;
use crate::solve::descent::found::{Ending, Found};
use crate::solve::descent::lagrangian::Lagrangian;
use crate::solve::descent::lbfgs::{End, norm};
use crate::solve::descent::line_search::Point;
use crate::solve::descent::model::Model;
use crate::solve::descent::newton::Newton;
use crate::solve::descent::normal_form::NormalForm;
use crate::solve::descent::oracle::Oracle;
use crate::solve::descent::start;

const MOST_POLISHING: usize = 40;

/// Takes the run on; `None` where the problem has no normal form.
pub(super) fn finish(
    problem: &Problem,
    settings: &Settings,
    run: &mut Run,
    oracle: &mut Oracle,
    budget: &Budget,
) -> Option<()> {
    let mut model = Model::new(NormalForm::new(problem).ok()?);
    model.use_threads(settings.threads);
    let mut start = start::point(problem, model.size);
    // Variables that stand for inner expressions follow the user's.
    let own = run.point.x.len();
    start.get_mut(..own)?.copy_from_slice(&run.point.x);
    let found = augmented_lagrangian::solve(&mut model, &start, &[], budget);
    run.take_up(found, oracle);
    if run.end != End::Endless && model.parts.is_empty() && model.curved.rows() == 0 {
        run.polish(&mut model, oracle, budget);
    }
    Some(())
}

impl Run {
    fn take_up(&mut self, mut found: Found, oracle: &mut Oracle) {
        found.x.truncate(self.point.x.len());
        self.iterations += found.iterations;
        self.others += found.evaluations;
        if let Ending::Unbounded(mut direction) = found.ending {
            direction.truncate(self.point.x.len());
            (self.end, self.direction) = (End::Endless, direction);
            return;
        }
        let reached = Point::at(oracle, found.x);
        if reached.value <= self.point.value {
            self.point = reached;
            self.method = "L-BFGS, Newton finish";
            if matches!(found.ending, Ending::Solved) {
                self.end = End::Converged;
            }
        }
    }

    /// Plain Newton steps: where no minimum is attained a proximal term holds the point back.
    fn polish(&mut self, model: &mut Model, oracle: &mut Oracle, budget: &Budget) {
        let aim = AIM * self.scale;
        let before = model.evaluations;
        let mut lagrangian = Lagrangian::new(model);
        let mut point = Point::at(&mut lagrangian, self.point.x.clone());
        let mut newton = Newton::new(&mut lagrangian);
        if newton.is_cheap() {
            let mut target = |_: &Lagrangian<'_>| aim;
            let most = MOST_POLISHING;
            let (_, steps) =
                newton.minimise(&mut lagrangian, &mut point, &mut target, most, budget);
            self.iterations += steps;
        }
        self.others += lagrangian.model.evaluations - before;
        let reached = Point::at(oracle, point.x);
        if reached.value <= self.point.value
            && norm(&reached.gradient) <= norm(&self.point.gradient)
        {
            self.point = reached;
        }
    }
}
