//! What can be wrong with a data file, always with the place in it.

use miette::Diagnostic;
use thiserror::Error;

/// Rows and columns are counted from 1 as an editor shows them.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum DataError {
    #[error("cannot read `{path}`: {reason}")]
    #[diagnostic(
        code(bowl::data::unreadable),
        help("paths are relative to the folder of the `.opt` file")
    )]
    Unreadable { path: String, reason: String },

    #[error("`{path}` is a folder, not a file")]
    #[diagnostic(code(bowl::data::directory))]
    Directory { path: String },

    #[error("`{path}` is too large: {bytes} bytes, the limit is 4 GiB")]
    #[diagnostic(code(bowl::data::too_large))]
    TooLarge { path: String, bytes: u64 },

    #[error("`{path}` is not a text file: byte {offset} is not UTF-8")]
    #[diagnostic(code(bowl::data::not_text))]
    NotText { path: String, offset: u64 },

    #[error("`{path}`, line {line}, column {column}: expected a number, found `{found}`")]
    #[diagnostic(
        code(bowl::data::not_a_number),
        help("choose the numeric columns with `columns = …`, or correct the file")
    )]
    NotANumber {
        path: String,
        line: u64,
        column: usize,
        found: String,
    },

    #[error("`{path}`, line {line}, column {column}: the value is missing")]
    #[diagnostic(
        code(bowl::data::missing_value),
        help("every cell must hold a number; fill the gap or drop the line before reading")
    )]
    MissingValue {
        path: String,
        line: u64,
        column: usize,
    },

    #[error("`{path}`, line {line}, column {column}: the value is {found}")]
    #[diagnostic(
        code(bowl::data::not_finite),
        help("data must be finite numbers; clean the file before reading")
    )]
    NotFinite {
        path: String,
        line: u64,
        column: usize,
        found: String,
    },

    #[error("`{path}`, line {line} has {found} columns, but the lines before have {expected}")]
    #[diagnostic(code(bowl::data::ragged))]
    Ragged {
        path: String,
        line: u64,
        found: usize,
        expected: usize,
    },

    #[error("`{path}` has no rows of numbers")]
    #[diagnostic(code(bowl::data::empty))]
    Empty { path: String },

    #[error("`{path}` has no column `{name}`")]
    #[diagnostic(code(bowl::data::unknown_column), help("its columns are {known}"))]
    UnknownColumn {
        path: String,
        name: String,
        known: String,
    },

    #[error("`{path}` has {found} columns, so `columns = {from}..{to}` is out of range")]
    #[diagnostic(code(bowl::data::column_range))]
    ColumnRange {
        path: String,
        found: usize,
        from: usize,
        to: usize,
    },

    #[error("`{path}` has no header line, so columns cannot be chosen by name")]
    #[diagnostic(
        code(bowl::data::no_header),
        help("choose them by number: `columns = 1..3`")
    )]
    NoHeader { path: String },

    #[error("`{path}` is not valid JSON: {reason}")]
    #[diagnostic(code(bowl::data::invalid_json))]
    InvalidJson { path: String, reason: String },

    #[error("`{path}` has no entry `{key}`")]
    #[diagnostic(code(bowl::data::unknown_key), help("its entries are {known}"))]
    UnknownKey {
        path: String,
        key: String,
        known: String,
    },

    #[error("`{path}`: `{key}` is {found}, not a number, a list of numbers or a list of rows")]
    #[diagnostic(code(bowl::data::not_a_matrix))]
    NotAMatrix {
        path: String,
        key: String,
        found: String,
    },
}
