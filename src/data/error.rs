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

    #[error("`{path}` is not a text file: the row at byte {offset} is not UTF-8 text")]
    #[diagnostic(
        code(bowl::data::not_text),
        help("save the table as CSV in UTF-8, or read NumPy files with `npy` and `npz`")
    )]
    NotText { path: String, offset: u64 },

    #[error("`{path}`, line {line}, column {column}: expected a number, found `{found}`")]
    #[diagnostic(code(bowl::data::not_a_number), help("{help}"))]
    NotANumber {
        path: String,
        line: u64,
        column: usize,
        found: String,
        help: &'static str,
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

    #[error("`{path}`, row {row}, column {column}: the value is {found}")]
    #[diagnostic(
        code(bowl::data::not_finite_entry),
        help("data must be finite numbers; clean the file before reading")
    )]
    NotFiniteEntry {
        path: String,
        row: usize,
        column: usize,
        found: String,
    },

    #[error("`{path}`, line {line} has {}, but the lines before have {expected}", columns(*.found))]
    #[diagnostic(
        code(bowl::data::ragged),
        help("give every line the same number of cells; quote a cell that holds a comma")
    )]
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
    #[diagnostic(code(bowl::data::unknown_column), help("{help}"))]
    UnknownColumn {
        path: String,
        name: String,
        help: String,
    },

    #[error("`{path}` has {}, so `columns = {from}..{to}` is out of range", columns(*.found))]
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
        help("choose them by number, `columns = 1..{found}`, or add a line of names")
    )]
    NoHeader { path: String, found: usize },

    #[error("`{path}` is not valid JSON: {reason}")]
    #[diagnostic(code(bowl::data::invalid_json))]
    InvalidJson { path: String, reason: String },

    #[error("`{path}` has no entry `{key}`")]
    #[diagnostic(code(bowl::data::unknown_key), help("{help}"))]
    UnknownKey {
        path: String,
        key: String,
        help: String,
    },

    #[error("`{path}`: {what} is {found}")]
    #[diagnostic(code(bowl::data::not_a_matrix), help("{help}"))]
    NotAMatrix {
        path: String,
        /// "`k`" or "the document".
        what: String,
        found: String,
        help: String,
    },

    #[error("`{path}` is not a valid {format} file: {reason}")]
    #[diagnostic(code(bowl::data::invalid_file))]
    InvalidFile {
        path: String,
        format: &'static str,
        reason: String,
    },
}

/// "1 column", "2 columns".
fn columns(count: usize) -> String {
    format!("{count} column{}", if count == 1 { "" } else { "s" })
}
