//! What kind of point was reached.

use super::super::beside::Falls;
use super::super::curvature::{Curvature, Definiteness, FORMED};
use super::super::lecture::Told;
use super::super::objective::Objective;
use super::super::remainder::Remainder;
use super::super::stationary::{Beside, Stationary};
use super::super::trace::Ending;
use super::super::underflow::Level;
use super::super::wording::{Words, number, words};
use super::goal;

/// A least curvature below this share of the largest is none, up to rounding.
const NONE: f64 = 1e-13;
/// One below this share may fade to none further on.
const FLAT: f64 = 1e-10;

/// Words of minima only where a Newton step from the point would be small as well.
pub(super) fn place(
    told: &Told,
    objective: &Objective,
    convex: bool,
    tolerance: f64,
) -> Option<String> {
    let share = told.run.last().gradient_norm / told.run.first().gradient_norm;
    let small = told.run.ending == Ending::Converged || share <= tolerance;
    let remainder = told.remainder.filter(|_| small)?;
    if !remainder.is_small {
        return Some(open(objective, remainder));
    }
    if told.run.ending != Ending::Converged {
        return None;
    }
    if let Some(level) = told.level {
        return Some(described_level(level, objective.sign));
    }
    if convex {
        return Some(global(told, objective));
    }
    let Words {
        best: word,
        lower: better,
        ..
    } = words(objective.sign);
    if let (Some(Beside::Kink { is_better }), Some(name)) = (told.place.beside, objective.kinked) {
        return Some(match is_better {
            true => format!(
                "the point lies at a kink of `{name}` and is no local {word}: beside it the objective is \
                 {better}"
            ),
            false => format!(
                "the point lies at a kink of `{name}`, where derivatives show no {word}; none of the points \
                 tried beside it is {better}"
            ),
        });
    }
    if told.place.curvature.is_some() && told.place.definiteness.is_none() {
        return Some(format!(
            "the point is stationary; whether it is a {word} is not examined beyond {FORMED} unknowns"
        ));
    }
    Some(format!(
        "the point is {}",
        described(&told.place, objective.sign)?
    ))
}

/// Of a problem that is proved convex.
fn global(told: &Told, objective: &Objective) -> String {
    let word = goal(objective);
    let known = told.place.curvature.filter(|_| told.run.x.len() <= FORMED);
    let is_flat = |share: f64| known.is_some_and(|c| c.least.abs() <= share * c.bound());
    if objective.quadratic && is_flat(NONE) {
        return format!(
            "the problem is proved convex, so this is a global {word}, one of many: along some direction \
             there is no curvature"
        );
    }
    if !objective.quadratic && is_flat(FLAT) && told.run.last().gradient_norm > 0.0 {
        return format!(
            "the problem is proved convex, but flat along some direction: a {word} of about this value may \
             lie elsewhere, or be reached nowhere"
        );
    }
    format!("the problem is proved convex, so this is a global {word}")
}

/// Of a slope of zero that is one of the machine's numbers, not of the function.
pub fn described_level(level: Level, sign: f64) -> String {
    let name = level.name;
    let Words { best, fall, .. } = words(sign);
    match level.vanishes {
        true => format!(
            "`{name}` is smaller here than every number that the machine can hold and counts as 0, and so \
             does its slope: the objective may still {fall}, by less than such a number, and no {best} is \
             shown"
        ),
        false => format!(
            "`{name}` is so close to its limit here that the machine's numbers do not tell it from the limit, \
             and its slope counts as 0: the objective may still {fall}, by less than such numbers tell, and no \
             {best} is shown"
        ),
    }
}

/// "no minimum is reached yet: …".
fn open(objective: &Objective, remainder: Remainder) -> String {
    let Words { best, gain, .. } = words(objective.sign);
    let (reach, decrease) = (number(remainder.reach), number(remainder.decrease));
    if remainder.reach == 0.0 {
        return format!(
            "the gradient is small only beside the first: that a {best} is near is not shown, the \
             slope could still {gain} the objective by {decrease}"
        );
    }
    format!(
        "the gradient is small only beside the first: a Newton step from here would still move an \
         entry by {reach} and {gain} the objective by {decrease}, so no {best} is reached yet"
    )
}

/// "a local minimum: the Hessian is positive definite", for a stationary point; `None` where nothing is known.
pub fn described(place: &Stationary, sign: f64) -> Option<String> {
    match place.beside {
        Some(Beside::Falls(falls)) => Some(described_falls(falls, sign)),
        Some(Beside::Kink { is_better }) => Some(described_kink(is_better, sign)),
        None => Some(described_curvature(
            place.definiteness?,
            place.curvature,
            sign,
        )),
    }
}

/// "stationary and no local minimum: …".
pub fn described_falls(falls: Falls, sign: f64) -> String {
    let Words {
        best,
        falls: goes,
        lowest,
        ..
    } = words(sign);
    let sides = match falls {
        Falls::OneSide => "one side",
        Falls::BothSides => "both sides",
        Falls::FarOut => {
            return format!(
                "stationary up to rounding, but farther out the objective still {goes}, as far as was looked: \
                 its {lowest} value may be reached nowhere"
            );
        }
    };
    format!(
        "stationary and no local {best}: along a direction without curvature the objective {goes} on {sides}"
    )
}

fn described_kink(is_better: bool, sign: f64) -> String {
    let Words { best, lower, .. } = words(sign);
    match is_better {
        true => format!("at a kink, and no local {best}: beside it the objective is {lower}"),
        false => format!(
            "at a kink, where derivatives show no {best}; none of the points tried beside it is {lower}"
        ),
    }
}

fn described_curvature(kind: Definiteness, curvature: Option<Curvature>, sign: f64) -> String {
    let Words {
        best,
        worst,
        positive,
        negative,
        ..
    } = words(sign);
    let is_definite_here =
        curvature.is_some_and(|curvature| curvature.definiteness() == Definiteness::Positive);
    match kind {
        Definiteness::Positive => format!("a local {best}: the Hessian is {positive} definite"),
        Definiteness::Semidefinite if is_definite_here => format!(
            "stationary, a local {best} as far as second derivatives tell: all curvatures are {positive} here, but \
             the least of them fades or jumps close by"
        ),
        Definiteness::Semidefinite => format!(
            "stationary, a local {best} as far as second derivatives tell: the Hessian is {positive} semidefinite"
        ),
        Definiteness::Indefinite => "a saddle point: the Hessian is indefinite".to_owned(),
        Definiteness::Negative => format!("a local {worst}: the Hessian is {negative} definite"),
    }
}
