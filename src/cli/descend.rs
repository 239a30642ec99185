//! `bowl descend`: one method, step by step.

use super::arguments::DescendArguments;
use super::exit::Exit;
use super::{input, output};
use crate::report::{compact, significant};
use crate::solve::descent::gradient_descent::{Descent, Outcome, descend};
use std::fmt::Write;
use std::path::Path;

pub(super) fn run(arguments: &DescendArguments) -> Exit {
    let exits = arguments
        .files
        .iter()
        .map(|file| file_exit(file, arguments));
    exits.max().unwrap_or(Exit::Done)
}

fn file_exit(file: &Path, arguments: &DescendArguments) -> Exit {
    let loaded = match input::load(file, &arguments.inputs) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let (step, iterations) = (arguments.step, arguments.iterations);
    match descend(&loaded.problem, step, iterations, arguments.start) {
        Ok(descent) => {
            let names = loaded.problem.variables.iter().map(|v| v.name.as_ref());
            output::print(&text(&descent, names, step));
            match descent.outcome {
                Outcome::Converged | Outcome::Unfinished => Exit::Done,
                Outcome::Diverged => Exit::Stopped,
            }
        }
        Err(message) => {
            eprintln!("{}: {message}", loaded.name);
            Exit::InputWrong
        }
    }
}

fn text<'n>(descent: &Descent, names: impl Iterator<Item = &'n str>, step: f64) -> String {
    let count = descent.iterations;
    let seen = match descent.outcome {
        Outcome::Converged => format!("converged after {count} steps of size {step}"),
        Outcome::Unfinished => format!("{count} steps of size {step} taken"),
        Outcome::Diverged => {
            format!("diverged at step {count}: steps of size {step} overshoot; take a smaller one")
        }
    };
    let mut text = format!("{seen}\n");
    let _ = writeln!(text, "  objective  {}", significant(descent.objective, 9));
    let _ = writeln!(text, "  gradient   {}", compact(descent.gradient_norm));
    for (name, value) in names.zip(&descent.variables) {
        let entries: Vec<String> = value.entries().iter().map(|e| significant(*e, 9)).collect();
        let _ = writeln!(text, "  {name}  [{}]", entries.join(", "));
    }
    text
}
