//! Whether two answers agree, in words.

use super::judge::Judgement;
use super::points::flat;
use crate::problem::Goal;
use crate::solve::{Solution, Status};

/// Relative differences and violations up to here agree.
pub const AGREE: f64 = 1e-6;
/// And up to here, loosely.
pub const AGREE_LOOSELY: f64 = 1e-4;

/// The outcome of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Agreement {
    /// Relative objective difference, both feasible to 1e-6.
    Agree {
        difference: f64,
    },
    /// The same to 1e-4.
    Loosely {
        difference: f64,
    },
    BothInfeasible,
    BothUnbounded,
    Disagree {
        reason: String,
    },
    /// The reason why the other is missing.
    OneAnswer {
        reason: String,
    },
    NoAnswer {
        reason: String,
    },
}

/// One side of the comparison.
pub type Answer<'a> = (&'a Solution, Option<&'a Judgement>);

/// One that has a point.
type Judged<'a> = (&'a Solution, &'a Judgement);

/// Compares a conic and a gradient answer; either may be absent because it was not asked for.
pub fn agree(goal: Goal, conic: Option<Answer<'_>>, gradient: Option<Answer<'_>>) -> Agreement {
    match (conic, gradient) {
        (Some(conic), Some(gradient)) => compare(goal, conic, gradient),
        (Some(only), None) => single(only, "the conic path alone was asked for"),
        (None, Some(only)) => single(only, "the gradient path alone was asked for"),
        (None, None) => Agreement::NoAnswer {
            reason: "no path was run".to_owned(),
        },
    }
}

fn compare(goal: Goal, conic: Answer<'_>, gradient: Answer<'_>) -> Agreement {
    use Status::{Infeasible, Local, NotHandled, Solved, Stopped, Unbounded};
    match (&conic.0.status, &gradient.0.status) {
        (NotHandled(reason), NotHandled(other)) => Agreement::NoAnswer {
            reason: format!("{reason}; {other}"),
        },
        (_, NotHandled(reason)) => single(conic, reason),
        (NotHandled(reason), _) => single(gradient, reason),
        (Infeasible(_), Infeasible(_)) => Agreement::BothInfeasible,
        (Unbounded(_), Unbounded(_)) => Agreement::BothUnbounded,
        (Stopped(reason), Stopped(_)) => {
            confirmed(goal, conic, gradient).unwrap_or_else(|| Agreement::NoAnswer {
                reason: reason.clone(),
            })
        }
        (Solved | Local, Solved | Local) => {
            with_points(goal, conic, gradient).unwrap_or_else(|| Agreement::OneAnswer {
                reason: "the other path ended without a point".to_owned(),
            })
        }
        (Solved | Local, Stopped(reason)) => confirmed(goal, conic, gradient)
            .unwrap_or_else(|| single(conic, &format!("the gradient path stopped: {reason}"))),
        (Stopped(reason), Solved | Local) => confirmed(goal, conic, gradient)
            .unwrap_or_else(|| single(gradient, &format!("the conic path stopped: {reason}"))),
        (_, Stopped(reason)) => single(conic, &format!("the gradient path stopped: {reason}")),
        (Stopped(reason), _) => single(gradient, &format!("the conic path stopped: {reason}")),
        (
            Solved | Local | Infeasible(_) | Unbounded(_),
            Solved | Local | Infeasible(_) | Unbounded(_),
        ) => Agreement::Disagree {
            reason: different_words(conic, gradient),
        },
    }
}

/// One path has a point, the other says that there is none, or no bound.
fn different_words(conic: Answer<'_>, gradient: Answer<'_>) -> String {
    let words = format!(
        "the conic path calls the problem {}, the gradient path {}",
        conic.0.status.word(),
        gradient.0.status.word()
    );
    let near = match (&conic.0.status, &gradient.0.status) {
        (Status::Infeasible(_), _) => gradient.1,
        (_, Status::Infeasible(_)) => conic.1,
        _ => None,
    };
    match near.map(|judgement| judgement.violation) {
        Some(miss) if miss > 0.0 && miss <= AGREE_LOOSELY => format!(
            "{words}; the constraints contradict each other by so little that a point misses them by {miss:.1e} only"
        ),
        Some(_) | None => words,
    }
}

