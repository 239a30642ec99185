//! Answers of problems whose constraints hold arguments where the domain of a function ends.

use super::found::Found;
use super::packing::Packing;
use super::standing::is_nearer;
use crate::problem::Problem;
use std::collections::BTreeSet;

/// The answer with the entries that are held where the domain of a function ends, by column, at these values.
pub fn put_on_edges(problem: &Problem, held: &[(usize, f64)], mut found: Found) -> Found {
    if held.is_empty() {
        return found;
    }
    let packing = Packing::new(problem);
    let mut names = BTreeSet::new();
    let mut x = found.x.clone();
    for &(column, value) in held.iter().filter(|(column, _)| *column < packing.size) {
        x[column] = value;
        let owner = packing
            .variables
            .iter()
            .position(|v| v.range().contains(&column));
        names.extend(owner.map(|k| format!("`{}`", problem.variables[k].name)));
    }
    if names.is_empty() {
        return found;
    }
    if is_nearer(problem, &found, &x) {
        found.x = x;
    }
    let names = Vec::from_iter(names).join(", ");
    found.without_multipliers(format!(
        "the constraints hold entries of {names} where the domain of a function ends: the function stands there for its value, and such an answer need not have multipliers"
    ))
}
