//! Answers to stdout, everything else to stderr.

use super::excerpt;
use crate::convexity::Check;
use crate::matrix::Matrix;
use crate::pipeline::{Loaded, Outcome};
use crate::report::{Style, outcome_json};
use miette::{IntoDiagnostic, NamedSource, Report, WrapErr};
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

static COLOR: AtomicBool = AtomicBool::new(false);

/// Decides once whether stdout is coloured.
pub(super) fn set_color(color: bool) {
    COLOR.store(color, Ordering::Relaxed);
}

pub(super) fn style() -> Style {
    Style {
        color: COLOR.load(Ordering::Relaxed),
    }
}

/// Writes to stdout; a reader that has gone away is no error.
pub(super) fn print(text: &str) {
    let mut stdout = std::io::stdout().lock();
    if stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .is_err()
    {
        // `bowl … | head` closes the pipe; nobody reads on.
    }
}

pub(super) fn print_json(value: &serde_json::Value) {
    print(&format!("{value:#}\n"));
}

/// Why the problem is not proved convex, to stderr.
pub(super) fn explain(loaded: &Loaded, check: &Check<'_>) {
    for error in check.errors() {
        let source = NamedSource::new(&loaded.name, loaded.text.clone());
        eprintln!(
            "{}",
            excerpt::rendered(Report::new(error).with_source_code(source))
        );
    }
}

/// Values of variables and duals as JSON or CSV, by the file's ending.
pub(super) fn write_values(
    path: &Path,
    loaded: &Loaded,
    outcome: &Outcome<'_>,
) -> Result<(), Report> {
    let text = match path.extension().and_then(|e| e.to_str()) {
        Some("csv") => values_csv(loaded, outcome),
        _ => format!("{:#}\n", outcome_json(loaded, outcome)),
    };
    std::fs::write(path, text)
        .into_diagnostic()
        .wrap_err_with(|| format!("cannot write `{}`", path.display()))
}

/// `name,row,column,value`, one line for each entry: those of `x` and those of `dual(cap[2])`.
fn values_csv(loaded: &Loaded, outcome: &Outcome<'_>) -> String {
    let mut text = "name,row,column,value\n".to_owned();
    let Some(answer) = outcome.best() else {
        return text;
    };
    let problem = &loaded.problem;
    let pairs = problem.variables.iter().zip(&answer.solution.variables);
    for (variable, value) in pairs.filter(|(variable, _)| !variable.inner) {
        add_entries(&mut text, &variable.name, variable.first_index, value);
    }
    let duals = answer.solution.duals.iter().flatten();
    let pairs = problem.constraints.iter().zip(duals);
    for (constraint, dual) in pairs.filter(|(constraint, _)| !constraint.is_inner()) {
        let name = format!("dual({})", constraint.name);
        add_entries(&mut text, &name, (1, 1), dual);
    }
    text
}

/// One line for each entry, down the columns; a name with commas in quotes.
fn add_entries(text: &mut String, name: &str, first_index: (i64, i64), value: &Matrix) {
    let name = match name.contains(',') {
        true => format!("\"{name}\""),
        false => name.to_owned(),
    };
    let (first_row, first_col) = first_index;
    for j in 0..value.shape().cols {
        for i in 0..value.shape().rows {
            let (row, col) = (first_row + i as i64, first_col + j as i64);
            let _ = writeln!(text, "{name},{row},{col},{}", value.get(i, j));
        }
    }
}
