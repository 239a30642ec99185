//! What a point is where the first-order conditions hold, in words.

use super::curvature::Definiteness;
use super::diagnosis::described;
use super::restarts::Place;
use super::wording::{Words, words};
use crate::problem::Problem;

const ALONG: &str = "along the active constraints the Hessian of the Lagrangian";

/// "a local minimum: …", "a saddle point: …".
pub fn kind(problem: &Problem, place: &Place) -> String {
    let sign = problem.objective.goal.sign();
    if problem.objective.expression.is_none() {
        return "a point that satisfies the constraints".to_owned();
    }
    if place.at_edge {
        return at_edge(place, words(sign));
    }
    let known = match (problem.constraints.is_empty(), place.seen.definiteness) {
        (true, _) => described(&place.seen, sign),
        (false, definiteness) => {
            let directions = place.seen.curvature.is_some();
            definiteness.map(|definiteness| along(definiteness, directions, words(sign)))
        }
    };
    known.unwrap_or_else(|| {
        "second derivatives were not examined: whether it is a minimum rests on the descent"
            .to_owned()
    })
}

/// Of a point some entries of which lie where a function ends.
fn at_edge(place: &Place, words: &Words) -> String {
    let word = words.best;
    let others = match place.seen.definiteness {
        Some(Definiteness::Positive) => "",
        _ => " as far as derivatives tell",
    };
    format!("a local {word} at the edge of the domain{others}")
}

/// The Lagrangian in the user's sense: of a maximised objective its Hessian is negated.
fn along(kind: Definiteness, directions: bool, words: &Words) -> String {
    let word = words.best;
    let definite = format!("{} definite", words.positive);
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
