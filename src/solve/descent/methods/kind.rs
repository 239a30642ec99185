//! What a point is where the first-order conditions hold, in words.

use super::super::is_maximised;
use super::curvature::Definiteness;
use super::diagnosis::described;
use super::restarts::Place;
use crate::problem::Problem;

const ALONG: &str = "along the active constraints the Hessian of the Lagrangian";

/// "a local minimum: …", "a saddle point: …".
pub fn kind(problem: &Problem, place: &Place) -> String {
    let is_maximised = is_maximised(problem);
    let sign = if is_maximised { -1.0 } else { 1.0 };
    if problem.objective.expression.is_none() {
        return "a point that satisfies the constraints".to_owned();
    }
    if place.at_edge {
        return at_edge(place, is_maximised);
    }
    let unknown =
        "second derivatives were not examined: whether it is a minimum rests on the descent";
    match place.seen.definiteness {
        _ if problem.constraints.is_empty() => {
            described(&place.seen, sign).unwrap_or_else(|| unknown.to_owned())
        }
        None => unknown.to_owned(),
        Some(definiteness) => {
            let directions = place.seen.curvature.is_some();
            let word = if is_maximised { "maximum" } else { "minimum" };
            along(definiteness, directions, word, is_maximised)
        }
    }
}

/// Of a point some entries of which lie where a function ends.
fn at_edge(place: &Place, is_maximised: bool) -> String {
    let word = if is_maximised { "maximum" } else { "minimum" };
    let others = match place.seen.definiteness {
        Some(Definiteness::Positive) => "",
        _ => " as far as derivatives tell",
    };
    format!("a local {word} at the edge of the domain{others}")
}

/// The Lagrangian in the user's sense: of a maximised objective its Hessian is negated.
fn along(kind: Definiteness, directions: bool, word: &str, is_maximised: bool) -> String {
    let definite = match is_maximised {
        true => "negative definite",
        false => "positive definite",
    };
    match kind {
        Definiteness::Positive if !directions => {
            format!("a local {word}: the active constraints leave no direction")
        }
        Definiteness::Positive => format!("a local {word}: {ALONG} is {definite}"),
        Definiteness::Semidefinite => format!(
            "a local {word} as far as derivatives tell: {ALONG} is not {definite}, and no way to a \
             better value was found"
        ),
        Definiteness::Indefinite => format!("a saddle point: {ALONG} is indefinite"),
        Definiteness::Negative => {
            format!("no local {word}: {ALONG} has the wrong sign in every direction")
        }
    }
}
