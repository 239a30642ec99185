//! A contradiction in words: which constraints, each times what, add up to 0 >= a positive number.

use crate::compare::{Contradiction, Multiplied, Term};
use crate::problem::Problem;
use crate::report::significant;

/// More constraints, and more terms, are counted.
const MOST_SHOWN: usize = 6;

/// "`budget`, `cap` cannot hold together: 1*(budget) + 2*(cap[3]) adds up to 0 >= 0.4".
pub(super) fn told(problem: &Problem, found: &Contradiction) -> String {
    let name = |k: usize| problem.constraints[k].name.to_string();
    let shown = found.parts.iter().take(MOST_SHOWN);
    let names: Vec<String> = shown.map(|(k, _)| format!("`{}`", name(*k))).collect();
    let more = match found.parts.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let together = if found.parts.len() == 1 {
        ""
    } else {
        " together"
    };
    let shown = &found.terms[..found.terms.len().min(MOST_SHOWN)];
    let terms: Vec<String> = shown
        .iter()
        .map(|t| product(&name(t.constraint), t))
        .collect();
    let rest = if found.terms.len() > shown.len() {
        " + …"
    } else {
        ""
    };
    let has_matrix = shown.iter().any(|t| t.of == Multiplied::Matrix);
    let matrices = match has_matrix {
        true => ", M standing for a positive semidefinite matrix",
        false => "",
    };
    format!(
        "{}{more} cannot hold{together}: {}{rest} adds up to 0 >= {}{matrices}",
        names.join(", "),
        terms.join(" + "),
        significant(found.excess, 4),
    )
}

/// "2*(cap[3])"; entries of a constraint between vectors or matrices count from 1.
fn product(name: &str, term: &Term) -> String {
    let factor = significant(term.multiplier, 4);
    match term.of {
        Multiplied::Whole => format!("{factor}*({name})"),
        Multiplied::Entry(row, 0) => format!("{factor}*({name})[{}]", row + 1),
        Multiplied::Entry(row, column) => format!("{factor}*({name})[{}, {}]", row + 1, column + 1),
        Multiplied::Matrix => format!("M*({name})"),
    }
}
