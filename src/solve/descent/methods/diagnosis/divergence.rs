//! Values and gradients that grow, and why.

use super::super::lecture::Told;
use super::super::objective::Objective;
use super::super::plan::Kind;
use super::super::trace::Run;
use super::super::wording::number;
use super::{direction, improves_throughout};

/// Whether value and gradient are larger than at the start and still grow.
pub fn is_growing(run: &Run) -> bool {
    let count = run.trace.len();
    let (first, last) = (run.first(), run.last());
    let grown = last.gradient_norm > first.gradient_norm;
    grown && count > 2 && last.gradient_norm > run.trace[count - 2].gradient_norm
}

/// Of a run that used all its steps.
pub(super) fn growing(told: &Told, objective: &Objective, count: &str) -> String {
    if improves_throughout(&told.run, objective) {
        return format!(
            "not converged after {count}: the objective {} at every step, and the gradient grows: \
             perhaps there is no end to it",
            direction(objective)
        );
    }
    format!("diverging after {count}{}", why(told))
}

/// Of a run that was ended since its values grew.
pub(super) fn diverged(told: &Told, objective: &Objective) -> String {
    let step = told.run.iterations();
    if improves_throughout(&told.run, objective) {
        return format!(
            "stopped at step {step}: the objective {} at every step, and the gradient has grown \
             beyond all measure: perhaps there is no end to it",
            direction(objective)
        );
    }
    format!("diverged at step {step}{}", why(told))
}

/// " with step 1.1 > 2/L = 1: …; each step multiplies the gradient by 1.2".
fn why(told: &Told) -> String {
    let mut text = String::new();
    let step = told.run.last().step;
    if let (Some(bound), Kind::Gradient) = (told.steepest.filter(|l| *l > 0.0), told.plan.kind) {
        text = beside_curvature(step, 2.0 / bound);
    } else if step > 0.0 {
        let advice = match told.plan.step.rule() {
            Some(_) => "take a smaller one",
            None => "name a smaller one by `--step`, or less momentum",
        };
        text = format!(" with step {}; {advice}", number(step));
    }
    if let Some(rate) = told.run.rate().filter(|rate| *rate > 1.0) {
        text.push_str(&format!(
            "; each step multiplies the gradient by {}",
            number(rate)
        ));
    }
    text
}

fn beside_curvature(step: f64, limit: f64) -> String {
    let (step, beyond) = (number(step), step > limit);
    let limit = number(limit);
    match beyond {
        true => format!(
            " with step {step} > 2/L = {limit}: every step overshoots by more than it gains"
        ),
        false => format!(
            " with step {step}; 2/L = {limit} where L was looked at, but the curvature grows on \
             the way"
        ),
    }
}
