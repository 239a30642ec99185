//! `bowl check`.

use super::arguments::{CheckArguments, Format};
use super::exit::Exit;
use super::{input, output};
use crate::pipeline;
use serde_json::json;
use std::path::Path;

pub(super) fn run(arguments: &CheckArguments) -> Exit {
    let exits = arguments
        .files
        .iter()
        .map(|file| file_exit(file, arguments));
    exits.max().unwrap_or(Exit::Done)
}

fn file_exit(file: &Path, arguments: &CheckArguments) -> Exit {
    let loaded = match input::load(file, &arguments.inputs) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let check = pipeline::check(&loaded.problem);
    match arguments.format {
        Format::Json => {
            let parts: Vec<_> = check
                .verdicts()
                .map(|(part, verdict)| json!({"part": part, "verdict": verdict}))
                .collect();
            output::print_json(&json!({
                "schema": 1,
                "file": loaded.name,
                "convex": check.is_convex(),
                "summary": check.summary(),
                "parts": parts,
            }));
        }
        Format::Text => {
            let style = output::style();
            let mut text = format!("{}  {}\n", style.bold(&loaded.name), check.summary());
            let parts: Vec<(String, String)> = check.verdicts().collect();
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
