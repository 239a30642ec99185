//! Constraints that cannot hold together, with their lines.

use crate::pipeline::{Loaded, Subset};
use crate::problem::Constraint;

/// More constraints are counted, not named.
const MOST_NAMED: usize = 12;

/// "smallest contradiction found: `a` (line 4), `b` (line 5); the others can hold without either".
pub(super) fn told(loaded: &Loaded, subset: &Subset) -> String {
    let count = subset.constraints.len();
    let constraints = subset.constraints.iter().take(MOST_NAMED);
    let names: Vec<String> = constraints
        .map(|&k| named(loaded, &loaded.problem.constraints[k]))
        .collect();
    let more = match count.saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let list = names.join(", ");
    match (subset.each_needed, count) {
        (true, 1) => format!("contradictory on its own: {list}"),
        (true, _) => format!(
            "smallest contradiction: {list}{more}; without any one of them the others can hold"
        ),
        (false, _) => {
            format!("contradiction: {list}{more}; whether all of them are needed was not settled")
        }
    }
}

/// "`cap[3]` (line 7)"; names that say the line already stand alone.
fn named(loaded: &Loaded, constraint: &Constraint) -> String {
    let name = constraint.name.to_string();
    if name.contains("line ") {
        return format!("`{name}`");
    }
    let start = (constraint.span.start as usize).min(loaded.text.len());
    let before = &loaded.text.as_bytes()[..start];
    let line = 1 + before.iter().filter(|b| **b == b'\n').count();
    format!("`{name}` (line {line})")
}
