//! `bowl test`: every `.opt` below a path against its `expect` lines, on both paths.

use super::arguments::{Format, InputArguments, TestArguments};
use super::exit::Exit;
use super::{excerpt, input, output};
use crate::compare::Agreement;
use crate::pipeline::{self, Answer, Loaded, Outcome, Paths};
use crate::problem::Goal;
use crate::report::{compact, duration};
use crate::solve::{Settings, Status};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Folders nested deeper are left alone, so that a looping link ends.
const DEEPEST_FOLDER: usize = 40;

/// How one file did.
struct Line {
    name: String,
    exit: Exit,
    failures: Vec<String>,
    summary: String,
    seconds: f64,
}

pub(super) fn run(arguments: &TestArguments) -> Exit {
    let settings = input::settings(&arguments.solver);
    let paths = Paths::from(arguments.solver.path);
    let files = files(&arguments.paths);
    if files.is_empty() {
        eprintln!("no `.opt` file below the given path");
        return Exit::InputWrong;
    }
    let width = files
        .iter()
        .map(|f| f.display().to_string().chars().count())
        .max()
        .unwrap_or(0);
    let mut lines = Vec::new();
    for file in &files {
        let line = test_file(file, paths, &settings);
        if arguments.format == Format::Text {
            output::print(&line.text(width));
        }
        lines.push(line);
        if settings.interrupted.load(Ordering::SeqCst) {
            return Exit::Interrupted;
        }
    }
    let failed = lines.iter().filter(|line| line.exit != Exit::Done).count();
    match arguments.format {
        Format::Json => output::print_json(&json!({
            "schema": 1,
            "passed": lines.len() - failed,
            "failed": failed,
            "files": lines.iter().map(Line::json).collect::<Vec<_>>(),
        })),
        Format::Text => {
            output::print(&format!(
                "{} passed, {failed} failed\n",
                lines.len() - failed
            ));
        }
    }
    lines
        .iter()
        .map(|line| line.exit)
        .fold(Exit::Done, Exit::max)
}

/// `.opt` files at or below the paths, sorted.
fn files(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending: Vec<(PathBuf, usize)> = paths.iter().map(|p| (p.clone(), 0)).collect();
    while let Some((path, depth)) = pending.pop() {
        if path.is_dir() && depth < DEEPEST_FOLDER {
            let entries = std::fs::read_dir(&path).into_iter().flatten().flatten();
            pending.extend(entries.map(|entry| (entry.path(), depth + 1)));
        } else if path.extension().is_some_and(|e| e == "opt") || depth == 0 {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn test_file(file: &Path, paths: Paths, settings: &Settings) -> Line {
    let start = Instant::now();
    let no_inputs = InputArguments {
        set: Vec::new(),
        data: Vec::new(),
    };
    let mut line = Line {
        name: file.display().to_string(),
        exit: Exit::Done,
        failures: Vec::new(),
        summary: String::new(),
        seconds: 0.0,
    };
    match input::load(file, &no_inputs) {
        Err(reports) => {
            line.exit = Exit::InputWrong;
            line.failures = reports.into_iter().map(excerpt::rendered).collect();
        }
        Ok(loaded) => {
            let check = pipeline::check(&loaded.problem);
            let outcome = pipeline::solve(&loaded.problem, check, paths, settings);
            line.summary = summary(loaded.problem.objective.goal, &outcome);
            line.failures = unmet(&loaded, &outcome, settings);
            line.failures.extend(disagreement(&outcome.agreement));
            if !line.failures.is_empty() {
                line.exit = Exit::Failed;
            }
        }
    }
    line.seconds = start.elapsed().as_secs_f64();
    line
}

/// "file.opt:9:1: conic: expected …".
fn unmet(loaded: &Loaded, outcome: &Outcome<'_>, settings: &Settings) -> Vec<String> {
    let unmet = pipeline::unmet(&loaded.problem, outcome, settings).into_iter();
    let told = unmet.map(|unmet| {
        let (line, column) = excerpt::place(&loaded.text, unmet.span);
        format!("{}:{line}:{column}: {}", loaded.name, unmet.reason)
    });
    told.collect()
}

fn disagreement(agreement: &Agreement) -> Option<String> {
    match agreement {
        Agreement::Disagree { reason } => Some(format!("the answers disagree: {reason}")),
        Agreement::Loosely { difference } => Some(format!(
            "the answers agree only to {}",
            compact(*difference)
        )),
        Agreement::NoAnswer { reason } => Some(format!("no answer: {reason}")),
        Agreement::Agree { .. }
        | Agreement::BothInfeasible
        | Agreement::BothUnbounded
        | Agreement::OneAnswer { .. } => None,
    }
}

fn summary(goal: Goal, outcome: &Outcome<'_>) -> String {
    match &outcome.agreement {
        Agreement::Agree { difference } => format!("agree to {}", compact(*difference)),
        Agreement::Loosely { difference } => format!("agree loosely, {}", compact(*difference)),
        Agreement::BothInfeasible => "both infeasible".to_owned(),
        Agreement::BothUnbounded => "both unbounded".to_owned(),
        Agreement::Disagree { .. } => "disagree".to_owned(),
        Agreement::OneAnswer { .. } => match outcome.best().map(|a| &a.solution.status) {
            Some(status @ Status::Local) => status.word_for(goal).to_owned(),
            _ if has_answer(outcome.conic.as_ref()) => "conic only".to_owned(),
            _ => "gradient only".to_owned(),
        },
        Agreement::NoAnswer { .. } => "no answer".to_owned(),
    }
}

fn has_answer(answer: Option<&Answer>) -> bool {
    let without = |a: &Answer| {
        matches!(
            a.solution.status,
            Status::Stopped(_) | Status::NotHandled(_)
        )
    };
    answer.is_some_and(|answer| !without(answer))
}

impl Line {
    fn text(&self, width: usize) -> String {
        let style = output::style();
        let mark = if self.failures.is_empty() {
            style.good("ok")
        } else {
            style.bad("FAILED")
        };
        let padding = " ".repeat(width - self.name.chars().count() + 2);
        let time = duration(self.seconds);
        let mut text = format!("{}{padding}{mark}  {}  {time}\n", self.name, self.summary);
        for line in self.failures.iter().flat_map(|failure| failure.lines()) {
            text.push_str(format!("    {line}").trim_end());
            text.push('\n');
        }
        text
    }

    fn json(&self) -> Value {
        json!({
            "file": self.name,
            "ok": self.failures.is_empty(),
            "summary": self.summary,
            "failures": self.failures,
            "seconds": self.seconds,
        })
    }
}
