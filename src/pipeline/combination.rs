//! A contradiction in words: which constraints, each times what, add up to 0 >= a positive number.

use crate::compare::Contradiction;
use crate::matrix::Matrix;
use crate::problem::{Problem, Relation};
use crate::report::significant;
use crate::spelling::and_more;

/// More constraints, and more terms, are counted.
const MOST_SHOWN: usize = 6;

/// A multiplier that is not zero, and what it stands before.
struct Term {
    multiplier: f64,
    text: String,
}

/// "`budget`, `cap` cannot hold together: 1*(budget) + 2*(cap)[3] adds up to 0 >= 0.4".
pub(super) fn told(problem: &Problem, found: &Contradiction) -> String {
    let name = |k: usize| problem.constraints[k].name.to_string();
    let shown = found.parts.iter().take(MOST_SHOWN);
    let names: Vec<String> = shown.map(|(k, _)| format!("`{}`", name(*k))).collect();
    let more = and_more(found.parts.len() - names.len());
    let together = if found.parts.len() == 1 {
        ""
    } else {
        " together"
    };
    let terms = terms(problem, found);
    let shown = &terms[..terms.len().min(MOST_SHOWN)];
    let sum: Vec<&str> = shown.iter().map(|term| term.text.as_str()).collect();
    let rest = if terms.len() > shown.len() {
        " + …"
    } else {
        ""
    };
    let matrices = match sum.iter().any(|text| text.starts_with('M')) {
        true => ", M standing for a positive semidefinite matrix",
        false => "",
    };
    format!(
        "{}{more} cannot hold{together}: {}{rest} adds up to 0 >= {}{matrices}",
        names.join(", "),
        sum.join(" + "),
        significant(found.excess, 4),
    )
}

/// Largest first.
fn terms(problem: &Problem, found: &Contradiction) -> Vec<Term> {
    let mut terms = Vec::new();
    for (&(k, largest), multiplier) in found.parts.iter().zip(&found.multipliers) {
        let constraint = &problem.constraints[k];
        let name = &constraint.name;
        match constraint.relation {
            Relation::Precedes => terms.push(Term {
                multiplier: largest,
                text: format!("M*({name})"),
            }),
            Relation::Equal | Relation::LessEqual => {
                terms.extend(of_entries(&name.to_string(), multiplier));
            }
        }
    }
    terms.sort_by(|a, b| b.multiplier.abs().total_cmp(&a.multiplier.abs()));
    terms
}

/// "2*(cap)[3]"; entries of a constraint between vectors or matrices count from 1.
fn of_entries(name: &str, multiplier: &Matrix) -> Vec<Term> {
    let shape = multiplier.shape();
    let place = |e: usize| match (e % shape.rows + 1, e / shape.rows + 1) {
        _ if shape.is_scalar() => String::new(),
        (row, 1) => format!("[{row}]"),
        (row, column) => format!("[{row}, {column}]"),
    };
    let entries = multiplier.entries();
    let entries = entries.iter().enumerate().filter(|(_, m)| **m != 0.0);
    let term = |(e, &multiplier): (usize, &f64)| Term {
        multiplier,
        text: format!("{}*({name}){}", significant(multiplier, 4), place(e)),
    };
    entries.map(term).collect()
}
