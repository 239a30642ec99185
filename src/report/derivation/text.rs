//! Formulas as lines of text.

use super::{Formula, Formulas, Second};
use crate::compare::Difference;
use crate::report::number::compact;
use std::fmt::Write;

/// The lines; `checks` say what was compared with differences, and how far the two are apart.
pub fn derivation_text(formulas: &Formulas, checks: &[(&str, Difference)]) -> String {
    let mut text = format!("f = {}\n", formulas.objective);
    let mut lines: Vec<(String, String)> = Vec::new();
    for (name, formula) in &formulas.gradient {
        lines.push((format!("df/d{name}"), formula.clone()));
    }
    lines.extend(formulas.hessian.iter().filter_map(line));
    let width = lines.iter().map(|(left, _)| left.chars().count());
    let width = width.max().unwrap_or(0);
    for (left, right) in &lines {
        let padding = " ".repeat(width - left.chars().count());
        let _ = writeln!(text, "{left}{padding} = {right}");
    }
    for (name, formula) in &formulas.shared {
        let _ = writeln!(text, "  where {name} = {formula}");
    }
    for meaning in &formulas.meanings {
        let _ = writeln!(text, "  where {meaning}");
    }
    explanations(&mut text, formulas);
    for check in checks {
        let _ = writeln!(text, "{}", check_sentence(check));
    }
    text
}

/// "central differences agree to 3e-10".
pub(super) fn check_sentence((what, difference): &(&str, Difference)) -> String {
    match difference {
        Difference::By(error) => format!("{what} agree to {}", compact(*error)),
        Difference::NoPoint => {
            format!("{what}: not compared, no point was found at which everything is finite")
        }
    }
}

fn line(second: &Second) -> Option<(String, String)> {
    let left = name(second);
    match &second.formula {
        Formula::Matrix(text) => Some((left, text.clone())),
        Formula::Applied { direction, text } => {
            Some((format!("{left}[{direction}]"), text.clone()))
        }
        Formula::Missing(_) => None,
    }
}

/// `d2f/dx2`, `d2f/dxdy`.
fn name(Second { row, column, .. }: &Second) -> String {
    if row == column {
        format!("d2f/d{row}2")
    } else {
        format!("d2f/d{row}d{column}")
    }
}

/// What is missing, what brackets mean, and what else holds.
fn explanations(text: &mut String, formulas: &Formulas) {
    for second in &formulas.hessian {
        let left = name(second);
        let column = &second.column;
        let _ = match &second.formula {
            Formula::Matrix(_) => Ok(()),
            Formula::Applied { direction, .. } => writeln!(
                text,
                "  {left}[{direction}] is the Hessian applied to {direction}, which stands for any direction of \
                 {column}: for its matrix there is no formula here"
            ),
            Formula::Missing(reason) => writeln!(text, "{left} is not known: {reason}"),
        };
    }
    for note in &formulas.notes {
        let _ = writeln!(text, "  {note}");
    }
}
