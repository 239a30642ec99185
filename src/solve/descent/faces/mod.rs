//! Constraints that no point satisfies strictly, such as those of two balls that touch.
//!
//! At the optimum of such a problem there need be no multipliers, and a method of multipliers ends at a point that is
//! as far off as the square root of its accuracy. Let t = 0 be the least with h_k(x) <= t and G_k(x) + t I >> 0, and
//! λ, Z >= 0 the multipliers of that. Then L(x) = Σ λ_k h_k(x) - Σ <Z_k, G_k(x)> is convex, nowhere below zero, and
//! zero where all constraints hold: there λ_k > 0 asks for h_k(x) = 0, and <Z_k, G_k(x)> = 0 for U'G_k(x) = 0 with
//! the range U of Z_k. Between two such points all this is constant, so that they differ by steps along which
//! λ_k ∇h_k and λ_k ∇²h_k vanish. These are linear equations. With them multipliers exist again, or the next least t
//! exposes more (facial reduction: J. M. Borwein and H. Wolkowicz, Facial reduction for a cone-convex programming
//! problem, 1981).

mod echelon;
mod exposed;
mod onto;
mod room;

use super::found::Found;
use super::packing::Packing;
use super::violation::Violation;
use crate::problem::Problem;
use crate::solve::domains::{bounded, proved};
use crate::spelling::and_more;
use exposed::Exposed;
use room::Room;
use std::collections::BTreeSet;

/// Unknowns up to which the second derivatives are written out.
const MOST_UNKNOWNS: usize = 400;
const MOST_TURNS: usize = 6;
/// Constraints that hold by more than this share of their size have room: the optimum of such a problem may be as far
/// as the square root of it from that without room.
const NO_ROOM: f64 = 2e-10;

/// Constraints that a note names.
const MOST_NAMES: usize = 4;

/// What the constraints leave.
pub enum Left {
    /// The problem over the points that constraints without room leave, and the names of these constraints.
    Face(Box<Problem>, BTreeSet<String>),
    /// Nothing, by these multipliers.
    Nothing(Vec<Vec<f64>>),
}

/// `None` where the constraints have room, or where it is not known. `near` is any point, `solve` what solves such
/// problems.
pub fn left(
    problem: &Problem,
    near: &[f64],
    mut solve: impl FnMut(&Problem) -> Option<Found>,
) -> Option<Left> {
    let packing = Packing::new(problem);
    if packing.size > MOST_UNKNOWNS || problem.constraints.is_empty() {
        return None;
    }
    let own = problem.constraints.len();
    let with_domains = with_domains(problem);
    let problem = with_domains.as_ref().unwrap_or(problem);
    let mut face = None;
    let mut names = BTreeSet::new();
    for _ in 0..MOST_TURNS {
        let stated = face.as_ref().unwrap_or(problem);
        let mut room = Room::least(stated, &packing, &near[..packing.size], &mut solve)?;
        if room.slack > NO_ROOM && face.is_none() {
            let is_point = Violation::of(problem).worst(&packing, near).0 == 0.0;
            room.multipliers.truncate(own);
            return (!is_point).then_some(Left::Nothing(room.multipliers));
        }
        let is_full = room.slack.abs() <= NO_ROOM;
        let Some(exposed) = is_full.then(|| Exposed::by(stated, &room)).flatten() else {
            break;
        };
        names.extend(exposed.names(stated));
        face = Some(onto::written(stated, &packing, &exposed));
    }
    face.map(|face| Left::Face(Box::new(face), names))
}

/// Where functions end is a constraint too, as the least room has no objective to say so; `None` where they do not.
fn with_domains(problem: &Problem) -> Option<Problem> {
    let nodes = problem.graph.reachable(&problem.roots());
    proved(problem, &bounded(problem, &nodes))
}

/// What was found over the points that are left, for the problem itself. The face is known to the accuracy of its
/// points: what multipliers over it say of the value is no proof.
pub fn taken_back(mut found: Found, names: &BTreeSet<String>) -> Found {
    found.dual_value = None;
    found.without_multipliers(note(names))
}

fn note(names: &BTreeSet<String>) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(MOST_NAMES)
        .map(|n| format!("`{n}`"))
        .collect();
    let others = and_more(names.len() - shown.len());
    format!(
        "no point satisfies these constraints strictly: {}{others}; the problem was solved over the points where they hold with equality, and such an answer need not have multipliers",
        shown.join(", ")
    )
}