/// An answer that stopped early may still confirm the other, but not refute it; unless a better
/// point is known, or there is no objective that two paths could have found to be the same.
fn confirmed(goal: Goal, conic: Answer<'_>, gradient: Answer<'_>) -> Option<Agreement> {
    let counts = |judgement: &Judgement| judgement.objective.is_some() && !judgement.is_beaten;
    // A run that took no step tells nothing of its first point.
    let moved = |solution: &Solution| solution.work.iterations > 0;
    if ![conic.1?, gradient.1?].into_iter().all(counts) || !moved(conic.0) || !moved(gradient.0) {
        return None;
    }
    with_points(goal, conic, gradient).filter(|a| !matches!(a, Agreement::Disagree { .. }))
}

fn single(answer: Answer<'_>, reason: &str) -> Agreement {
    match answer.0.status {
        Status::Stopped(ref own) | Status::NotHandled(ref own) => Agreement::NoAnswer {
            reason: own.clone(),
        },
        Status::Solved | Status::Local | Status::Infeasible(_) | Status::Unbounded(_) => {
            Agreement::OneAnswer {
                reason: reason.to_owned(),
            }
        }
    }
}

fn with_points(goal: Goal, conic: Answer<'_>, gradient: Answer<'_>) -> Option<Agreement> {
    let (first, second) = (conic.1?, gradient.1?);
    let difference = difference(first, second);
    let violation = first.violation.max(second.violation);
    let worst = difference.max(violation);
    Some(if worst <= AGREE {
        Agreement::Agree { difference }
    } else if worst <= AGREE_LOOSELY {
        Agreement::Loosely { difference }
    } else {
        Agreement::Disagree {
            reason: disagreement(goal, (conic.0, first), (gradient.0, second), difference),
        }
    })
}

/// |f1 - f2| / max(u, |f1|, |f2|), u the unit of the objective, 1 where it is not known; infinite when either lies outside the domain.
fn difference(first: &Judgement, second: &Judgement) -> f64 {
    match (first.objective, second.objective) {
        (Some(a), Some(b)) if a.is_finite() && b.is_finite() => {
            let unit = first.unit.max(second.unit);
            let unit = if unit > 0.0 { unit } else { 1.0 };
            (a - b).abs() / unit.max(a.abs()).max(b.abs())
        }
        (None, None) => 0.0,
        _ => f64::INFINITY,
    }
}

fn disagreement(goal: Goal, conic: Judged<'_>, gradient: Judged<'_>, difference: f64) -> String {
    let violates = |(_, judgement): Judged<'_>| judgement.violation > AGREE_LOOSELY;
    match (violates(conic), violates(gradient)) {
        (true, true) => "both answers violate constraints".to_owned(),
        (true, false) => format!(
            "the conic answer violates constraints by {:.1e}",
            conic.1.violation
        ),
        (false, true) => format!(
            "the gradient answer violates constraints by {:.1e}",
            gradient.1.violation
        ),
        (false, false) => {
            let better = better(goal, conic, gradient).unwrap_or_default();
            format!("the objectives differ by {difference:.1e}{better}")
        }
    }
}

/// "; the gradient path's point is the better one, …": it refutes the other unless its violation, times the other's
/// multipliers, is worth the difference.
fn better(goal: Goal, conic: Judged<'_>, gradient: Judged<'_>) -> Option<String> {
    let (first, second) = (
        goal.sign() * conic.1.objective?,
        goal.sign() * gradient.1.objective?,
    );
    let (path, judgement, other, beaten) = match first < second {
        true => ("conic", conic.1, "gradient", gradient.0),
        false => ("gradient", gradient.1, "conic", conic.0),
    };
    let feasible = match judgement.violation {
        0.0 => "satisfies all constraints".to_owned(),
        violation => format!("satisfies all constraints to {violation:.0e}"),
    };
    let multipliers = beaten
        .duals
        .as_deref()
        .map_or(0.0, |duals| flat(duals).map(f64::abs).sum());
    let conclusion = match judgement.violation * multipliers < (first - second).abs() {
        true => format!(", so the {other} path's is not optimal"),
        false => format!(
            "; by the {other} path's multipliers, {multipliers:.0e} together, so small a miss is worth the difference, as \
             constraints nearly depend on each other"
        ),
    };
    (first != second && judgement.violation <= AGREE)
        .then(|| format!("; the {path} path's point is the better one and {feasible}{conclusion}"))
}
