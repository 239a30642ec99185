//! JSON of a command: one document for one file, one array for several; errors included.

use super::excerpt;
use super::exit::Exit;
use super::{input, output};
use miette::{Diagnostic, Report};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The documents of the files so far; those of a text report stay empty.
pub(super) struct Documents {
    json: bool,
    array: bool,
    documents: Vec<Value>,
}

impl Documents {
    pub fn new(json: bool, files: &[PathBuf]) -> Self {
        Documents {
            json,
            array: files.len() > 1,
            documents: Vec::new(),
        }
    }

    pub fn push(&mut self, document: Value) {
        self.documents.push(document);
    }

    /// The file cannot be read: said on stderr, and in its document.
    pub fn refuse(&mut self, file: &Path, reports: Vec<Report>) -> Exit {
        if self.json {
            let errors: Vec<Value> = reports.iter().map(|r| error_json(r.as_ref())).collect();
            self.push(refusal(file, errors));
        }
        for report in reports {
            eprintln!("{}", excerpt::rendered(report));
        }
        Exit::InputWrong
    }

    /// The file is understood, but the command cannot serve it.
    pub fn refuse_for(&mut self, file: &Path, message: &str) {
        eprintln!("{}: {message}", input::shown_name(file));
        if self.json {
            let error = json!({"code": null, "message": message, "help": null, "places": []});
            self.push(refusal(file, vec![error]));
        }
    }

    /// Writes them all to stdout.
    pub fn print(mut self) {
        if !self.json {
            return;
        }
        match self.documents.pop() {
            Some(only) if !self.array => output::print_json(&only),
            last => {
                self.documents.extend(last);
                output::print_json(&Value::Array(self.documents));
            }
        }
    }
}

fn refusal(file: &Path, errors: Vec<Value>) -> Value {
    json!({
        "schema": 1,
        "bowl": env!("CARGO_PKG_VERSION"),
        "file": input::shown_name(file),
        "errors": errors,
    })
}

/// The message with its code, its help and the places it points at.
pub(super) fn error_json(error: &dyn Diagnostic) -> Value {
    let places: Vec<Value> = error
        .labels()
        .into_iter()
        .flatten()
        .map(|label| {
            let source = error.source_code();
            let place = source.and_then(|s| s.read_span(label.inner(), 0, 0).ok());
            json!({
                "line": place.as_ref().map(|p| p.line() + 1),
                "column": place.as_ref().map(|p| p.column() + 1),
                "offset": label.offset(),
                "length": label.len(),
                "label": label.label(),
            })
        })
        .collect();
    json!({
        "code": error.code().map(|c| c.to_string()),
        "message": error.to_string(),
        "help": error.help().map(|h| h.to_string()),
        "places": places,
    })
}
