//! Why a local search ended without an answer, in plain words.

use super::reached::Outcome;
use super::search::Judged;
use crate::expr::ExprId;
use crate::problem::Problem;
use crate::solve::descent::found::NO_START;
use crate::solve::descent::methods::curvature::Definiteness;
use crate::solve::descent::methods::{described_falls, described_level};
use crate::solve::descent::packing::Packing;

/// More entries are counted, not named.
const MOST_NAMED: usize = 4;

pub fn why_short(problem: &Problem, judged: &Judged, tried: usize, kept: &[ExprId]) -> String {
    let residuals = judged.residuals;
    if judged.reached.outcome == Outcome::NoStart {
        return format!("{NO_START}; so it is at the other starts that were tried");
    }
    if judged.reached.outcome == Outcome::Endless {
        return "the objective falls without end as far as was tried, and the constraints were not \
                kept on the way: whether the problem has a bound is not decided"
            .to_owned();
    }
    if !judged.is_feasible() {
        return no_feasible_point(problem, judged, tried);
    }
    if judged.at_kink {
        return format!(
            "the point lies at a kink of {}, where one slope does not decide whether it is a local \
             minimum",
            kinks(problem, kept)
        );
    }
    if residuals.are_satisfied() {
        let sign = problem.objective.goal.sign();
        return match (judged.level, judged.falls) {
            (Some(level), _) => described_level(level, sign),
            (None, Some(falls)) => described_falls(falls, sign),
            (None, None) => stationary(judged),
        };
    }
    format!(
        "the first-order conditions hold only to these residuals: violation {:.1e}, gradient of \
         the Lagrangian {:.1e}, complementarity {:.1e}",
        residuals.violation, residuals.stationarity, residuals.complementarity
    )
}

fn no_feasible_point(problem: &Problem, judged: &Judged, tried: usize) -> String {
    let starts = match tried {
        1 => "one start".to_owned(),
        n => format!("{n} starts"),
    };
    let worst = judged.worst.map_or(String::new(), |k| {
        let name = &problem.constraints[k].name;
        format!(
            "; the closest violates `{name}` by {:.1e}",
            judged.residuals.violation
        )
    });
    format!(
        "no point that satisfies the constraints was found from {starts}{worst}. This does not prove \
         that there is none"
    )
}

fn stationary(judged: &Judged) -> String {
    let second = judged.second.as_ref();
    let least = second.and_then(|s| s.curvature).map(|c| c.least);
    let what = match second.map(|s| s.definiteness) {
        Some(Definiteness::Negative) => "no local minimum",
        Some(Definiteness::Positive | Definiteness::Semidefinite | Definiteness::Indefinite)
        | None => "a saddle point",
    };
    let least = least.map_or(String::new(), |c| format!(" {c:.3e}"));
    format!(
        "{what}: the first-order conditions hold, but along the active constraints there are \
         directions of negative curvature{least}"
    )
}

/// Which entries lie at an edge of a domain.
pub fn at_edge(problem: &Problem, entries: &[usize]) -> String {
    let packing = Packing::new(problem);
    let mut names: Vec<String> = entries
        .iter()
        .filter_map(|&entry| entry_name(problem, &packing, entry))
        .collect();
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    if more > 0 {
        names.push(format!("{more} more entries"));
    }
    let verb = if entries.len() == 1 { "lies" } else { "lie" };
    format!(
        "{} {verb} at the edge of the domain; from there the objective gets worse on every way inside \
         that was tried",
        listed(&names)
    )
}

/// "a", "a and b", "a, b and c".
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `x`, `x[2]`, `X[1, 2]` for a free entry.
fn entry_name(problem: &Problem, packing: &Packing, entry: usize) -> Option<String> {
    let mut pairs = problem.variables.iter().zip(&packing.variables);
    let (variable, packed) = pairs.find(|(_, packed)| packed.range().contains(&entry))?;
    let shape = variable.shape;
    let own = |&position: &usize| packed.free_entry(position) == Some(entry - packed.start);
    let position = (0..shape.size()).find(own)?;
    let (row, column) = variable.first_index;
    let (i, j) = (position % shape.rows, position / shape.rows);
    let (i, j) = (row + i as i64, column + j as i64);
    Some(match (shape.is_scalar(), shape.is_column()) {
        (true, _) => variable.name.to_string(),
        (_, true) => format!("{}[{i}]", variable.name),
        _ => format!("{}[{i}, {j}]", variable.name),
    })
}

/// "`abs`", "`abs` and `max`".
pub fn kinks(problem: &Problem, kept: &[ExprId]) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in kept.iter().filter_map(|&id| problem.graph.atom(id)) {
        let name = format!("`{}`", name.name());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(" and ")
}
