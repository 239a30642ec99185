//! What a trace shows, in plain words.

use super::super::budget::Spent;
use super::curvature::Definiteness;
use super::lecture::Told;
use super::objective::Objective;
use super::plan::Kind;
use super::step::StepRule;
use super::trace::{Ending, Run};
use super::wording::{number, whole};

/// A step this many times shorter than it could be is called too slow.
const TOO_SLOW: f64 = 8.0;
/// Gradients count as turned round when the cosine between them is below this.
const TURNED: f64 = -0.5;
/// A condition number above this is worth a sentence.
const NARROW: f64 = 50.0;

/// The most important first.
pub fn sentences(told: &Told, objective: &Objective, convex: bool, tolerance: f64) -> Vec<String> {
    let mut seen = vec![ending(told, tolerance)];
    seen.extend(slowness(told, objective, tolerance));
    seen.extend(overshooting(told));
    seen.extend(narrow_valley(told));
    seen.extend(place(told, objective, convex));
    if let Some(name) = objective.kinked {
        seen.push(format!(
            "`{name}` has a kink: the gradient is one subgradient there and need not shrink"
        ));
    }
    seen.extend(told.run.notes.iter().cloned());
    seen
}

fn ending(told: &Told, tolerance: f64) -> String {
    let run = &told.run;
    let count = counted(run.iterations(), told);
    match &run.ending {
        Ending::Converged if run.iterations() == 0 => {
            "the gradient is zero at the start already".to_owned()
        }
        Ending::Converged => {
            let share = number(tolerance);
            match linear_rate(run) {
                Some(rate) => format!(
                    "converged after {count}: the gradient is below {share} of its first size; \
                     towards the end each step multiplied it by {}",
                    number(rate)
                ),
                None => format!(
                    "converged after {count}: the gradient is below {share} of its first size"
                ),
            }
        }
        Ending::Unfinished if is_growing(run) => {
            format!("diverging after {count}{}", why_diverging(told))
        }
        Ending::Unfinished => format!("not converged after {count}{}", remaining(run, tolerance)),
        Ending::Diverged => format!(
            "diverged at step {}{}",
            run.iterations(),
            why_diverging(told)
        ),
        Ending::Endless => format!("after {count} the objective falls without end: unbounded"),
        Ending::Stalled(reason) => format!("stopped after {count}: {reason}"),
        Ending::Cut(Spent::Interrupted) => format!("interrupted after {count}"),
        Ending::Cut(Spent::OutOfTime) => format!("stopped after {count} by the time limit"),
    }
}

fn counted(count: usize, told: &Told) -> String {
    let unit = if told.plan.kind.is_random() {
        "passes over the data"
    } else {
        "steps"
    };
    match (count, unit) {
        (1, "steps") => "1 step".to_owned(),
        (1, _) => "1 pass over the data".to_owned(),
        (n, unit) => format!("{n} {unit}"),
    }
}

/// Whether value and gradient are larger than at the start and still grow.
fn is_growing(run: &Run) -> bool {
    let count = run.trace.len();
    let (first, last) = (run.first(), run.last());
    let grown = last.gradient_norm > first.gradient_norm;
    grown && count > 2 && last.gradient_norm > run.trace[count - 2].gradient_norm
}

/// " with step 1.1 > 2/L = 1; each step multiplies the gradient by 1.2".
fn why_diverging(told: &Told) -> String {
    let mut text = String::new();
    let step = told.run.last().step;
    if let (Some(bound), Kind::Gradient) = (told.steepest.filter(|l| *l > 0.0), told.plan.kind) {
        let limit = 2.0 / bound;
        if step > limit {
            text = format!(
                " with step {} > 2/L = {}: every step overshoots by more than it gains",
                number(step),
                number(limit)
            );
        } else {
            text = format!(
                " with step {}; 2/L = {} where L was looked at, but the curvature grows on the way",
                number(step),
                number(limit)
            );
        }
    } else if step > 0.0 {
        text = format!(" with step {}; take a smaller one", number(step));
    }
    if let Some(rate) = told.run.rate().filter(|rate| *rate > 1.0) {
        text.push_str(&format!(
            "; each step multiplies the gradient by {}",
            number(rate)
        ));
    }
    text
}

