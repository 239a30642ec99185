//! Data files: one file a format, behind one trait.

mod csv;
mod error;
mod json;

pub use error::DataError;
pub use json::read_inputs;

use crate::matrix::Matrix;
use std::path::Path;

/// Files beyond this size are refused rather than read.
pub const LARGEST_FILE: u64 = 4 << 30;

/// Which columns of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Columns {
    #[default]
    All,
    /// Counted from 1, both ends included.
    Range(usize, usize),
    Names(Vec<String>),
}

/// Whether a table's first line names its columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Header {
    /// It does when one of its cells is not a number.
    #[default]
    Auto,
    Present,
    Absent,
}

/// What a data source asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub columns: Columns,
    pub header: Header,
    /// Name of an entry inside the file.
    pub key: Option<String>,
}

/// A format of data file.
pub trait Format: Sync {
    /// As written in `.opt`.
    fn name(&self) -> &'static str;

    /// Named options it understands: `columns`, `header`.
    fn options(&self) -> &'static [&'static str];

    /// Whether a second string names an entry of the file.
    fn takes_key(&self) -> bool;

    /// The matrix that the request asks for; rows of a table are rows.
    fn read(&self, path: &Path, request: &Request) -> Result<Matrix, DataError>;
}

const FORMATS: &[&dyn Format] = &[&csv::Csv, &json::Json];

/// The format of that name.
pub fn find(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// Opens a plain file of bearable size.
fn open(path: &Path) -> Result<std::fs::File, DataError> {
    let shown = || path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(|source| DataError::Unreadable {
        path: shown(),
        reason: plain_reason(&source),
    })?;
    if metadata.is_dir() {
        return Err(DataError::Directory { path: shown() });
    }
    if !metadata.is_file() {
        return Err(DataError::Unreadable {
            path: shown(),
            reason: "it is not a regular file".to_owned(),
        });
    }
    if metadata.len() > LARGEST_FILE {
        return Err(DataError::TooLarge {
            path: shown(),
            bytes: metadata.len(),
        });
    }
    std::fs::File::open(path).map_err(|source| DataError::Unreadable {
        path: shown(),
        reason: plain_reason(&source),
    })
}

/// An operating system's error as plain words.
pub fn plain_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
        _ => error.to_string(),
    }
}
