//! `bowl check`.

use super::arguments::{CheckArguments, Format};
use super::documents::{Documents, error_json};
use super::exit::Exit;
use super::{input, output};
use crate::convexity::ConvexityError;
use crate::pipeline::{self, Loaded};
use miette::{NamedSource, Report};
use serde_json::{Value, json};
use std::path::Path;

pub(super) fn run(arguments: &CheckArguments) -> Exit {
    let mut documents = Documents::new(arguments.format == Format::Json, &arguments.files);
    let exits = arguments
        .files
        .iter()
        .map(|file| file_exit(file, arguments, &mut documents));
    let worst = exits.max().unwrap_or(Exit::Done);
    documents.print();
    worst
}

fn file_exit(file: &Path, arguments: &CheckArguments, documents: &mut Documents) -> Exit {
    let loaded = match input::load(file, &arguments.inputs) {
        Ok(loaded) => loaded,
        Err(reports) => return documents.refuse(file, reports),
    };
    let check = pipeline::check(&loaded.problem);
    match arguments.format {
        Format::Json => {
            let parts: Vec<_> = check
                .verdicts()
                .map(|(part, verdict)| json!({"part": part, "verdict": verdict}))
                .collect();
            documents.push(json!({
                "schema": 1,
                "file": loaded.name,
                "convex": check.is_convex(),
                "summary": check.summary(),
                "parts": parts,
                "errors": check.errors().iter().map(|e| error_of(&loaded, e)).collect::<Vec<_>>(),
            }));
        }
        Format::Text => {
            let style = output::style();
            let mut text = format!("{}  {}\n", style.bold(&loaded.name), check.summary());
            let parts = families(check.verdicts());
            let width = parts
                .iter()
                .map(|(p, _)| p.chars().count())
                .max()
                .unwrap_or(0);
            for (part, verdict) in &parts {
                let padding = " ".repeat(width - part.chars().count() + 2);
                text.push_str(&format!("  {part}{padding}{verdict}\n"));
            }
            if arguments.tree {
                text.push('\n');
                text.push_str(&check.tree());
            }
            output::print(&text);
            output::explain(&loaded, &check);
        }
    }
    if check.is_convex() {
        Exit::Done
    } else {
        Exit::Failed
    }
}

/// Why a part is not proved convex, with lines and columns of the file.
fn error_of(loaded: &Loaded, error: &ConvexityError) -> Value {
    let source = NamedSource::new(&loaded.name, loaded.text.clone());
    error_json(Report::new(error.clone()).with_source_code(source).as_ref())
}

/// Neighbouring members of a family with one verdict as one line: `cap[1] … cap[50]`.
fn families(parts: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut grouped: Vec<(String, String, String)> = Vec::new();
    for (part, verdict) in parts {
        match grouped.last_mut() {
            Some((first, last, same)) if *same == verdict && family(first) == family(&part) => {
                *last = part;
            }
            _ => grouped.push((part.clone(), part, verdict)),
        }
    }
    let line = |(first, last, verdict): (String, String, String)| {
        let name = if first == last {
            first
        } else {
            format!("{first} … {last}")
        };
        (name, verdict)
    };
    grouped.into_iter().map(line).collect()
}

/// What members of one family share: the label before the index, or `line` of unlabelled ones.
fn family(part: &str) -> &str {
    match part.split_once('[') {
        Some((label, _)) => label,
        None if part.starts_with("line ") => "line",
        None => part,
    }
}
