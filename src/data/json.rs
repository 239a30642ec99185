//! `json("file", "key")`: numbers, lists of numbers, lists of rows.

use super::{DataError, Format, Request};
use crate::matrix::Matrix;
use crate::spelling::known_names;
use nalgebra::DMatrix;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// JSON documents.
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn options(&self) -> &'static [&'static str] {
        &[]
    }

    fn takes_key(&self) -> bool {
        true
    }

    fn read(&self, path: &Path, request: &Request) -> Result<Matrix, DataError> {
        let document = parse(path)?;
        let shown = path.display().to_string();
        match (&request.key, &document) {
            (None, whole) => matrix(whole).map_err(|found| not_a_matrix(shown, "", found, whole)),
            (Some(key), Value::Object(entries)) => {
                let value = entries
                    .get(key)
                    .ok_or_else(|| unknown_key(path, key, entries))?;
                matrix(value).map_err(|found| not_a_matrix(shown, key, found, value))
            }
            (Some(key), _) => Err(DataError::UnknownKey {
                path: shown,
                key: key.clone(),
                help: "the document is not an object, so leave the name out".to_owned(),
            }),
        }
    }
}

/// All entries of a JSON object, for `--data`.
pub(super) fn read_inputs(path: &Path) -> Result<Vec<(String, Matrix)>, DataError> {
    let shown = path.display().to_string();
    let document = parse(path)?;
    let Value::Object(entries) = &document else {
        return Err(DataError::NotAMatrix {
            path: shown,
            what: "the document".to_owned(),
            found: format!("{}, not an object of names and values", describe(&document)),
            help: "write `{\"name\": value, …}`".to_owned(),
        });
    };
    let read = |(key, value): (&String, &Value)| match matrix(value) {
        Ok(matrix) => Ok((key.clone(), matrix)),
        Err(found) => Err(not_a_matrix(shown.clone(), key, found, value)),
    };
    entries.iter().map(read).collect()
}

fn not_a_matrix(path: String, key: &str, found: String, value: &Value) -> DataError {
    let what = match key {
        "" => "the document".to_owned(),
        key => format!("`{key}`"),
    };
    let help = match value {
        Value::Object(entries) if key.is_empty() => entries
            .keys()
            .next()
            .map(|first| format!("name one of its entries: `json(\"{path}\", \"{first}\")`")),
        _ => None,
    };
    DataError::NotAMatrix {
        path,
        what,
        found,
        help: help.unwrap_or_else(|| {
            "a value is a number, a list of numbers, or a list of rows of equal length".to_owned()
        }),
    }
}

fn parse(path: &Path) -> Result<Value, DataError> {
    let mut reader = BufReader::new(super::open(path)?);
    let unreadable = |error: std::io::Error| DataError::Unreadable {
        path: path.display().to_string(),
        reason: super::plain_reason(&error),
    };
    if reader
        .fill_buf()
        .map_err(unreadable)?
        .starts_with(b"\xef\xbb\xbf")
    {
        reader.consume(3);
    }
    serde_json::from_reader(reader).map_err(|error| DataError::InvalidJson {
        path: path.display().to_string(),
        reason: error.to_string(),
    })
}

fn unknown_key(path: &Path, key: &str, entries: &serde_json::Map<String, Value>) -> DataError {
    let known = entries.keys().map(String::as_str).take(1_000);
    DataError::UnknownKey {
        path: path.display().to_string(),
        key: key.to_owned(),
        help: known_names(key, known, "its entries are"),
    }
}

/// The matrix, or what the value is instead.
fn matrix(value: &Value) -> Result<Matrix, String> {
    match value {
        Value::Number(_) => number(value).map(Matrix::scalar),
        Value::Array(rows) if rows.iter().any(Value::is_array) => table(rows),
        Value::Array(entries) if !entries.is_empty() => list(entries).map(Matrix::vector),
        Value::Array(_) => Err("an empty list".to_owned()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Object(_) => Err(describe(value)),
    }
}

fn table(rows: &[Value]) -> Result<Matrix, String> {
    let width = rows[0].as_array().map_or(0, Vec::len);
    let mut entries = Vec::with_capacity(rows.len() * width);
    for (k, row) in rows.iter().enumerate() {
        let Value::Array(row) = row else {
            return Err(format!("a list whose item {} is {}", k + 1, describe(row)));
        };
        if row.len() != width || width == 0 {
            return Err(unequal_row(k, row.len(), width));
        }
        for (j, entry) in row.iter().enumerate() {
            let told = |what| format!("a list whose row {}, column {} is {what}", k + 1, j + 1);
            entries.push(number(entry).map_err(told)?);
        }
    }
    Ok(Matrix::Dense(DMatrix::from_row_slice(
        rows.len(),
        width,
        &entries,
    )))
}

fn number(value: &Value) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| describe(value))
}

fn list(entries: &[Value]) -> Result<Vec<f64>, String> {
    let told =
        |(k, entry)| number(entry).map_err(|what| format!("a list whose item {} is {what}", k + 1));
    entries.iter().enumerate().map(told).collect()
}

fn unequal_row(k: usize, length: usize, width: usize) -> String {
    let entries = if length == 1 { "entry" } else { "entries" };
    if width == 0 {
        return format!("a list whose row {} has {length} {entries}", k + 1);
    }
    format!(
        "a list whose row {} has {length} {entries}, the first has {width}",
        k + 1
    )
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => format!("{b}"),
        Value::Number(n) => format!("{n}"),
        Value::String(s) => format!("the text \"{}\"", s.chars().take(30).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