/// ": at this rate 120 more steps are needed".
fn remaining(run: &Run, tolerance: f64) -> String {
    let share = run.last().gradient_norm / run.first().gradient_norm;
    let size = format!(": the gradient is {} of its first size", number(share));
    match linear_rate(run) {
        Some(rate) if rate < 1.0 - 1e-6 && share > tolerance => {
            let more = ((tolerance / share).ln() / rate.ln()).ceil();
            format!(
                "{size}; each step multiplies it by {}, so about {more:.0} more are needed",
                number(rate)
            )
        }
        Some(_) | None => size,
    }
}

/// The rate, where it is steady enough to be called one.
fn linear_rate(run: &Run) -> Option<f64> {
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

/// "too slow: the step could be 40 times larger: 2/L is 0.5".
fn slowness(told: &Told, objective: &Objective, tolerance: f64) -> Option<String> {
    let run = &told.run;
    let slow = match run.ending {
        Ending::Unfinished => !is_growing(run) && run.last().gradient_norm > tolerance,
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
            "too slow: the step could be {} times larger: 2/L is {}",
            whole(factor),
            number(limit)
        )
    } else if told.plan.step.is_diminishing() {
        format!(
            "the last step, {}, is {} times shorter than 2/L = {}: diminishing steps always \
             arrive, but late",
            number(step),
            whole(factor),
            number(limit)
        )
    } else {
        return None;
    })
}

/// A fixed step between 1/L and 2/L makes the gradient turn round at every step.
fn overshooting(told: &Told) -> Option<String> {
    let run = &told.run;
    if run.ending == Ending::Diverged || is_growing(run) || told.plan.kind != Kind::Gradient {
        return None;
    }
    let Some(StepRule::Fixed(step)) = told.plan.step.rule() else {
        return None;
    };
    let steps = &run.trace[1..];
    let turned = steps.iter().filter(|i| i.cosine < TURNED).count();
    if steps.len() < 4 || 2 * turned < steps.len() {
        return None;
    }
    let best = match told.steepest {
        Some(bound) if step > 1.0 / bound => format!(
            ": the step {} is longer than 1/L = {}",
            number(step),
            number(1.0 / bound)
        ),
        Some(_) | None => String::new(),
    };
    Some(format!(
        "overshooting: the gradient turned round at {turned} of {} steps{best}",
        steps.len()
    ))
}

fn narrow_valley(told: &Told) -> Option<String> {
    let curvature = told.curvature?;
    let condition = curvature.largest / curvature.least;
    let first_order = match told.plan.kind {
        Kind::Gradient | Kind::HeavyBall | Kind::Nesterov => true,
        Kind::Conjugate | Kind::Newton | Kind::Lbfgs | Kind::Stochastic | Kind::Adam => false,
    };
    (first_order && curvature.least > 0.0 && condition > NARROW).then(|| {
        format!(
            "a narrow valley: the largest curvature is {}, the least {}, {} times smaller; no fixed \
             step of plain gradient descent multiplies the error by less than {}",
            number(curvature.largest),
            number(curvature.least),
            whole(condition),
            number((condition - 1.0) / (condition + 1.0))
        )
    })
}

/// What kind of point was reached.
fn place(told: &Told, objective: &Objective, convex: bool) -> Option<String> {
    if told.run.ending != Ending::Converged {
        return None;
    }
    if convex {
        return Some(
            "the problem is proved convex, so this is a global minimum".replace(
                "minimum",
                if objective.sign < 0.0 {
                    "maximum"
                } else {
                    "minimum"
                },
            ),
        );
    }
    let kind = told.curvature?.definiteness();
    Some(format!("the point is {}", described(kind, objective.sign)))
}

/// "a local minimum: the Hessian is positive definite", for a stationary point.
pub fn described(kind: Definiteness, sign: f64) -> String {
    let (least, opposite) = if sign < 0.0 {
        ("maximum", "minimum")
    } else {
        ("minimum", "maximum")
    };
    let word = |plain: &'static str, turned: &'static str| if sign < 0.0 { turned } else { plain };
    match kind {
        Definiteness::Positive => format!(
            "a local {least}: the Hessian is {} definite",
            word("positive", "negative")
        ),
        Definiteness::Semidefinite => format!(
            "stationary, a local {least} as far as second derivatives tell: the Hessian is {} \
             semidefinite",
            word("positive", "negative")
        ),
        Definiteness::Indefinite => "a saddle point: the Hessian is indefinite".to_owned(),
        Definiteness::Negative => format!(
            "a local {opposite}: the Hessian is {} definite",
            word("negative", "positive")
        ),
    }
}
