//! How fast a run came down, and what held it up.

use super::super::curvature::FORMED;
use super::super::lecture::{Told, is_worse};
use super::super::objective::Objective;
use super::super::plan::Kind;
use super::super::step::StepRule;
use super::super::trace::{Ending, Iterate, Run};
use super::super::wording::{factor, number, whole};
use super::divergence::is_growing;
use super::{direction, goal, improves_throughout, unit};

/// A step this many times shorter than it could be is called too slow.
const TOO_SLOW: f64 = 8.0;
/// Gradients count as turned round when the cosine between them is below this.
const TURNED: f64 = -0.5;
/// A condition number above this is worth a sentence.
const NARROW: f64 = 50.0;
/// One above this is no condition but a flat direction, unless the function is quadratic.
const FLAT: f64 = 1e7;
/// Fewer passes say nothing of noise.
const FEW_PASSES: usize = 10;
/// A last quarter whose mean gradient is not below this share of that of the quarter before stands still.
const SHRUNK: f64 = 0.7;
/// Values that change by less than this share of all their rises and falls lead nowhere.
const WANDERING: f64 = 0.5;
/// A product of step and curvature this close to 2 is 2.
const ROUNDING: f64 = 1e-9;

/// ": the gradient is 0.1 of its first size; each step multiplies it by 0.9, so at this rate about 120 more are
/// needed".
pub(super) fn remaining(told: &Told, tolerance: f64) -> String {
    let run = &told.run;
    let share = run.last().gradient_norm / run.first().gradient_norm;
    let size = format!(": the gradient is {} of its first size", number(share));
    match linear_rate(run).filter(|_| goes_on_evenly(told)) {
        Some(rate) if rate < 1.0 - 1e-6 && share > tolerance => {
            let more = ((tolerance / share).ln() / rate.ln()).ceil();
            format!(
                "{size}; each {} multiplies it by {}, so at this rate about {more:.0} more are needed",
                unit(told),
                factor(rate)
            )
        }
        Some(_) | None => size,
    }
}

/// Whether later steps multiply the gradient as the earlier ones did: not those of Adam, whose length hardly
/// depends on the gradient, nor steps that diminish, nor those of a point that wanders.
fn goes_on_evenly(told: &Told) -> bool {
    let rate = told.plan.step;
    let diminishes =
        rate.is_diminishing() || told.plan.kind == Kind::Stochastic && rate.rule().is_none();
    told.plan.kind != Kind::Adam && !diminishes && !is_wandering(&told.run)
}

/// Whether the values of the last half rise and fall more than they change on the whole.
fn is_wandering(run: &Run) -> bool {
    let half = &run.trace[run.trace.len() / 2..];
    let moves = half.windows(2).map(|pair| pair[1].value - pair[0].value);
    let (whole, parts) = moves.fold((0.0, 0.0), |(w, p), m| (w + m, p + m.abs()));
    whole.abs() < WANDERING * parts
}

/// The rate, where it is steady enough to be called one.
pub(super) fn linear_rate(run: &Run) -> Option<f64> {
    let count = run.iterations();
    if count < 10 {
        return None;
    }
    let ratio = |from: usize, to: usize| {
        let (a, b) = (&run.trace[from], &run.trace[to]);
        (b.gradient_norm / a.gradient_norm).powf(1.0 / (to - from) as f64)
    };
    let middle = count / 2;
    let quarter = middle + (count - middle) / 2;
    let (before, after) = (ratio(middle, quarter), ratio(quarter, count));
    let steady = (before.ln() - after.ln()).abs() <= 0.2 * after.ln().abs();
    (steady && after < 1.0).then(|| run.rate()).flatten()
}

/// "too slow: the step could be almost 40 times larger: 2/L is 0.5".
pub(super) fn slowness(told: &Told, objective: &Objective, tolerance: f64) -> Option<String> {
    let run = &told.run;
    let slow = match run.ending {
        Ending::Unfinished => {
            let first = run.first().gradient_norm;
            let may_be = !is_growing(run) || told.leads_on() && improves_throughout(run, objective);
            may_be && run.last().gradient_norm > tolerance * first
        }
        Ending::Converged => run.iterations() > 200,
        Ending::Diverged | Ending::Endless | Ending::Stalled(_) | Ending::Cut(_) => false,
    };
    let (Kind::Gradient, Some(bound), true) = (told.plan.kind, told.steepest, slow) else {
        return None;
    };
    let limit = 2.0 / bound;
    let step = run.last().step;
    let factor = limit / step;
    let fixed = matches!(told.plan.step.rule(), Some(StepRule::Fixed(_)));
    if factor < TOO_SLOW || !factor.is_finite() || objective.kinked.is_some() {
        return None;
    }
    Some(if fixed {
        format!(
            "too slow: the step could be almost {} times larger: 2/L is {}",
            whole(factor),
            number(limit)
        )
    } else if told.plan.step.is_diminishing() {
        format!(
            "the last step, {}, is {} times shorter than 2/L = {}: steps that diminish so fast arrive \
             late, if at all",
            number(step),
            whole(factor),
            number(limit)
        )
    } else {
        return None;
    })
}

