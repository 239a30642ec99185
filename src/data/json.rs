//! `json("file", "key")`: numbers, lists of numbers, lists of rows.

use super::{DataError, Format, Request};
use crate::matrix::Matrix;
use nalgebra::DMatrix;
use serde_json::Value;
use std::io::BufReader;
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
        let key = request.key.as_deref().unwrap_or_default();
        let value = match (&request.key, &document) {
            (None, whole) => whole,
            (Some(key), Value::Object(entries)) => entries
                .get(key)
                .ok_or_else(|| unknown_key(path, key, entries))?,
            (Some(key), _) => {
                return Err(DataError::UnknownKey {
                    path: path.display().to_string(),
                    key: key.clone(),
                    known: "none: the document is not an object".to_owned(),
                });
            }
        };
        matrix(value).map_err(|found| DataError::NotAMatrix {
            path: path.display().to_string(),
            key: key.to_owned(),
            found,
        })
    }
}

/// All entries of a JSON object, for `--data`.
pub fn read_inputs(path: &Path) -> Result<Vec<(String, Matrix)>, DataError> {
    let shown = path.display().to_string();
    let Value::Object(entries) = parse(path)? else {
        return Err(DataError::NotAMatrix {
            path: shown,
            key: String::new(),
            found: "not an object of names and values".to_owned(),
        });
    };
    let read = |(key, value): (&String, &Value)| match matrix(value) {
        Ok(matrix) => Ok((key.clone(), matrix)),
        Err(found) => Err(DataError::NotAMatrix {
            path: shown.clone(),
            key: key.clone(),
            found,
        }),
    };
    entries.iter().map(read).collect()
}

fn parse(path: &Path) -> Result<Value, DataError> {
    let file = super::open(path)?;
    serde_json::from_reader(BufReader::new(file)).map_err(|error| DataError::InvalidJson {
        path: path.display().to_string(),
        reason: error.to_string(),
    })
}

fn unknown_key(path: &Path, key: &str, entries: &serde_json::Map<String, Value>) -> DataError {
    let known: Vec<&str> = entries.keys().take(30).map(String::as_str).collect();
    DataError::UnknownKey {
        path: path.display().to_string(),
        key: key.to_owned(),
        known: known.join(", "),
    }
}

/// The matrix, or what the value is instead.
fn matrix(value: &Value) -> Result<Matrix, String> {
    match value {
        Value::Number(_) => number(value).map(Matrix::scalar),
        Value::Array(rows) if rows.iter().any(Value::is_array) => table(rows),
        Value::Array(entries) if !entries.is_empty() => entries
            .iter()
            .map(number)
            .collect::<Result<Vec<f64>, _>>()
            .map(Matrix::vector),
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
            let length = row.len();
            return Err(format!(
                "a list whose row {} has {length} entries, the first {width}",
                k + 1
            ));
        }
        for entry in row {
            entries.push(number(entry)?);
        }
    }
    Ok(Matrix::Dense(DMatrix::from_row_slice(
        rows.len(),
        width,
        &entries,
    )))
}

fn number(value: &Value) -> Result<f64, String> {
    value
        .as_f64()
        .ok_or_else(|| format!("a list that holds {}", describe(value)))
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
