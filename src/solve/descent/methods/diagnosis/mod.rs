//! What a trace shows, in plain words.

mod divergence;
mod pace;
mod place;

use super::super::budget::Spent;
use super::lecture::{Analytic, EdgeOfDomain, Told};
use super::objective::Objective;
use super::trace::{Ending, Run};
use super::wording::{factor, number, words};
pub use divergence::is_growing;
pub use place::{described, described_falls, described_level};

/// Relative distance of a value that is that of the minimum.
const AT_MINIMUM: f64 = 1e-9;

/// The most important first.
pub fn sentences(told: &Told, objective: &Objective, convex: bool, tolerance: f64) -> Vec<String> {
    let mut seen = vec![ending(told, objective, tolerance)];
    seen.extend(pace::slowness(told, objective, tolerance));
    seen.extend(pace::overshooting(told, objective));
    seen.extend(told.edge.map(|edge| edge_of_domain(edge, objective)));
    seen.extend(pace::standstill(told, objective));
    seen.extend(pace::narrow_valley(told, objective));
    seen.extend(place::place(told, objective, convex, tolerance));
    seen.extend(told.run.notes.iter().cloned());
    seen
}

fn ending(told: &Told, objective: &Objective, tolerance: f64) -> String {
    let run = &told.run;
    let count = counted(run.iterations(), told);
    match &run.ending {
        Ending::Converged if run.iterations() == 0 => {
            "the gradient is zero at the start already".to_owned()
        }
        Ending::Converged => {
            let share = number(tolerance);
            match pace::linear_rate(run) {
                Some(rate) => format!(
                    "converged after {count}: the gradient is below {share} of its first size; \
                     towards the end each {} multiplied it by {}",
                    unit(told),
                    factor(rate)
                ),
                None => format!(
                    "converged after {count}: the gradient is below {share} of its first size"
                ),
            }
        }
        Ending::Unfinished if is_growing(run) => divergence::growing(told, objective, &count),
        Ending::Unfinished => format!(
            "not converged after {count}{}",
            pace::remaining(told, tolerance)
        ),
        Ending::Diverged => divergence::diverged(told, objective),
        Ending::Endless if run.iterations() == 0 => format!(
            "from the start on the objective {} without end: unbounded",
            direction(objective)
        ),
        Ending::Endless => format!(
            "after {count} the objective {} without end: unbounded",
            direction(objective)
        ),
        Ending::Stalled(reason) => format!("stopped after {count}: {reason}"),
        Ending::Cut(Spent::Interrupted) => format!("interrupted after {count}"),
        Ending::Cut(Spent::OutOfTime) => format!("stopped after {count} by the time limit"),
        Ending::Cut(Spent::OutOfIterations) => {
            format!("stopped after {count} by the limit on iterations")
        }
    }
}

/// How far a run that has not converged is from the minimum of a function with kinks.
pub fn at_kink(told: &Told, objective: &Objective, minimum: Option<&Analytic>) -> Option<String> {
    let name = objective
        .kinked
        .filter(|_| told.run.ending != Ending::Converged)?;
    let words = words(objective.sign);
    let kink = "the gradient is one subgradient there and need not shrink";
    let best = minimum.map(|minimum| minimum.value);
    let gap = best.map(|best| objective.sign * (told.run.last().value - best));
    Some(match (best, gap) {
        (Some(best), Some(gap)) if gap.abs() <= AT_MINIMUM * best.abs().max(1.0) => format!(
            "the value is that of the {}, {}{}: `{name}` has a kink, where 0 is one of many \
             subgradients, and the gradient another one",
            words.best,
            number(best),
            match gap {
                0.0 => String::new(),
                _ => format!(", to {:.0e}", gap.abs()),
            }
        ),
        (Some(best), Some(gap)) if gap.is_finite() => format!(
            "`{name}` has a kink: {kink}; the value is {} {} the {}, {}",
            number(gap.abs()),
            words.beyond,
            words.best,
            number(best)
        ),
        _ => format!("`{name}` has a kink: {kink}"),
    })
}

/// A point that comes ever closer to where the objective ends has no slope of zero before it.
fn edge_of_domain(edge: EdgeOfDomain, objective: &Objective) -> String {
    let word = goal(objective);
    let EdgeOfDomain { distance, growth } = edge;
    format!(
        "the domain of the objective ends less than {} further on, and the gradient has grown to {} of \
         its first size on the way there: a {word} at that edge has no slope of zero; `bowl solve` looks \
         for it",
        number(distance),
        number(growth)
    )
}

/// Where the objective goes when the methods make progress.
fn direction(objective: &Objective) -> &'static str {
    words(objective.sign).falls
}

/// What the methods are after.
fn goal(objective: &Objective) -> &'static str {
    words(objective.sign).best
}

/// What a line of the trace is.
fn unit(told: &Told) -> &'static str {
    match told.run.takes_rows {
        true => "pass",
        false => "step",
    }
}

fn counted(count: usize, told: &Told) -> String {
    let unit = match told.run.takes_rows {
        true => "passes over the data",
        false => "steps",
    };
    match (count, unit) {
        (1, "steps") => "1 step".to_owned(),
        (1, _) => "1 pass over the data".to_owned(),
        (n, unit) => format!("{n} {unit}"),
    }
}

/// Whether no step made the value worse.
fn improves_throughout(run: &Run, objective: &Objective) -> bool {
    let mut pairs = run.trace.windows(2);
    pairs.all(|pair| objective.sign * pair[1].value <= objective.sign * pair[0].value)
}