/// A fixed step between 1/L and 2/L makes the gradient turn round at every step.
pub(super) fn overshooting(told: &Told, objective: &Objective) -> Option<String> {
    let run = &told.run;
    if run.ending == Ending::Diverged || is_growing(run) || told.plan.kind != Kind::Gradient {
        return None;
    }
    let Some(StepRule::Fixed(step)) = told.plan.step.rule() else {
        return None;
    };
    let steps = &run.trace[1..];
    let turned = steps.iter().filter(|i| i.cosine < TURNED).count();
    // At a kink there is no L.
    let bound = told.steepest.filter(|_| objective.kinked.is_none());
    if steps.len() < 4 || 2 * turned < steps.len() {
        return thrown(told, objective, step, bound?);
    }
    let best = bound.map_or(String::new(), |bound| beside_bound(step, bound, run));
    Some(format!(
        "overshooting: the gradient turned round at {turned} of {} steps{best}",
        steps.len()
    ))
}

/// ": the step 0.5 is longer than 1/L = 0.25".
fn beside_bound(step: f64, bound: f64, run: &Run) -> String {
    let product = step * bound;
    if (product - 2.0).abs() <= ROUNDING && run.ending == Ending::Unfinished {
        return format!(
            ": the step is 2/L = {}, with which the point swings to and fro for ever along the direction of \
             the largest curvature",
            number(step)
        );
    }
    match product > 1.0 {
        true => format!(
            ": the step {} is longer than 1/L = {}",
            number(step),
            number(1.0 / bound)
        ),
        false => String::new(),
    }
}

/// Of a run that ended at a worse value than it began with.
fn thrown(told: &Told, objective: &Objective, step: f64, bound: f64) -> Option<String> {
    let limit = 2.0 / bound;
    let is_thrown = told.run.ending == Ending::Unfinished && is_worse(objective, &told.run);
    (is_thrown && step > limit).then(|| {
        format!(
            "overshooting: the objective is worse than at the start: the step {} is longer than 2/L = {}",
            number(step),
            number(limit)
        )
    })
}

/// The geometric mean.
fn mean_gradient(part: &[Iterate]) -> f64 {
    let sizes = part
        .iter()
        .map(|i| i.gradient_norm.max(f64::MIN_POSITIVE).ln());
    (sizes.sum::<f64>() / part.len() as f64).exp()
}

/// With a constant rate the noise of mini-batches, or the length of Adam's steps, keeps the point off the
/// minimum; or the rate is too small to come near.
pub(super) fn standstill(told: &Told, objective: &Objective) -> Option<String> {
    let (run, kind) = (&told.run, told.plan.kind);
    let constant = match told.plan.step.rule() {
        Some(rule) => matches!(rule, StepRule::Fixed(_)),
        None => kind == Kind::Adam,
    };
    let finished = run.ending != Ending::Unfinished || is_growing(run);
    if !kind.is_random() || !constant || finished || run.iterations() < FEW_PASSES {
        return None;
    }
    let half = run.trace.len() / 2;
    let (before, after) = run.trace[half..].split_at(half / 2);
    if mean_gradient(after) <= SHRUNK * mean_gradient(before) {
        return None;
    }
    if !is_wandering(run) {
        return Some(format!(
            "too slow: the objective {} steadily, and the gradient hardly shrinks: take a larger rate",
            direction(objective)
        ));
    }
    Some(match run.takes_rows {
        true => format!(
            "the gradient no longer shrinks: with a constant rate the noise of the mini-batches keeps the \
             point in a ball about the {}; let the rate decay (`--step 0.1/sqrt(k)`), or take larger \
             batches",
            goal(objective)
        ),
        false => "the gradient no longer shrinks: at a constant rate the steps of Adam stay about as long \
                  as the rate; let it decay (`--step 0.1/sqrt(k)`), or take another one"
            .to_owned(),
    })
}

pub(super) fn narrow_valley(told: &Told, objective: &Objective) -> Option<String> {
    let ended = told.run.ending == Ending::Converged && !told.place.is_at_kink();
    let curvature = told
        .place
        .curvature
        .filter(|_| ended || objective.kinked.is_none())?;
    let condition = curvature.largest / curvature.least;
    let first_order = match told.plan.kind {
        Kind::Gradient | Kind::HeavyBall | Kind::Nesterov => true,
        Kind::Conjugate | Kind::Newton | Kind::Lbfgs | Kind::Stochastic | Kind::Adam => false,
    };
    // A curvature that rounding may have left is none, and a quadratic's is known better.
    let is_flat = !objective.quadratic && condition > FLAT;
    (first_order && curvature.least > 0.0 && condition > NARROW && !is_flat).then(|| {
        // Power iteration comes from inside.
        let (above, below, more) = match told.run.x.len() > FORMED {
            true => ("at least ", "at most ", "more than "),
            false => ("", "", ""),
        };
        format!(
            "a narrow valley: the largest curvature is {above}{}, the least {below}{}, {more}{} times smaller; \
             no fixed step of plain gradient descent multiplies the error by less than {}",
            number(curvature.largest),
            number(curvature.least),
            whole(condition),
            factor((condition - 1.0) / (condition + 1.0))
        )
    })
}
