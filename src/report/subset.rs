//! Constraints that cannot hold together, with their lines.

use crate::pipeline::{Loaded, Subset};
use crate::problem::Constraint;
use crate::spelling::and_more;

/// More constraints are counted, not named.
const MOST_NAMED: usize = 12;

/// "smallest contradiction found: `a` (line 4), `b` (line 5); the others can hold without either".
pub(super) fn told(loaded: &Loaded, subset: &Subset) -> String {
    let count = subset.constraints.len();
    let runs = subset.constraints.chunk_by(follows);
    let shown: Vec<&[Constraint]> = runs.take(MOST_NAMED).collect();
    let names: Vec<String> = shown.iter().map(|run| named(loaded, run)).collect();
    let more = and_more(count - shown.iter().map(|run| run.len()).sum::<usize>());
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

/// Whether two constraints are neighbours of one family: `cap[3]` and `cap[4]`.
fn follows(first: &Constraint, second: &Constraint) -> bool {
    let (a, b) = (&first.name, &second.name);
    let next =
        matches!((&a.indices[..], &b.indices[..]), ([i], [j]) if i.checked_add(1) == Some(*j));
    next && a.label == b.label && a.part == b.part && first.span == second.span
}

/// "`cap[3]` (line 7)", "`cap[3..9]` (line 7)"; names that say the line already stand alone.
fn named(loaded: &Loaded, run: &[Constraint]) -> String {
    let (first, last) = (&run[0], &run[run.len() - 1]);
    let mut name = first.name.to_string();
    if let ([i], [j]) = (&first.name.indices[..], &last.name.indices[..])
        && i < j
    {
        name = name.replacen(&format!("[{i}]"), &format!("[{i}..{j}]"), 1);
    }
    if name.contains("line ") {
        return format!("`{name}`");
    }
    let start = (first.span.start as usize).min(loaded.text.len());
    let before = &loaded.text.as_bytes()[..start];
    let line = 1 + before.iter().filter(|b| **b == b'\n').count();
    format!("`{name}` (line {line})")
}
