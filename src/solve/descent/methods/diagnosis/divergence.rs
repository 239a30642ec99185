//! Values and gradients that grow, and why.

use super::super::lecture::Told;
use super::super::objective::Objective;
use super::super::plan::Kind;
use super::super::step::StepRule;
use super::super::trace::Run;
use super::super::wording::{apart, growth, number, whole};
use super::{direction, goal, improves_throughout, unit};

/// A last factor this far (of logarithms) from the mean one is no steady growth.
const UNEVEN: f64 = 0.2;

/// The gradients of the last quarter reach so many times as far as those before, or grow all the time.
const FARTHER: f64 = 1.5;

/// Whether the gradient is larger than at the start and still grows; one that goes up and down for ever does not.
pub fn is_growing(run: &Run) -> bool {
    let sizes: Vec<f64> = run.trace.iter().map(|i| i.gradient_norm).collect();
    let [first, .., before, last] = sizes[..] else {
        return false;
    };
    let (earlier, late) = sizes.split_at(sizes.len() - (sizes.len() / 4).max(2));
    let most = |part: &[f64]| part.iter().fold(0.0, |m: f64, size| m.max(*size));
    let farther = most(late) / most(earlier);
    let all_the_time = late.windows(2).all(|pair| pair[1] >= pair[0]);
    last > first && last > before && farther > 1.0 && (farther > FARTHER || all_the_time)
}

/// Of a run that used all its steps.
pub(super) fn growing(told: &Told, objective: &Objective, count: &str) -> String {
    if !improves_throughout(&told.run, objective) {
        return format!("diverging after {count}{}", why(told));
    }
    let outlook = match told.leads_on() {
        true => format!("the way to a {} is still long", goal(objective)),
        false => "perhaps there is no end to it".to_owned(),
    };
    format!(
        "not converged after {count}: the objective {} at every step, and the gradient grows: {outlook}",
        direction(objective)
    )
}

/// Of a run that was ended since its values grew.
pub(super) fn diverged(told: &Told, objective: &Objective) -> String {
    let place = match told.run.takes_rows {
        true => "in pass",
        false => "at step",
    };
    let step = told.run.iterations();
    if improves_throughout(&told.run, objective) {
        return format!(
            "stopped {place} {step}: the objective {} at every step, and the gradient has grown \
             beyond all measure: perhaps there is no end to it",
            direction(objective)
        );
    }
    format!("diverged {place} {step}{}", why(told))
}

/// " with step 1.1 > 2/L = 1: …; each step multiplies the gradient by 1.2".
fn why(told: &Told) -> String {
    let step = told.run.last().step;
    let bound = told.steepest.filter(|bound| *bound > 0.0);
    let rule = told.plan.step.rule();
    let planned = rule.is_some_and(|rule| rule.scheduled(1).is_some());
    let limit = bound.filter(|_| planned || rule.is_none());
    let limit = limit.and_then(|bound| longest_step(told, bound));
    let mut text = match limit {
        Some(limit) if step > limit.step || told.plan.kind == Kind::Gradient => {
            beside_curvature(step, &limit)
        }
        _ if step > 0.0 => {
            let advice = match rule {
                Some(_) if planned => "take a smaller one",
                Some(_) | None => "name a smaller one by `--step`, or less momentum",
            };
            format!(" with step {}; {advice}", number(step))
        }
        _ => String::new(),
    };
    text.extend(bound.and_then(|bound| late(told, bound)));
    text.extend(steady_growth(told));
    text
}

/// The longest step that converges on quadratics of curvature up to L.
struct Limit {
    formula: &'static str,
    step: f64,
}

/// With momentum β errors follow r² - (1 + β - aL)r + β, or r² - (1 + β)(1 - aL)r + β(1 - aL) with the gradient ahead,
/// which have a root at -1 for this step a: B. Polyak, "Some methods of speeding up the convergence of iteration
/// methods", 1964.
fn longest_step(told: &Told, bound: f64) -> Option<Limit> {
    let momentum = told.plan.momentum;
    let (formula, step) = match told.plan.kind {
        Kind::Gradient => ("2/L", 2.0 / bound),
        Kind::HeavyBall => ("2(1 + β)/L", 2.0 * (1.0 + momentum?) / bound),
        Kind::Nesterov => {
            let beta = momentum?;
            let share = (1.0 + beta) / (1.0 + 2.0 * beta);
            ("2(1 + β)/((1 + 2β)L)", 2.0 * share / bound)
        }
        _ => return None,
    };
    Some(Limit { formula, step })
}

fn beside_curvature(step: f64, limit: &Limit) -> String {
    let beyond = step > limit.step;
    let (step, longest) = apart(step, limit.step);
    let formula = limit.formula;
    match beyond {
        true => format!(
            " with step {step} > {formula} = {longest}: every step overshoots by more than it gains"
        ),
        false => format!(
            " with step {step}; {formula} = {longest} where L was looked at, but the curvature grows on \
             the way"
        ),
    }
}

/// Steps c/k or c/√k are shorter than 2/L from k > cL/2 or (cL/2)² on.
fn late(told: &Told, bound: f64) -> Option<String> {
    let last = match told.plan.step.rule()? {
        StepRule::Diminishing(c) => 0.5 * c * bound,
        StepRule::SquareRoot(c) => (0.5 * c * bound).powi(2),
        _ => return None,
    };
    let beyond = told.plan.kind == Kind::Gradient && told.run.iterations() as f64 <= last;
    beyond.then(|| {
        format!(
            "; these steps are shorter than that only from step {} on: take a smaller first one",
            whole(last.floor() + 1.0)
        )
    })
}

/// Where the steps are equal and the gradient grows evenly.
fn steady_growth(told: &Told) -> Option<String> {
    let fixed = matches!(told.plan.step.rule(), Some(StepRule::Fixed(_)));
    let rate = told.run.rate().filter(|rate| fixed && *rate > 1.0)?;
    let [.., before, last] = told.run.trace.as_slice() else {
        return None;
    };
    let now = (last.gradient_norm / before.gradient_norm).ln();
    let unit = unit(told);
    let steady = (now - rate.ln()).abs() <= UNEVEN * rate.ln();
    steady.then(|| format!("; each {unit} multiplies the gradient by {}", growth(rate)))
}
